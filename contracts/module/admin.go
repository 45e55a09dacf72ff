package module

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Panel is one panel of the admin shell.
type Panel struct {
	ID, Label, Page string
	Order           int
	Renderer        string // schema, custom_component
	Layout          string
	Sections        []any // open objects, carried
	Component       string
	Permissions     []string
	Description     string
}

var pageForm = document.Pattern(`^[a-z][a-z0-9-]{0,62}$`, fault.IdPattern, "a page", "begin with a lower-case letter; then lower-case letters, digits and -, at most 63")

// endpointForm matches the addresses of actions, in the short and the long form.
var endpointForm = regexp.MustCompile(`^/api/(?:modules/([^/]+)/([^/]+)|apps/[^/]+/modules/([^/]+)/actions/([^/]+))$`)

// admin reads contracts/admin.yaml.
func (d *decoder) admin() {
	top, _ := d.open(AdminFile, document.Optional, "mozaiks.admin.v2")
	if top == nil {
		return
	}
	entries(top, "panels", d.panel(map[string]*document.Node{}))
	hooks, _ := top.List("hooks", document.Optional)
	for _, n := range hooks {
		d.hook(top.Reader(), n)
	}
	top.Close()
}

func (d *decoder) panel(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		r := o.Reader()
		p := Panel{Renderer: "schema"}
		var id, page *document.Node
		p.ID, id = o.String("id", document.Token, document.Required)
		p.Label, _ = o.String("label", document.Text(200), document.Required)
		p.Page, page = o.String("page", pageForm, document.Required)
		order, _ := o.Int("order", 0, 9999, document.Optional)
		p.Order = int(order)
		known := !o.Has("renderer")
		if text, n := o.String("renderer", document.Enum("schema", "custom_component"), document.Optional); n != nil {
			p.Renderer, known = text, true
		}
		layout, written := o.String("layout", document.Enum("grid", "sidebar", "full-width", "split"), document.Nullable)
		if p.Layout = layout; layout == "" && p.Renderer == "schema" {
			p.Layout = "full-width"
		}
		sections, list := o.List("sections", document.Optional)
		for _, n := range sections {
			d.section(r, n)
			p.Sections = append(p.Sections, n.Value())
		}
		var component *document.Node
		p.Component, component = o.String("component", document.ExportName, document.Optional)
		p.Permissions = d.permissions(o)
		p.Description, _ = o.String("description", document.Text(longText), document.Nullable)
		switch {
		case !known:
		case p.Renderer == "schema":
			if !o.Has("sections") || list != nil && len(list.Items) == 0 {
				o.Missing("sections")
			}
			if component != nil {
				o.Conflict("component", "component belongs to renderer: custom_component", "remove it, or write renderer: custom_component")
			}
		default:
			if !o.Has("component") {
				o.Missing("component")
			}
			if len(sections) > 0 {
				o.Conflict("sections", "a panel with a component of its own has no sections", "remove them, or write renderer: schema")
			}
			if written != nil {
				o.Conflict("layout", "layout belongs to renderer: schema", "remove it, or write renderer: schema")
			}
		}
		o.Close()
		if page != nil {
			d.module.trace.pages = append(d.module.trace.pages, namedOrigin{p.Page, originOf(r, page)})
		}
		if id != nil && r.Unique(seen, id, "id") {
			d.module.Panels = append(d.module.Panels, p)
		}
	}
}

// section judges an open object: it may name actions.
func (d *decoder) section(r *document.Reader, n *document.Node) {
	if r.Record(n) == nil {
		return
	}
	if a := n.Get("action"); a != nil && a.Kind == document.String {
		d.namesAction(r, a, a.Text)
	}
	endpoints := []*document.Node{n.Get("api_endpoint")}
	if config := n.Get("config"); config != nil {
		endpoints = append(endpoints, config.Get("api_endpoint"))
	}
	for _, e := range endpoints {
		if e == nil || e.Kind != document.String {
			continue
		}
		m := endpointForm.FindStringSubmatch(e.Text)
		if m == nil {
			continue
		}
		owner, action := m[1]+m[3], m[2]+m[4]
		if owner == d.module.ID {
			d.namesAction(r, e, action)
		} else {
			d.module.trace.actions = append(d.module.trace.actions, actionUse{owner, action, originOf(r, e)})
		}
	}
}

// namesAction checks later that an action is declared.
func (d *decoder) namesAction(r *document.Reader, n *document.Node, id string) {
	d.later(func() {
		if d.known.actions.lacks(id) {
			r.Error(fault.ActionUndeclared, n, document.Quote(id)+" is not an action of this module",
				d.suggest(id, d.known.actions.names, "name an action of this module"))
		}
	})
}

// hook reads an export that the shell may call: by its name, or as an entry.
func (d *decoder) hook(r *document.Reader, n *document.Node) {
	export := ""
	if n.Kind == document.String && strings.ContainsAny(n.Text, ":.") {
		if !r.String(n, handlerEntry) {
			return
		}
		export = d.entryExport(r, n)
	} else if r.String(n, document.Export) {
		export = n.Text
		d.module.need(r, n, export, false)
	}
	switch {
	case export == "":
	case slices.Contains(d.module.Hooks, export):
		r.Warn(fault.ListDuplicate, n, export+" stands twice in this list", "remove one of the two")
	default:
		d.module.Hooks = append(d.module.Hooks, export)
	}
}
