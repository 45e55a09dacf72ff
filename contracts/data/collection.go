package data

import (
	"fmt"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

var (
	collectionForm = document.Pattern(`^[A-Za-z][A-Za-z0-9_.-]{0,62}$`, fault.IdPattern, "a collection's name",
		"begin with a letter; then letters, digits and _ . -, at most 63")
	aliasForm = document.Pattern(`^[A-Za-z][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_-]{1,63}){0,7}$`, fault.IdPattern, "a data alias",
		"join names of letters, digits, _ and - by dots: billing.subscriptions")
	anyText = document.Text(200)
)

// obsolete are keys of a collection that once had a meaning.
var obsolete = []string{"entity_name", "scope_field", "collection", "mongo_collection"}

func (d *decoder) collection(o *document.Record, s surface) {
	c := &Collection{Module: s.id, SurfaceKind: s.kind, Tenancy: PerTenant}
	name, named := o.String("name", collectionForm, document.Required)
	c.Name = name
	var at place
	at.name = named
	c.Entity, at.entity = o.String("entity", document.Text(128), optional)
	d.ownership(o, s)
	scope, scoped := o.String("scope", document.Enum("app", "platform", "hosted"), optional)
	tenancy, tn := o.String("tenancy", document.Enum(string(PerTenant), string(PerWorkspace), string(PerUser), string(AppWide)), optional)
	tenancyBroken := tn == nil && o.Node.Get("tenancy") != nil && o.Node.Get("tenancy").Kind != document.Null
	if tn != nil {
		c.Tenancy = Tenancy(tenancy)
	}
	c.DataAlias, at.dataAlias = o.String("data_alias", aliasForm, optional)

	owner, on := o.String("owner_field", fieldForm, optional)
	c.OwnerField = owner
	before := d.Errors()
	d.fields(o, c)
	if tenancyBroken {
		o.Know("writers")
	} else {
		d.ownerField(o, c, on, d.Errors() > before)
		d.writers(o, c)
	}
	// While fields or owner are broken, nothing is reported for not being among them.
	fieldsBroken := tenancyBroken || d.Errors() > before
	d.indexes(o, c, fieldsBroken)
	d.lifecycle(o, c)
	c.MaxDocuments, _ = o.Int("max_documents", 1, document.MaxInt, optional)
	c.MaxBytes, _ = o.Int("max_bytes", 1, document.MaxInt, optional)
	d.account(o, c, fieldsBroken)
	if n := o.Field("retention", optional); n != nil {
		d.notBuilt(n, "retention")
	}
	o.Know("search_by")
	for _, key := range obsolete {
		if n := o.Field(key, document.Optional); n != nil {
			d.Warn(fault.DataObsoleteField, n, key+" has no effect any more", "remove it")
		}
	}
	o.Close()
	d.keep(c, s, at, scoped != nil && scope != "app")
}

// place is where a collection is named; a node is nil where the name is absent.
type place struct{ name, entity, dataAlias *document.Node }

// keep puts the collection where its scope belongs, unless nobody could name it.
func (d *decoder) keep(c *Collection, s surface, at place, hosted bool) {
	if at.name == nil || !s.known {
		d.incomplete = true
		return
	}
	d.places[c] = at
	if hosted {
		d.contract.Hosted = append(d.contract.Hosted, c)
	} else {
		d.contract.Collections = append(d.contract.Collections, c)
	}
}

// ownership checks what repeats the surface.
func (d *decoder) ownership(o *document.Record, s surface) {
	if id, n := o.String("module_id", anyText, optional); n != nil && s.known && (id != s.id || s.kind != moduleKind) {
		d.Error(fault.DataOwnershipConflict, n, "module_id is "+document.Quote(id)+", the surface is the "+document.Quote(s.kind)+" "+document.Quote(s.id),
			"remove module_id, or move the collection to its surface")
	}
	own := o.Record("ownership", optional)
	for key, want := range map[string]string{"surface_id": s.id, "surface_kind": s.kind} {
		if text, n := own.String(key, anyText, optional); n != nil && s.known && text != want {
			d.Error(fault.DataOwnershipConflict, n, key+" is "+document.Quote(text)+", the surface's is "+document.Quote(want),
				"remove ownership, or move the collection to its surface")
		}
	}
	own.Close()
}

// identities are names that the host fills in, and which of them may be an owner.
var identities = map[string]Tenancy{"app_id": "", "tenant_id": "", "user_id": PerUser, "workspace_id": PerWorkspace}

func (d *decoder) ownerField(o *document.Record, c *Collection, n *document.Node, fieldsBroken bool) {
	report := func(at *document.Node, message, hint string) {
		d.Error(fault.DataOwnerField, at, message, hint)
		c.OwnerField = ""
	}
	owned := c.Tenancy == PerUser || c.Tenancy == PerWorkspace
	if n == nil {
		if raw := o.Node.Get("owner_field"); owned && (raw == nil || raw.Kind == document.Null) {
			report(o.Node, string(c.Tenancy)+" needs owner_field, which holds the owner's id", "add owner_field: "+ownerName(c.Tenancy))
		}
		return
	}
	identity, fixed := identities[n.Text]
	switch {
	case !owned:
		report(n, string(c.Tenancy)+" has no owner", "remove owner_field, or choose the tenancy per_user or per_workspace")
	case fixed && identity != c.Tenancy:
		report(n, n.Text+" cannot hold the owner of "+string(c.Tenancy)+" rows", "write "+ownerName(c.Tenancy)+", or a name of your own")
	case c.HasFields && c.Field(n.Text) == nil:
		if !fieldsBroken {
			report(n, document.Quote(n.Text)+" is not among the fields", d.meant(n.Text, fieldNames(c), "declare it in fields, of type string"))
		}
	case c.HasFields && c.Field(n.Text).Type != "string":
		report(n, document.Quote(n.Text)+" holds an id, but is declared as "+c.Field(n.Text).Type, "declare the field of type string")
	}
}

func ownerName(t Tenancy) string {
	if t == PerWorkspace {
		return "workspace_id"
	}
	return "user_id"
}

func fieldNames(c *Collection) []string {
	names := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		names[i] = f.Name
	}
	return names
}

func (d *decoder) writers(o *document.Record, c *Collection) {
	writers, n := o.String("writers", document.Enum("any", "operator"), optional)
	raw := o.Node.Get("writers")
	written := raw != nil && raw.Kind != document.Null
	switch {
	case c.Tenancy != AppWide && n != nil:
		o.Conflict("writers", "writers is only for the tenancy app_wide", "remove writers")
	case c.Tenancy != AppWide:
	case n != nil:
		c.Writers = writers
	default:
		c.Writers = "any"
		if !written {
			d.Warn(fault.DataAppWideOpen, o.Node, "every tenant may write these rows, which all tenants share", "add writers: any, or operator")
		}
	}
}

func (d *decoder) lifecycle(o *document.Record, c *Collection) {
	l := o.Record("lifecycle", optional)
	mode, _ := l.String("write_mode", document.Enum("module_action", "platform_sync"), optional)
	policy, _ := l.String("migration_policy", document.Enum("reviewed", "additive_only"), optional)
	c.GuestsReadOnly, c.AdditiveOnly = mode == "platform_sync", policy == "additive_only"
	l.Close()
}

// account reads which user's personal data the rows are. Its rules rest on the fields and indexes read before.
func (d *decoder) account(o *document.Record, c *Collection, broken bool) {
	a := o.Record("account", optional)
	if a == nil {
		return
	}
	field, n := a.String("user_field", fieldForm, document.Required)
	erase, e := a.String("on_erase", document.Enum("delete", "clear", "keep"), document.Required)
	export, x := a.Bool("export", optional)
	a.Close()
	report := func(at *document.Node, message, hint string) { d.Error(fault.DataAccount, at, message, hint) }
	f := c.Field(field)
	switch {
	case n == nil || e == nil || broken:
		return
	case c.Tenancy == PerUser:
		report(a.Node, "rows of a per_user collection are personal already", "remove account")
		return
	case c.HasFields && f == nil:
		report(n, document.Quote(field)+" is not among the fields", d.meant(field, fieldNames(c), "declare it in fields"))
		return
	case c.HasFields && f.Type != "string":
		report(n, document.Quote(field)+" holds a user's id, but is declared as "+f.Type, "declare the field of type string")
		return
	case !slices.ContainsFunc(c.Indexes, func(x Index) bool { return len(x.Parts) > 0 && x.Parts[0].Field == field && !x.Parts[0].Fold }):
		report(n, document.Quote(field)+" is not the first part of an index", fmt.Sprintf(`add the index {"keys": [["%s", 1]]}`, field))
		return
	case erase == "clear" && c.HasFields && !f.Nullable:
		report(e, "clear sets "+document.Quote(field)+" to null, which it may not be", "make the field nullable, or write delete or keep")
		return
	}
	c.Account = &Account{UserField: field, OnErase: erase, Export: export || x == nil}
}
