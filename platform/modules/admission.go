package modules

import (
	"context"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// AdmissionOptions bound how many invocations run at once on this node. The zero value means the defaults.
type AdmissionOptions struct {
	// PerApp (MOZAIKS_CONCURRENCY_APP). Defaults to 64.
	PerApp int
	// PerModule (MOZAIKS_CONCURRENCY_MODULE). Defaults to 32.
	PerModule int
	// PerTenant (MOZAIKS_CONCURRENCY_TENANT). Defaults to 16.
	PerTenant int
	// Queue is how many may wait for a place (MOZAIKS_ADMISSION_QUEUE). Defaults to 256.
	Queue int
	// Wait is how long one may wait (MOZAIKS_ADMISSION_WAIT). Defaults to 1 s.
	Wait time.Duration
}

func (o AdmissionOptions) withDefaults() AdmissionOptions {
	for _, d := range []struct {
		p *int
		v int
	}{{&o.PerApp, 64}, {&o.PerModule, 32}, {&o.PerTenant, 16}, {&o.Queue, 256}} {
		if *d.p == 0 {
			*d.p = d.v
		}
	}
	if o.Wait == 0 {
		o.Wait = time.Second
	}
	return o
}

// admission hands out places, first come first served among those who fit.
type admission struct {
	opts AdmissionOptions

	mu      sync.Mutex
	used    map[string]int
	waiting []*waiter
}

type waiter struct {
	keys  [3]string
	ready chan struct{}
}

func newAdmission(opts AdmissionOptions) *admission {
	return &admission{opts: opts.withDefaults(), used: map[string]int{}}
}

// enter takes a place, waiting for one if need be. The caller gives it back by calling leave once.
func (a *admission) enter(ctx context.Context, app, module, tenant string) (leave func(), err error) {
	keys := [3]string{"a/" + app, "m/" + app + "/" + module, "t/" + app + "/" + tenant}
	a.mu.Lock()
	if a.fits(keys) {
		a.take(keys, 1)
		a.mu.Unlock()
		return func() { a.leave(keys) }, nil
	}
	if len(a.waiting) >= a.opts.Queue {
		a.mu.Unlock()
		return nil, retryIn(fault.New(fault.Overloaded, "too many calls are waiting"), a.opts.Wait)
	}
	w := &waiter{keys: keys, ready: make(chan struct{})}
	a.waiting = append(a.waiting, w)
	a.mu.Unlock()

	timer := time.NewTimer(a.opts.Wait)
	defer timer.Stop()
	select {
	case <-w.ready:
		return func() { a.leave(keys) }, nil
	case <-ctx.Done():
		err = fault.New(fault.Cancelled, "the caller is gone")
	case <-timer.C:
		err = retryIn(fault.New(fault.ConcurrencyLimited, "too many calls at once"), a.opts.Wait)
	}
	if a.withdraw(w) {
		return nil, err
	}
	return func() { a.leave(keys) }, nil // the place came at the last moment
}

func retryIn(f *fault.Error, wait time.Duration) *fault.Error {
	f.Retry = wait
	return f
}

func (a *admission) limits() [3]int { return [3]int{a.opts.PerApp, a.opts.PerModule, a.opts.PerTenant} }

func (a *admission) fits(keys [3]string) bool {
	for i, limit := range a.limits() {
		if a.used[keys[i]] >= limit {
			return false
		}
	}
	return true
}

func (a *admission) take(keys [3]string, n int) {
	for _, k := range keys {
		if a.used[k] += n; a.used[k] == 0 {
			delete(a.used, k)
		}
	}
}

func (a *admission) leave(keys [3]string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.take(keys, -1)
	rest := a.waiting[:0]
	for _, w := range a.waiting {
		if a.fits(w.keys) {
			a.take(w.keys, 1)
			close(w.ready)
		} else {
			rest = append(rest, w)
		}
	}
	a.waiting = rest
}

// withdraw takes w out of the queue; false if it has its place already.
func (a *admission) withdraw(w *waiter) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, x := range a.waiting {
		if x == w {
			a.waiting = append(a.waiting[:i], a.waiting[i+1:]...)
			return true
		}
	}
	return false
}
