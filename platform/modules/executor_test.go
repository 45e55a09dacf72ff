package modules_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
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
`

func newRig(t *testing.T, opts *modules.ExecutorOptions, eventOpts *events.Options) *rig {
	t.Helper()
	ctx := context.Background()
	db, err := sqlite.Open(ctx, t.TempDir(), &sqlite.Options{Synchronous: "NORMAL"})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, store: persistence.New(db, nil)}
	engine, err := wasmhost.New(ctx, nil)
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
		"contracts/events.yaml":   []byte("events:\n  - {type: domain.m.done, version: 3, producer: m}\n"),
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
	sandbox, err := engine.Load(ctx, guest(), wasmhost.Policy{Granted: m.Grants.Allows, Handlers: []string{"add", "emit", "emits", "spin", "who", "set"}})
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
	for _, op := range []string{"data_write", "event_emit", "context", "settings_get"} {
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

func TestPermissionsAndParametersAreCheckedBeforeTheGuest(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{InputMax: 100}, nil)
	f := r.refused("guarded", nil, fault.PermissionDenied)
	if f.Details["module"] != "m" || f.Details["action"] != "guarded" || f.Details["invocation_id"] == "" {
		t.Errorf("details %v", f.Details)
	}
	r.refused("add", func(inv *modules.Invocation) { inv.Params = map[string]any{"n": "x"} }, fault.InvalidParams)
	r.refused("add", func(inv *modules.Invocation) { inv.Params = map[string]any{"x": strings.Repeat("y", 100)} }, fault.PayloadTooLarge)
	if _, err := r.call("guarded", func(inv *modules.Invocation) { inv.Authority.Permissions = []string{"m.go"} }); err != nil {
		t.Error(err)
	}
}

func TestAnIdempotencyKeyGivesOneEffect(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{IdempotencyRetention: time.Hour}, nil)
	first, err := r.call("add", key("k"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.call("add", key("k"))
	if err != nil || !again.Replayed || again.InvocationID != first.InvocationID || string(again.Value) != string(first.Value) {
		t.Errorf("the second call: %+v %v", again, err)
	}
	r.refused("add", func(inv *modules.Invocation) { inv.IdempotencyKey = "k"; inv.Params["n"] = int64(1) }, fault.IdempotencyMismatch)
	r.refused("add", key("with blank"), fault.IdempotencyKeyInvalid)
	r.refused("add", key(strings.Repeat("k", 201)), fault.IdempotencyKeyInvalid)
	r.refused("keyed", nil, fault.IdempotencyKeyRequired)
	r.refused("add", func(inv *modules.Invocation) {
		inv.IdempotencyKey, inv.Principal = "k", &auth.Principal{Kind: auth.Anonymous, Tenant: "acme"}
	}, fault.IdempotencyKeyInvalid)
	if out, err := r.call("add", func(inv *modules.Invocation) { inv.IdempotencyKey, inv.Now = "k", inv.Now.Add(2*time.Hour) }); err != nil || out.Replayed {
		t.Errorf("after its retention: %+v %v", out, err)
	}
	if n := r.count(); n != "3" {
		t.Errorf("the counter stands at %s", n)
	}
}

func TestConcurrentCallsWithOneKeyHaveOneEffect(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	var group sync.WaitGroup
	var done, busy, other atomic.Int64
	for range 50 {
		group.Go(func() {
			switch _, err := r.call("add", key("k")); fault.CodeOf(err) {
			case "":
				done.Add(1)
			case fault.IdempotencyInProgress:
				busy.Add(1)
			default:
				other.Add(1)
			}
		})
	}
	group.Wait()
	if done.Load() == 0 || other.Load() != 0 {
		t.Errorf("%d succeeded, %d were told to wait, %d failed otherwise", done.Load(), busy.Load(), other.Load())
	}
	if n := r.count(); n != "2" {
		t.Errorf("the counter stands at %s", n)
	}
}

func TestConcurrentIncrementsAreExact(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{Admission: modules.AdmissionOptions{Wait: time.Minute}}, nil)
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, err := r.call("add", nil); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := r.count(); n != "51" {
		t.Errorf("the counter stands at %s", n)
	}
}

func TestAFailedWriteFreesItsKeyAndLeavesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{Hold: 100 * time.Millisecond}, nil)
	for range 2 {
		if f := r.refused("spin", key("k"), fault.ActionTimeout); !strings.Contains(f.Message, "held") {
			t.Errorf("not the hold ended it: %v", f)
		}
	}
	r.refused("spin", func(inv *modules.Invocation) { inv.Timeout = 50 * time.Millisecond }, fault.ActionTimeout)
	if n := r.count(); n != "1" {
		t.Errorf("the counter stands at %s", n)
	}
}

func TestEventsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, &events.Options{PerInvocation: 1, DepthMax: 2})
	if out, err := r.call("emit", nil); err != nil || out.Events != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	r.refused("emits", nil, fault.EventLimit)
	r.refused("emit", func(inv *modules.Invocation) { inv.Depth = 2 }, fault.DepthExceeded)
	if _, err := r.call("emit", func(inv *modules.Invocation) { inv.Depth = 1 }); err != nil {
		t.Error(err)
	}
}

func TestPlacesAreBoundedAndRefuseWithTheirCodes(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]modules.AdmissionOptions{
		"of an app": {PerApp: 1}, "of a module": {PerModule: 1}, "of a tenant": {PerTenant: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits.Wait, limits.Queue = 20*time.Millisecond, 1
			r := newRig(t, &modules.ExecutorOptions{Admission: limits, Hold: 5 * time.Second}, nil)
			ended := make(chan error, 1)
			go func() {
				var err error
				for code := fault.Overloaded; code == fault.Overloaded || code == fault.ConcurrencyLimited; code = fault.CodeOf(err) {
					_, err = r.call("spin", func(inv *modules.Invocation) { inv.Timeout = 3 * time.Second })
				}
				ended <- err
			}()
			// While the one place is taken, one caller waits in vain and those who find the queue full are sent away.
			codes := map[fault.Code]int{}
			for codes[fault.ConcurrencyLimited] == 0 || codes[fault.Overloaded] == 0 {
				if len(ended) > 0 {
					t.Fatalf("the place was free again, codes %v", codes)
				}
				var group sync.WaitGroup
				var mu sync.Mutex
				for range 3 {
					group.Go(func() {
						_, err := r.call("who", nil)
						mu.Lock()
						defer mu.Unlock()
						codes[fault.CodeOf(err)]++
					})
				}
				group.Wait()
			}
			<-ended
			if _, err := r.call("who", nil); err != nil {
				t.Errorf("the place did not come back: %v", err)
			}
		})
	}
}

func TestAGuestLearnsWhoAsks(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	out, err := r.call("who", func(inv *modules.Invocation) {
		inv.Authority.Permissions, inv.CorrelationID = []string{"m.go"}, "c-1"
		inv.Event = &events.Envelope{ID: "evt_1", Type: "domain.x.y", Data: []byte(`{"secret": 1}`)}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"tenant":"acme"`, `"user":"ann"`, `"workspace":null`, `"permissions":["m.go"]`, `"correlation_id":"c-1"`, `"effects":"read"`, `"id":"evt_1"`} {
		if !strings.Contains(string(out.Value), want) {
			t.Errorf("no %s in %s", want, out.Value)
		}
	}
	if strings.Contains(string(out.Value), "secret") {
		t.Errorf("the event's data is in the context: %s", out.Value)
	}
	if out, err := r.call("set", nil); err != nil || string(out.Value) != `{"values":{"size":5}}` {
		t.Errorf("settings %v %v", out, err)
	}
}

func TestARetriedInvocationMakesTheSameIds(t *testing.T) {
	t.Parallel()
	seed := [32]byte{7}
	now := time.UnixMilli(1_700_000_000_000)
	var made []string
	for range 2 {
		r := newRig(t, nil, nil)
		out, err := r.call("emit", func(inv *modules.Invocation) { inv.Seed, inv.Now = seed, now })
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, string(out.Value))
	}
	if made[0] != made[1] {
		t.Errorf("one seed made %s and %s", made[0], made[1])
	}
}

func TestWakingFollowsACommitWithDeliveries(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	r.snapshot.Router = matchAll{}
	out, err := r.call("emit", nil)
	if err != nil || out.Deliveries != 1 || r.wakes.Load() != 1 {
		t.Errorf("%+v %v, woken %d times", out, err, r.wakes.Load())
	}
}

type matchAll struct{}

func (matchAll) Match(*events.Envelope, any) []events.Subscription {
	return []events.Subscription{{Kind: events.KindReaction, Module: "m", ID: "r", MaxAttempts: 1, Lease: time.Minute}}
}

func ExampleRights_Grant() {
	s := &modules.Snapshot{Modules: map[string]*modules.Loaded{"tasks": {Module: &module.Module{
		Permissions: []module.Permission{{ID: "tasks.read"}, {ID: "tasks.write"}}}}}}
	rights := &modules.Rights{Roles: modules.RoleMap{"admin": {"*"}, "editor": {"tasks.*"}}}
	fmt.Println(rights.Grant(s, &auth.Principal{Provenance: auth.TokenValidated, Scopes: []string{"tasks.read", "other"}}))
	fmt.Println(rights.Grant(s, &auth.Principal{Provenance: auth.TokenValidated, Roles: []string{"editor"}}))
	fmt.Println(rights.Grant(s, &auth.Principal{Provenance: auth.IsAnonymous, Roles: []string{"admin"}}))
	// Output:
	// [tasks.read]
	// [tasks.read tasks.write]
	// []
}
