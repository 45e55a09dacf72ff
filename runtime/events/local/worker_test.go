package local_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/events/local"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

func TestMain(m *testing.M) {
	// The database's own pool ends a moment after it is closed.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

// desk is a worker over a real store whose handler the test gives.
type desk struct {
	t      *testing.T
	store  *persistence.Store
	outbox *events.Outbox
	worker *local.Worker
	made   int
}

type handler func(ctx context.Context, d *events.Delivery) error

func (h handler) Deliver(ctx context.Context, d *events.Delivery) error { return h(ctx, d) }

func newDesk(t *testing.T, opts *events.Options, h func(*desk) handler) *desk {
	t.Helper()
	db, err := sqlite.Open(context.Background(), t.TempDir(), &sqlite.Options{Synchronous: "NORMAL"})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, store: persistence.New(db, nil), outbox: events.NewOutbox(opts)}
	d.worker = local.New(d.store, d.outbox, h(d), func() []string { return []string{"app"} }, slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		d.worker.Stop(context.Background())
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) emit(tenant string) {
	d.t.Helper()
	d.made++
	err := d.store.Update(context.Background(), func(ctx context.Context, tx persistence.SQL) error {
		return d.outbox.Append(ctx, tx, &events.Emission{Envelope: events.Envelope{ID: fmt.Sprintf("evt_%04d", d.made), App: "app", Tenant: tenant},
			Subscriptions: []events.Subscription{{Kind: events.KindReaction, Module: "m", ID: "r", MaxAttempts: 3, Lease: time.Minute, RetryDelay: time.Millisecond}}}, time.Now())
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) complete(ctx context.Context, dl *events.Delivery) error {
	return d.store.Update(ctx, func(ctx context.Context, tx persistence.SQL) error {
		return d.outbox.Complete(ctx, tx, dl, "", "inv", time.Now())
	})
}

func (d *desk) totals() map[events.State]int64 {
	d.t.Helper()
	var all *events.Totals
	err := d.store.View(context.Background(), func(ctx context.Context, tx persistence.SQL) (err error) {
		all, err = d.outbox.Totals(ctx, tx, "app")
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all.Deliveries
}

// wait receives n signals.
func wait(t *testing.T, signals <-chan string, n int) []string {
	t.Helper()
	var got []string
	for range n {
		select {
		case s := <-signals:
			got = append(got, s)
		case <-time.After(20 * time.Second):
			t.Fatalf("only %d of %d came: %v", len(got), n, got)
		}
	}
	return got
}

func TestDeliveriesAreRunAndFoundWithoutBeingWoken(t *testing.T) {
	t.Parallel()
	done := make(chan string, 10)
	d := newDesk(t, nil, func(d *desk) handler {
		return func(ctx context.Context, dl *events.Delivery) error {
			err := d.complete(ctx, dl)
			done <- dl.EventID
			return err
		}
	})
	d.emit("acme")
	d.worker.Start(context.Background())
	wait(t, done, 1)
	d.emit("acme") // nobody wakes the worker
	wait(t, done, 1)
	d.emit("acme")
	d.worker.Wake()
	wait(t, done, 1)
	d.worker.Stop(context.Background())
	if n := d.totals(); n[events.Completed] != 3 {
		t.Errorf("totals %v", n)
	}
}

func TestAFailureAndAPanicAreTriedAgainAndHurtNobody(t *testing.T) {
	t.Parallel()
	done := make(chan string, 10)
	d := newDesk(t, nil, func(d *desk) handler {
		return func(ctx context.Context, dl *events.Delivery) error {
			switch dl.AttemptCount {
			case 1:
				return fault.New(fault.Conflict, "not yet")
			case 2:
				panic("no")
			}
			err := d.complete(ctx, dl)
			done <- dl.EventID
			return err
		}
	})
	d.emit("acme")
	d.worker.Start(context.Background())
	wait(t, done, 1)
	d.worker.Stop(context.Background())
	if n := d.totals(); n[events.Completed] != 1 {
		t.Errorf("totals %v", n)
	}
}

func TestATenantHasNoMoreThanItsPlacesAtOnce(t *testing.T) {
	t.Parallel()
	started, release := make(chan string, 20), make(chan struct{})
	var mu sync.Mutex
	running, most := map[string]int{}, map[string]int{}
	d := newDesk(t, &events.Options{Workers: 8, WorkersPerTenant: 2}, func(d *desk) handler {
		return func(ctx context.Context, dl *events.Delivery) error {
			mu.Lock()
			running[dl.Tenant]++
			most[dl.Tenant] = max(most[dl.Tenant], running[dl.Tenant])
			mu.Unlock()
			started <- dl.Tenant
			<-release
			mu.Lock()
			running[dl.Tenant]--
			mu.Unlock()
			return d.complete(ctx, dl)
		}
	})
	for range 5 {
		d.emit("acme")
	}
	d.emit("globex")
	d.worker.Start(context.Background())
	wait(t, started, 3) // two of acme, and globex beside them
	close(release)
	wait(t, started, 3)
	d.worker.Stop(context.Background())
	if most["acme"] != 2 || most["globex"] != 1 {
		t.Errorf("at once: %v", most)
	}
}

func TestStoppingWaitsAndThenCancels(t *testing.T) {
	t.Parallel()
	started := make(chan string, 1)
	var cause error
	d := newDesk(t, nil, func(*desk) handler {
		return func(ctx context.Context, _ *events.Delivery) error {
			started <- ""
			<-ctx.Done()
			cause = ctx.Err()
			return fault.New(fault.Cancelled, "stopped")
		}
	})
	d.worker.Stop(context.Background()) // before it began
	d.emit("acme")
	d.worker.Start(context.Background())
	wait(t, started, 1)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	d.worker.Stop(over)
	d.worker.Stop(over)
	if !errors.Is(cause, context.Canceled) {
		t.Errorf("the handler saw %v", cause)
	}
	if n := d.totals(); n[events.Retryable] != 1 {
		t.Errorf("totals %v", n)
	}
}
