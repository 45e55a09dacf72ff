package sqlite

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// A commit costs a wait for the disk, whatever it holds. Transactions that write follow each other on one connection, so those that are
// waiting share one commit: each is a savepoint of it, and its Commit answers when all of it is on the disk. What follows within a group
// sees what went before, as it would have had each committed by itself; if the commit fails, it fails for all.

const (
	groupMost = 64                   // transactions of one commit
	groupAge  = 3 * time.Millisecond // after which nobody joins any more
)

// group is the transaction of SQLite that is open on the writer.
type group struct {
	begun   time.Time
	members int // that are released and wait for the commit
	done    chan struct{}
	err     error
}

// beginGroup opens the transaction of SQLite, unless one is open that may be joined.
func (c *conn) beginGroup(ctx context.Context) error {
	if c.group != nil {
		return nil
	}
	if err := c.run(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	c.group = &group{begun: time.Now(), done: make(chan struct{})}
	return nil
}

// endGroup commits what the members of the group wait for, and tells them.
func (db *DB) endGroup(c *conn) {
	g := c.group
	if g == nil {
		return
	}
	verb := "COMMIT"
	if g.members == 0 {
		verb = "ROLLBACK"
	}
	if err := c.run(context.Background(), verb); err != nil {
		db.failGroup(c, translate(err))
		return
	}
	db.turns.settle()
	if g.members > 0 {
		db.checkpoint(c)
	}
	c.group = nil
	close(g.done)
}

// failGroup tells the members that nothing of the group was stored, and closes the connection, which undoes what SQLite has not.
func (db *DB) failGroup(c *conn, cause error) {
	g := c.group
	c.group = nil
	c.discard()
	db.turns.settle()
	if g == nil {
		return
	}
	switch {
	case errors.Is(cause, driver.ErrFull), errors.Is(cause, driver.ErrCorrupt), errors.Is(cause, driver.ErrBusy):
		g.err = cause
	default: // somebody else's statement was broken off: the same work may succeed
		g.err = errors.Join(driver.ErrConflict, cause)
	}
	close(g.done)
}

// pass gives the writer to who waits for it, as part of the same group if that may take more; else the group ends first.
func (db *DB) pass(c *conn) {
	if g := c.group; g != nil {
		open := g.members < groupMost && time.Since(g.begun) < db.groupAge
		if open && db.writer.hand(c) {
			return
		}
		db.endGroup(c)
	}
	if !db.writer.give(c) {
		c.discard()
	}
}

// turns remembers which tenants committed when, so that a transaction that began as a snapshot can tell whether it is still true.
type turns struct {
	mu      sync.Mutex
	now     uint64            // number of the newest release
	settled uint64            // all up to this one are committed, or undone
	last    map[string]uint64 // the newest release of each line
	floor   uint64            // that of lines which are not in last
}

// turnsMost bounds the lines that are remembered one by one. What is forgotten only makes snapshots of that moment run again.
const turnsMost = 100_000

func newTurns() *turns { return &turns{last: map[string]uint64{}} }

// release notes that a transaction of these lines is done.
func (t *turns) release(lines ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now++
	if len(t.last) > turnsMost {
		clear(t.last)
		t.floor = t.now
	}
	for _, l := range lines {
		t.last[l] = t.now
	}
}

// settle notes that no release waits for a commit any more.
func (t *turns) settle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.settled = t.now
}

// snapshot answers a number for a snapshot that begins now, and false if one of the lines has something that it would not see yet.
func (t *turns) snapshot(lines ...string) (number uint64, current bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range lines {
		if t.newest(l) > t.settled {
			return t.now, false
		}
	}
	return t.now, true
}

// since tells whether a line has released something after the snapshot.
func (t *turns) since(line string, snapshot uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.newest(line) > snapshot
}

func (t *turns) newest(line string) uint64 {
	if n, ok := t.last[line]; ok {
		return n
	}
	return t.floor
}
