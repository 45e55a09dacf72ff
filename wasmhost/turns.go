package wasmhost

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// laneWindow is how long what a lane used counts against it: each time it has passed, half is forgotten.
const laneWindow = 5 * time.Second

// turns are the right to execute guests: there are as many as CPUs. When they are short, the lane that executed least
// lately is next, so that a lane with a hundred spinning calls gets no more than one with a single call.
type turns struct {
	length  time.Duration
	free    atomic.Int32
	waiting atomic.Int32 // calls that wait for a turn

	mu     sync.Mutex
	lanes  map[string]*lane
	queued []*lane // those in which calls wait
	halved time.Time
}

// lane is what is known of a name by which calls are treated fairly.
type lane struct {
	name string
	used time.Duration // lately
	wait []*turnWaiter
}

type turnWaiter struct {
	ready chan struct{}
	given bool
}

func newTurns(cpus int, length time.Duration) *turns {
	t := &turns{length: length, lanes: map[string]*lane{}, halved: time.Now()}
	t.free.Store(int32(cpus))
	return t
}

// idle tells whether no guest executes, of so many that may.
func (t *turns) idle(cpus int) bool { return int(t.free.Load()) == cpus }

// try takes a turn if one is free and nobody waits.
func (t *turns) try() bool { return t.waiting.Load() == 0 && t.takeFree() }

func (t *turns) takeFree() bool {
	for n := t.free.Load(); n > 0; n = t.free.Load() {
		if t.free.CompareAndSwap(n, n-1) {
			return true
		}
	}
	return false
}

// take waits for a turn until ctx ends or the deadline passes, and answers whether it got one.
func (t *turns) take(ctx context.Context, name string, deadline time.Time) bool {
	if t.try() {
		return true
	}
	t.mu.Lock()
	l := t.lane(name)
	w := &turnWaiter{ready: make(chan struct{})}
	if len(l.wait) == 0 {
		t.queued = append(t.queued, l)
	}
	l.wait = append(l.wait, w)
	t.waiting.Add(1)
	t.dispatch() // a turn may have been given back before this waiter could be seen
	t.mu.Unlock()

	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case <-w.ready:
		return true
	case <-ctx.Done():
	case <-timer.C:
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.given {
		return true
	}
	t.withdraw(l, w)
	return false
}

// give passes a turn on.
func (t *turns) give() {
	t.free.Add(1)
	if t.waiting.Load() > 0 {
		t.mu.Lock()
		t.dispatch()
		t.mu.Unlock()
	}
}

// dispatch gives free turns to those who wait, the lane that used least first. The lock is held.
func (t *turns) dispatch() {
	for len(t.queued) > 0 && t.takeFree() {
		l := t.queued[0]
		for _, other := range t.queued[1:] {
			if other.used < l.used {
				l = other
			}
		}
		w := l.wait[0]
		t.withdraw(l, w)
		w.given = true
		close(w.ready)
	}
}

// others tells whether calls of another lane wait.
func (t *turns) others(name string) bool {
	if t.waiting.Load() == 0 {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.queued {
		if l.name != name {
			return true
		}
	}
	return false
}

// charge counts what was executed for a lane.
func (t *turns) charge(name string, used time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lane(name).used += used
	t.forget()
}

func (t *turns) lane(name string) *lane {
	l := t.lanes[name]
	if l == nil {
		l = &lane{name: name}
		t.lanes[name] = l
	}
	return l
}

// withdraw takes a waiter out of its lane. The lock is held.
func (t *turns) withdraw(l *lane, w *turnWaiter) {
	for i, other := range l.wait {
		if other == w {
			l.wait = append(l.wait[:i], l.wait[i+1:]...)
			t.waiting.Add(-1)
			break
		}
	}
	if len(l.wait) > 0 {
		return
	}
	for i, other := range t.queued {
		if other == l {
			t.queued = append(t.queued[:i], t.queued[i+1:]...)
			return
		}
	}
}

// forget halves what lanes used, once for each window that passed. The lock is held.
func (t *turns) forget() {
	if time.Since(t.halved) < laneWindow {
		return
	}
	t.halved = time.Now()
	for name, l := range t.lanes {
		if l.used /= 2; l.used < time.Microsecond && len(l.wait) == 0 {
			delete(t.lanes, name)
		}
	}
}
