package module

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/schema"
)

// checkOwn checks what needs nothing but the module itself, and otherwise holds across modules: circles of its own reactions,
// and what it reads of its own events.
func (m *Module) checkOwn() []diagnostic.Finding {
	out := circles([]*Module{m}, func(*Module) string { return "" })
	for _, use := range m.trace.paths {
		if e := m.Event(use.event); e != nil && (use.producer == "" || use.producer == m.ID) && !listed(e.Payload, use.path) {
			out = append(out, unknownPath(use, ""))
		}
	}
	for i := range m.Reactions {
		re := &m.Reactions[i]
		if e := m.Event(re.EventType); e != nil && (re.Producer == "" || re.Producer == m.ID) {
			out = append(out, m.shape(i, e, "")...)
		}
	}
	return out
}

func unknownPath(use pathUse, dir string) diagnostic.Finding {
	return use.at.finding(diagnostic.Warning, fault.PayloadPathUnknown, dir,
		use.path+" is not among the properties of the payload of "+use.event, "name a property of the payload, or list it in payload_schema")
}

// listed tells whether a payload of that schema may hold the path: at each level that lists properties, the next name is one.
func listed(s *schema.Schema, path string) bool {
	if s == nil {
		return true
	}
	level, _ := s.Value().(map[string]any)
	for _, name := range strings.Split(path, ".") {
		properties, ok := level["properties"].(map[string]any)
		if !ok {
			return true
		}
		next, ok := properties[name]
		if !ok {
			return false
		}
		if level, ok = next.(map[string]any); !ok {
			return true
		}
	}
	return true
}

// shape warns of a reaction whose action requires what the event need not hold.
func (m *Module) shape(i int, e *Event, dir string) []diagnostic.Finding {
	a := m.handler(&m.Reactions[i].Target)
	if a == nil {
		return nil
	}
	given := required(e.Payload)
	for _, name := range required(a.Input) {
		if !slices.Contains(given, name) {
			return []diagnostic.Finding{m.trace.reactions[i].target.finding(diagnostic.Warning, fault.ReactionInputShape, dir,
				"the action "+a.ID+" requires "+name+", which the schema of "+e.Type+" does not", "require it in payload_schema too, or not in input_schema")}
		}
	}
	return nil
}

func required(s *schema.Schema) []string {
	if s == nil {
		return nil
	}
	top, _ := s.Value().(map[string]any)
	list, _ := top["required"].([]any)
	var out []string
	for _, v := range list {
		if name, ok := v.(string); ok {
			out = append(out, name)
		}
	}
	return out
}

// handler answers the declared action that a target of kind handler runs, nil for a bare handler and other kinds.
func (m *Module) handler(t *Target) *Action {
	if t.Action != "" {
		return m.Action(t.Action)
	}
	var of *Action
	for i := range m.Actions {
		if t.Export != "" && m.Actions[i].Export == t.Export {
			if of != nil {
				return nil // ambiguous, which is reported as such
			}
			of = &m.Actions[i]
		}
	}
	return of
}
