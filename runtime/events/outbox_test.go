package events_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

func TestADeliveryIsClaimedOnceAndCompletedOnce(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	event := b.emit("acme", 3)
	got := b.claim(nil, 10)
	if len(got) != 1 || got[0].EventID != event || got[0].AttemptCount != 1 || got[0].ClaimToken == "" {
		t.Fatalf("claimed %+v", got)
	}
	if again := b.claim(nil, 10); len(again) != 0 {
		t.Fatalf("claimed again: %+v", again)
	}
	if err := b.complete(&got[0]); err != nil {
		t.Fatal(err)
	}
	if err := b.complete(&got[0]); !errors.Is(err, events.ErrClaimLost) {
		t.Errorf("completed twice: %v", err)
	}
	if n := b.totals(); n[events.Completed] != 1 || n[events.Claimed] != 0 {
		t.Errorf("totals %v", n)
	}
}

func TestALeaseThatEndsGivesTheDeliveryToAnother(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	b.emit("acme", 3)
	first := b.claim(nil, 1)
	b.now = b.now.Add(59 * time.Second)
	b.must(func(ctx context.Context, tx persistence.SQL) error { return b.Renew(ctx, tx, &first[0], b.now) })
	b.now = b.now.Add(59 * time.Second)
	if got := b.claim(nil, 1); len(got) != 0 {
		t.Fatal("a renewed lease was taken")
	}
	b.now = b.now.Add(2 * time.Second)
	second := b.claim(nil, 1)
	if len(second) != 1 || second[0].AttemptCount != 2 {
		t.Fatalf("the second claim: %+v", second)
	}
	if err := b.complete(&first[0]); !errors.Is(err, events.ErrClaimLost) {
		t.Errorf("the first worker completes: %v", err)
	}
	if err := b.complete(&second[0]); err != nil {
		t.Error(err)
	}
}

func TestTheClaimsOfADeadProcessAreDueAtOnceAndStayCounted(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	b.emit("acme", 2)
	b.claim(nil, 1)
	b.must(func(ctx context.Context, tx persistence.SQL) error {
		n, err := b.Reclaim(ctx, tx, b.now)
		if n != 1 {
			t.Errorf("%d claims ended", n)
		}
		return err
	})
	if got := b.claim(nil, 1); len(got) != 1 || got[0].AttemptCount != 2 {
		t.Fatalf("claimed %+v", got)
	}
	b.must(func(ctx context.Context, tx persistence.SQL) error { _, err := b.Reclaim(ctx, tx, b.now); return err })
	if got := b.claim(nil, 1); len(got) != 0 {
		t.Fatal("a delivery that killed its process each time is tried a third time")
	}
	if n := b.totals(); n[events.DeadLetter] != 1 {
		t.Errorf("totals %v", n)
	}
}

func TestFailuresRetryWaitOrEnd(t *testing.T) {
	t.Parallel()
	b := newBox(t, &events.Options{WaitMax: time.Hour})
	b.emit("acme", 2)
	d := b.claim(nil, 1)[0]
	if state := b.fail(&d, fault.Overloaded); state != events.Retryable {
		t.Fatalf("no room: %s", state)
	}
	b.now = b.now.Add(30 * time.Second)
	d = b.claim(nil, 1)[0]
	if d.AttemptCount != 1 {
		t.Errorf("waiting used an attempt up: %d", d.AttemptCount)
	}
	if state := b.fail(&d, fault.ExecutionError); state != events.Retryable {
		t.Fatalf("a trap: %s", state)
	}
	b.now = b.now.Add(9 * time.Second)
	if len(b.claim(nil, 1)) != 0 {
		t.Error("claimed before the backoff of 10 s ended")
	}
	b.now = b.now.Add(time.Second)
	d = b.claim(nil, 1)[0]
	if state := b.fail(&d, fault.ExecutionError); state != events.DeadLetter {
		t.Errorf("the last attempt: %s", state)
	}
	var dead []events.Delivery
	b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
		dead, err = b.List(ctx, tx, events.ListFilter{App: "app", State: events.DeadLetter})
		return err
	})
	if len(dead) != 1 || dead[0].ErrorCategory != fault.AttemptsExhausted || dead[0].DeadLetteredAt == 0 {
		t.Errorf("dead letters %+v", dead)
	}
	b.emit("acme", 9)
	d = b.claim(nil, 1)[0]
	if state := b.fail(&d, fault.InvalidParams); state != events.DeadLetter {
		t.Errorf("what will never work: %s", state)
	}
	b.emit("acme", 9)
	for range 130 {
		got := b.claim(nil, 1)
		if len(got) == 0 {
			break
		}
		b.fail(&got[0], fault.ModuleUnavailable)
		b.now = b.now.Add(30 * time.Second)
	}
	if n := b.totals(); n[events.DeadLetter] != 3 {
		t.Errorf("waiting for ever: %v", n)
	}
}

func TestATenantGetsNoMoreThanItsPlaces(t *testing.T) {
	t.Parallel()
	b := newBox(t, &events.Options{WorkersPerTenant: 2})
	for range 5 {
		b.emit("acme", 3)
	}
	b.emit("globex", 3)
	got := b.claim(map[string]int{"app/acme": 1}, 10)
	byTenant := map[string]int{}
	for _, d := range got {
		byTenant[d.Tenant]++
	}
	if byTenant["acme"] != 1 || byTenant["globex"] != 1 {
		t.Errorf("claimed %v", byTenant)
	}
	if got := b.claim(map[string]int{"app/acme": 2}, 10); len(got) != 0 {
		t.Errorf("a full tenant got %d", len(got))
	}
}

func TestAnEventKeyStandsForOneEventUntilItExpires(t *testing.T) {
	t.Parallel()
	b := newBox(t, &events.Options{KeyRetention: time.Hour})
	key := func(tenant, id string) (first string, duplicate bool) {
		b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
			first, duplicate, err = b.Key(ctx, tx, &events.Envelope{ID: id, App: "app", Tenant: tenant, Module: "x", Type: "t"}, "k", b.now)
			return err
		})
		return first, duplicate
	}
	if _, duplicate := key("acme", "evt_1"); duplicate {
		t.Error("the first is a duplicate")
	}
	if first, duplicate := key("acme", "evt_2"); !duplicate || first != "evt_1" {
		t.Errorf("the second stands for %s", first)
	}
	if _, duplicate := key("globex", "evt_3"); duplicate {
		t.Error("another tenant's key is a duplicate")
	}
	b.now = b.now.Add(time.Hour)
	if _, duplicate := key("acme", "evt_4"); duplicate {
		t.Error("an expired key still holds")
	}
}

func TestTheGrantTravelsWithTheEvent(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	id := b.emit("acme", 1)
	b.must(func(ctx context.Context, tx persistence.SQL) error {
		e, err := b.Event(ctx, tx, id)
		if err == nil && (e.Envelope.Tenant != "acme" || len(e.Grant) != 1 || e.Grant[0] != "x.read" || e.Roles[0] != "r") {
			t.Errorf("got %+v", e)
		}
		return err
	})
	if err := b.do(func(ctx context.Context, tx persistence.SQL) error {
		_, err := b.Event(ctx, tx, "evt_none")
		return err
	}); !errors.Is(err, persistence.ErrNoRows) {
		t.Errorf("an event that is not there: %v", err)
	}
}

func TestBackoffDoublesWithinItsSpreadUpToALimit(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]time.Duration{1: 5 * time.Second, 2: 10 * time.Second, 4: 40 * time.Second} {
		if low, high := events.Backoff(5*time.Second, n, time.Hour, 0), events.Backoff(5*time.Second, n, time.Hour, 1); low != want*8/10 || high != want*12/10 {
			t.Errorf("attempt %d: %s to %s around %s", n, low, high, want)
		}
	}
	if d := events.Backoff(5*time.Second, 60, time.Hour, 1); d != time.Hour {
		t.Errorf("the limit: %s", d)
	}
}
