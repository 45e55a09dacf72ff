package module

import (
	"fmt"
	"time"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// heldTimeout is the longest that a transaction may be held open; only external actions, which hold none, may take longer.
const heldTimeout = 60 * time.Second

// namespaces are the first segments of event types. The first alone is open to modules of apps.
var namespaces = []string{"domain", "platform", "hosted", "mozaikspay"}

// action reads the entries of actions.
func (d *decoder) action(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		m, r := d.module, o.Reader()
		var a Action
		var id, export *document.Node
		a.ID, id = o.String("id", document.Name, document.Required)
		a.Description, _ = o.String("description", document.Text(longText), document.Required)
		a.Export, export = o.String("handler_method", document.Export, document.Required)
		a.Permissions = d.permissions(o)
		var gate *document.Node
		if a.EntitlementGate, gate = o.String("entitlement_gate", document.Token, document.Nullable); gate != nil {
			m.trace.gates = append(m.trace.gates, namedOrigin{a.EntitlementGate, originOf(r, gate)})
		}
		a.Input = d.schema(o, "input_schema", document.Optional, true)
		a.Output = d.schema(o, "output_schema", document.Optional, false)
		d.emits(o, &a)
		d.effects(o, &a)
		o.Close()
		if export != nil {
			m.need(r, export, a.Export, false)
		}
		if id != nil && r.Unique(seen, id, "id") {
			d.known.actions.names = append(d.known.actions.names, a.ID)
			m.Actions = append(m.Actions, a)
			m.trace.actionsAt = append(m.trace.actionsAt, originOf(r, id))
		}
	}
}

// emits reads the events that an action may emit; each must be declared, and emitting must be granted.
func (d *decoder) emits(o *document.Record, a *Action) {
	r := o.Reader()
	nodes, list := o.Strings("emits", document.Event(namespaces...), document.Nullable)
	a.Emits = document.Plain(nodes)
	if len(nodes) > 0 && d.known.granted && !d.module.Grants.Events {
		r.Error(fault.GrantRequired, list, "the action emits events, but grants do not open event_emit", "add events: true to grants, or remove emits")
	}
	for _, n := range nodes {
		d.later(func() {
			if d.known.events.lacks(n.Text) {
				r.Error(fault.EventUndeclared, n, n.Text+" is not in "+EventsFile,
					d.suggest(n.Text, d.known.events.names, "declare it in "+EventsFile))
			}
		})
	}
}

// effects reads how an action acts, and what has to agree with it.
func (d *decoder) effects(o *document.Record, a *Action) {
	r := o.Reader()
	before := r.Errors()
	surface, _ := o.String("api_surface", document.Enum("public", "public_readonly", "internal", "admin_internal"), document.Nullable)
	effects, written := o.String("effects", document.Enum("read", "write", "external"), document.Optional)
	var ask, idempotent, key *document.Node
	a.AskContextSafe, ask = o.Bool("ask_context_safe", document.Optional)
	a.Idempotent, idempotent = o.Bool("idempotent", document.Optional)
	mode, key := o.String("idempotency", document.Enum("optional", "required"), document.Optional)
	timeout, limit := o.Int("timeout_ms", 10, 600_000, document.Optional)
	a.Surface, a.IdempotencyRequired = Surface(surface), mode == "required"
	a.Timeout = time.Duration(timeout) * time.Millisecond
	readonly := a.Surface == SurfacePublicReadonly || a.AskContextSafe
	a.Effects = Effects(effects)
	if a.Effects == "" {
		a.Effects = Write
		if readonly {
			a.Effects = Read
		}
	}
	if ask != nil && a.AskContextSafe && len(a.Permissions) > 0 {
		r.Warn(fault.AskContextIneligible, ask, "ask_context_safe has no effect on an action with permissions", "remove it, or the permissions")
	}
	if r.Errors() > before {
		return // what the action is meant to be is not known
	}
	conflict := func(n *document.Node, message, hint string) { r.Error(fault.EffectsConflict, n, message, hint) }
	switch {
	case a.Effects == Read:
		if list := o.Node.Get("emits"); len(a.Emits) > 0 {
			conflict(list, "an action that reads emits nothing", "remove emits, or write effects: write")
		}
		if idempotent != nil && !a.Idempotent {
			conflict(idempotent, "an action that reads is idempotent", "remove idempotent, or write effects: write")
		}
		if a.IdempotencyRequired {
			conflict(key, "an action that reads takes no Idempotency-Key", "remove idempotency, or write effects: write")
		}
		a.Idempotent = true
	case readonly:
		why := "public_readonly"
		if a.AskContextSafe {
			why = "ask_context_safe"
		}
		conflict(written, fmt.Sprintf("effects: %s contradicts %s, which reads", a.Effects, why), "write effects: read, or remove "+why)
	}
	if limit != nil && a.Effects != External && a.Timeout > heldTimeout {
		heldTooLong(r, limit, timeout)
	} else if limit != nil {
		ceiling(o, limit, d.opts.TimeoutMax.Milliseconds(), "ms")
	}
}

func heldTooLong(r *document.Reader, n *document.Node, ms int64) {
	r.Error(fault.Range, n, fmt.Sprintf("%d ms is longer than a transaction is held: %d ms", ms, heldTimeout.Milliseconds()),
		"write at most 60000, or effects: external")
}

// capability reads the entries of capabilities.
func (d *decoder) capability(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		m, r := d.module, o.Reader()
		var c Capability
		var id, target *document.Node
		c.ID, id = o.String("capability_id", document.Token, document.Required)
		c.Kind, _ = o.String("kind", document.Enum("action", "workflow", "page", "transition", "hosted"), document.Required)
		c.Target, target = o.String("target", document.Text(200), document.Required)
		c.Title, _ = o.String("title", document.Text(200), document.Required)
		c.Permissions = d.permissions(o)
		c.Input = d.schema(o, "input_schema", document.Nullable, true)
		o.Close()
		if target != nil && c.Kind == "action" {
			d.later(func() {
				if d.known.actions.lacks(c.Target) {
					r.Error(fault.CapabilityTarget, target, document.Quote(c.Target)+" is not an action of this module",
						d.suggest(c.Target, d.known.actions.names, "name an action of this module"))
				}
				d.reachable(r, target, d.module.Action(c.Target))
			})
		}
		if id != nil && r.Unique(seen, id, "capability_id") {
			m.Capabilities = append(m.Capabilities, c)
			m.trace.capabilities = append(m.trace.capabilities, originOf(r, id))
			at := id
			if target != nil {
				at = target
			}
			m.trace.targets = append(m.trace.targets, originOf(r, at))
		}
	}
}

// reachable reports an action that only the operator's lane serves.
func (d *decoder) reachable(r *document.Reader, n *document.Node, a *Action) {
	if a != nil && a.Surface == SurfaceAdminInternal {
		r.Error(fault.ActionUnreachable, n, a.ID+" is admin_internal: only operators reach it", "name another action, or change its api_surface to internal")
	}
}
