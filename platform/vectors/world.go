// Package vectors runs a module's tests as data: on the real binary, engine and executor, each in a store of its own, without a
// network, twice.
package vectors

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// world is all that one run of one test sees.
type world struct {
	subject   *Subject
	vector    *module.Vector
	dir       string
	store     *persistence.Store
	outbox    *events.Outbox
	directory *routing.Directory
	executor  *modules.Executor
	deliver   *routing.Deliverer
	snapshot  *modules.Snapshot
	user      *auth.Principal
	drawn     uint64 // seeds so far

	given     map[string]int // answers of the world that were used, by operation
	fuel      uint64
	called    map[string]bool // actions
	reactions map[string]string
	failures  []failure

	order         map[string]int // in which events were committed, by id
	events        []any
	emitted       map[string]bool
	notifications []any
}

// failure is a delivery that failed.
type failure struct {
	kind, id string // reaction or notification
	fault    *fault.Error
}

// emptyStore is the folder in a subject's scratch folder that each run copies.
const emptyStore = "empty"

// newWorld opens a store that is a copy of the subject's empty one.
func newWorld(ctx context.Context, s *Subject, v *module.Vector) (w *world, err error) {
	dir, err := os.MkdirTemp(s.scratch, "run-")
	if err != nil {
		return nil, err
	}
	w = &world{subject: s, vector: v, dir: dir, given: map[string]int{}, called: map[string]bool{}, reactions: map[string]string{},
		order: map[string]int{}, events: []any{}, emitted: map[string]bool{}, notifications: []any{}}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(s.scratch, emptyStore))); err != nil {
		return nil, err
	}
	if w.store, err = s.open(ctx, dir); err != nil {
		return nil, err
	}
	catalog, err := w.store.Apply(ctx, s.App, s.Data)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	w.snapshot = &modules.Snapshot{App: s.App, Modules: map[string]*modules.Loaded{s.Module.ID: {Module: s.Module, Sandbox: s.sandbox,
		View: catalog.View(s.Module.ID)}}, Failed: map[string]modules.Failure{}, Data: catalog}
	w.outbox = events.NewOutbox(&events.Options{})
	w.snapshot.Router = routing.NewIndex([]*module.Module{s.Module}, w.outbox.Options().Attempts)
	w.directory = routing.NewDirectory(w.store)
	snapshots := func(string) *modules.Snapshot { return w.snapshot }
	inbox := routing.NewInbox(w.store, &modules.Rights{}, snapshots, nil)
	w.executor = modules.NewExecutor(w.store, w.outbox, log, func() {}, &modules.ExecutorOptions{Settings: w.settings, Gate: w.gate,
		Outside: w.outside, Observe: w.observe})
	w.deliver = routing.NewDeliverer(w.store, w.outbox, w.executor,
		func(string) (*modules.Snapshot, func()) { return w.snapshot, func() {} }, inbox, log)
	w.deliver.Fixed(v.Given.Now, w.draw)
	w.principal()
	return w, w.prepare(ctx)
}

func (w *world) close() {
	if w.store != nil {
		_ = w.store.Close() // nothing of it is kept
	}
	_ = os.RemoveAll(w.dir)
}

func (w *world) principal() {
	g := &w.vector.Given.Principal
	permissions := g.Permissions
	if permissions == nil {
		permissions = w.snapshot.Permissions()
	}
	w.user = &auth.Principal{Kind: auth.User, Provenance: auth.TokenValidated, UserID: g.User, Tenant: g.Tenant, Workspace: g.Workspace,
		Roles: slices.Concat([]string{}, g.Roles), Scopes: permissions}
}

// draw answers the next invocation id and seed of the test.
func (w *world) draw(now time.Time) (string, [32]byte) {
	w.drawn++
	text := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(w.vector.Given.Seed)), w.drawn)
	seed := wasmhost.DeriveSeed("mozaiks.seed.vectors.v1", text)
	return id.NewStream(seed, now).Next("inv_"), seed
}

// prepare puts in what is given: who calls, and documents.
func (w *world) prepare(ctx context.Context) error {
	if err := w.directory.Saw(ctx, w.subject.App, w.user); err != nil {
		return err
	}
	for _, collection := range sortedKeys(w.vector.Given.Documents) {
		for _, doc := range w.vector.Given.Documents[collection] {
			if err := w.insert(ctx, collection, doc.(map[string]any)); err != nil {
				return fmt.Errorf("given.documents.%s: %w", collection, err)
			}
		}
	}
	return nil
}

// owners are who may own documents of a person: who calls, whom an account function is about, and whom given documents name. The host
// lets nobody write for another.
func (w *world) owners() []string {
	seen := map[string]bool{w.user.UserID: true}
	if user := w.vector.When.User; user != "" {
		seen[user] = true
	}
	for name, list := range w.vector.Given.Documents {
		for _, doc := range list {
			seen[w.ownerOf(name, doc.(map[string]any))] = true
		}
	}
	return sortedKeys(seen)
}

// ownerOf answers whose a given document is.
func (w *world) ownerOf(collection string, doc map[string]any) string {
	if c := w.collection(collection); c != nil && c.Tenancy == data.PerUser && c.OwnerField != "" {
		if owner, _ := doc[c.OwnerField].(string); owner != "" {
			return owner
		}
	}
	return w.user.UserID
}

// meet makes members of the tenant of those whom the event of a delivery names as the audience of its rule: a test says only who calls.
func (w *world) meet(ctx context.Context, d *events.Delivery) error {
	m, name := w.snapshot.Modules[d.Module], d.Subscription
	if d.Kind == events.KindReaction {
		i := slices.IndexFunc(m.Reactions, func(r module.Reaction) bool { return r.ID == d.Subscription })
		if i < 0 || m.Reactions[i].Target.Kind != "notification" {
			return nil
		}
		name = m.Reactions[i].Target.NotificationID
	}
	rule := m.Notification(name)
	if rule == nil || rule.Audience.UserIDField == "" {
		return nil
	}
	var stored *events.Stored
	err := w.store.ViewFor(ctx, w.whose(w.user.UserID), func(ctx context.Context, sql persistence.SQL) (err error) {
		stored, err = w.outbox.Event(ctx, sql, d.EventID)
		return err
	})
	if err != nil {
		return err
	}
	payload, err := canonical.Parse(stored.Envelope.Data)
	if err != nil {
		return err
	}
	object, _ := payload.(map[string]any)
	named, _ := module.Lookup(object, rule.Audience.UserIDField)
	list, isList := named.([]any)
	if !isList {
		list = []any{named}
	}
	for _, v := range list {
		user, _ := v.(string)
		if user == "" || user == w.user.UserID {
			continue
		}
		p := &auth.Principal{Kind: auth.User, UserID: user, Tenant: w.user.Tenant, Workspace: w.user.Workspace}
		if err := w.directory.Saw(ctx, w.subject.App, p); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) session(tx *persistence.Tx) *persistence.Session {
	ids := id.NewStream([32]byte{}, w.vector.Given.Now)
	return tx.Session(w.snapshot.Modules[w.subject.Module.ID].View, persistence.Call{Module: w.subject.Module.ID, Now: w.vector.Given.Now,
		Operator: true, IDs: func() string { return ids.Next("doc_") }})
}

func (w *world) whose(user string) persistence.Whose {
	return persistence.Whose{App: w.subject.App, Tenant: w.user.Tenant, Workspace: w.user.Workspace, User: user}
}

func (w *world) insert(ctx context.Context, collection string, given map[string]any) error {
	doc := map[string]any{}
	for k, v := range given {
		if k != "_id" {
			doc[k] = v
		}
	}
	plain, ok := canonical.Of(map[string]any{"ops": []any{map[string]any{"op": "insert", "collection": collection, "id": given["_id"], "doc": doc}}})
	if !ok {
		return fault.New(fault.InvalidParams, "a document is no JSON")
	}
	tx, err := w.store.Begin(ctx, persistence.ReadWrite, w.whose(w.ownerOf(collection, doc)))
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := w.session(tx).Do(ctx, "data_write", canonical.Append(nil, plain)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (w *world) collection(name string) *data.Collection {
	if w.subject.Data == nil {
		return nil
	}
	c, _, ok := w.subject.Data.Resolve(w.subject.Module.ID, name)
	if !ok {
		return nil
	}
	return c
}

// documents answers all documents of a collection that anybody in the test may own, by id.
func (w *world) documents(ctx context.Context, collection string) ([]any, error) {
	users := []string{w.user.UserID}
	if c := w.collection(collection); c != nil && c.Tenancy == data.PerUser {
		users = w.owners()
	}
	out := []any{}
	for _, user := range users {
		owned, err := w.owned(ctx, collection, user)
		if err != nil {
			return nil, err
		}
		out = append(out, owned...)
	}
	return out, nil
}

// owned answers all documents of a collection that one user sees.
func (w *world) owned(ctx context.Context, collection, user string) (out []any, err error) {
	tx, err := w.store.Begin(ctx, persistence.ReadOnly, w.whose(user))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	for cursor := any(nil); ; {
		request := map[string]any{"collection": collection, "limit": int64(100), "sort": []any{[]any{"_id", int64(1)}}}
		if cursor != nil {
			request["cursor"] = cursor
		}
		answer, err := w.session(tx).Do(ctx, "data_query", canonical.Append(nil, request))
		if err != nil {
			return nil, err
		}
		v, err := canonical.Parse(answer)
		if err != nil {
			return nil, err
		}
		page := v.(map[string]any)
		docs, _ := page["docs"].([]any)
		out = append(out, docs...)
		if cursor = page["next_cursor"]; cursor == nil {
			return out, nil
		}
	}
}

func (w *world) settings(context.Context, *modules.Invocation) (map[string]any, error) {
	plain, _ := canonical.Of(w.vector.Given.Settings)
	out, _ := plain.(map[string]any)
	return out, nil
}

// gate grants what the test grants, and all where it does not say.
func (w *world) gate(_ context.Context, _ *modules.Invocation, gate string) error {
	if granted := w.vector.Given.Entitlements; granted == nil || slices.Contains(granted, gate) {
		return nil
	}
	return fault.New(fault.EntitlementRequired, "no plan grants %s", gate).WithDetails(map[string]any{"gate": gate, "reason": "no_grant"})
}

// outside answers what leaves the module from what the test gives, in order.
func (w *world) outside(_ context.Context, _ *modules.Invocation, name string, request map[string]any) ([]byte, error) {
	answers := map[string][]module.Answer{"capability_call": w.vector.Given.Capabilities, "http_fetch": w.vector.Given.HTTP,
		"ai_complete": w.vector.Given.AI}[name]
	next := w.given[name]
	if next >= len(answers) || module.MatchValue(answers[next].Match, request) != nil {
		return nil, fault.Valuef(abi.CodeUnavailable, "the test gives no answer to this "+name)
	}
	w.given[name]++
	plain, ok := canonical.Of(answers[next].Answer)
	if !ok {
		return nil, fault.Valuef(abi.CodeUnavailable, "the test's answer is no JSON")
	}
	if object, isObject := plain.(map[string]any); isObject && len(object) == 1 {
		if refused, isError := object["error"].(map[string]any); isError {
			code, _ := refused["code"].(string)
			message, _ := refused["message"].(string)
			details, _ := refused["details"].(map[string]any)
			return nil, &abi.Error{Code: abi.Code(code), Message: cmp.Or(message, "as the test says"), Details: details}
		}
	}
	return canonical.Append(nil, plain), nil
}

func (w *world) observe(inv *modules.Invocation, _ *modules.Outcome, _ *fault.Error) {
	w.fuel += inv.Usage.Fuel
	if inv.Action != nil {
		w.called[inv.Action.ID] = true
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
