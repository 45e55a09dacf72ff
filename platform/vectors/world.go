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
	subject  *Subject
	vector   *module.Vector
	dir      string
	store    *persistence.Store
	outbox   *events.Outbox
	executor *modules.Executor
	deliver  *routing.Deliverer
	snapshot *modules.Snapshot
	user     *auth.Principal
	drawn    uint64 // seeds so far

	given     map[string]int // answers of the world that were used, by operation
	fuel      uint64
	called    map[string]bool // actions
	reactions map[string]string
}

// emptyStore is the folder in a subject's scratch folder that each run copies.
const emptyStore = "empty"

// newWorld opens a store that is a copy of the subject's empty one.
func newWorld(ctx context.Context, s *Subject, v *module.Vector) (w *world, err error) {
	dir, err := os.MkdirTemp(s.scratch, "run-")
	if err != nil {
		return nil, err
	}
	w = &world{subject: s, vector: v, dir: dir, given: map[string]int{}, called: map[string]bool{}, reactions: map[string]string{}}
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
	snapshots := func(string) *modules.Snapshot { return w.snapshot }
	inbox := routing.NewInbox(w.store, &modules.Rights{}, snapshots, nil)
	w.executor = modules.NewExecutor(w.store, w.outbox, log, func() {}, &modules.ExecutorOptions{Settings: w.settings, Outside: w.outside,
		Observe: w.observe})
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

// prepare puts in what is given: who is known, and documents.
func (w *world) prepare(ctx context.Context) error {
	directory := routing.NewDirectory(w.store)
	for _, user := range w.people() {
		p := &auth.Principal{Kind: auth.User, UserID: user, Tenant: w.user.Tenant, Workspace: w.user.Workspace}
		if user == w.user.UserID {
			p = w.user
		}
		if err := directory.Saw(ctx, w.subject.App, p); err != nil {
			return err
		}
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

// people are all texts in the test that may be ids of users: whoever is named in it is a member of its tenant.
func (w *world) people() []string {
	seen := map[string]bool{w.user.UserID: true}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if len(v) > 0 && len(v) <= 255 {
				seen[v] = true
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	for _, list := range w.vector.Given.Documents {
		walk(list)
	}
	walk(w.vector.When.Params)
	walk(w.vector.When.Payload)
	walk(w.vector.When.User)
	if list := w.vector.Expect.Notifications; list != nil {
		for _, e := range *list {
			if m, ok := e.Matcher.(map[string]any); ok {
				walk(m["recipients"])
			}
		}
	}
	return sortedKeys(seen)
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
	user := w.user.UserID
	if c := w.collection(collection); c != nil && c.Tenancy == data.PerUser && c.OwnerField != "" {
		if owner, ok := doc[c.OwnerField].(string); ok {
			user = owner
		}
	}
	plain, ok := canonical.Of(map[string]any{"ops": []any{map[string]any{"op": "insert", "collection": collection, "id": given["_id"], "doc": doc}}})
	if !ok {
		return fault.New(fault.InvalidParams, "a document is no JSON")
	}
	tx, err := w.store.Begin(ctx, persistence.ReadWrite, w.whose(user))
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

// documents answers all documents of a collection that the people of the test own, by id.
func (w *world) documents(ctx context.Context, collection string) ([]any, error) {
	users := []string{w.user.UserID}
	if c := w.collection(collection); c != nil && c.Tenancy == data.PerUser {
		users = w.people()
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
