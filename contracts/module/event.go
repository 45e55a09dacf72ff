package module

import (
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// events reads contracts/events.yaml.
func (d *decoder) events() {
	k := &d.known.events
	top, sound := d.open(EventsFile, document.Optional, "mozaiks.events.v1")
	k.broken = !sound
	if top == nil {
		return
	}
	k.broken = !entries(top, "events", d.event(map[string]*document.Node{}))
	top.Close()
}

func (d *decoder) event(seen map[string]*document.Node) func(int, *document.Record) {
	own := namespaces[:1]
	if d.opts.HostRoot {
		own = namespaces
	}
	return func(_ int, o *document.Record) {
		m, r := d.module, o.Reader()
		var e Event
		var id *document.Node
		e.Type, id = o.String("type", document.Event(own...), document.Required)
		v, _ := o.Int("version", 1, 1_000_000, document.Required)
		e.Version = int(v)
		e.Producer, _ = o.String("producer", d.producer, document.Required)
		e.Description, _ = o.String("description", document.Text(longText), document.Nullable)
		e.Payload = d.schema(o, "payload_schema", document.Optional, true)
		e.Subject, _ = o.String("subject", document.Path, document.Optional)
		if e.Visibility, _ = o.String("visibility", document.Enum("internal", "user", "tenant"), document.Optional); e.Visibility == "" {
			e.Visibility = "internal"
		}
		o.Close()
		if id != nil && r.Unique(seen, id, "type") {
			d.known.events.names = append(d.known.events.names, e.Type)
			m.Events = append(m.Events, e)
			m.trace.events = append(m.trace.events, originOf(r, id))
		}
	}
}

// producer judges who an event is of: this module, where its own id is known.
func (d *decoder) producer(s string) (fault.Code, string, string) {
	if code, message, hint := document.Name(s); code != "" {
		return code, message, hint
	}
	if d.known.id && s != d.module.ID {
		return fault.EventProducer, s + " is not this module; a module declares its own events alone", "write producer: " + d.module.ID
	}
	return "", "", ""
}
