package persistence

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rates holds each tenant to so many data calls a second.
type rates struct {
	limit rate.Limit
	burst int

	mu sync.Mutex
	of map[[2]string]*rate.Limiter // by app and tenant
}

// ratesMost bounds the tenants that are remembered; who has not called lately is forgotten first.
const ratesMost = 10_000

func newRates(perSecond float64, burst int) *rates {
	return &rates{limit: rate.Limit(perSecond), burst: burst, of: map[[2]string]*rate.Limiter{}}
}

// allow counts a call of a tenant, and is false when there are too many.
func (r *rates) allow(app, tenant string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := [2]string{app, tenant}
	l := r.of[key]
	if l == nil {
		if len(r.of) >= ratesMost {
			r.forget(now)
		}
		l = rate.NewLimiter(r.limit, r.burst)
		r.of[key] = l
	}
	return l.AllowN(now, 1)
}

// forget drops those who have all their calls again: a new limiter says the same of them.
func (r *rates) forget(now time.Time) {
	for key, l := range r.of {
		if l.TokensAt(now) >= float64(r.burst) {
			delete(r.of, key)
		}
	}
}
