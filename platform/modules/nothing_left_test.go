package modules_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// untouched fails unless neither a document, an event, a delivery nor a key is there.
func (r *rig) untouched() {
	r.t.Helper()
	if left := r.left(); len(left) != 0 {
		r.t.Errorf("left behind: %v", left)
	}
	if n := r.count(); n != "1" {
		r.t.Errorf("a document was left: the counter stands at %s", n)
	}
	if r.wakes.Load() != 0 {
		r.t.Error("the workers were woken for nothing")
	}
}

func TestACallThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, action string
		params       map[string]any
		opts         *modules.ExecutorOptions
		timeout      time.Duration
		want         fault.Code
	}{
		{name: "a trap", action: "trap", want: fault.ExecutionError},
		{name: "a loop without end", action: "spin", timeout: 100 * time.Millisecond, want: fault.ActionTimeout},
		{name: "a refusal", action: "echo", params: map[string]any{"error": map[string]any{"code": "failed"}}, want: fault.ActionFailed},
		{name: "a result without its envelope", action: "echo", params: map[string]any{"x": int64(1)}, want: fault.ResultNotJson},
		{name: "a result past the limit", action: "echo", params: map[string]any{"ok": strings.Repeat("x", 199)},
			opts: &modules.ExecutorOptions{ResultMax: 200}, want: fault.ResponseTooLarge},
		{name: "a result unlike its schema", action: "promise", params: map[string]any{"ok": map[string]any{"n": "x"}}, want: fault.InvalidOutput},
		{name: "a write in a read", action: "peek", want: fault.EffectRefused},
		{name: "an event in a read", action: "shout", want: fault.EffectRefused},
		{name: "an event that is not listed", action: "sneak", want: fault.EventRefused},
		{name: "a bad payload", action: "typed", params: map[string]any{"type": "domain.m.typed", "payload": map[string]any{"n": "x"}},
			want: fault.InvalidEventPayload},
		{name: "a payload that is no object", action: "typed", params: map[string]any{"type": "domain.m.typed", "payload": "x"},
			want: fault.InvalidEventPayload},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, c.opts, nil)
			r.snapshot.Router = matchAll{}
			for range 2 { // the second finds the key free
				r.refused(c.action, func(inv *modules.Invocation) {
					inv.IdempotencyKey, inv.Timeout = "k", c.timeout
					if c.params != nil {
						inv.Params = c.params
					}
				}, c.want)
			}
			r.untouched()
		})
	}
}

func TestARefusedOperationDoomsAGuestThatGoesOn(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, &events.Options{MaxSize: 100})
	for _, c := range []struct {
		name    string
		payload any
		kind    string
		want    fault.Code
	}{
		{"unlike its schema", map[string]any{"n": "x"}, "domain.m.typed", fault.InvalidEventPayload},
		{"too large", map[string]any{"name": strings.Repeat("x", 100)}, "domain.m.typed", fault.InvalidEventPayload},
		{"declared by the module but not listed by the action", map[string]any{}, "domain.m.done", fault.EventRefused},
		{"of nobody", map[string]any{}, "domain.m.none", fault.EventRefused},
	} {
		r.refused("onwards", with(map[string]any{"type": c.kind, "payload": c.payload}), c.want)
		if left := r.left(); len(left) != 0 {
			t.Errorf("%s: left behind %v", c.name, left)
		}
	}
	if _, err := r.call("onwards", with(map[string]any{"type": "domain.m.typed", "payload": map[string]any{"n": int64(1)}})); err != nil {
		t.Errorf("a payload that fits: %v", err)
	}
}

func TestARequestOfABadFormIsAnAnswerAndDoomsNobody(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	for _, params := range []map[string]any{
		{"type": "domain.m.typed", "event_key": "with blank"},
		{"type": "domain.m.typed", "event_key": int64(1)},
		{"type": "domain.m.typed", "tenant": "other"},
	} {
		f := r.refused("typed", with(params), fault.InvalidParams)
		if f.Details["error"] != fault.ValueInvalidArgument {
			t.Errorf("%v: details %v", params, f.Details)
		}
		if _, err := r.call("onwards", with(params)); err != nil {
			t.Errorf("%v: a guest that went on: %v", params, err)
		}
	}
	if left := r.left(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheCodesOfGuestsAreMapped(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	for value, want := range map[fault.Value]fault.Code{
		fault.ValueInvalidArgument: fault.InvalidParams, fault.ValueValidationFailed: fault.InvalidParams,
		fault.ValueNotFound: fault.RecordNotFound, fault.ValuePermissionDenied: fault.PermissionDenied,
		fault.ValueConflict: fault.Conflict, fault.ValueRevisionConflict: fault.Conflict, fault.ValueUniqueConflict: fault.Conflict,
		fault.ValueQuotaExceeded: fault.QuotaExceeded, fault.ValueTokensExhausted: fault.TokenUsageDenied,
		fault.ValueBusy: fault.Unavailable, fault.ValueTimeout: fault.Unavailable, fault.ValueUnavailable: fault.Unavailable,
		fault.ValueFailed: fault.ActionFailed, fault.ValueLimitExceeded: fault.ActionFailed,
	} {
		f := r.refused("echo", with(map[string]any{"error": map[string]any{"code": string(value), "message": "no\x1b way",
			"details": map[string]any{"at": int64(7)}}}), want)
		details, err := json.Marshal(f.Details["details"])
		if err != nil {
			t.Fatal(err)
		}
		if f.Message != "no way" || f.Details["error"] != value || string(details) != `{"at":7}` {
			t.Errorf("%s: got %q %v", value, f.Message, f.Details)
		}
	}
	long := r.refused("echo", with(map[string]any{"error": map[string]any{"code": "failed", "message": strings.Repeat("ä", 600),
		"details": map[string]any{"x": strings.Repeat("y", 8<<10)}}}), fault.ActionFailed)
	if long.Message != strings.Repeat("ä", 500) || long.Details["details"] != nil {
		t.Errorf("a message of %d bytes, details %v", len(long.Message), long.Details["details"])
	}
	r.untouched()
}

func TestTheCommitHasTheLastWord(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	r.snapshot.Router = matchAll{}
	refuse := func(err error) func(*modules.Invocation) {
		return func(inv *modules.Invocation) {
			inv.IdempotencyKey, inv.Params = "k", map[string]any{"ok": true}
			inv.InCommit = func(context.Context, persistence.SQL, *modules.Outcome) error { return err }
		}
	}
	if _, err := r.call("echo", refuse(events.ErrClaimLost)); !errors.Is(err, events.ErrClaimLost) {
		t.Errorf("a lost claim: %v", err)
	}
	r.refused("echo", refuse(fault.New(fault.Duplicate, "twice")), fault.Duplicate)
	r.refused("echo", refuse(errors.New("the disk is gone")), fault.StoreUnavailable)
	r.untouched()
	if _, err := r.call("echo", refuse(nil)); err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"mz_events": 1, "mz_deliveries": 1, "mz_idempotency": 1}
	if left := r.left(); !maps.Equal(left, want) || r.wakes.Load() != 1 {
		t.Errorf("after a commit: %v, woken %d times", left, r.wakes.Load())
	}
}

func TestAReactionWhoseHandlerSaysNoHasFailed(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]any{"false": false, "no success": map[string]any{"success": false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, nil, nil)
			r.refused("echo", func(inv *modules.Invocation) {
				inv.Surface, inv.Params = modules.SurfaceReaction, map[string]any{"ok": answer}
			}, fault.ActionFailed)
			r.untouched()
			if _, err := r.call("echo", with(map[string]any{"ok": answer})); err != nil {
				t.Errorf("over HTTP it is an answer like any other: %v", err)
			}
		})
	}
}
