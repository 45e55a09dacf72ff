package data

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// names checks that each name of a collection means it alone: to its owner, and as a data alias to the host.
func (d *decoder) names() {
	type owned struct{ kind, module, name string }
	byName, byAlias := map[owned]*Collection{}, map[string]*document.Node{}
	var distinct []*Collection
	for _, c := range slices.Concat(d.contract.Collections, d.contract.Hosted) {
		at := d.places[c]
		key := owned{c.SurfaceKind, c.Module, strings.ToLower(c.Name)}
		if first, again := byName[key]; again {
			message := "the collection " + c.Name + " stands twice"
			if first.Name != c.Name {
				message = "the collections " + first.Name + " and " + c.Name + " differ only in case"
			}
			d.Error(fault.DataNameCollision, at.name, message, "give one of the two another name")
			continue
		}
		byName[key] = c
		distinct = append(distinct, c)
		if at.dataAlias != nil {
			d.Unique(byAlias, at.dataAlias, "data_alias")
		}
	}
	distinct = slices.DeleteFunc(distinct, func(c *Collection) bool { return !c.guests() || slices.Contains(d.contract.Hosted, c) })
	for _, c := range distinct {
		d.mean(c.Module, c.Name, c)
	}
	for _, c := range distinct {
		if at := d.places[c]; at.entity != nil {
			d.ambiguous(at.entity, c.Module, c)
		}
	}
}

// mean notes that a name means a collection to a module, and answers the other one that it means already.
func (d *decoder) mean(module, name string, c *Collection) *Collection {
	names := d.meanings[module]
	if names == nil {
		names = map[string]*Collection{}
		d.meanings[module] = names
	}
	if other := names[name]; other != nil && other != c {
		return other
	}
	names[name] = c
	return nil
}

func (d *decoder) ambiguous(n *document.Node, module string, c *Collection) bool {
	other := d.mean(module, n.Text, c)
	if other == nil {
		return false
	}
	d.Error(fault.DataNameAmbiguous, n, document.Quote(n.Text)+" could mean "+c.Name+" or "+other.Name+" to the module "+module,
		"give one of the two another name")
	return true
}

func (d *decoder) aliases(top *document.Record) {
	items, _ := top.List("aliases", optional)
	for _, item := range items {
		o := d.Record(item)
		_, alias := o.String("alias", collectionForm, document.Required)
		_, name := o.String("collection", anyText, document.Required)
		_, owner := o.String("owner_module", anyText, document.Required)
		o.Close()
		if alias == nil || name == nil || owner == nil {
			continue
		}
		c := d.owned(owner, name)
		if c == nil || d.meanings[c.Module][alias.Text] == c {
			continue
		}
		if !d.ambiguous(alias, c.Module, c) {
			c.Aliases = append(c.Aliases, alias.Text)
		}
	}
}

// owned finds the collection of a module by its name or entity, and reports what is not there. Nothing is reported while
// there are owners or collections that could not be read.
func (d *decoder) owned(owner, name *document.Node) *Collection {
	var known, owners []string
	for _, c := range d.contract.Collections {
		switch {
		case !c.guests():
		case c.Module != owner.Text:
			owners = append(owners, c.Module)
		case c.Name == name.Text || c.Entity == name.Text:
			return c
		default:
			known = append(known, c.Name)
		}
	}
	switch {
	case d.incomplete:
	case len(known) == 0 && slices.Contains(d.modules, owner.Text):
		d.Error(fault.DataGrantUnknown, owner, "the module "+document.Quote(owner.Text)+" has no collections that modules can open",
			d.meant(owner.Text, owners, "write a module that owns collections"))
	case len(known) == 0:
		d.Error(fault.DataGrantUnknown, owner, "there is no module "+document.Quote(owner.Text)+" in this app",
			d.meant(owner.Text, owners, "write a module that owns collections"))
	default:
		d.Error(fault.DataGrantUnknown, name, "the module "+owner.Text+" has no collection "+document.Quote(name.Text),
			d.meant(name.Text, known, "write one of its collections"))
	}
	return nil
}
