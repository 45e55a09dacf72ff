package data

import (
	"slices"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

func (d *decoder) grants(top *document.Record) {
	items, _ := top.List("shared_collections", optional)
	for _, item := range items {
		o := d.Record(item)
		owner, broken := d.grantor(o)
		_, name := o.String("name", anyText, document.Required)
		var c *Collection
		switch {
		case o == nil || broken:
		case owner == nil:
			d.Error(fault.DataOwnershipConflict, o.Node, "nobody is named as the owner of what is shared", "add owner_module")
		case name != nil:
			c = d.owned(owner, name)
		}
		d.grantees(o, "shared_with", c, false)
		d.grantees(o, "read_by", c, true)
		o.Close()
	}
}

// grantor reads the owner in its three spellings, which must agree. broken says that one of them is not right in itself.
func (d *decoder) grantor(o *document.Record) (owner *document.Node, broken bool) {
	before := d.Errors()
	_, first := o.String("owner_module", anyText, optional)
	ownership := o.Record("ownership", optional)
	_, second := ownership.String("surface_id", anyText, optional)
	ownership.String("surface_kind", document.Enum(moduleKind), optional)
	ownership.Close()
	_, third := o.String("module_id", anyText, optional)
	if o == nil || d.Errors() > before {
		return nil, true
	}
	for _, n := range []*document.Node{first, second, third} {
		switch {
		case n == nil:
		case owner == nil:
			owner = n
		case owner.Text != n.Text:
			d.Error(fault.DataOwnershipConflict, n, document.Quote(n.Text)+" and "+document.Quote(owner.Text)+" are both named as the owner",
				"remove one of the two")
			return nil, true
		}
	}
	return owner, false
}

// grantees reads whom a collection is opened to. With c nil the list is only read, for faults of its own.
func (d *decoder) grantees(o *document.Record, list string, c *Collection, readOnly bool) {
	items, _ := o.List(list, optional)
	for _, item := range items {
		e := d.Record(item)
		_, module := e.String("module", anyText, document.Required)
		_, alias := e.String("data_alias", aliasForm, optional)
		e.Close()
		if module == nil {
			continue
		}
		if !slices.Contains(d.modules, module.Text) {
			d.Error(fault.DataGrantUnknown, module, "there is no module "+document.Quote(module.Text)+" in this app",
				d.meant(module.Text, d.modules, "write the id of a module of this app"))
			continue
		}
		if c != nil {
			d.grant(c, module, alias, readOnly)
		}
	}
}

// granted is a collection and the module that it is opened to.
type granted struct {
	c      *Collection
	module string
}

func (d *decoder) grant(c *Collection, module, alias *document.Node, readOnly bool) {
	if module.Text == c.Module {
		d.Error(fault.DataGrantConflict, module, module.Text+" owns "+c.Name+", it needs no grant", "remove this entry")
		return
	}
	key := granted{c, module.Text}
	if onlyRead, again := d.granted[key]; again {
		how := "read and write"
		if onlyRead {
			how = "read"
		}
		d.Error(fault.DataGrantConflict, module, module.Text+" may already "+how+" "+c.Name, "remove one of the two entries")
		return
	}
	d.granted[key] = readOnly
	g := Grant{OwnerModule: c.Module, Collection: c.Name, Module: module.Text, DataAlias: c.DataAlias, ReadOnly: readOnly}
	at := module
	if alias != nil {
		g.DataAlias, at = alias.Text, alias
	}
	if g.DataAlias != "" {
		if other := d.mean(module.Text, g.DataAlias, c); other != nil {
			d.Error(fault.DataGrantConflict, at, "the data alias "+document.Quote(g.DataAlias)+" already means "+other.Name+" to the module "+module.Text,
				"give this entry another data_alias")
			return
		}
	}
	d.contract.Grants = append(d.contract.Grants, g)
}
