package sqlite

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Inside a bubble of synctest, time passes only while everybody waits: nothing here sleeps.

func TestLinesAreServedInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		c := &conn{}
		q.give(c)
		if _, err := q.take(t.Context(), "first", time.Second); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		var group sync.WaitGroup
		for _, name := range []string{"a", "a", "a", "a", "b", "c", "b"} {
			group.Go(func() {
				got, err := q.take(t.Context(), name, time.Minute)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, name)
				mu.Unlock()
				q.give(got)
			})
			synctest.Wait()
		}
		q.give(c)
		group.Wait()
		if got := strings.Join(order, ""); got != "abcabaa" {
			t.Errorf("served %s", got)
		}
		if len(q.idle) != 1 || len(q.lines) != 0 || len(q.turns) != 0 {
			t.Errorf("left over: %+v", q)
		}
	})
}

func TestWhoWaitsTooLongLeavesTheLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		c := &conn{}
		q.give(c)
		held, _ := q.take(t.Context(), "a", time.Second)
		if _, err := q.take(t.Context(), "a", time.Second); !errors.Is(err, driver.ErrBusy) {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := q.take(ctx, "b", time.Minute); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		q.give(held)
		if got, err := q.take(t.Context(), "c", time.Second); got != c || err != nil {
			t.Errorf("got %v %v", got, err)
		}
	})
}

// A waiter may be served in the moment in which he gives up: the connection must go on to the next.
func TestNoConnectionIsLostToAWaiterWhoLeft(t *testing.T) {
	t.Parallel()
	q := newQueue()
	w := q.join("a")
	c := &conn{}
	q.give(c)
	if got := q.leave(w); got != c {
		t.Fatalf("who left was served with %v", got)
	}
	q.back(c)
	if got, err := q.take(t.Context(), "b", time.Nanosecond); got != c || err != nil {
		t.Errorf("got %v %v", got, err)
	}
}

func TestClosingTurnsWaitersAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		done := make(chan error)
		go func() {
			_, err := q.take(t.Context(), "a", time.Minute)
			done <- err
		}()
		synctest.Wait()
		q.close()
		if err := <-done; !errors.Is(err, driver.ErrClosed) {
			t.Errorf("got %v", err)
		}
		if q.give(&conn{}) {
			t.Error("a closed queue takes a connection")
		}
	})
}

func TestManyTakersShareOneConnection(t *testing.T) {
	t.Parallel()
	q := newQueue()
	q.give(&conn{})
	inside := 0
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			for range 20 {
				ctx, cancel := context.WithCancel(t.Context())
				if i%5 == 0 {
					go cancel()
				}
				c, err := q.take(ctx, string(rune('a'+i%7)), time.Minute)
				cancel()
				if err != nil {
					continue
				}
				if inside++; inside != 1 { // not locked: the connection is the lock
					t.Errorf("%d hold it", inside)
				}
				inside--
				q.give(c)
			}
		})
	}
	group.Wait()
	if len(q.idle) != 1 || len(q.turns) != 0 {
		t.Errorf("left over: %+v", q)
	}
}
