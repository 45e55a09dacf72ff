package sqlite

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// queue hands each connection to one holder at a time. Who must wait waits in a line; the lines are served in turn, one waiter
// of each, so that a line of hundreds keeps the next one waiting for a single transaction.
type queue struct {
	mu     sync.Mutex
	idle   []*conn
	lines  map[string]*line
	turns  []*line // lines with waiters, the next to be served first
	closed bool
	back   func(*conn) // takes a connection that reached somebody who had given up
}

type line struct {
	name    string
	waiters []*waiter
}

type waiter struct {
	line string
	got  chan *conn // nil is sent when the queue closes
}

func newQueue() *queue {
	q := &queue{lines: map[string]*line{}}
	q.back = func(c *conn) {
		if !q.give(c) {
			c.discard()
		}
	}
	return q
}

// take answers a connection, at the latest after wait: driver.ErrBusy.
func (q *queue) take(ctx context.Context, name string, wait time.Duration) (*conn, error) {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil, driver.ErrClosed
	}
	if n := len(q.idle); n > 0 {
		c := q.idle[n-1]
		q.idle = q.idle[:n-1]
		q.mu.Unlock()
		return c, nil
	}
	w := q.join(name)
	q.mu.Unlock()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	var err error
	select {
	case c := <-w.got:
		if c == nil {
			return nil, driver.ErrClosed
		}
		return c, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = driver.ErrBusy
	}
	if c := q.leave(w); c != nil {
		q.back(c)
	}
	return nil, err
}

// join appends a waiter to its line, which is served after those that wait already.
func (q *queue) join(name string) *waiter {
	w := &waiter{line: name, got: make(chan *conn, 1)}
	l := q.lines[name]
	if l == nil {
		l = &line{name: name}
		q.lines[name] = l
		q.turns = append(q.turns, l)
	}
	l.waiters = append(l.waiters, w)
	return w
}

// leave takes a waiter away who gave up. It answers the connection if he was served in the same moment.
func (q *queue) leave(w *waiter) *conn {
	q.mu.Lock()
	defer q.mu.Unlock()
	if l := q.lines[w.line]; l != nil {
		if i := slices.Index(l.waiters, w); i >= 0 {
			l.waiters = slices.Delete(l.waiters, i, i+1)
			if len(l.waiters) == 0 {
				q.drop(l)
			}
			return nil
		}
	}
	return <-w.got // he is in no line: he was served, or the queue closed
}

func (q *queue) drop(l *line) {
	delete(q.lines, l.name)
	q.turns = slices.DeleteFunc(q.turns, func(x *line) bool { return x == l })
}

// give brings a connection back. It is false when the queue has closed and wants it no more.
func (q *queue) give(c *conn) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	if !q.next(c) {
		q.idle = append(q.idle, c)
	}
	return true
}

// hand gives a connection to who waits for it; false if nobody does.
func (q *queue) hand(c *conn) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.closed && q.next(c)
}

// crowded tells whether somebody waits in a line.
func (q *queue) crowded(name string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lines[name] != nil
}

func (q *queue) next(c *conn) bool {
	if len(q.turns) == 0 {
		return false
	}
	l := q.turns[0]
	w := l.waiters[0]
	l.waiters = slices.Delete(l.waiters, 0, 1)
	q.turns = slices.Delete(q.turns, 0, 1)
	if len(l.waiters) > 0 {
		q.turns = append(q.turns, l)
	} else {
		delete(q.lines, l.name)
	}
	w.got <- c
	return true
}

// close turns everybody away, and answers the connections that nobody holds.
func (q *queue) close() []*conn {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	for _, l := range q.turns {
		for _, w := range l.waiters {
			w.got <- nil
		}
	}
	idle := q.idle
	q.idle, q.turns, q.lines = nil, nil, map[string]*line{}
	return idle
}
