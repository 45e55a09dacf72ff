package modules_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// rig is an executor over a real store and engine, with one module whose handlers call one operation and answer it.
type rig struct {
	t        *testing.T
	store    *persistence.Store
	executor *modules.Executor
	snapshot *modules.Snapshot
	wakes    atomic.Int64
}

const manifest = `schema_version: mozaiks.module.v1
module: {id: m, handler: "backend.m:M"}
grants: {data: write, events: true}
permissions: [{id: m.go, description: Go.}]
actions:
  - {id: add, description: Add., handler_method: add, input_schema: {type: object, properties: {n: {type: integer}}}}
  - {id: emit, description: Emit., handler_method: emit, emits: [domain.m.done]}
  - {id: emits, description: Emit twice., handler_method: emits, emits: [domain.m.done]}
  - {id: guarded, description: Needs a permission., handler_method: add, permissions: [m.go]}
  - {id: keyed, description: Needs a key., handler_method: add, idempotency: required}
  - {id: spin, description: Write and never end., handler_method: spin}
  - {id: who, description: Answer the context., handler_method: who, effects: read}
  - {id: set, description: Answer the settings., handler_method: set, effects: read}
  - {id: echo, description: "Write, emit and answer the parameters.", handler_method: echo, emits: [domain.m.done]}
  - {id: promise, description: Echo what has a form., handler_method: echo, emits: [domain.m.done], output_schema: {type: object, properties: {n: {type: integer}}, required: [n]}}
  - {id: trap, description: Write and trap., handler_method: trap, emits: [domain.m.done]}
  - {id: sneak, description: Emit what is not listed., handler_method: emit}
  - {id: typed, description: Emit the parameters., handler_method: typed, emits: [domain.m.typed]}
  - {id: onwards, description: "Emit the parameters, then succeed.", handler_method: onwards, emits: [domain.m.typed]}
  - {id: peek, description: "Write where only reading is allowed, then succeed.", handler_method: peek, effects: read}
  - {id: shout, description: "Emit where only reading is allowed, then succeed.", handler_method: shout, effects: read}
  - {id: dice, description: "Draw random bytes, emit, answer the bytes.", handler_method: dice, emits: [domain.m.done]}
  - {id: choose, description: Answer chosen settings., handler_method: choose, effects: read}
`

func newRig(t *testing.T, opts *modules.ExecutorOptions, eventOpts *events.Options) *rig {
	t.Helper()
	ctx := context.Background()
	db, err := sqlite.Open(ctx, t.TempDir(), &sqlite.Options{Synchronous: "NORMAL"})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, store: persistence.New(db, nil)}
	engine, err := wasmhost.New(ctx, &wasmhost.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := r.store.Close(); err != nil {
			t.Error(err)
		}
	})
	m, findings := module.Decode(map[string][]byte{"module.yaml": []byte(manifest),
		"contracts/events.yaml": []byte("events:\n  - {type: domain.m.done, version: 3, producer: m}\n" +
			"  - {type: domain.m.typed, version: 1, producer: m, subject: name, payload_schema: {type: object, properties: {n: {type: integer}, name: {type: string}}}}\n"),
		"contracts/settings.yaml": []byte("settings:\n  - {id: size, type: integer, default: 5}\n")}, "m", module.Options{})
	for _, f := range findings {
		t.Fatalf("%+v", f)
	}
	contract, findings := data.Decode([]byte(`{"version": "1", "surfaces": [{"surface_id": "m", "surface_kind": "module", "collections": [{"name": "c"}]}]}`),
		"app", []string{"m"}, data.Options{})
	if contract == nil {
		t.Fatalf("%+v", findings)
	}
	catalog, err := r.store.Apply(ctx, "app", contract)
	if err != nil {
		t.Fatal(err)
	}
	sandbox, err := engine.Load(ctx, guest(), wasmhost.Policy{Granted: m.Grants.Allows, Handlers: []string{"add", "emit", "emits", "spin",
		"who", "set", "echo", "trap", "typed", "onwards", "peek", "shout", "dice", "choose"}})
	if err != nil {
		t.Fatal(err)
	}
	r.snapshot = &modules.Snapshot{App: "app", Modules: map[string]*modules.Loaded{"m": {Module: m, Sandbox: sandbox, View: catalog.View("m")}},
		Data: catalog, Router: routing.NewIndex([]*module.Module{m}, 10)}
	r.executor = modules.NewExecutor(r.store, events.NewOutbox(eventOpts), slog.New(slog.DiscardHandler), func() { r.wakes.Add(1) }, opts)
	return r
}

// guest writes the module's binary.
func guest() []byte {
	b := w.New()
	ops := map[string]uint32{}
	for _, op := range []string{"data_write", "event_emit", "context", "settings_get", "random"} {
		ops[op] = b.Operation(op)
	}
	b.Allocator()
	at := int32(1024)
	call := func(op, request string) []byte {
		b.Data(at, request)
		code := slices.Concat(w.I32Const(at), w.I32Const(int32(len(request))), w.Call(ops[op]))
		at += int32(len(request))
		return code
	}
	add := `{"ops":[{"op":"upsert","collection":"c","id":"one","patch":{"$inc":{"n":1}},"returning":true}]}`
	b.Handler("add", call("data_write", add))
	b.Handler("emit", call("event_emit", `{"type":"domain.m.done"}`))
	b.Handler("emits", call("event_emit", `{"type":"domain.m.done"}`), w.Drop, call("event_emit", `{"type":"domain.m.done"}`))
	b.Handler("spin", call("data_write", add), w.Drop, w.Loop(w.Br(0)), w.Unreachable)
	b.Handler("who", call("context", `{}`))
	b.Handler("set", call("settings_get", `{}`))
	emit := `{"type":"domain.m.done"}`
	both := slices.Concat(call("data_write", add), w.Drop, call("event_emit", emit), w.Drop)
	fine := func() []byte { b.Data(at, `{"ok":{}}`); at += 9; return w.Packed(uint32(at-9), 9) }
	given := slices.Concat(w.LocalGet(0), w.LocalGet(1))
	b.Handler("echo", both, w.Pack(0, 1))
	b.Handler("trap", both, w.Unreachable)
	b.Handler("typed", given, w.Call(ops["event_emit"]))
	b.Handler("onwards", given, w.Call(ops["event_emit"]), w.Drop, fine())
	b.Handler("peek", call("data_write", add), w.Drop, fine())
	b.Handler("shout", call("event_emit", emit), w.Drop, fine())
	b.Handler("dice", call("random", `{"bytes":8}`), w.LocalSet(4), call("event_emit", emit), w.Drop, w.LocalGet(4))
	b.Handler("choose", given, w.Call(ops["settings_get"]))
	return b.Bytes()
}

// call is an invocation of an action by a user of a tenant.
func (r *rig) call(action string, change func(*modules.Invocation)) (*modules.Outcome, error) {
	now := time.Now().UTC().Truncate(time.Millisecond)
	m := r.snapshot.Modules["m"]
	act := m.Action(action)
	inv := &modules.Invocation{ID: id.New("inv_", now), Snapshot: r.snapshot, Module: m, Action: act, Export: act.Export, Effects: act.Effects,
		Surface: modules.SurfaceHTTP, Principal: &auth.Principal{Kind: auth.User, UserID: "ann", Tenant: "acme"},
		Params: map[string]any{}, Seed: modules.NewSeed(), Now: now}
	if change != nil {
		change(inv)
	}
	return r.executor.Invoke(context.Background(), inv)
}

func (r *rig) refused(action string, change func(*modules.Invocation), want fault.Code) *fault.Error {
	r.t.Helper()
	out, err := r.call(action, change)
	if fault.CodeOf(err) != want {
		r.t.Fatalf("%s: got %+v %v, want %s", action, out, err, want)
	}
	return fault.From(err)
}

// count reads the counter that add raises.
func (r *rig) count() string {
	r.t.Helper()
	out, err := r.call("add", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(out.Value), `"n":`)
	n, _, _ := strings.Cut(rest, "}")
	return n
}

func key(k string) func(*modules.Invocation) {
	return func(inv *modules.Invocation) { inv.IdempotencyKey = k }
}

type matchAll struct{}

func (matchAll) Match(*events.Envelope, any) []events.Subscription {
	return []events.Subscription{{Kind: events.KindReaction, Module: "m", ID: "r", MaxAttempts: 1, Lease: time.Minute}}
}

// left counts what is stored beside the module's own documents.
func (r *rig) left() map[string]int64 {
	r.t.Helper()
	all := map[string]int64{}
	err := r.store.View(context.Background(), func(ctx context.Context, sql persistence.SQL) error {
		for _, table := range []string{"mz_events", "mz_event_keys", "mz_deliveries", "mz_idempotency"} {
			var n int64
			if err := sql.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				all[table] = n
			}
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

// with gives the call these parameters.
func with(params map[string]any) func(*modules.Invocation) {
	return func(inv *modules.Invocation) { inv.Params = params }
}
