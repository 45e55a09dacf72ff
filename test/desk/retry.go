package desk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// retry paces the attempts of one call.
type retry struct {
	opts  ClientOptions
	until time.Time
	delay time.Duration
}

func newRetry(opts ClientOptions) *retry {
	return &retry{opts: opts, until: time.Now().Add(opts.Patience), delay: opts.FirstDelay}
}

// wait pauses before the next attempt, or answers why there is none: the failure will not pass, or patience is at its end.
// A connection that failed counts as passing, since a host may be starting again.
func (r *retry) wait(ctx context.Context, failure error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	pause := r.delay/2 + rand.N(r.delay) // spread, so that callers who failed together do not return together
	var p *Problem
	if errors.As(failure, &p) {
		if !p.Retryable {
			return failure
		}
		pause = max(pause, p.after)
	}
	pause = min(pause, r.opts.MaxDelay)
	if time.Now().Add(pause).After(r.until) {
		return fmt.Errorf("tried for %s: %w", r.opts.Patience, failure)
	}
	r.delay = min(2*r.delay, r.opts.MaxDelay)
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
