package wasmhost

import (
	"context"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// growWait is how long a running call waits for memory that it wants to grow by.
const growWait = 100 * time.Millisecond

// ledger holds the memory of all instances and images to one budget.
type ledger struct {
	budget uint64
	wait   time.Duration // how long a call that has no instance yet waits
	evict  func(need uint64) bool

	mu      sync.Mutex
	used    uint64
	waiters int
	freed   chan struct{} // closed, and made anew, when something is given back while somebody waits
}

func newLedger(budget uint64, wait time.Duration) *ledger {
	return &ledger{budget: budget, wait: wait, freed: make(chan struct{})}
}

// take counts memory for a new instance.
func (l *ledger) take(ctx context.Context, n uint64) *Error { return l.get(ctx, n, l.wait) }

// grow counts memory that an instance grows by.
func (l *ledger) grow(ctx context.Context, n uint64) *Error { return l.get(ctx, n, growWait) }

func (l *ledger) get(ctx context.Context, n uint64, wait time.Duration) *Error {
	if l.try(n) {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	l.count(1)
	defer l.count(-1)
	for {
		l.mu.Lock()
		freed := l.freed
		l.mu.Unlock()
		if l.evict(n) && l.try(n) || l.try(n) {
			return nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return contextError(ctx)
		case <-timer.C:
			return &Error{Code: fault.HostBusy, Message: "the host has no memory for the call now",
				Details: map[string]any{"reason": "memory"}}
		}
	}
}

func (l *ledger) try(n uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.used+n > l.budget {
		return false
	}
	l.used += n
	return true
}

func (l *ledger) give(n uint64) {
	if n == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used -= n
	if l.waiters > 0 {
		close(l.freed)
		l.freed = make(chan struct{})
	}
}

func (l *ledger) count(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiters += n
}

// inUse answers how much is counted now.
func (l *ledger) inUse() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.used
}
