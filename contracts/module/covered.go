package module

import (
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Uncovered notes the actions that are not among those that tests called and the events that none emitted, with paths inside the
// module's folder.
func (m *Module) Uncovered(called, emitted map[string]bool) []diagnostic.Finding {
	var out []diagnostic.Finding
	for i, a := range m.Actions {
		if !called[a.ID] {
			out = append(out, m.trace.actionsAt[i].finding(diagnostic.Note, fault.TestUncovered, "", "no test calls the action "+a.ID,
				"add a test that does"))
		}
	}
	for i, e := range m.Events {
		if !emitted[e.Type] {
			out = append(out, m.trace.events[i].finding(diagnostic.Note, fault.TestUncovered, "", "no test makes the module emit "+e.Type,
				"add a test that does"))
		}
	}
	return out
}
