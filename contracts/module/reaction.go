package module

import (
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// maxKeyPaths is how many payload paths an idempotency key may have, a fixed part of its form.
const maxKeyPaths = 8

// reactions reads contracts/reactions.yaml.
func (d *decoder) reactions() {
	k := &d.known.reactions
	top, sound := d.open(ReactionsFile, document.Optional, "mozaiks.reactions.v1")
	k.broken = !sound
	if top == nil {
		return
	}
	k.broken = !entries(top, "reactions", d.reaction(map[string]*document.Node{}))
	top.Close()
}

func (d *decoder) reaction(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		m, r := d.module, o.Reader()
		re := Reaction{Lease: 300 * time.Second, MaxAttempts: 10, RetryDelay: 5 * time.Second}
		before := r.Errors()
		var id, event *document.Node
		re.ID, id = o.String("id", document.Token, document.Required)
		re.EventType, event = o.String("event_type", document.Event(namespaces...), document.Required)
		o.String("description", document.Text(longText), document.Nullable)
		re.Producer, _ = o.String("producer", document.Name, document.Optional)
		if n := o.Field("filters", document.Nullable); n != nil {
			re.Filters = ParseFilters(r, n)
			for _, f := range re.Filters {
				d.uses(r, n.Get(f.Path), event, re.Producer, f.Path)
			}
		}
		re.IdempotencyKey = d.idempotencyKey(o, event, re.Producer)
		permissions := r.Errors()
		re.Permissions = d.permissions(o)
		held := r.Errors() == permissions
		if v, n := o.Int("lease_seconds", 10, 3600, document.Optional); n != nil {
			re.Lease = time.Duration(v) * time.Second
		}
		if v, n := o.Int("max_attempts", 1, 100, document.Nullable); n != nil {
			re.MaxAttempts = int(v)
		}
		if v, n := o.Int("retry_delay_seconds", 0, 3600, document.Optional); n != nil {
			re.RetryDelay = time.Duration(v) * time.Second
		}
		target := o.Record("target", document.Required)
		re.Target = d.target(target, re.Permissions, held)
		o.Close()
		if event != nil {
			m.trace.subscribed = append(m.trace.subscribed, subscription{re.EventType, originOf(r, event)})
		}
		if (id != nil && !r.Unique(seen, id, "id")) || r.Errors() > before {
			return // a broken reaction takes no part in what follows from reactions
		}
		d.known.reactions.names = append(d.known.reactions.names, re.ID)
		m.Reactions = append(m.Reactions, re)
		m.trace.reactions = append(m.trace.reactions, reactionOrigin{event: originOf(r, event), target: originOf(r, target.Node)})
	}
}

// uses notes that a payload path of an event is read.
func (d *decoder) uses(r *document.Reader, n, event *document.Node, producer, path string) {
	if n != nil && event != nil {
		m := d.module
		m.trace.paths = append(m.trace.paths, pathUse{event: event.Text, producer: producer, path: path, at: originOf(r, n)})
	}
}

// idempotencyKey reads a list of payload paths, or a label that adds nothing.
func (d *decoder) idempotencyKey(o *document.Record, event *document.Node, producer string) []string {
	const field = "idempotency_key"
	n := o.Field(field, document.Nullable)
	if n == nil {
		return nil
	}
	r := o.Reader()
	if n.Kind == document.String {
		if r.String(n, document.Text(200)) {
			r.Warn(fault.IdempotencyLabel, n, "as text "+field+" is a label and adds nothing", "write a list of payload paths, or remove it")
		}
		return nil
	}
	items, list := o.ListOf(field, maxKeyPaths, document.NonEmpty)
	if list == nil {
		return nil
	}
	nodes := o.Texts(items, document.Path)
	for _, p := range nodes {
		d.uses(r, p, event, producer, p.Text)
	}
	return document.Plain(nodes)
}

// targetFields are the fields of each kind of target; the first of them must be given, and for service_adapter both.
var targetFields = map[string][]string{
	"handler":         {"handler_method", "action"},
	"capability":      {"capability_id"},
	"notification":    {"notification_id"},
	"service_adapter": {"adapter", "adapter_method"},
}

// target reads what a reaction runs; permissions are what the run holds, where they could be read.
func (d *decoder) target(o *document.Record, permissions []string, held bool) Target {
	if o == nil {
		return Target{}
	}
	var t Target
	var kind *document.Node
	t.Kind, kind = o.String("kind", document.Enum("handler", "capability", "notification", "service_adapter"), document.Required)
	o.Know("handler_method", "action", "capability_id", "notification_id", "adapter", "adapter_method")
	o.Close()
	if kind == nil {
		return t
	}
	for _, f := range o.Node.Fields {
		if _, own := f.Name, slices.Contains(targetFields[t.Kind], f.Name); !own && f.Name != "kind" && targetField(f.Name) {
			o.Conflict(f.Name, f.Name+" does not belong to kind "+t.Kind, "remove it, or change the kind")
		}
	}
	switch t.Kind {
	case "handler":
		d.handlerTarget(o, &t, permissions, held)
	case "capability":
		d.capabilityTarget(o, &t, permissions, held)
	case "notification":
		id, n := o.String("notification_id", document.Token, document.Required)
		t.NotificationID = id
		d.later(func() {
			if n != nil && d.known.notifications.lacks(id) {
				o.Reader().Error(fault.NotificationUndeclared, n, id+" is not in "+NotificationsFile,
					d.suggest(id, d.known.notifications.names, "declare it in "+NotificationsFile))
			}
		})
	case "service_adapter":
		name, n := o.String("adapter", document.Text(200), document.Required)
		t.Adapter = name
		t.AdapterMethod, _ = o.String("adapter_method", document.Text(200), document.Required)
		if n != nil && !slices.Contains(d.opts.Adapters, name) {
			o.Reader().Error(fault.AdapterUnknown, n, "the host has no service adapter "+document.Quote(name),
				document.DidYouMean(name, d.opts.Adapters, "use another kind of target; a stock host has no adapters"))
		}
	}
	return t
}

func targetField(name string) bool {
	for _, fields := range targetFields {
		if slices.Contains(fields, name) {
			return true
		}
	}
	return false
}

// handlerTarget reads a target that is an export of this module: by the action that has it, or bare.
func (d *decoder) handlerTarget(o *document.Record, t *Target, permissions []string, held bool) {
	r := o.Reader()
	switch method, action := o.Has("handler_method"), o.Has("action"); {
	case method && action:
		o.Conflict("action", "action and handler_method both name what runs", "remove one of the two")
		return
	case !method && !action:
		r.Error(fault.FieldMissing, o.Node, "neither action nor handler_method says what runs", "add action: with an action of this module")
		return
	case action:
		id, n := o.String("action", document.Name, document.Required)
		t.Action = id
		d.later(func() { d.runs(r, n, id, permissions, held, "reaction") })
		return
	}
	export, n := o.String("handler_method", document.Export, document.Required)
	t.Export = export
	if n == nil {
		return
	}
	d.module.need(r, n, export, false)
	d.later(func() {
		of := d.module.handlers(export)
		switch {
		case d.known.actions.broken || len(of) == 0:
		case len(of) > 1:
			r.Error(fault.HandlerAmbiguous, n, export+" is the handler of several actions", "write action: "+of[0].ID+" in its place")
		default:
			d.runs(r, n, of[0].ID, permissions, held, "reaction")
		}
	})
}

// runs checks that a reaction, an extension or the like may run the action: it is declared, within reach, and what it requires is held.
func (d *decoder) runs(r *document.Reader, n *document.Node, id string, permissions []string, held bool, what string) {
	if n == nil {
		return
	}
	if d.known.actions.lacks(id) {
		r.Error(fault.ActionUndeclared, n, id+" is not an action of this module",
			d.suggest(id, d.known.actions.names, "name an action of this module"))
		return
	}
	a := d.module.Action(id)
	if a == nil {
		return
	}
	d.reachable(r, n, a)
	if held {
		d.holds(r, n, "the action "+id, a.Permissions, permissions, what)
	}
}

// holds reports the first permission that is needed and not among those that a run holds.
func (d *decoder) holds(r *document.Reader, n *document.Node, what string, needed, held []string, holder string) bool {
	if slices.ContainsFunc(held, d.known.permissions.lacks) {
		return true // one of them is misspelt, and that is reported
	}
	for _, p := range needed {
		if !slices.Contains(held, p) {
			r.Error(fault.PermissionNotHeld, n, what+" requires "+p+", which this "+holder+" does not hold", "add "+p+" to permissions of the "+holder)
			return false
		}
	}
	return true
}

// capabilityTarget reads a target that is a capability. One of this module is checked here; of others nothing is known yet.
func (d *decoder) capabilityTarget(o *document.Record, t *Target, permissions []string, held bool) {
	r := o.Reader()
	id, n := o.String("capability_id", document.Token, document.Required)
	t.CapabilityID = id
	if n == nil {
		return
	}
	d.later(func() {
		for _, c := range d.module.Capabilities {
			if c.ID != id || !held || !d.holds(r, n, "the capability "+id, c.Permissions, permissions, "reaction") {
				continue
			}
			if a := d.module.Action(c.Target); a != nil && c.Kind == "action" {
				d.holds(r, n, "the action "+a.ID, a.Permissions, permissions, "reaction")
			}
		}
	})
}
