package module

import (
	"fmt"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// defaultFanout is how many subscriptions one event type may have where nothing else is said.
const defaultFanout = 64

// actions checks what panels name of other modules.
func (c *across) actions(m *Module) {
	for _, use := range m.trace.actions {
		owner := c.byID[use.module]
		switch {
		case owner == nil && c.whole:
			c.add(m, use.at, diagnostic.Error, fault.ActionUndeclared, "the app has no module "+document.Quote(use.module),
				"name an action of a module of the app")
		case owner != nil && owner.trace.known.actions.lacks(use.action):
			c.add(m, use.at, diagnostic.Error, fault.ActionUndeclared, document.Quote(use.action)+" is not an action of "+owner.ID,
				document.DidYouMean(use.action, owner.trace.known.actions.names, "name an action of "+owner.ID))
		}
	}
}

// outside checks what a module refers to beside modules.
func (c *across) outside(m *Module) {
	app := &c.app
	if app.Workflows != nil {
		for _, run := range m.trace.runs {
			if !slices.Contains(app.Workflows, run.name) {
				c.add(m, run.at, diagnostic.Error, fault.WorkflowUnresolved, "the app has no workflow "+document.Quote(run.name),
					document.DidYouMean(run.name, app.Workflows, "name a workflow of the app"))
			}
		}
	}
	for i, d := range m.Capabilities {
		known := map[string][]string{"workflow": app.Workflows, "page": app.Pages}[d.Kind]
		if known != nil && !slices.Contains(known, d.Target) {
			c.add(m, m.trace.targets[i], diagnostic.Warning, fault.CapabilityTargetUnresolved, "the app has no "+d.Kind+" "+document.Quote(d.Target),
				document.DidYouMean(d.Target, known, "name a "+d.Kind+" of the app"))
		}
	}
	for _, page := range m.trace.pages {
		if app.AdminPages != nil && !slices.Contains(app.AdminPages, page.name) {
			c.add(m, page.at, diagnostic.Warning, fault.PageUnknown, "the admin registry has no page "+page.name,
				document.DidYouMean(page.name, app.AdminPages, "name a page of the registry"))
		}
	}
	for _, gate := range m.trace.gates {
		if app.Gates != nil && !slices.Contains(app.Gates, gate.name) {
			c.add(m, gate.at, diagnostic.Warning, fault.GateUngranted, "no plan grants "+gate.name+", so the action is always denied",
				document.DidYouMean(gate.name, app.Gates, "grant it in a plan, or remove the gate"))
		}
	}
}

// fanout counts the subscriptions to each event type.
func (c *across) fanout(mods []*Module) {
	most := c.app.Fanout
	if most <= 0 {
		most = defaultFanout
	}
	counted := map[string]int{}
	for _, m := range mods {
		for _, s := range m.trace.subscribed {
			if counted[s.event]++; counted[s.event] == most+1 {
				c.add(m, s.at, diagnostic.Error, fault.EventFanout, fmt.Sprintf("%s has more than %d subscriptions in the app", s.event, most),
					"react to it in fewer places")
			}
		}
	}
}
