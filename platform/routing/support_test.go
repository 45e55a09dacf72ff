package routing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

const (
	manifest = `schema_version: mozaiks.module.v1
module: {id: desk, handler: "backend.desk:M"}
grants: {data: write}
permissions: [{id: desk.read, description: Read.}, {id: desk.bill, description: Bill.}]
actions:
  - {id: add, description: Count the event., handler_method: add, api_surface: internal}
  - {id: strict, description: Count what has a form., handler_method: add, input_schema: {type: object, properties: {n: {type: integer}}}}
  - {id: look, description: Answer the context., handler_method: look, effects: read}
  - {id: no, description: Count and fail., handler_method: no}
`
	reactions = `reactions:
  - {id: add, event_type: domain.x.done, target: {kind: handler, action: add}}
  - {id: strict, event_type: domain.x.done, target: {kind: handler, action: strict}}
  - {id: look, event_type: domain.x.done, target: {kind: handler, action: look}}
  - {id: fails, event_type: domain.x.done, target: {kind: handler, action: "no"}, max_attempts: 2}
  - {id: bare, event_type: domain.x.done, target: {kind: handler, handler_method: bare}}
  - {id: keyed, event_type: domain.x.done, target: {kind: handler, action: add}, idempotency_key: [ticket.id, kind]}
  - {id: needy, event_type: domain.x.done, target: {kind: handler, action: add}, permissions: [desk.bill]}
  - {id: tell, event_type: domain.x.done, target: {kind: notification, notification_id: all}, idempotency_key: [kind]}
`
	notifications = `notifications:
  - {id: all, event_type: domain.x.done, audience: {everyone: true}, title: "{{kind | upper}} {{ticket.id}}", body: "{% if high %}Now: {% endif %}{{text}}", context_fields: [kind, ticket.id, gone], renderer: card}
  - {id: owner, event_type: domain.x.done, audience: {user_id_field: owner}}
  - {id: agents, event_type: domain.x.done, audience: {roles: [agent]}}
  - {id: readers, event_type: domain.x.done, audience: {permissions: [desk.read]}}
  - {id: either, event_type: domain.x.done, audience: {roles: [agent], user_id_field: owner}}
  - {id: high, event_type: domain.x.done, audience: {everyone: true}, condition: {field: high, equals: true}}
  - {id: quiet, event_type: domain.x.done, audience: {everyone: true}, default_enabled: false}
`
)

// desk is a deliverer over a real store, executor and engine, with one module and a few people.
type desk struct {
	t         *testing.T
	store     *persistence.Store
	outbox    *events.Outbox
	inbox     *routing.Inbox
	snapshot  *modules.Snapshot // what is served; nil is an app that is not
	deliverer *routing.Deliverer
	made      int
}

func newDesk(t *testing.T, opts *routing.InboxOptions) *desk {
	t.Helper()
	ctx := context.Background()
	db, err := sqlite.Open(ctx, t.TempDir(), &sqlite.Options{Synchronous: "NORMAL"})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, store: persistence.New(db, nil), outbox: events.NewOutbox(nil)}
	engine, err := wasmhost.New(ctx, &wasmhost.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
	m := decodeFiles(t, "desk", map[string]string{"module.yaml": manifest, "contracts/reactions.yaml": reactions, "contracts/notifications.yaml": notifications})
	contract, findings := data.Decode([]byte(`{"version": "1", "surfaces": [{"surface_id": "desk", "surface_kind": "module", "collections": [{"name": "c"}]}]}`),
		"app", []string{"desk"}, data.Options{})
	if contract == nil {
		t.Fatalf("%+v", findings)
	}
	catalog, err := d.store.Apply(ctx, "app", contract)
	if err != nil {
		t.Fatal(err)
	}
	sandbox, err := engine.Load(ctx, guest(), wasmhost.Policy{Granted: m.Grants.Allows, Handlers: []string{"add", "look", "no", "bare"}})
	if err != nil {
		t.Fatal(err)
	}
	d.snapshot = &modules.Snapshot{App: "app", Modules: map[string]*modules.Loaded{"desk": {Module: m, Sandbox: sandbox, View: catalog.View("desk")}},
		Data: catalog, Router: routing.NewIndex([]*module.Module{m}, 10)}
	current := func(string) *modules.Snapshot { return d.snapshot }
	log := slog.New(slog.DiscardHandler)
	d.inbox = routing.NewInbox(d.store, &modules.Rights{Roles: modules.RoleMap{"lead": {"desk.*"}}}, current, opts)
	d.deliverer = routing.NewDeliverer(d.store, d.outbox, modules.NewExecutor(d.store, d.outbox, log, func() {}, nil),
		func(string) (*modules.Snapshot, func()) { return d.snapshot, func() {} }, d.inbox, log)
	directory := routing.NewDirectory(d.store)
	for _, p := range []auth.Principal{
		{UserID: "ann", Tenant: "acme", Roles: []string{"agent"}},
		{UserID: "bob", Tenant: "acme", Scopes: []string{"desk.read"}},
		{UserID: "cyd", Tenant: "acme", Workspace: "west", Roles: []string{"agent", "lead"}},
		{UserID: "dan", Tenant: "globex", Roles: []string{"agent", "lead"}},
	} {
		if err := directory.Saw(ctx, "app", &p); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// guest writes the module's binary: add, no and bare raise a counter, look answers the context.
func guest() []byte {
	b := w.New()
	write, who := b.Operation("data_write"), b.Operation("context")
	b.Allocator()
	const add, no = `{"ops":[{"op":"upsert","collection":"c","id":"one","patch":{"$inc":{"n":1}},"returning":true}]}`, `{"ok":{"success":false}}`
	b.Data(1024, add).Data(2048, no).Data(3072, "{}")
	raise := slices.Concat(w.I32Const(1024), w.I32Const(int32(len(add))), w.Call(write))
	b.Handler("add", raise)
	b.Handler("bare", raise)
	b.Handler("no", raise, w.Drop, w.Packed(2048, uint32(len(no))))
	b.Handler("look", w.I32Const(3072), w.I32Const(2), w.Call(who))
	return b.Bytes()
}

// emission is an event of a tenant that reaches one subscription.
func (d *desk) emission(kind events.Kind, subscription string, payload map[string]any) *events.Emission {
	d.t.Helper()
	d.made++
	raw, err := json.Marshal(payload)
	if err != nil {
		d.t.Fatal(err)
	}
	return &events.Emission{Envelope: events.Envelope{ID: fmt.Sprintf("evt_%04d", d.made), App: "app", Tenant: "acme", Type: "domain.x.done",
		Module: "x", AuthType: "app_user", AuthID: "ann", RootID: "inv_root", CorrelationID: "c-1", Depth: 1, Data: raw},
		Subscriptions: []events.Subscription{{Kind: kind, Module: "desk", ID: subscription, MaxAttempts: 5, Lease: time.Minute, RetryDelay: time.Second}}}
}

// deliver stores the event, brings its delivery to its end as a worker does, and answers how that stands then.
func (d *desk) deliver(e *events.Emission) events.Delivery {
	d.t.Helper()
	ctx := context.Background()
	d.do(func(ctx context.Context, sql persistence.SQL) error { return d.outbox.Append(ctx, sql, e, time.Now()) })
	dl := d.claim()
	if err := d.deliverer.Deliver(ctx, dl); err != nil {
		d.do(func(ctx context.Context, sql persistence.SQL) error {
			_, err := d.outbox.Fail(ctx, sql, dl, fault.CodeOf(err), "", 0, 0.5, time.Now())
			return err
		})
	}
	return d.delivery(dl.ID)
}

func (d *desk) claim() *events.Delivery {
	d.t.Helper()
	var got []events.Delivery
	d.do(func(ctx context.Context, sql persistence.SQL) (err error) {
		got, err = d.outbox.Claim(ctx, sql, []string{"app"}, nil, 10, time.Now())
		return err
	})
	if len(got) != 1 {
		d.t.Fatalf("%d deliveries are due", len(got))
	}
	return &got[0]
}

func (d *desk) delivery(id string) (found events.Delivery) {
	d.t.Helper()
	d.do(func(ctx context.Context, sql persistence.SQL) error {
		all, err := d.outbox.List(ctx, sql, events.ListFilter{App: "app"})
		if i := slices.IndexFunc(all, func(x events.Delivery) bool { return x.ID == id }); i >= 0 {
			found = all[i]
		}
		return err
	})
	return found
}

func (d *desk) do(fn func(context.Context, persistence.SQL) error) {
	d.t.Helper()
	if err := d.store.Update(context.Background(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// items answers a person's inbox, newest first.
func (d *desk) items(tenant, user string) []routing.Item {
	d.t.Helper()
	got, _, err := d.inbox.List(context.Background(), routing.Owner{App: "app", Tenant: tenant, User: user}, "all", "", 100)
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

// told answers who has something in the inbox, of all whom the desk knows.
func (d *desk) told() []string {
	d.t.Helper()
	var out []string
	for _, who := range [][2]string{{"acme", "ann"}, {"acme", "bob"}, {"acme", "cyd"}, {"globex", "dan"}} {
		if len(d.items(who[0], who[1])) > 0 {
			out = append(out, who[1])
		}
	}
	return out
}
