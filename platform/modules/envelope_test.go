package modules_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// emitted answers the one stored event of a rig.
func (r *rig) emitted(out *modules.Outcome) *events.Stored {
	r.t.Helper()
	var answer struct {
		ID string `json:"event_id"`
	}
	if err := json.Unmarshal(out.Value, &answer); err != nil {
		r.t.Fatal(err)
	}
	var stored *events.Stored
	err := r.store.View(context.Background(), func(ctx context.Context, sql persistence.SQL) (err error) {
		stored, err = events.NewOutbox(nil).Event(ctx, sql, answer.ID)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return stored
}

func TestTheHostFillsTheEnvelope(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	out, err := r.call("typed", func(inv *modules.Invocation) {
		inv.ID, inv.RootID, inv.CorrelationID = "inv_7", "inv_1", "c-1"
		inv.Now = time.UnixMilli(1_700_000_000_123).UTC()
		inv.Principal.Workspace, inv.Principal.Roles = "west", []string{"agent"}
		inv.Authority.Grant = []string{"m.go"}
		inv.Params = map[string]any{"type": "domain.m.typed", "payload": map[string]any{"n": int64(1), "name": strings.Repeat("é", 300)}}
	})
	if err != nil {
		t.Fatal(err)
	}
	got := r.emitted(out)
	want := events.Envelope{SpecVersion: "1.0", ID: got.Envelope.ID, Source: "/apps/app/modules/m", Type: "domain.m.typed",
		Subject: strings.Repeat("é", 256), Time: "2023-11-14T22:13:20.123Z", DataContentType: "application/json",
		DataSchema: "urn:mozaiks:event:app:domain.m.typed:1", App: "app", Tenant: "acme", Workspace: "west", AuthType: "app_user",
		AuthID: "ann", Module: "m", Action: "typed", SchemaVersion: 1, InvocationID: "inv_7", RootID: "inv_1", CorrelationID: "c-1",
		CausationID: "inv_7", Depth: 1, Data: json.RawMessage(`{"n":1,"name":"` + strings.Repeat("é", 300) + `"}`)}
	if diff := cmp.Diff(want, got.Envelope); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(got.Envelope.ID, "evt_") || got.Grant[0] != "m.go" || got.Roles[0] != "agent" {
		t.Errorf("%s for %v %v", got.Envelope.ID, got.Grant, got.Roles)
	}
}

func TestAnEventThatAnEventCausedStandsOneDeeper(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	out, err := r.call("emit", func(inv *modules.Invocation) {
		inv.Depth, inv.Event = 3, &events.Envelope{ID: "evt_cause"}
	})
	if err != nil {
		t.Fatal(err)
	}
	if e := r.emitted(out).Envelope; e.Depth != 4 || e.CausationID != "evt_cause" || string(e.Data) != "{}" {
		t.Errorf("got %+v", e)
	}
}

func TestAnEnvelopeTellsWhatKindOfActorItWas(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	for want, p := range map[string]auth.Principal{
		"app_user": {Kind: auth.User, UserID: "u"}, "service_account": {Kind: auth.Service, UserID: "s"},
		"system": {Kind: auth.System}, "unauthenticated": {Kind: auth.Anonymous},
	} {
		p.Tenant = "acme"
		out, err := r.call("emit", func(inv *modules.Invocation) { inv.Principal, inv.Surface = &p, modules.SurfaceReaction })
		if err != nil {
			t.Fatal(err)
		}
		if e := r.emitted(out).Envelope; e.AuthType != want || e.AuthID != p.UserID {
			t.Errorf("%s: got %s %q", want, e.AuthType, e.AuthID)
		}
	}
}

func TestSettingsAreAnsweredAsAsked(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	for _, c := range []struct {
		params map[string]any
		want   string
		code   fault.Code
	}{
		{params: map[string]any{}, want: `{"values":{"size":5}}`},
		{params: map[string]any{"ids": []any{"size"}}, want: `{"values":{"size":5}}`},
		{params: map[string]any{"ids": []any{}}, want: `{"values":{}}`},
		{params: map[string]any{"ids": []any{"colour"}}, code: fault.RecordNotFound},
		{params: map[string]any{"ids": "size"}, code: fault.InvalidParams},
		{params: map[string]any{"tenant": "other"}, code: fault.InvalidParams},
	} {
		out, err := r.call("choose", with(c.params))
		if fault.CodeOf(err) != c.code || err == nil && string(out.Value) != c.want {
			t.Errorf("%v: got %+v %v", c.params, out, err)
		}
	}
}
