package module

import (
	"encoding/json"
	"time"

	"github.com/mozaiks/mozaiks/contracts/schema"
)

// Effective answers the module's contract as a plain value in the shape of its declarations, with defaults filled in.
func (m *Module) Effective() map[string]any {
	out := map[string]any{
		"module": map[string]any{"id": m.ID, "display_name": orNull(m.DisplayName), "description": orNull(m.Description), "version": m.Version,
			"type": m.Type, "user_data_scope": m.AccountData,
			"backend": map[string]any{"file": m.Backend.File, "abi": m.Backend.ABI, "sha256": orNull(m.Backend.SHA256)}},
		"grants": m.Grants.effective(),
		"limits": map[string]any{"memory_mb": m.Limits.MemoryMB, "fuel": m.Limits.Fuel, "timeout_ms": m.Limits.Timeout.Milliseconds()},
		"permissions": each(m.Permissions, func(p *Permission) any {
			return map[string]any{"id": p.ID, "description": p.Description}
		}),
		"actions": each(m.Actions, m.effectiveAction),
		"capabilities": each(m.Capabilities, func(c *Capability) any {
			return map[string]any{"capability_id": c.ID, "kind": c.Kind, "target": c.Target, "title": c.Title, "permissions": texts(c.Permissions),
				"input_schema": schemaOf(c.Input)}
		}),
		"events": each(m.Events, func(e *Event) any {
			return map[string]any{"type": e.Type, "version": e.Version, "producer": e.Producer, "description": orNull(e.Description),
				"payload_schema": schemaOf(e.Payload), "subject": orNull(e.Subject), "visibility": e.Visibility}
		}),
		"reactions":     each(m.Reactions, effectiveReaction),
		"notifications": each(m.Notifications, effectiveNotification),
		"settings":      each(m.Settings, effectiveSetting),
		"extensions":    each(m.Extensions, m.effectiveExtension),
		"admin":         map[string]any{"panels": each(m.Panels, effectivePanel), "hooks": texts(m.Hooks)},
		"profile":       m.Profile.effective(),
		"relationships": each(m.Relationships, func(p *Relationship) any {
			return map[string]any{"id": p.ID, "label": p.Label, "action": p.Action, "resource_types": texts(p.ResourceTypes),
				"relationship_types": texts(p.RelationshipTypes), "order": p.Order, "description": orNull(p.Description)}
		}),
		"policy_hooks": each(m.PolicyHooks, func(h *PolicyHook) any {
			return map[string]any{"id": h.ID, "label": h.Label, "action": h.Action, "resource_types": texts(h.ResourceTypes), "hook_type": h.Type,
				"input_schema": schemaOf(h.Input), "output_schema": schemaOf(h.Output), "deterministic": h.Deterministic, "order": h.Order,
				"description": orNull(h.Description)}
		}),
	}
	return out
}

func (g *Grants) effective() map[string]any {
	out := map[string]any{"data": orNull(g.Data), "events": g.Events, "notify": g.Notify}
	for name, list := range map[string][]string{"capabilities": g.Capabilities, "runs": g.Runs, "secrets": g.Secrets} {
		if list != nil {
			out[name] = list
		}
	}
	if g.HTTP != nil {
		out["http"] = map[string]any{"hosts": texts(g.HTTP.Hosts), "methods": texts(g.HTTP.Methods)}
	}
	if g.AI != nil {
		out["ai"] = map[string]any{"models": texts(g.AI.Models), "max_tokens": g.AI.MaxTokens}
	}
	return out
}

func (m *Module) effectiveAction(a *Action) any {
	timeout := a.Timeout
	if timeout == 0 {
		timeout = m.Limits.Timeout
	}
	idempotency := "optional"
	if a.IdempotencyRequired {
		idempotency = "required"
	}
	return map[string]any{"id": a.ID, "description": a.Description, "handler_method": a.Export, "api_surface": orNull(string(a.Surface)),
		"effects": a.Effects, "input_schema": schemaOf(a.Input), "output_schema": schemaOf(a.Output), "permissions": texts(a.Permissions),
		"emits": texts(a.Emits), "entitlement_gate": orNull(a.EntitlementGate), "ask_context_safe": a.AskContextSafe,
		"timeout_ms": timeout.Milliseconds(), "idempotent": a.Idempotent, "idempotency": idempotency}
}

func effectiveReaction(r *Reaction) any {
	t := map[string]any{"kind": r.Target.Kind}
	for name, v := range map[string]string{"action": r.Target.Action, "handler_method": r.Target.Export, "capability_id": r.Target.CapabilityID,
		"notification_id": r.Target.NotificationID, "adapter": r.Target.Adapter, "adapter_method": r.Target.AdapterMethod} {
		if v != "" {
			t[name] = v
		}
	}
	filters := map[string]any{}
	for _, f := range r.Filters {
		tests := map[string]any{}
		for _, test := range f.Tests {
			if test.Op == "in" || test.Op == "nin" {
				tests[test.Op] = test.Values
			} else {
				tests[test.Op] = test.Values[0]
			}
		}
		filters[f.Path] = tests
	}
	return map[string]any{"id": r.ID, "event_type": r.EventType, "producer": orNull(r.Producer), "target": t, "filters": filters,
		"idempotency_key": texts(r.IdempotencyKey), "permissions": texts(r.Permissions), "lease_seconds": int64(r.Lease / time.Second),
		"max_attempts": r.MaxAttempts, "retry_delay_seconds": int64(r.RetryDelay / time.Second)}
}

func effectiveNotification(n *Notification) any {
	var condition any
	if n.Condition != nil {
		value := any(n.Condition.Values)
		if n.Condition.Op != "in" && len(n.Condition.Values) > 0 {
			value = n.Condition.Values[0]
		}
		condition = map[string]any{"field": n.Condition.Field, n.Condition.Op: value}
	}
	a := &n.Audience
	return map[string]any{"id": n.ID, "event_type": n.EventType, "condition": condition, "channels": texts(n.Channels),
		"audience": map[string]any{"roles": texts(a.Roles), "permissions": texts(a.Permissions), "user_id_field": orNull(a.UserIDField),
			"resolver": orNull(a.Resolver), "everyone": a.Everyone},
		"template": map[string]any{"title": n.Title, "body": orNull(n.Body)}, "context_fields": texts(n.ContextFields),
		"preference_key": n.PreferenceKey, "default_enabled": n.DefaultEnabled, "renderer": orNull(n.Renderer)}
}

func effectiveSetting(s *Setting) any {
	out := map[string]any{"id": s.ID, "type": s.Type, "default": s.Default, "scope": s.Scope, "label": orNull(s.Label)}
	if s.Type == "enum" {
		out["enum_values"] = texts(s.EnumValues)
	}
	if s.Minimum != nil {
		out["minimum"] = *s.Minimum
	}
	if s.Maximum != nil {
		out["maximum"] = *s.Maximum
	}
	if s.Type == "string" {
		out["max_length"] = s.MaxLength
	}
	return out
}

// run writes what an extension or a route invokes.
func (m *Module) run(into map[string]any, r *Run) {
	if r.Action != "" {
		into["action"] = r.Action
		return
	}
	timeout := r.Timeout
	if timeout == 0 {
		timeout = m.Limits.Timeout
	}
	into["handler_method"], into["effects"], into["timeout_ms"] = r.Export, r.Effects, timeout.Milliseconds()
}

func (m *Module) effectiveExtension(e *Extension) any {
	out := map[string]any{"kind": e.Kind, "id": e.ID}
	if e.Kind == KindRouter {
		out["prefix"] = orNull(e.Prefix)
		out["routes"] = each(e.Routes, func(r *Route) any {
			auth := "user"
			if r.Public {
				auth = "public"
			}
			route := map[string]any{"id": r.ID, "method": r.Method, "path": r.Path, "auth": auth, "permissions": texts(r.Permissions)}
			m.run(route, &r.Run)
			return route
		})
		return out
	}
	m.run(out, &e.Run)
	out["profile"], out["scope"], out["permissions"] = e.Profile, e.Scope, texts(e.Permissions)
	if e.Every > 0 {
		out["every"] = e.Every.String()
	}
	if e.Kind == KindSchedule {
		out["catch_up"], out["overlap"], out["jitter"] = e.CatchUp, e.Overlap, e.Jitter.String()
		if e.Cron != "" {
			out["cron"], out["timezone"] = e.Cron, e.Zone
		}
	}
	return out
}

func effectivePanel(p *Panel) any {
	return map[string]any{"id": p.ID, "label": p.Label, "page": p.Page, "order": p.Order, "renderer": p.Renderer, "layout": orNull(p.Layout),
		"sections": p.Sections, "component": orNull(p.Component), "permissions": texts(p.Permissions), "description": orNull(p.Description)}
}

func (p *Profile) effective() map[string]any {
	return map[string]any{
		"panels": each(p.Panels, func(x *ProfilePanel) any {
			return map[string]any{"id": x.ID, "title": x.Title, "description": orNull(x.Description), "order": x.Order, "kind": x.Kind,
				"action": orNull(x.Action), "component": orNull(x.Component), "fields": each(x.Fields, func(f *ProfileField) any {
					return map[string]any{"id": f.ID, "label": orNull(f.Label), "type": f.Type}
				})}
		}),
		"tabs": each(p.Tabs, func(t *ProfileTab) any {
			return map[string]any{"id": t.ID, "label": t.Label, "action": orNull(t.Action), "component": orNull(t.Component), "order": t.Order}
		}),
		"pages": each(p.Pages, func(x *ProfilePage) any {
			visibility := "owner_only"
			if x.Public {
				visibility = "public"
			}
			return map[string]any{"id": x.ID, "label": x.Label, "route": x.Route, "component": x.Component, "section": x.Section, "order": x.Order,
				"renderer": x.Renderer, "visibility": visibility, "action": orNull(x.Action), "icon": orNull(x.Icon), "description": orNull(x.Description)}
		}),
	}
}

func each[T any](list []T, write func(*T) any) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = write(&list[i])
	}
	return out
}

func texts(list []string) []string { return append([]string{}, list...) }

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func schemaOf(s *schema.Schema) any {
	if s == nil {
		return map[string]any{}
	}
	return json.RawMessage(s.JSON())
}
