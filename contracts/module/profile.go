package module

import (
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Profile is what a module adds to a person's profile.
type Profile struct {
	Panels []ProfilePanel
	Tabs   []ProfileTab
	Pages  []ProfilePage
}

// ProfilePanel shows values that an action answers, or a component.
type ProfilePanel struct {
	ID, Title, Description string
	Order                  int
	Kind                   string // metrics, list, component
	Action                 string
	Component              string
	Fields                 []ProfileField
}

// ProfileField is one value of a panel.
type ProfileField struct {
	ID    string // path into what the action answers
	Label string
	Type  string // string, number, currency, date, boolean, status
}

// ProfileTab is a tab of the profile.
type ProfileTab struct {
	ID, Label, Action, Component string
	Order                        int
}

// ProfilePage is a page of its own.
type ProfilePage struct {
	ID, Label, Route, Component string
	Section                     string // overview, platform, social, settings
	Order                       int
	Renderer                    string // custom_component
	Public                      bool
	Action, Icon, Description   string
}

// defaultOrder is the place among others of what names none.
const defaultOrder = 100

var profileRoute = document.Pattern(`^[a-z0-9-]+(/[a-z0-9-]+)*$`, fault.RouteForm, "a route below /me", "join segments of lower-case letters, digits and - by /: settings/alerts")

// profile reads contracts/profile.yaml.
func (d *decoder) profile() {
	top, _ := d.open(ProfileFile, document.Optional, "mozaiks.profile.v1", "mozaiks.profile.v2")
	if top == nil {
		return
	}
	entries(top, "panels", d.profilePanel(map[string]*document.Node{}))
	entries(top, "tabs", d.profileTab(map[string]*document.Node{}))
	entries(top, "pages", d.profilePage(map[string]*document.Node{}, map[string]string{}))
	top.Close()
}

// order reads a place among others.
func order(o *document.Record, least, most int64) int {
	if v, n := o.Int("order", least, most, document.Nullable); n != nil {
		return int(v)
	}
	return defaultOrder
}

// readAction reads an action that is called as a read, with {}.
func (d *decoder) readAction(o *document.Record, need document.Need) string {
	r := o.Reader()
	id, n := o.String("action", document.Name, need)
	if n == nil {
		return ""
	}
	d.namesAction(r, n, id)
	d.later(func() {
		a := d.module.Action(id)
		if a == nil {
			return
		}
		d.reachable(r, n, a)
		if a.Effects != Read {
			r.Warn(fault.ActionNotRead, n, "the action "+id+" is called as a read, and does not say that it is one", "write effects: read at the action")
		}
		if names := required(a.Input); len(names) > 0 {
			r.Warn(fault.ActionNeedsInput, n, "the action "+id+" is called with {}, and requires "+document.Quote(names[0]), "name an action that requires no input")
		}
	})
	return id
}

func (d *decoder) profilePanel(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		r := o.Reader()
		p := ProfilePanel{Kind: "metrics"}
		var id *document.Node
		p.ID, id = o.String("id", document.Token, document.Required)
		p.Title, _ = o.String("title", document.Text(200), document.Required)
		p.Description, _ = o.String("description", document.Text(longText), document.Nullable)
		p.Order = order(o, 1, 998)
		known := !o.Has("kind")
		if kind, n := o.String("kind", document.Enum("metrics", "list", "component"), document.Optional); n != nil {
			p.Kind, known = kind, true
		}
		p.Action = d.readAction(o, document.Nullable)
		var component *document.Node
		p.Component, component = o.String("component", document.ExportName, document.Nullable)
		fields, list := o.List("fields", document.Nullable)
		ids := map[string]*document.Node{}
		for _, n := range fields {
			if f, ok := profileField(r, n, ids); ok {
				p.Fields = append(p.Fields, f)
			}
		}
		switch {
		case !known:
		case p.Kind == "component":
			if n := o.Node.Get("component"); n == nil || n.Kind == document.Null {
				o.Missing("component")
			}
			if list != nil {
				o.Conflict("fields", "a panel with a component has no fields", "remove them, or write kind: list")
			}
		default:
			if n := o.Node.Get("fields"); n == nil || n.Kind == document.Null || n.Kind == document.List && len(n.Items) == 0 {
				o.Missing("fields")
			}
			if component != nil {
				o.Conflict("component", "component belongs to kind: component", "remove it, or write kind: component")
			}
		}
		o.Close()
		if id != nil && r.Unique(seen, id, "id") {
			d.module.Profile.Panels = append(d.module.Profile.Panels, p)
		}
	}
}

func profileField(r *document.Reader, n *document.Node, seen map[string]*document.Node) (ProfileField, bool) {
	o := r.Record(n)
	if o == nil {
		return ProfileField{}, false
	}
	f := ProfileField{Type: "string"}
	var id *document.Node
	f.ID, id = o.String("id", document.Path, document.Required)
	f.Label, _ = o.String("label", document.Text(200), document.Nullable)
	if kind, n := o.String("type", document.Enum("string", "number", "currency", "date", "boolean", "status"), document.Optional); n != nil {
		f.Type = kind
	}
	o.Close()
	return f, id != nil && r.Unique(seen, id, "id")
}

func (d *decoder) profileTab(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		r := o.Reader()
		t := ProfileTab{}
		var id *document.Node
		t.ID, id = o.String("id", document.Token, document.Required)
		t.Label, _ = o.String("label", document.Text(200), document.Required)
		t.Order = order(o, 1, 998)
		t.Action = d.readAction(o, document.Nullable)
		t.Component, _ = o.String("component", document.ExportName, document.Nullable)
		if !given(o, "action") && !given(o, "component") {
			r.Error(fault.FieldMissing, o.Node, "neither action nor component says what the tab shows", "add action: with an action of this module")
		}
		o.Close()
		if id != nil && r.Unique(seen, id, "id") {
			d.module.Profile.Tabs = append(d.module.Profile.Tabs, t)
		}
	}
}

func (d *decoder) profilePage(seen map[string]*document.Node, routes map[string]string) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		r := o.Reader()
		p := ProfilePage{Section: "overview", Renderer: "custom_component"}
		var id, route *document.Node
		p.ID, id = o.String("id", document.Token, document.Required)
		p.Label, _ = o.String("label", document.Text(200), document.Required)
		p.Route, route = o.String("route", profileRoute, document.Required)
		p.Component, _ = o.String("component", document.ExportName, document.Required)
		if section, n := o.String("section", document.Enum("overview", "platform", "social", "settings"), document.Optional); n != nil {
			p.Section = section
		}
		p.Order = order(o, 1, 998)
		o.String("renderer", document.Enum("custom_component"), document.Optional)
		visibility, _ := o.String("visibility", document.Enum("owner_only", "public"), document.Optional)
		p.Public = visibility == "public"
		p.Action = d.readAction(o, document.Nullable)
		p.Icon, _ = o.String("icon", document.Text(200), document.Nullable)
		p.Description, _ = o.String("description", document.Text(longText), document.Nullable)
		o.Close()
		if route != nil {
			if other, taken := routes[p.Route]; taken {
				r.Error(fault.RouteConflict, route, "the page "+other+" has this route already", "give the page a route of its own")
			} else {
				routes[p.Route] = p.ID
			}
		}
		if id != nil && r.Unique(seen, id, "id") {
			d.module.Profile.Pages = append(d.module.Profile.Pages, p)
		}
	}
}
