package routing_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// raised reads how often the module's counter was raised.
func (d *desk) raised() int64 {
	d.t.Helper()
	var n int64
	tx, err := d.store.Begin(context.Background(), persistence.ReadOnly, persistence.Whose{App: "app", Tenant: "acme"})
	if err != nil {
		d.t.Fatal(err)
	}
	defer tx.Rollback()
	answer, err := tx.Session(d.snapshot.Modules["desk"].View, persistence.Call{Module: "desk", Now: time.Now()}).Do(context.Background(), "data_query", []byte(`{"collection":"c"}`))
	if err != nil {
		d.t.Fatal(err)
	}
	if _, rest, found := strings.Cut(string(answer), `"n":`); found {
		if _, err := fmt.Sscan(rest[:strings.IndexAny(rest, ",}")], &n); err != nil {
			d.t.Fatal(err)
		}
	}
	return n
}

func TestAReactionEndsAsItsEffectDoes(t *testing.T) {
	t.Parallel()
	full := map[string]any{"n": 1, "kind": "a", "ticket": map[string]any{"id": "t-1"}}
	for _, c := range []struct {
		name, reaction string
		payload        map[string]any
		change         func(*events.Emission)
		state          events.State
		why            fault.Code // the reason or the category
		raised         int64
	}{
		{name: "an action", reaction: "add", payload: full, state: events.Completed, raised: 1},
		{name: "a bare export", reaction: "bare", payload: full, state: events.Completed, raised: 1},
		{name: "a read", reaction: "look", payload: full, state: events.Completed},
		{name: "a handler that says no", reaction: "fails", payload: full, state: events.Retryable, why: fault.ActionFailed},
		{name: "a payload that fits", reaction: "strict", payload: full, state: events.Completed, raised: 1},
		{name: "a payload that does not fit", reaction: "strict", payload: map[string]any{"n": "x"}, state: events.DeadLetter, why: fault.InvalidParams},
		{name: "a key", reaction: "keyed", payload: full, state: events.Completed, raised: 1},
		{name: "a key without its value", reaction: "keyed", payload: map[string]any{"kind": "a"}, state: events.DeadLetter,
			why: fault.IdempotencyValueMissing},
		{name: "a key of null", reaction: "keyed", payload: map[string]any{"kind": nil, "ticket": map[string]any{"id": 1}},
			state: events.DeadLetter, why: fault.IdempotencyValueMissing},
		{name: "an actor without the permission", reaction: "needy", payload: full, state: events.Skipped, why: fault.PermissionMissing},
		{name: "an actor with it", reaction: "needy", payload: full, state: events.Completed, raised: 1,
			change: func(e *events.Emission) { e.Grant = []string{"desk.bill"} }},
		{name: "a reaction that is gone", reaction: "gone", payload: full, state: events.DeadLetter, why: fault.ReactionGone},
		{name: "a reaction that hears another event now", reaction: "add", payload: full, state: events.DeadLetter, why: fault.ReactionGone,
			change: func(e *events.Emission) { e.Envelope.Type = "domain.x.other" }},
		{name: "a module that is gone", reaction: "add", payload: full, state: events.DeadLetter, why: fault.ReactionGone,
			change: func(e *events.Emission) { e.Subscriptions[0].Module = "gone" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, nil)
			e := d.emission(events.KindReaction, c.reaction, c.payload)
			if c.change != nil {
				c.change(e)
			}
			got := d.deliver(e)
			if why := fault.Code(got.Reason) + got.ErrorCategory; got.State != c.state || why != c.why {
				t.Errorf("%s %s, want %s %s", got.State, why, c.state, c.why)
			}
			if n := d.raised(); n != c.raised {
				t.Errorf("the counter stands at %d, want %d", n, c.raised)
			}
			if c.raised == 1 && !strings.HasPrefix(got.InvocationID, "inv_") {
				t.Errorf("completed by the invocation %q", got.InvocationID)
			}
		})
	}
}

func TestOneKeyGivesOneEffectOfAReaction(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	payload := func(ticket any, kind string) map[string]any {
		return map[string]any{"ticket": map[string]any{"id": ticket}, "kind": kind, "more": d.made}
	}
	for _, c := range []struct {
		tenant string
		body   map[string]any
		state  events.State
	}{
		{"acme", payload("t-1", "a"), events.Completed},
		{"acme", payload("t-1", "a"), events.Skipped},
		{"acme", payload("t-1", "b"), events.Completed},
		{"acme", payload("t-1a", ""), events.Completed}, // the same bytes if they were only put together
		{"acme", payload(1, "a"), events.Completed},
		{"acme", payload("1", "a"), events.Completed},
		{"globex", payload("t-1", "a"), events.Completed},
		{"acme", payload(1, "a"), events.Skipped},
	} {
		e := d.emission(events.KindReaction, "keyed", c.body)
		e.Envelope.Tenant = c.tenant
		got := d.deliver(e)
		if got.State != c.state || c.state == events.Skipped && got.Reason != string(fault.Duplicate) {
			t.Errorf("%s %v: %s %s, want %s", c.tenant, c.body, got.State, got.Reason, c.state)
		}
	}
	if n := d.raised(); n != 5 {
		t.Errorf("the counter of acme stands at %d", n)
	}
}

func TestAReactionThatFailedKeepsNoKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	body := map[string]any{"kind": "a", "ticket": map[string]any{"id": "t-1"}}
	served := d.snapshot
	d.snapshot = &modules.Snapshot{App: "app", Failed: map[string]modules.Failure{"desk": {Module: "desk"}}}
	if got := d.deliver(d.emission(events.KindReaction, "keyed", body)); got.State != events.Retryable || got.ErrorCategory != fault.ModuleUnavailable || got.AttemptCount != 0 {
		t.Errorf("a module that failed to load: %s %s, %d attempts", got.State, got.ErrorCategory, got.AttemptCount)
	}
	d.snapshot = nil
	if got := d.deliver(d.emission(events.KindReaction, "keyed", body)); got.State != events.Retryable || got.ErrorCategory != fault.AppUnavailable {
		t.Errorf("an app that is not served: %s %s", got.State, got.ErrorCategory)
	}
	d.snapshot = served
	if got := d.deliver(d.emission(events.KindReaction, "keyed", body)); got.State != events.Completed {
		t.Errorf("the first that takes effect: %s %s", got.State, got.Reason)
	}
}

func TestAWorkerThatLostItsClaimHasNoEffect(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	for _, reaction := range []string{"add", "tell"} {
		e := d.emission(events.KindReaction, reaction, map[string]any{"kind": "a"})
		d.do(func(ctx context.Context, sql persistence.SQL) error { return d.outbox.Append(ctx, sql, e, time.Now()) })
		slow := d.claim()
		d.do(func(ctx context.Context, sql persistence.SQL) error {
			_, err := d.outbox.Reclaim(ctx, sql, time.Now())
			return err
		})
		quick := d.claim()
		if err := d.deliverer.Deliver(context.Background(), slow); !errors.Is(err, events.ErrClaimLost) {
			t.Errorf("%s: the slow worker: %v", reaction, err)
		}
		if n, told := d.raised(), d.told(); reaction == "add" && n != 0 || reaction == "tell" && len(told) != 0 {
			t.Errorf("%s: a lost claim left %d and told %v", reaction, n, told)
		}
		if err := d.deliverer.Deliver(context.Background(), quick); err != nil {
			t.Errorf("%s: the quick worker: %v", reaction, err)
		}
		if err := d.deliverer.Deliver(context.Background(), quick); !errors.Is(err, events.ErrClaimLost) && fault.CodeOf(err) != "" {
			t.Errorf("%s: a second time: %v", reaction, err)
		}
	}
	if n := d.raised(); n != 1 {
		t.Errorf("the counter stands at %d", n)
	}
	if n := len(d.items("acme", "ann")); n != 1 {
		t.Errorf("ann was told %d times", n)
	}
}
