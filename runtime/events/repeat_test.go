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

func TestEveryCodeHasItsClass(t *testing.T) {
	t.Parallel()
	for class, codes := range map[events.Class][]fault.Code{
		events.Wait: {fault.Overloaded, fault.ShuttingDown, fault.ConcurrencyLimited, fault.RateLimited, fault.StoreUnavailable,
			fault.EntitlementUnavailable, fault.ModuleUnavailable, fault.AppUnavailable},
		events.Retry: {fault.ExecutionError, fault.FuelExhausted, fault.MemoryExceeded, fault.ActionTimeout, fault.Busy, fault.Unavailable,
			fault.Conflict, fault.RecordNotFound, fault.ActionFailed, fault.Cancelled},
		events.Final: {fault.InvalidParams, fault.PermissionDenied, fault.ReactionGone, fault.DepthExceeded, fault.EventRefused,
			fault.InvalidOutput, fault.IdempotencyValueMissing, fault.AudienceInvalid, fault.Internal, "NO_SUCH_CODE", ""},
	} {
		for _, code := range codes {
			if got := events.Classify(code); got != class {
				t.Errorf("%s: class %d, want %d", code, got, class)
			}
		}
	}
}

// failed fails the one due delivery and answers how it stands then.
func (b *box) failed(code fault.Code, retryAfter time.Duration, jitter float64) events.Delivery {
	b.t.Helper()
	due := b.claim(nil, 1)
	if len(due) != 1 {
		b.t.Fatal("nothing is due")
	}
	b.must(func(ctx context.Context, tx persistence.SQL) error {
		_, err := b.Fail(ctx, tx, &due[0], code, "inv_1", retryAfter, jitter, b.now)
		return err
	})
	return b.list(events.ListFilter{})[0]
}

func TestARetryComesAfterItsBackoffWithinItsSpread(t *testing.T) {
	t.Parallel()
	for _, jitter := range []float64{0, 1} {
		b := newBox(t, &events.Options{BackoffMax: 25 * time.Second})
		b.emit("acme", 9)
		spread := 0.8 + 0.4*jitter
		for _, base := range []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second} {
			want := min(time.Duration(float64(base)*spread), 25*time.Second)
			d := b.failed(fault.Busy, time.Hour, jitter) // only a wait asks how long
			if got := time.UnixMilli(d.NextAttemptAt).Sub(b.now); got != want || d.LastFailedAt != b.now.UnixMilli() {
				t.Errorf("jitter %v: after %s, want %s", jitter, got, want)
			}
			b.now = time.UnixMilli(d.NextAttemptAt)
		}
	}
}

func TestAWaitComesBackWhenItIsTold(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	b.emit("acme", 1)
	for given, want := range map[time.Duration]time.Duration{0: 30 * time.Second, 7 * time.Second: 7 * time.Second} {
		d := b.failed(fault.Overloaded, given, 0.5)
		if got := time.UnixMilli(d.NextAttemptAt).Sub(b.now); got != want || d.AttemptCount != 0 || d.State != events.Retryable {
			t.Errorf("told %s: again after %s with %d attempts, %s", given, got, d.AttemptCount, d.State)
		}
		b.now = time.UnixMilli(d.NextAttemptAt)
	}
}

func TestTheTimeOfAWaitBeginsAnewAfterARealFailure(t *testing.T) {
	t.Parallel()
	b := newBox(t, &events.Options{WaitMax: time.Minute})
	b.emit("acme", 9)
	for i, code := range []fault.Code{fault.Overloaded, fault.Overloaded, fault.Busy, fault.Overloaded, fault.Overloaded} {
		d := b.failed(code, 40*time.Second, 0)
		if d.State != events.Retryable {
			t.Fatalf("failure %d: %s %s", i, d.State, d.ErrorCategory)
		}
		b.now = time.UnixMilli(d.NextAttemptAt)
	}
	if d := b.failed(fault.Overloaded, 0, 0); d.State != events.DeadLetter || d.ErrorCategory != fault.Overloaded {
		t.Errorf("past the limit: %s %s", d.State, d.ErrorCategory)
	}
}

func TestAReactionKeyStandsForOneDeliveryUntilItExpires(t *testing.T) {
	t.Parallel()
	b := newBox(t, &events.Options{ReactionKeyRetention: time.Hour})
	take := func(app, tenant, delivery, hash string) (first string, duplicate bool) {
		b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
			first, duplicate, err = b.ReactionKey(ctx, tx, &events.Delivery{ID: delivery, App: app, Tenant: tenant}, hash, b.now)
			return err
		})
		return first, duplicate
	}
	if _, duplicate := take("app", "acme", "dlv_1", "h"); duplicate {
		t.Error("the first is a duplicate")
	}
	if first, duplicate := take("app", "acme", "dlv_2", "h"); !duplicate || first != "dlv_1" {
		t.Errorf("the second: %q %v", first, duplicate)
	}
	for _, other := range [][3]string{{"app", "globex", "h"}, {"other", "acme", "h"}, {"app", "acme", "g"}} {
		if _, duplicate := take(other[0], other[1], "dlv_3", other[2]); duplicate {
			t.Errorf("%v is a duplicate", other)
		}
	}
	b.now = b.now.Add(time.Hour)
	if _, duplicate := take("app", "acme", "dlv_4", "h"); duplicate {
		t.Error("an expired key still holds")
	}
	if first, duplicate := take("app", "acme", "dlv_5", "h"); !duplicate || first != "dlv_4" {
		t.Errorf("after the expired one: %q %v", first, duplicate)
	}
}

func TestAKeyOfATransactionThatEndedInNothingIsFree(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	undone := fault.New(fault.Duplicate, "no")
	if err := b.do(func(ctx context.Context, tx persistence.SQL) error {
		if _, _, err := b.ReactionKey(ctx, tx, &events.Delivery{ID: "dlv_1", App: "app"}, "h", b.now); err != nil {
			return err
		}
		return undone
	}); fault.CodeOf(err) != fault.Duplicate {
		t.Fatal(err)
	}
	b.must(func(ctx context.Context, tx persistence.SQL) error {
		if _, duplicate, err := b.ReactionKey(ctx, tx, &events.Delivery{ID: "dlv_2", App: "app"}, "h", b.now); duplicate || err != nil {
			t.Errorf("duplicate %v, %v", duplicate, err)
		}
		return nil
	})
}

func TestWhatFallsDueNextIsKnown(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	next := func(apps ...string) (at time.Time, ok bool) {
		b.must(func(ctx context.Context, tx persistence.SQL) (err error) {
			at, ok, err = b.NextDue(ctx, tx, apps)
			return err
		})
		return at, ok
	}
	if _, ok := next("app"); ok {
		t.Error("something is due in an empty outbox")
	}
	b.emit("acme", 3)
	if at, ok := next("other", "app"); !ok || !at.Equal(b.now) {
		t.Errorf("a new delivery is due at %s", at)
	}
	if _, ok := next("other"); ok {
		t.Error("another app's delivery is due")
	}
	if _, ok := next(); ok {
		t.Error("something is due for no app")
	}
	got := b.claim(nil, 1)
	if at, ok := next("app"); !ok || at.Sub(b.now) != time.Minute {
		t.Errorf("a claimed delivery is due when its lease ends, not in %s", at.Sub(b.now))
	}
	if err := b.complete(&got[0]); err != nil {
		t.Fatal(err)
	}
	if _, ok := next("app"); ok {
		t.Error("a completed delivery is due")
	}
}

func TestAClaimThatIsLostCanDoNothing(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	b.emit("acme", 5)
	lost := b.claim(nil, 1)[0]
	b.now = b.now.Add(time.Minute)
	held := b.claim(nil, 1)[0]
	if held.ClaimToken == lost.ClaimToken {
		t.Fatal("two claims have one token")
	}
	for name, fn := range map[string]func(context.Context, persistence.SQL) error{
		"renew":    func(ctx context.Context, tx persistence.SQL) error { return b.Renew(ctx, tx, &lost, b.now) },
		"complete": func(ctx context.Context, tx persistence.SQL) error { return b.Complete(ctx, tx, &lost, "", "", b.now) },
		"fail": func(ctx context.Context, tx persistence.SQL) error {
			_, err := b.Fail(ctx, tx, &lost, fault.Internal, "", 0, 0, b.now)
			return err
		},
	} {
		if err := b.do(fn); !errors.Is(err, events.ErrClaimLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d := b.list(events.ListFilter{})[0]; d.State != events.Claimed || d.AttemptCount != 2 {
		t.Errorf("the delivery stands at %s, %d attempts", d.State, d.AttemptCount)
	}
}
