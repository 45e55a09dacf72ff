package modules_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

func TestACallWhoseKeyIsInWorkIsSentAwayAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	inside, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := r.call("add", func(inv *modules.Invocation) {
			inv.IdempotencyKey = "k"
			inv.InCommit = func(context.Context, persistence.SQL, *modules.Outcome) error {
				close(inside)
				<-release
				return nil
			}
		})
		ended <- err
	}()
	<-inside
	if f := r.refused("add", key("k"), fault.IdempotencyInProgress); f.Retry != time.Second {
		t.Errorf("told to come back in %s", f.Retry)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if out, err := r.call("add", key("k")); err != nil || !out.Replayed {
		t.Errorf("afterwards: %+v %v", out, err)
	}
}

func TestAKeyIsItsCallersOwn(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	if _, err := r.call("add", key("k")); err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]auth.Principal{
		"another user":      {Kind: auth.User, UserID: "bob", Tenant: "acme"},
		"another tenant":    {Kind: auth.User, UserID: "ann", Tenant: "globex"},
		"another workspace": {Kind: auth.User, UserID: "ann", Tenant: "acme", Workspace: "west"},
		"another kind":      {Kind: auth.Service, UserID: "ann", Tenant: "acme"},
	} {
		out, err := r.call("add", func(inv *modules.Invocation) { inv.IdempotencyKey, inv.Principal = "k", &p })
		if err != nil || out.Replayed {
			t.Errorf("%s: %+v %v", name, out, err)
		}
	}
	if out, err := r.call("keyed", key("k")); err != nil || out.Replayed {
		t.Errorf("another action: %+v %v", out, err)
	}
	if out, err := r.call("add", key("k")); err != nil || !out.Replayed {
		t.Errorf("the caller again: %+v %v", out, err)
	}
}

func TestAnAnswerOutlivesTheProcessButNotTheRight(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	allowed := func(inv *modules.Invocation) { inv.IdempotencyKey, inv.Authority.Permissions = "k", []string{"m.go"} }
	first, err := r.call("guarded", allowed)
	if err != nil {
		t.Fatal(err)
	}
	r.executor = modules.NewExecutor(r.store, events.NewOutbox(nil), slog.New(slog.DiscardHandler), func() {}, nil)
	if again, err := r.call("guarded", allowed); err != nil || !again.Replayed || again.InvocationID != first.InvocationID {
		t.Errorf("after a restart: %+v %v", again, err)
	}
	r.refused("guarded", key("k"), fault.PermissionDenied)
}

func TestAServiceMustSendAKeyAndAReadNeedsNone(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	service := func(inv *modules.Invocation) {
		inv.Principal = &auth.Principal{Kind: auth.Service, UserID: "svc", Tenant: "acme"}
	}
	r.refused("add", service, fault.IdempotencyKeyRequired)
	if _, err := r.call("who", service); err != nil {
		t.Errorf("a read of a service: %v", err)
	}
	for range 2 {
		if out, err := r.call("who", key("not a key")); err != nil || out.Replayed {
			t.Errorf("a read with a key: %+v %v", out, err)
		}
	}
	if left := r.left(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnEventKeyStandsForTheFirstEvent(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	event := with(map[string]any{"type": "domain.m.typed", "event_key": "order-1"})
	first, err := r.call("typed", event)
	if err != nil || first.Events != 1 {
		t.Fatalf("%+v %v", first, err)
	}
	again, err := r.call("typed", event)
	if err != nil {
		t.Fatal(err)
	}
	id := string(first.Value[len(`{"duplicate":false,"event_id":`):])
	if want := `{"duplicate":true,"event_id":` + id; string(again.Value) != want || again.Events != 0 {
		t.Errorf("%s then %s, %d events", first.Value, again.Value, again.Events)
	}
	// A call that fails gives the key back with all else.
	r.refused("typed", func(inv *modules.Invocation) {
		inv.Params = map[string]any{"type": "domain.m.typed", "event_key": "order-2"}
		inv.InCommit = func(context.Context, persistence.SQL, *modules.Outcome) error {
			return fault.New(fault.Duplicate, "no")
		}
	}, fault.Duplicate)
	if out, err := r.call("typed", with(map[string]any{"type": "domain.m.typed", "event_key": "order-2"})); err != nil || out.Events != 1 {
		t.Errorf("a key that was given back: %+v %v", out, err)
	}
}
