package vectors

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// outcome is what one run of a test came to, as plain values.
type outcome struct {
	output        any
	fault         *fault.Error // of what happened; nil where it succeeded
	events        []any
	notifications []any
	documents     map[string][]any
	before        map[string][]any // the documents as they were given
	reactions     map[string]string
	failures      []failure
	fuel          uint64
	called        map[string]bool
	emitted       map[string]bool
}

// drainMost is how many deliveries one test may cause.
const drainMost = 1000

// runOnce runs a test in a world of its own. The error is the host's, not the module's.
func runOnce(ctx context.Context, s *Subject, v *module.Vector) (*outcome, error) {
	w, err := newWorld(ctx, s, v)
	if err != nil {
		return nil, err
	}
	defer w.close()
	out := &outcome{documents: map[string][]any{}, before: map[string][]any{}}
	for _, name := range s.collections() {
		if out.before[name], err = w.documents(ctx, name); err != nil {
			return nil, err
		}
	}
	value, err := w.happen(ctx)
	if err != nil {
		var f *fault.Error
		if !errors.As(err, &f) {
			return nil, err
		}
		out.fault = f
	}
	if value != nil {
		if out.output, err = canonical.Parse(value); err != nil {
			return nil, err
		}
	}
	if err := w.noteEvents(ctx); err != nil {
		return nil, err
	}
	if err := w.drain(ctx); err != nil {
		return nil, err
	}
	for _, name := range s.collections() {
		if out.documents[name], err = w.documents(ctx, name); err != nil {
			return nil, err
		}
	}
	out.events, out.notifications, out.emitted = w.events, w.notifications, w.emitted
	out.reactions, out.failures, out.fuel, out.called = w.reactions, w.failures, w.fuel, w.called
	return out, nil
}

// happen does what the test says happens, and answers the value of a call.
func (w *world) happen(ctx context.Context) ([]byte, error) {
	switch when := &w.vector.When; {
	case when.Action != "":
		if _, isObject := when.Params.(map[string]any); when.Params != nil && !isObject {
			return nil, fault.New(fault.JsonInvalid, "the parameters must be an object")
		}
		m := w.snapshot.Modules[w.subject.Module.ID]
		inv := w.invocation(modules.Run(m.Module, when.Action, ""), when.Params)
		inv.Surface, inv.Authority = modules.SurfaceHTTP, (&modules.Rights{}).ForCaller(w.snapshot, m.Module, w.user)
		return w.invoke(ctx, inv)
	case when.Event != "":
		return nil, w.publish(ctx)
	case when.Extension != "":
		return w.extend(ctx)
	default:
		return w.account(ctx)
	}
}

func (w *world) invoke(ctx context.Context, inv *modules.Invocation) ([]byte, error) {
	out, err := w.executor.Invoke(ctx, inv)
	if err != nil {
		return nil, err
	}
	return out.Value, nil
}

// invocation makes one of an action or a bare export.
func (w *world) invocation(target modules.Target, params any) *modules.Invocation {
	now := w.vector.Given.Now
	name, seed := w.draw(now)
	inv := &modules.Invocation{ID: name, Snapshot: w.snapshot, Module: w.snapshot.Modules[w.subject.Module.ID], Action: target.Action,
		Export: target.Export, Effects: target.Effects, Principal: w.user, RootID: name, CorrelationID: name, CausationID: name,
		Seed: seed, Now: now, Timeout: target.Timeout}
	inv.Params = map[string]any{}
	if plain, ok := canonical.Of(params); ok {
		if object, isObject := plain.(map[string]any); isObject {
			inv.Params = object
		}
	}
	return inv
}

// publish stores the event as if another module, or this one, had emitted it.
func (w *world) publish(ctx context.Context) error {
	when, now := &w.vector.When, w.vector.Given.Now
	payload, _ := canonical.Of(when.Payload)
	object, _ := payload.(map[string]any)
	switch {
	case when.Payload == nil:
		object = map[string]any{}
	case object == nil:
		return fault.New(fault.InvalidEventPayload, "the payload must be an object")
	}
	producer := when.Producer
	if producer == "" {
		producer = w.subject.Module.ID
	}
	name, seed := w.draw(now)
	e := events.Envelope{SpecVersion: "1.0", ID: id.NewStream(seed, now).Next("evt_"), Source: "/apps/" + w.subject.App + "/modules/" + producer,
		Type: when.Event, Time: id.FormatTime(now), DataContentType: "application/json", App: w.subject.App, Tenant: w.user.Tenant,
		Workspace: w.user.Workspace, AuthType: "app_user", AuthID: w.user.UserID, Module: producer, SchemaVersion: when.Version,
		InvocationID: name, RootID: name, CorrelationID: name, CausationID: name, Depth: 1, Data: canonical.Append(nil, object)}
	w.order[e.ID] = len(w.order)
	emission := events.Emission{Envelope: e, Grant: w.user.Scopes, Roles: w.user.Roles, Subscriptions: w.snapshot.Router.Match(&e, object)}
	return w.store.UpdateFor(ctx, w.whose(w.user.UserID), func(ctx context.Context, sql persistence.SQL) error {
		return w.outbox.Append(ctx, sql, &emission, now)
	})
}

// extend runs a service, a schedule or a route.
func (w *world) extend(ctx context.Context) ([]byte, error) {
	e := w.subject.Module.Extension(w.vector.When.Extension)
	run, caller, surface := &e.Run, w.user, modules.SurfaceRoute
	var params any
	var permissions []string
	if e.Kind == module.KindRouter {
		i := slices.IndexFunc(e.Routes, func(r module.Route) bool { return r.ID == w.vector.When.Route })
		route := &e.Routes[i]
		run, permissions = &route.Run, w.user.Scopes
		for _, p := range route.Permissions {
			if !slices.Contains(permissions, p) {
				return nil, fault.New(fault.PermissionDenied, "the permission %s is needed", p)
			}
		}
		params = routeInput(route, w.vector.When.Request)
	} else {
		permissions, params = e.Permissions, map[string]any{}
		if surface = modules.SurfaceService; e.Kind == module.KindSchedule {
			surface = modules.SurfaceSchedule
		}
		caller = &auth.Principal{Kind: auth.System, Provenance: auth.IsSystem, Roles: []string{}, Scopes: []string{}}
		if e.Scope != "app" {
			caller.Tenant, caller.Workspace = w.user.Tenant, w.user.Workspace
		}
	}
	target := modules.Run(w.subject.Module, run.Action, run.Export)
	if target.Action == nil {
		target.Effects, target.Timeout = run.Effects, run.Timeout
	}
	inv := w.invocation(target, params)
	inv.Principal, inv.Surface = caller, surface
	inv.Authority = modules.Authority{Kind: modules.AppInternal, Grant: permissions, Permissions: permissions}
	if e.Kind == module.KindRouter {
		inv.Authority = (&modules.Rights{}).ForCaller(w.snapshot, w.subject.Module, w.user)
	}
	return w.invoke(ctx, inv)
}

// routeInput is what a route's action or export gets of a request: for an action path parameters, query and body merged, for an
// export the request itself.
func routeInput(route *module.Route, request any) any {
	plain, _ := canonical.Of(request)
	q, _ := plain.(map[string]any)
	if route.Run.Action == "" {
		full := map[string]any{"method": route.Method, "path": route.Path, "params": map[string]any{}, "query": map[string]any{},
			"headers": map[string]any{}, "content_type": "", "body": nil}
		for k, v := range q {
			full[k] = v
		}
		return full
	}
	merged := map[string]any{}
	for _, part := range []string{"body", "query", "params"} { // what the path says wins
		values, _ := q[part].(map[string]any)
		for k, v := range values {
			merged[k] = v
		}
	}
	return merged
}

// account runs one of the functions that the host calls by itself.
func (w *world) account(ctx context.Context) ([]byte, error) {
	when := &w.vector.When
	user := when.User
	if user == "" {
		user = w.user.UserID
	}
	target := modules.Target{Export: "account_export", Effects: module.Read}
	if when.Account == "erase" {
		target = modules.Target{Export: "account_erase", Effects: module.Write}
	}
	inv := w.invocation(target, map[string]any{"user_id": user})
	inv.Surface, inv.Principal = modules.SurfaceAccount, &auth.Principal{Kind: auth.User, Provenance: auth.IsSystem, UserID: user,
		Tenant: w.user.Tenant, Workspace: w.user.Workspace, Roles: []string{}, Scopes: []string{}}
	all := w.snapshot.Permissions()
	inv.Authority = modules.Authority{Kind: modules.FrameworkInternal, Grant: all, Permissions: all}
	return w.invoke(ctx, inv)
}

// drain runs deliveries until there are none, each once: what fails has failed.
func (w *world) drain(ctx context.Context) error {
	now := w.vector.Given.Now
	for done := 0; done < drainMost; {
		var batch []events.Delivery
		err := w.store.UpdateFor(ctx, w.whose(w.user.UserID), func(ctx context.Context, sql persistence.SQL) (err error) {
			batch, err = w.outbox.Claim(ctx, sql, []string{w.subject.App}, nil, 100, now)
			return err
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		slices.SortFunc(batch, func(a, b events.Delivery) int {
			return cmp.Or(cmp.Compare(w.order[a.EventID], w.order[b.EventID]), cmp.Compare(a.Kind, b.Kind),
				cmp.Compare(a.Subscription, b.Subscription))
		})
		for i := range batch {
			done++
			if err := w.deliverOne(ctx, &batch[i]); err != nil {
				return err
			}
		}
	}
	return errors.New("the test caused more than 1,000 deliveries")
}

func (w *world) deliverOne(ctx context.Context, d *events.Delivery) error {
	if err := w.meet(ctx, d); err != nil {
		return err
	}
	state := "ok"
	err := w.deliver.Deliver(ctx, d)
	if err != nil {
		state = "failed"
		w.failures = append(w.failures, failure{string(d.Kind), d.Subscription, fault.From(err)})
		if err := w.store.UpdateFor(ctx, w.whose(w.user.UserID), func(ctx context.Context, sql persistence.SQL) error {
			_, err := sql.Exec(ctx, `UPDATE mz_deliveries SET state = 'dead_letter', error_category = ?, claim_token = '' WHERE delivery_id = ?`,
				string(fault.CodeOf(err)), d.ID)
			return err
		}); err != nil {
			return err
		}
	} else if err := w.store.ViewFor(ctx, w.whose(w.user.UserID), func(ctx context.Context, sql persistence.SQL) error {
		var stored string
		err := sql.QueryRow(ctx, `SELECT state FROM mz_deliveries WHERE delivery_id = ?`, d.ID).Scan(&stored)
		if stored == string(events.Skipped) {
			state = "skipped"
		}
		return err
	}); err != nil {
		return err
	}
	if d.Kind == events.KindReaction && (w.reactions[d.Subscription] == "" || state == "failed") {
		w.reactions[d.Subscription] = state
	}
	return errors.Join(w.noteEvents(ctx), w.noteNotification(ctx, d))
}

// noteEvents takes down the events that were committed since it was last called: those of one invocation, whose ids ascend.
func (w *world) noteEvents(ctx context.Context) error {
	return w.store.ViewFor(ctx, w.whose(w.user.UserID), func(ctx context.Context, sql persistence.SQL) error {
		rows, err := sql.Query(ctx, `SELECT envelope FROM mz_events ORDER BY event_id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return err
			}
			var e events.Envelope
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				return err
			}
			if _, noted := w.order[e.ID]; noted {
				continue
			}
			payload, err := canonical.Parse(e.Data)
			if err != nil {
				return err
			}
			w.order[e.ID] = len(w.order)
			w.emitted[e.Type] = true
			w.events = append(w.events, map[string]any{"type": e.Type, "version": int64(e.SchemaVersion), "subject": e.Subject, "payload": payload})
		}
		return rows.Err()
	})
}

// noteNotification takes down the notification that a delivery fired, with those it told.
func (w *world) noteNotification(ctx context.Context, d *events.Delivery) error {
	return w.store.ViewFor(ctx, w.whose(w.user.UserID), func(ctx context.Context, sql persistence.SQL) error {
		rows, err := sql.Query(ctx, `SELECT rule, user_id, title, body, channels, context FROM mz_notifications WHERE delivery_id = ?
			ORDER BY user_id`, d.ID)
		if err != nil {
			return err
		}
		defer rows.Close()
		var fired map[string]any
		recipients := []any{}
		for rows.Next() {
			var rule, user, title, body, channels, fields string
			if err := rows.Scan(&rule, &user, &title, &body, &channels, &fields); err != nil {
				return err
			}
			list, err := canonical.Parse([]byte(channels))
			if err != nil {
				return err
			}
			values, err := canonical.Parse([]byte(fields))
			if err != nil {
				return err
			}
			recipients = append(recipients, user)
			fired = map[string]any{"id": rule, "recipients": recipients, "title": title, "body": body, "channels": list, "context": values}
		}
		if fired != nil {
			w.notifications = append(w.notifications, fired)
		}
		return rows.Err()
	})
}
