package module

import (
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// The lengths of the templates of a notification, in characters.
const (
	titleLength = 200
	bodyLength  = 4000
)

// notifications reads contracts/notifications.yaml.
func (d *decoder) notifications() {
	k := &d.known.notifications
	top, sound := d.open(NotificationsFile, document.Optional, "mozaiks.notifications.v1")
	k.broken = !sound
	if top == nil {
		return
	}
	k.broken = !entries(top, "notifications", d.notification(map[string]*document.Node{}))
	top.Close()
}

func (d *decoder) notification(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		m, r := d.module, o.Reader()
		rule := Notification{DefaultEnabled: true}
		var id *document.Node
		rule.ID, id = o.String("id", document.Token, document.Required)
		event := d.ruleEvent(o)
		if event != nil {
			rule.EventType = event.Text
			m.trace.subscribed = append(m.trace.subscribed, subscription{event.Text, originOf(r, event)})
		}
		o.String("description", document.Text(longText), document.Nullable)
		rule.Renderer, _ = o.String("renderer", document.Text(longText), document.Nullable)
		if n := o.Field("condition", document.Nullable); n != nil {
			var field *document.Node
			if rule.Condition, field = parseCondition(r, n); field != nil {
				d.uses(r, field, event, "", field.Text)
			}
		}
		rule.Channels = channels(o)
		rule.Audience = d.audience(o, event)
		d.texts(o, &rule, event)
		rule.ContextFields = d.contextFields(o, event)
		if rule.PreferenceKey, _ = o.String("preference_key", document.Token, document.Nullable); rule.PreferenceKey == "" {
			rule.PreferenceKey = m.ID + "." + rule.ID
		}
		if on, n := o.Bool("default_enabled", document.Optional); n != nil {
			rule.DefaultEnabled = on
		}
		o.Close()
		if id != nil && r.Unique(seen, id, "id") {
			d.known.notifications.names = append(d.known.notifications.names, rule.ID)
			m.Notifications = append(m.Notifications, rule)
		}
	}
}

// ruleEvent reads event_type or its other name, on.
func (d *decoder) ruleEvent(o *document.Record) *document.Node {
	form := document.Event(namespaces...)
	_, event := o.String("event_type", form, document.Nullable)
	_, on := o.String("on", form, document.Nullable)
	switch {
	case given(o, "event_type") && given(o, "on"):
		o.Conflict("on", "on and event_type both name the event", "remove one of the two")
	case !given(o, "event_type") && !given(o, "on"):
		o.Missing("event_type")
	case event == nil:
		return on
	}
	return event
}

// given tells whether a field that may be null is there and is not.
func given(o *document.Record, name string) bool {
	n := o.Node.Get(name)
	return n != nil && n.Kind != document.Null
}

func channels(o *document.Record) []string {
	nodes, _ := o.Strings("channels", document.Enum("in_app", "email", "push", "sms", "webhook"), document.Nullable)
	for _, n := range nodes {
		if n.Text == "push" || n.Text == "sms" {
			o.Reader().Warn(fault.ChannelUnavailable, n, "the stock host has no sender for "+n.Text, "add a channel that it has: in_app, email, webhook")
		}
	}
	if len(nodes) == 0 {
		return []string{"in_app"}
	}
	return document.Plain(nodes)
}

// audience reads whom a rule tells. With nobody named it is everybody, which should be said.
func (d *decoder) audience(o *document.Record, event *document.Node) Audience {
	var a Audience
	r, at := o.Reader(), o.Node
	before := r.Errors()
	who := o.Record("audience", document.Optional)
	if who != nil {
		at = who.Node
	}
	roles, _ := who.Strings("roles", document.Token, document.Nullable)
	permissions, _ := who.Strings("permissions", document.Token, document.Nullable)
	for _, n := range permissions {
		d.module.trace.audience = append(d.module.trace.audience, namedOrigin{n.Text, originOf(r, n)})
	}
	a.Roles, a.Permissions = document.Plain(roles), document.Plain(permissions)
	var field, resolver, everyone *document.Node
	a.UserIDField, field = who.String("user_id_field", document.Path, document.Nullable)
	a.Resolver, resolver = who.String("resolver", document.Name, document.Nullable)
	a.Everyone, everyone = who.Bool("everyone", document.Optional)
	who.Close()
	if field != nil {
		d.uses(r, field, event, "", a.UserIDField)
	}
	if resolver != nil {
		d.later(func() {
			if d.known.actions.lacks(a.Resolver) {
				r.Error(fault.ActionUndeclared, resolver, a.Resolver+" is not an action of this module",
					d.suggest(a.Resolver, d.known.actions.names, "name an action of this module"))
			}
		})
	}
	named := len(a.Roles)+len(a.Permissions) > 0 || field != nil || resolver != nil
	switch {
	case r.Errors() > before:
	case a.Everyone && named:
		r.Error(fault.FieldConflict, everyone, "everyone: true stands alone", "remove it, or the rest of the audience")
	case !a.Everyone && !named:
		r.Warn(fault.AudienceEveryone, at, "nobody is named, so everybody in the event's tenant is told", "name an audience, or write audience: {everyone: true}")
	}
	return a
}

// texts reads title and body, from template or by themselves.
func (d *decoder) texts(o *document.Record, rule *Notification, event *document.Node) {
	from := o
	short := given(o, "title") || given(o, "body")
	template := o.Field("template", document.Nullable)
	o.Know("title", "body")
	switch {
	case template != nil && template.Kind == document.Object && short:
		for _, name := range []string{"title", "body"} {
			if given(o, name) {
				o.Conflict(name, name+" and template both say what is shown", "remove one of the two")
				break
			}
		}
		return
	case template != nil:
		from = o.Reader().Record(template)
	}
	rule.Title = d.template(from, "title", titleLength, event)
	rule.Body = d.template(from, "body", bodyLength, event)
	if from != o {
		from.Close()
	}
	if rule.Title == "" {
		rule.Title = rule.ID
	}
}

func (d *decoder) template(o *document.Record, name string, length int, event *document.Node) string {
	text, n := o.String(name, document.Text(length), document.Nullable)
	if n == nil {
		return ""
	}
	t, err := ParseTemplate(text)
	if err != nil {
		o.Reader().Error(fault.TemplateForm, n, err.Error(), "write {{path}}, {{path | upper}} or one level of {% if path %}…{% endif %}")
		return ""
	}
	for _, path := range t.Paths() {
		d.uses(o.Reader(), n, event, "", path)
	}
	return text
}

// secretive are parts of names of values that must not be copied to where people read.
var secretive = []string{"_key", "_secret", "_token", "password", "credential", "payment_provider_", "idempotency_"}

func (d *decoder) contextFields(o *document.Record, event *document.Node) []string {
	nodes, _ := o.Strings("context_fields", document.Path, document.Nullable)
	var out []string
	for _, n := range nodes {
		if dropped(n.Text) {
			o.Reader().Warn(fault.ContextFieldDropped, n, n.Text+" looks like a secret and is left out", "remove it, or give the field another name")
			continue
		}
		d.uses(o.Reader(), n, event, "", n.Text)
		out = append(out, n.Text)
	}
	return out
}

func dropped(path string) bool {
	for _, part := range secretive {
		if strings.Contains(strings.ToLower(path), part) {
			return true
		}
	}
	return false
}
