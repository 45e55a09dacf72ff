package data

import (
	"slices"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// File is the declaration's name in a bundle.
const File = "data/contract.json"

// Limits of a contract; fixed.
const (
	collectionsMax = 200
	fieldsMax      = 256
	indexesMax     = 16
	partsMax       = 4
)

var (
	collectionName = document.Pattern(`^[A-Za-z][A-Za-z0-9_.-]{0,62}$`, fault.IdPattern, "a collection's name", "begin with a letter; letters, digits, _ . and - follow, 63 at most")
	fieldName      = document.Pattern(`^[A-Za-z][A-Za-z0-9_]{0,62}$`, fault.IdPattern, "a field's name", "begin with a letter; letters, digits and _ follow, 63 at most")
)

// decoder reads one contract.
type decoder struct {
	r       *document.Reader
	appID   string
	modules []string
	out     *Contract
	kinds   map[string]string // surface id to kind
}

// Decode reads data/contract.json for an app that has these modules. Every fault is found in one pass; the contract holds what
// could be read, and is nil where nothing could.
func Decode(raw []byte, appID string, modules []string, limits document.Limits) (*Contract, []diagnostic.Finding) {
	limits.MaxSize, limits.MaxItems = 1<<20, fieldsMax
	r := document.NewReader(File, limits)
	top := r.JSON(raw)
	if _, ok := top.Version(document.Optional, "mozaiks.data.v1"); !ok {
		return nil, r.Findings()
	}
	d := &decoder{r: r, appID: appID, modules: modules, out: &Contract{AppID: appID}, kinds: map[string]string{}}
	d.top(top)
	return d.out, r.Findings()
}

func (d *decoder) top(top *document.Record) {
	d.out.Version, _ = top.String("version", document.Text(200), document.Required)
	if id, n := top.String("app_id", document.Text(200), document.Nullable); n != nil && id != d.appID {
		d.r.Error(fault.DataAppMismatch, n, "the contract is of another app", "write "+d.appID+", as in app.json, or leave it out")
	}
	for _, s := range top.Records("surfaces", document.Required) {
		d.surface(s)
	}
	d.names()
	d.shared(top)
	d.aliases(top)
	if p := top.Node.Get("policies"); p != nil && p.Kind == document.List && len(p.Items) == 0 {
		top.Know("policies")
	} else if p := top.Record("policies", document.Nullable); p != nil {
		p.String("default_scope_field", document.Enum("app_id"), document.Nullable)
		p.Bool("allow_destructive_migrations", document.Nullable)
		p.Close()
	}
	if n := top.Field("entities", document.Nullable); n != nil && len(n.Items)+len(n.Fields) > 0 {
		d.r.Error(fault.DataLegacyField, n, "entities are no longer read", "declare collections below surfaces")
	}
	top.Know("metadata_kind", "artifact_version_id", "documented_alias_exclusions")
	top.Close()
	if len(d.out.Collections) > collectionsMax {
		d.r.Error(fault.DataLimit, top.Node, "more than 200 collections", "split the app")
	}
}

func (d *decoder) surface(s *document.Record) {
	id, idNode := s.String("surface_id", document.Text(200), document.Required)
	kind, _ := s.String("surface_kind", document.Text(200), document.Required)
	if idNode != nil {
		if other, twice := d.kinds[id]; twice && other != kind {
			d.r.Error(fault.DataSurfaceUnknown, idNode, "one surface id with two kinds", "give each surface an id of its own")
		}
		d.kinds[id] = kind
		if kind == "module" && !slices.Contains(d.modules, id) {
			d.r.Error(fault.DataSurfaceUnknown, idNode, "the app has no module "+document.Quote(id),
				document.DidYouMean(id, d.modules, "name a module of the app"))
		}
	}
	for _, c := range s.Records("collections", document.Required) {
		d.collection(c, id, kind)
	}
	s.Close()
}

func (d *decoder) collection(o *document.Record, surface, kind string) {
	c := &Collection{Module: surface, Tenancy: PerTenant, Writers: "any"}
	if kind != "module" {
		c.Module = "" // no guest opens it
	}
	c.Name, _ = o.String("name", collectionName, document.Required)
	c.Entity, _ = o.String("entity", collectionName, document.Nullable)
	d.ownership(o, surface, kind)
	scope, _ := o.String("scope", document.Enum("app", "platform", "hosted"), document.Nullable)
	if t, n := o.String("tenancy", document.Enum("per_tenant", "per_workspace", "per_user", "app_wide"), document.Nullable); n != nil {
		c.Tenancy = Tenancy(t)
	}
	owner, ownerNode := o.String("owner_field", fieldName, document.Nullable)
	c.OwnerField = owner
	c.DataAlias, _ = o.String("data_alias", document.Text(200), document.Nullable)
	writers, writersNode := o.String("writers", document.Enum("any", "operator"), document.Nullable)
	d.writers(o, c, writers, writersNode)
	c.AdditionalFields, _ = o.Bool("additional_fields", document.Nullable)
	d.fields(o, c)
	d.owner(o, c, ownerNode)
	d.indexes(o, c)
	d.lifecycle(o, c)
	if n, node := o.Int("max_documents", 1, 1<<53, document.Nullable); node != nil {
		c.MaxDocuments = n
	}
	if n, node := o.Int("max_bytes", 1, 1<<53, document.Nullable); node != nil {
		c.MaxBytes = n
	}
	for _, later := range []string{"account", "retention"} {
		if n := o.Field(later, document.Nullable); n != nil {
			d.r.Error(fault.NotInThisBuild, n, later+" is not enforced by this build", "remove it")
		}
	}
	o.Know("search_by")
	for _, name := range []string{"entity_name", "scope_field", "collection", "mongo_collection"} {
		if n := o.Field(name, document.Nullable); n != nil {
			d.r.Warn(fault.DataObsoleteField, n, name+" has no effect", "remove it")
		}
	}
	o.Close()
	if scope == "" || scope == "app" {
		d.out.Collections = append(d.out.Collections, c)
	}
}

// ownership checks what repeats the surface.
func (d *decoder) ownership(o *document.Record, surface, kind string) {
	same := func(v string, n *document.Node, want string) {
		if n != nil && v != want {
			d.r.Error(fault.DataOwnershipConflict, n, "is unlike the surface", "write "+want+", or leave it out")
		}
	}
	v, n := o.String("module_id", document.Text(200), document.Nullable)
	same(v, n, surface)
	if w := o.Record("ownership", document.Nullable); w != nil {
		v, n = w.String("surface_id", document.Text(200), document.Nullable)
		same(v, n, surface)
		v, n = w.String("surface_kind", document.Text(200), document.Nullable)
		same(v, n, kind)
		w.Close()
	}
}

func (d *decoder) writers(o *document.Record, c *Collection, writers string, n *document.Node) {
	switch {
	case n != nil && c.Tenancy != AppWide:
		d.r.Error(fault.FieldConflict, n, "writers is for app_wide alone", "remove it, or set tenancy to app_wide")
	case n != nil:
		c.Writers = writers
	case c.Tenancy == AppWide:
		d.r.Warn(fault.DataAppWideOpen, o.Node, "every tenant may write the app's common rows", `say so with "writers": "any", or use "operator"`)
	}
}

// owner checks that a tenancy with owners has a field for them, and the others none.
func (d *decoder) owner(o *document.Record, c *Collection, n *document.Node) {
	owned := c.Tenancy == PerUser || c.Tenancy == PerWorkspace
	bad := func(node *document.Node, message, hint string) { d.r.Error(fault.DataOwnerField, node, message, hint) }
	switch {
	case owned && n == nil && o.Node.Get("owner_field") == nil:
		bad(o.Node, string(c.Tenancy)+" needs owner_field", "add owner_field")
	case !owned && n != nil:
		bad(n, string(c.Tenancy)+" has no owner", "remove owner_field")
	case !owned || n == nil:
	case c.OwnerField == "app_id" || c.OwnerField == "tenant_id" || c.OwnerField == "user_id" && c.Tenancy != PerUser ||
		c.OwnerField == "workspace_id" && c.Tenancy != PerWorkspace:
		bad(n, c.OwnerField+" cannot own rows that are "+string(c.Tenancy), "use another field")
	case c.HasFields && c.Field(c.OwnerField) == nil:
		bad(n, "the owner field is not declared", "add it to fields, type string")
	}
}

func (d *decoder) lifecycle(o *document.Record, c *Collection) {
	l := o.Record("lifecycle", document.Nullable)
	if l == nil {
		return
	}
	mode, _ := l.String("write_mode", document.Enum("module_action", "platform_sync"), document.Nullable)
	c.GuestsReadOnly = mode == "platform_sync"
	policy, _ := l.String("migration_policy", document.Enum("reviewed", "additive_only"), document.Nullable)
	c.AdditiveOnly = policy == "additive_only"
	l.Close()
}
