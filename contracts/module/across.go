package module

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// CheckAcross checks what only shows between the modules of an app and needs nothing but their declarations. Each finding
// stands at the module that must change; File begins modules/<id>/.
func CheckAcross(mods []*Module, app AppFacts) []diagnostic.Finding {
	mods = slices.Clone(mods)
	slices.SortStableFunc(mods, func(a, b *Module) int { return cmp.Compare(a.ID, b.ID) })
	c := newAcross(mods)
	c.app = app
	c.whole = c.whole && len(app.Unread) == 0
	for _, m := range mods {
		c.events(m)
		c.capabilities(m)
		c.permissions(m)
		c.payloads(m)
		c.actions(m)
		c.outside(m)
	}
	c.fanout(mods)
	if len(mods) > 1 {
		c.findings = append(c.findings, circles(mods, folderOf)...)
	}
	diagnostic.Sort(c.findings)
	return c.findings
}

func folderOf(m *Module) string {
	if m.Dir != "" {
		return m.Dir
	}
	return path.Join("modules", m.ID)
}

// AppFacts are what an app says of itself beside its modules.
type AppFacts struct {
	// Unread are modules of the app that are not among those that are checked because they could not be read: while there are some,
	// nothing is reported for being declared by no module.
	Unread []string
	// Failed are modules that have an error: what refers to them is suspended.
	Failed []string
	// Workflows and Pages are the app's, nil where they are not known.
	Workflows, Pages []string
	// Triggers are what starts each workflow; a workflow is left out where that could not be read.
	Triggers map[string][]Trigger
	// AdminPages are the pages of the admin registry.
	AdminPages []string
	// Gates are the capability ids that a plan grants; nil where the app has no plans.
	Gates []string
	// Collections tells whether any collection of the app is open to a module; nil where that is not known.
	Collections func(module string) bool
	// Fanout is how many subscriptions one event type may have. Defaults to 64.
	Fanout int
}

// Trigger is what starts a workflow: an event, by a capability.
type Trigger struct{ Capability, Event string }

// across is one check of several modules.
type across struct {
	app          AppFacts
	whole        bool // every list of events and of capabilities could be read
	producers    map[string][]*Module
	owners       map[string]*Module // of capabilities: the first in order
	eventTypes   []string
	capabilityID []string
	known        map[string]bool // permissions
	byID         map[string]*Module
	findings     []diagnostic.Finding
}

func newAcross(mods []*Module) *across {
	c := &across{whole: true, producers: map[string][]*Module{}, owners: map[string]*Module{}, known: map[string]bool{}}
	for _, m := range mods {
		c.whole = c.whole && !m.trace.partial
		for _, e := range m.Events {
			if c.producers[e.Type] == nil {
				c.eventTypes = append(c.eventTypes, e.Type)
			}
			c.producers[e.Type] = append(c.producers[e.Type], m)
		}
		for _, p := range m.Permissions {
			c.known[p.ID] = true
		}
		for _, d := range m.Capabilities {
			if c.owners[d.ID] == nil {
				c.owners[d.ID] = m
				c.capabilityID = append(c.capabilityID, d.ID)
			}
		}
	}
	c.byID = map[string]*Module{}
	for _, m := range mods {
		c.byID[m.ID] = m
	}
	return c
}

func (c *across) add(m *Module, o origin, severity diagnostic.Severity, code fault.Code, message, hint string) {
	c.findings = append(c.findings, o.finding(severity, code, folderOf(m), message, hint))
}

func (c *across) events(m *Module) {
	for i, e := range m.Events {
		if first := c.producers[e.Type][0]; first != m {
			c.add(m, m.trace.events[i], diagnostic.Warning, fault.EventShared, e.Type+" is declared by "+first.ID+" too",
				"give the event a name of its own")
		}
	}
	for _, s := range m.trace.subscribed {
		if c.whole && strings.HasPrefix(s.event, "domain.") && c.producers[s.event] == nil {
			c.add(m, s.at, diagnostic.Warning, fault.EventUnknown, "no module declares "+s.event,
				document.DidYouMean(s.event, c.eventTypes, "name an event that a module of the app declares"))
		}
	}
}

func (c *across) capabilities(m *Module) {
	for i, d := range m.Capabilities {
		if first := c.owners[d.ID]; first != m {
			c.add(m, m.trace.capabilities[i], diagnostic.Error, fault.CapabilityDuplicate, d.ID+" is a capability of "+first.ID+" already",
				"give the capability an id of its own")
		}
	}
	unresolved := func(id string, at origin) {
		if owner := c.owners[id]; owner != nil && owner != m && slices.Contains(c.app.Failed, owner.ID) {
			c.add(m, at, diagnostic.Warning, fault.DependencyFailed, "the module "+owner.ID+", which has "+id+", is not served",
				"mend "+owner.ID+"; until then what needs the capability waits")
		}
		if c.whole && c.owners[id] == nil {
			c.add(m, at, diagnostic.Error, fault.CapabilityUnresolved, "no module of the app has the capability "+id,
				document.DidYouMean(id, c.capabilityID, "name a capability that a module of the app declares"))
		}
	}
	for i := range m.Reactions {
		if t := &m.Reactions[i].Target; t.Kind == "capability" {
			unresolved(t.CapabilityID, m.trace.reactions[i].target)
			c.trigger(m, m.Reactions[i].EventType, t.CapabilityID, m.trace.reactions[i].target)
		}
	}
	for i, id := range m.Grants.Capabilities {
		unresolved(id, m.trace.granted[i])
	}
}

// trigger warns of a reaction that would start a workflow which nothing lets it start: no trigger has the capability with this event, or
// with none.
func (c *across) trigger(m *Module, event, capability string, at origin) {
	owner := c.owners[capability]
	if owner == nil {
		return
	}
	for i := range owner.Capabilities {
		d := &owner.Capabilities[i]
		triggers, known := c.app.Triggers[d.Target]
		if d.ID != capability || d.Kind != "workflow" || !known {
			continue
		}
		if !slices.ContainsFunc(triggers, func(t Trigger) bool { return t.Capability == capability && (t.Event == event || t.Event == "") }) {
			c.add(m, at, diagnostic.Warning, fault.TriggerUnresolved, "the workflow "+d.Target+" has no trigger for "+capability+" and "+event,
				"add the trigger to workflows/"+d.Target+"/workflow.yaml")
		}
	}
}

func (c *across) permissions(m *Module) {
	for _, p := range m.trace.audience {
		if c.whole && !c.known[p.name] {
			c.add(m, p.at, diagnostic.Warning, fault.PermissionUnknown, "no module declares the permission "+p.name,
				"name a permission that a module of the app declares")
		}
	}
}

// payloads compares what a module reads of the events of others with what those declare.
func (c *across) payloads(m *Module) {
	for _, use := range m.trace.paths {
		if events := c.foreign(m, use.event, use.producer); len(events) > 0 &&
			!slices.ContainsFunc(events, func(e *Event) bool { return listed(e.Payload, use.path) }) {
			c.findings = append(c.findings, unknownPath(use, folderOf(m)))
		}
	}
	for i := range m.Reactions {
		re := &m.Reactions[i]
		for _, e := range c.foreign(m, re.EventType, re.Producer) {
			if found := m.shape(i, e, folderOf(m)); found != nil {
				c.findings = append(c.findings, found...)
				break
			}
		}
	}
}

// foreign answers the declarations of an event by other modules, none where the module itself declares it.
func (c *across) foreign(m *Module, event, producer string) []*Event {
	var out []*Event
	for _, p := range c.producers[event] {
		if p == m && (producer == "" || producer == m.ID) {
			return nil
		}
		if p != m && (producer == "" || producer == p.ID) {
			out = append(out, p.Event(event))
		}
	}
	return out
}
