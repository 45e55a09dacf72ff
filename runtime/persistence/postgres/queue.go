package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// turns keeps those of one process who want the same tenant's turn in order before they take a connection: whatever its concurrency, a
// tenant has one connection that waits for its row.
type turns struct {
	mu   sync.Mutex
	held map[string][]chan struct{} // who waits; a key that is there is held
}

func newTurns() *turns { return &turns{held: map[string][]chan struct{}{}} }

// try takes a turn that nobody holds.
func (t *turns) try(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, held := t.held[name]; held {
		return false
	}
	t.held[name] = nil
	return true
}

// take waits for a turn, at the longest for wait: driver.ErrBusy.
func (t *turns) take(ctx context.Context, name string, wait time.Duration) error {
	t.mu.Lock()
	waiting, held := t.held[name]
	if !held {
		t.held[name] = nil
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{}, 1)
	t.held[name] = append(waiting, mine)
	t.mu.Unlock()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	var err error
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = driver.ErrBusy
	}
	t.leave(name, mine)
	return err
}

// leave takes a waiter away who gave up; if the turn was given to him in the same moment, it goes on.
func (t *turns) leave(name string, mine chan struct{}) {
	t.mu.Lock()
	for i, w := range t.held[name] {
		if w == mine {
			t.held[name] = append(t.held[name][:i:i], t.held[name][i+1:]...)
			t.mu.Unlock()
			return
		}
	}
	t.mu.Unlock()
	t.give(name)
}

// give hands the turn to who waited longest.
func (t *turns) give(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	waiting := t.held[name]
	if len(waiting) == 0 {
		delete(t.held, name)
		return
	}
	t.held[name] = waiting[1:]
	waiting[0] <- struct{}{}
}
