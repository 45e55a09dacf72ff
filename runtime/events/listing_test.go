package events_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// keep stores an event with a delivery for each subscription.
func (b *box) keep(e events.Envelope, modules ...string) {
	b.t.Helper()
	var to []events.Subscription
	for _, m := range modules {
		to = append(to, events.Subscription{Kind: events.KindReaction, Module: m, ID: "r", MaxAttempts: 3, Lease: time.Minute})
	}
	b.must(func(ctx context.Context, tx persistence.SQL) error {
		return b.Append(ctx, tx, &events.Emission{Envelope: e, Subscriptions: to}, b.now)
	})
	b.now = b.now.Add(time.Millisecond) // ids of one millisecond have no order
}

func (b *box) list(f events.ListFilter) []events.Delivery {
	b.t.Helper()
	var out []events.Delivery
	b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
		out, err = b.List(ctx, tx, f)
		return err
	})
	return out
}

func TestDeliveriesAreListedByWhatIsAsked(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	b.keep(events.Envelope{ID: "evt_1", App: "app", Tenant: "acme", Type: "domain.x.a"}, "m")
	b.keep(events.Envelope{ID: "evt_2", App: "app", Tenant: "globex", Type: "domain.x.a"}, "n")
	b.keep(events.Envelope{ID: "evt_3", App: "app", Tenant: "acme", Type: "domain.x.b"}, "n")
	b.keep(events.Envelope{ID: "evt_4", App: "other", Tenant: "acme", Type: "domain.x.a"}, "m")
	first := b.claim(nil, 1)
	if err := b.complete(&first[0]); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		f    events.ListFilter
		want []string
	}{
		{"an app", events.ListFilter{App: "app"}, []string{"evt_3", "evt_2", "evt_1"}},
		{"another app", events.ListFilter{App: "other"}, []string{"evt_4"}},
		{"a tenant", events.ListFilter{App: "app", Tenant: "acme"}, []string{"evt_3", "evt_1"}},
		{"a module", events.ListFilter{App: "app", Module: "n"}, []string{"evt_3", "evt_2"}},
		{"a type", events.ListFilter{App: "app", EventType: "domain.x.a"}, []string{"evt_2", "evt_1"}},
		{"a state", events.ListFilter{App: "app", State: events.Completed}, []string{"evt_1"}},
		{"all of it", events.ListFilter{App: "app", Tenant: "acme", Module: "n", EventType: "domain.x.b", State: events.Pending}, []string{"evt_3"}},
		{"nothing", events.ListFilter{App: "app", Tenant: "acme", Module: "none"}, nil},
	} {
		var got []string
		for _, d := range b.list(c.f) {
			got = append(got, d.EventID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPagesOfDeliveriesMissNoneAndRepeatNone(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	for range 53 {
		b.emit("acme", 3)
		b.now = b.now.Add(time.Millisecond)
	}
	if n := len(b.list(events.ListFilter{App: "app"})); n != 50 {
		t.Errorf("a page has %d where none is asked for", n)
	}
	seen := map[string]bool{}
	f := events.ListFilter{App: "app", Limit: 20}
	for _, want := range []int{20, 20, 13, 0} {
		page := b.list(f)
		if len(page) != want {
			t.Fatalf("a page of %d, want %d", len(page), want)
		}
		for _, d := range page {
			if seen[d.ID] || f.Before != "" && d.ID >= f.Before {
				t.Errorf("%s stands twice or out of order", d.ID)
			}
			seen[d.ID] = true
			f.Before = d.ID
		}
	}
}

func TestTotalsCountOneAppByState(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	b.keep(events.Envelope{ID: "evt_1", App: "app", Tenant: "acme"}, "m", "n", "o")
	b.keep(events.Envelope{ID: "evt_2", App: "app", Tenant: "acme"}) // nobody is told
	b.keep(events.Envelope{ID: "evt_3", App: "other", Tenant: "acme"}, "m")
	got := b.claim(nil, 3)
	b.must(func(ctx context.Context, tx persistence.SQL) error {
		return b.Complete(ctx, tx, &got[0], fault.PermissionMissing, "", b.now)
	})
	b.fail(&got[1], fault.ReactionGone)
	var all *events.Totals
	var count int64
	b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
		if count, err = b.Count(ctx, tx, "app"); err != nil {
			return err
		}
		all, err = b.Totals(ctx, tx, "app")
		return err
	})
	want := map[events.State]int64{events.Pending: 0, events.Retryable: 0, events.Claimed: 1, events.Completed: 0, events.Skipped: 1, events.DeadLetter: 1}
	if count != 2 || !maps.Equal(all.Deliveries, want) {
		t.Errorf("%d events, deliveries %v", count, all.Deliveries)
	}
	if d := b.list(events.ListFilter{State: events.Skipped}); len(d) != 1 || d[0].Reason != string(fault.PermissionMissing) {
		t.Errorf("what was skipped: %+v", d)
	}
}
