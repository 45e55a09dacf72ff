package modules

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
)

// Operation answers the host operations of one invocation. An *abi.Error goes to the guest; any other error ends the call.
func (t *turn) Operation(ctx context.Context, name string, request []byte) ([]byte, error) {
	op, ok := abi.Lookup(name)
	if !ok {
		return nil, fault.New(fault.ExecutionError, "the engine asked for an unknown operation")
	}
	if op.Effects&kindOf[t.inv.Effects] == 0 {
		t.doomed(fault.EffectRefused, "%s is not allowed in an action of the effects %s", name, t.inv.Effects)
		return nil, fault.Valuef(abi.CodeEffectRefused, name+" is not allowed in an action of the effects "+string(t.inv.Effects))
	}
	switch name {
	case "data_get", "data_query", "data_count", "data_aggregate", "data_write":
		return t.dataOperation(ctx, name, request)
	}
	object, err := requestObject(request)
	if err != nil {
		return nil, err
	}
	switch name {
	case "context":
		return t.context(object)
	case "settings_get":
		return t.settings(ctx, object)
	case "event_emit":
		return t.emit(ctx, object)
	case "permission_check":
		return t.permission(object)
	}
	if t.x.opts.Outside != nil {
		return t.x.opts.Outside(ctx, t.inv, name, object)
	}
	return nil, fault.Valuef(abi.CodeUnavailable, "this host does not offer "+name)
}

// kindOf is the kind of actions of each of the effects, in the table of operations.
var kindOf = map[module.Effects]abi.Effects{module.Read: abi.InRead, module.Write: abi.InWrite, module.External: abi.InExternal}

// Log passes a guest's line on, under the invocation's scope.
func (t *turn) Log(level, message string, fields map[string]any) {
	log := t.x.log.With("event", "GUEST_LOG", "invocation", t.inv.ID, "app", t.inv.Snapshot.App,
		"tenant", t.inv.Principal.Tenant, "module", t.inv.Module.ID, "action", t.inv.Name())
	if len(fields) > 0 {
		log = log.With("fields", fields)
	}
	switch level {
	case "debug":
		log.Debug(message)
	case "warn":
		log.Warn(message)
	case "error":
		log.Error(message)
	default:
		log.Info(message)
	}
}

func (t *turn) doomed(code fault.Code, format string, args ...any) {
	if t.doom == nil {
		t.doom = fault.New(code, format, args...)
	}
}

func (t *turn) dataOperation(ctx context.Context, name string, request []byte) ([]byte, error) {
	session, err := t.data(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := session.Do(ctx, name, request)
	if err == nil {
		return answer, nil
	}
	var value *abi.Error
	if errors.As(err, &value) {
		return nil, value
	}
	t.broken = storeFault(ctx, err)
	return nil, t.broken
}

func requestObject(request []byte) (map[string]any, error) {
	if len(request) == 0 {
		return map[string]any{}, nil
	}
	v, err := canonical.Parse(request)
	if err != nil {
		return nil, fault.Valuef(abi.CodeInvalidArgument, "the request is not strict JSON: "+err.Error())
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, fault.Valuef(abi.CodeInvalidArgument, "the request must be an object")
	}
	return object, nil
}

// closed refuses members that the operation does not know.
func closed(object map[string]any, known ...string) error {
	for name := range object {
		if !slices.Contains(known, name) {
			return &abi.Error{Code: abi.CodeInvalidArgument, Message: "unknown member", Details: map[string]any{"path": "$." + name}}
		}
	}
	return nil
}

func (t *turn) context(object map[string]any) ([]byte, error) {
	if err := closed(object); err != nil {
		return nil, err
	}
	inv, p := t.inv, t.inv.Principal
	answer := map[string]any{
		"invocation_id": inv.ID, "app": inv.Snapshot.App, "tenant": orNull(p.Tenant), "workspace": orNull(p.Workspace),
		"user": orNull(p.UserID), "module": inv.Module.ID, "module_version": inv.Module.Version, "action": orNull(inv.actionID()),
		"surface": string(inv.Surface), "effects": string(inv.Effects), "permissions": list(inv.Authority.Permissions),
		"roles": list(p.Roles), "correlation_id": inv.CorrelationID, "causation_id": inv.CausationID,
		"depth": int64(inv.Depth), "call_depth": int64(0), "now": id.FormatTime(inv.Now), "log_level": t.x.opts.LogLevel,
	}
	if inv.Event != nil {
		answer["event"] = attributes(inv.Event)
	}
	return canonical.Append(nil, answer), nil
}

// permission answers whether the invocation holds a permission; one that nobody declares is held by nobody.
func (t *turn) permission(object map[string]any) ([]byte, error) {
	if err := closed(object, "permission"); err != nil {
		return nil, err
	}
	name, ok := object["permission"].(string)
	if !ok || name == "" {
		return nil, &abi.Error{Code: abi.CodeInvalidArgument, Message: "permission must be a text", Details: map[string]any{"path": "$.permission"}}
	}
	return canonical.Append(nil, map[string]any{"allowed": slices.Contains(t.inv.Authority.Permissions, name)}), nil
}

// attributes answers an envelope without its data, as a plain value.
func attributes(e *events.Envelope) map[string]any {
	out := map[string]any{
		"specversion": e.SpecVersion, "id": e.ID, "source": e.Source, "type": e.Type, "time": e.Time,
		"datacontenttype": e.DataContentType, "dataschema": e.DataSchema, "app": e.App, "authtype": e.AuthType,
		"module": e.Module, "schemaversion": int64(e.SchemaVersion), "invocationid": e.InvocationID, "rootid": e.RootID,
		"correlationid": e.CorrelationID, "causationid": e.CausationID, "depth": int64(e.Depth),
	}
	for name, v := range map[string]string{"subject": e.Subject, "tenant": e.Tenant, "workspace": e.Workspace,
		"authid": e.AuthID, "action": e.Action} {
		if v != "" {
			out[name] = v
		}
	}
	return out
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func list(values []string) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

func (t *turn) settings(ctx context.Context, object map[string]any) ([]byte, error) {
	if err := closed(object, "ids"); err != nil {
		return nil, err
	}
	values := map[string]any{}
	for i := range t.inv.Module.Settings {
		values[t.inv.Module.Settings[i].ID] = t.inv.Module.Settings[i].Default
	}
	if t.x.opts.Settings != nil && len(values) > 0 {
		if t.chosen == nil {
			var err error
			if t.chosen, err = t.x.opts.Settings(ctx, t.inv); err != nil {
				t.broken = storeFault(ctx, err)
				return nil, t.broken
			}
		}
		for name, v := range t.chosen {
			if _, declared := values[name]; declared {
				values[name] = v
			}
		}
	}
	if ids, given := object["ids"]; given {
		wanted, ok := ids.([]any)
		if !ok {
			return nil, &abi.Error{Code: abi.CodeInvalidArgument, Message: "must be a list", Details: map[string]any{"path": "$.ids"}}
		}
		chosen := map[string]any{}
		for _, w := range wanted {
			name, _ := w.(string)
			v, declared := values[name]
			if !declared {
				return nil, fault.Valuef(abi.CodeNotFound, "the module declares no such setting")
			}
			chosen[name] = v
		}
		values = chosen
	}
	return canonical.Append(nil, map[string]any{"values": values}), nil
}

var eventKeyPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`)

// emit checks an event and keeps it for the commit. What is undeclared or does not fit dooms the invocation.
func (t *turn) emit(ctx context.Context, object map[string]any) ([]byte, error) {
	if err := closed(object, "type", "payload", "event_key"); err != nil {
		return nil, err
	}
	eventType, _ := object["type"].(string)
	inv, opts := t.inv, t.x.outbox.Options()
	event := inv.Module.Event(eventType)
	if event == nil || inv.Action == nil || !slices.Contains(inv.Action.Emits, eventType) {
		t.doomed(fault.EventRefused, "the action does not list the event in emits")
		return nil, fault.Valuef(abi.CodeUndeclaredEvent, "the action does not list this event in emits")
	}
	payload, ok := object["payload"].(map[string]any)
	if raw, given := object["payload"]; !ok && given && raw != nil {
		return t.badPayload("the payload must be an object", nil)
	} else if payload == nil {
		payload = map[string]any{}
	}
	data := canonical.Append(nil, payload)
	if len(data) > opts.MaxSize {
		return t.badPayload("the payload is too large", map[string]any{"size": int64(len(data)), "limit": int64(opts.MaxSize)})
	}
	if event.Payload != nil {
		if bad := event.Payload.Validate(payload); len(bad) > 0 {
			return t.badPayload("the payload does not fit its schema",
				map[string]any{"path": "$.payload" + bad[0].Path[1:], "reason": bad[0].Message})
		}
	}
	if len(t.emitted) >= opts.PerInvocation {
		t.doomed(fault.EventLimit, "more than %d events in one invocation", opts.PerInvocation)
		return nil, fault.Valuef(abi.CodeLimitExceeded, "too many events in one invocation")
	}
	if inv.Depth+1 > opts.DepthMax {
		t.doomed(fault.DepthExceeded, "events deeper than %d", opts.DepthMax)
		return nil, fault.Valuef(abi.CodeLimitExceeded, "the causal tree is too deep")
	}
	envelope := t.envelope(event, payload, data)
	if raw, given := object["event_key"]; given && raw != nil {
		key, _ := raw.(string)
		if !eventKeyPattern.MatchString(key) {
			return nil, &abi.Error{Code: abi.CodeInvalidArgument, Message: "bad form", Details: map[string]any{"path": "$.event_key"}}
		}
		first, duplicate, err := t.eventKey(ctx, &envelope, key)
		if err != nil {
			return nil, err
		}
		if duplicate {
			return canonical.Append(nil, map[string]any{"event_id": first, "duplicate": true}), nil
		}
	}
	t.emitted = append(t.emitted, events.Emission{Envelope: envelope, Grant: inv.Authority.Grant, Roles: inv.Principal.Roles,
		Subscriptions: inv.Snapshot.Router.Match(&envelope, payload)})
	return canonical.Append(nil, map[string]any{"event_id": envelope.ID, "duplicate": false}), nil
}

func (t *turn) badPayload(message string, details map[string]any) ([]byte, error) {
	t.doomed(fault.InvalidEventPayload, "%s", message)
	return nil, &abi.Error{Code: abi.CodeValidationFailed, Message: message, Details: details}
}

func (t *turn) eventKey(ctx context.Context, envelope *events.Envelope, key string) (string, bool, error) {
	if err := t.begin(ctx); err != nil {
		return "", false, err
	}
	err := t.tx.Turn(ctx)
	var first string
	var duplicate bool
	if err == nil {
		first, duplicate, err = t.x.outbox.Key(ctx, t.tx.SQL(), envelope, key, t.inv.Now)
	}
	if err != nil {
		t.broken = storeFault(ctx, err)
		return "", false, t.broken
	}
	return first, duplicate, nil
}

func (t *turn) envelope(event *module.Event, payload map[string]any, data []byte) events.Envelope {
	inv, p := t.inv, t.inv.Principal
	e := events.Envelope{
		SpecVersion: "1.0", ID: t.evtIDs.Next("evt_"), Source: "/apps/" + inv.Snapshot.App + "/modules/" + inv.Module.ID,
		Type: event.Type, Time: id.FormatTime(inv.Now), DataContentType: "application/json",
		DataSchema: "urn:mozaiks:event:" + inv.Snapshot.App + ":" + event.Type + ":" + itoa(event.Version),
		App:        inv.Snapshot.App, Tenant: p.Tenant, Workspace: p.Workspace, AuthType: authType(p), AuthID: p.UserID,
		Module: inv.Module.ID, Action: inv.actionID(), SchemaVersion: event.Version, InvocationID: inv.ID, RootID: inv.RootID,
		CorrelationID: inv.CorrelationID, CausationID: inv.ID, Depth: inv.Depth + 1, Data: data,
	}
	if inv.Event != nil {
		e.CausationID = inv.Event.ID
	}
	if event.Subject != "" {
		if v, ok := module.Lookup(payload, event.Subject); ok {
			if s, isText := v.(string); isText {
				e.Subject = cut(s, 256)
			}
		}
	}
	return e
}

func authType(p *auth.Principal) string {
	switch {
	case p.Kind == auth.Service:
		return "service_account"
	case p.Kind == auth.System:
		return "system"
	case p.UserID != "":
		return "app_user"
	default:
		return "unauthenticated"
	}
}
