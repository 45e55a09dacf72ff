package events_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

// box is an outbox on a real store, with a clock that stands still.
type box struct {
	t *testing.T
	*events.Outbox
	store *persistence.Store
	now   time.Time
	made  int
}

func newBox(t *testing.T, opts *events.Options) *box {
	t.Helper()
	db, err := sqlite.Open(context.Background(), t.TempDir(), &sqlite.Options{Synchronous: "NORMAL"})
	if err != nil {
		t.Fatal(err)
	}
	b := &box{t: t, Outbox: events.NewOutbox(opts), store: persistence.New(db, nil), now: time.UnixMilli(1_000_000_000_000)}
	t.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *box) do(fn func(ctx context.Context, tx persistence.SQL) error) error {
	return b.store.Update(context.Background(), fn)
}

func (b *box) must(fn func(ctx context.Context, tx persistence.SQL) error) {
	b.t.Helper()
	if err := b.do(fn); err != nil {
		b.t.Fatal(err)
	}
}

// emit stores an event of a tenant with one delivery of at most attempts.
func (b *box) emit(tenant string, attempts int) string {
	b.t.Helper()
	b.made++
	id := fmt.Sprintf("evt_%04d", b.made)
	b.must(func(ctx context.Context, tx persistence.SQL) error {
		return b.Append(ctx, tx, &events.Emission{Envelope: events.Envelope{ID: id, App: "app", Tenant: tenant, Type: "domain.x.y", Module: "x"},
			Grant: []string{"x.read"}, Roles: []string{"r"}, Subscriptions: []events.Subscription{{Kind: events.KindReaction, Module: "m", ID: "r",
				MaxAttempts: attempts, Lease: time.Minute, RetryDelay: 10 * time.Second}}}, b.now)
	})
	return id
}

func (b *box) claim(busy map[string]int, limit int) []events.Delivery {
	b.t.Helper()
	var out []events.Delivery
	b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
		out, err = b.Claim(ctx, tx, []string{"app"}, busy, limit, b.now)
		return err
	})
	return out
}

func (b *box) complete(d *events.Delivery) error {
	return b.do(func(ctx context.Context, tx persistence.SQL) error { return b.Complete(ctx, tx, d, "", "inv_1", b.now) })
}

func (b *box) fail(d *events.Delivery, code fault.Code) events.State {
	b.t.Helper()
	var state events.State
	b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
		state, err = b.Fail(ctx, tx, d, code, "inv_1", 0, 0.5, b.now)
		return err
	})
	return state
}

func (b *box) totals() map[events.State]int64 {
	b.t.Helper()
	var all *events.Totals
	b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
		all, err = b.Totals(ctx, tx, "app")
		return err
	})
	return all.Deliveries
}
