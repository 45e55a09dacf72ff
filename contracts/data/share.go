package data

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// names checks that no module has two collections of one name, or of names that differ only in case.
func (d *decoder) names() {
	seen := map[string]string{}
	for _, c := range d.out.Collections {
		for _, name := range []string{c.Name, c.Entity} {
			key := c.Module + "/" + strings.ToLower(name)
			if owner, taken := seen[key]; name != "" && taken && owner != c.Name {
				d.r.Error(fault.DataNameCollision, &document.Node{Path: "$.surfaces"}, "two collections of "+c.Module+" are called "+document.Quote(name),
					"rename one of them")
			}
			seen[key] = c.Name
		}
	}
}

func (d *decoder) aliases(top *document.Record) {
	for _, a := range top.Records("aliases", document.Nullable) {
		alias, n := a.String("alias", collectionName, document.Required)
		name, _ := a.String("collection", collectionName, document.Required)
		owner, _ := a.String("owner_module", document.Text(200), document.Required)
		a.Close()
		c := d.find(owner, name)
		switch {
		case n == nil:
		case c == nil:
			d.r.Error(fault.DataGrantUnknown, a.Node, "no such collection", "name a collection of the owner")
		case d.ownName(owner, alias):
			d.r.Error(fault.DataNameAmbiguous, n, "the alias could mean two collections", "choose another alias")
		default:
			c.Aliases = append(c.Aliases, alias)
		}
	}
}

func (d *decoder) find(module, name string) *Collection {
	for _, c := range d.out.Collections {
		if c.Module == module && c.Name == name && module != "" {
			return c
		}
	}
	return nil
}

func (d *decoder) ownName(module, name string) bool {
	return slices.ContainsFunc(d.out.Collections, func(c *Collection) bool {
		return c.Module == module && (c.Name == name || c.Entity == name || slices.Contains(c.Aliases, name))
	})
}

func (d *decoder) shared(top *document.Record) {
	for _, s := range top.Records("shared_collections", document.Nullable) {
		d.share(s)
	}
}

func (d *decoder) share(s *document.Record) {
	owner := ""
	for _, name := range []string{"owner_module", "module_id"} {
		if v, n := s.String(name, document.Text(200), document.Nullable); n != nil && owner == "" {
			owner = v
		}
	}
	if w := s.Record("ownership", document.Nullable); w != nil {
		if v, n := w.String("surface_id", document.Text(200), document.Nullable); n != nil && owner == "" {
			owner = v
		}
		w.Know("surface_kind")
		w.Close()
	}
	name, n := s.String("name", collectionName, document.Required)
	if owner == "" {
		d.r.Error(fault.DataOwnershipConflict, s.Node, "a shared collection needs its owner", "add owner_module")
	} else if n != nil && d.find(owner, name) == nil {
		d.r.Error(fault.DataGrantUnknown, n, "the owner has no such collection", "name a collection of "+owner)
	}
	seen := map[string]bool{}
	d.grants(s, "shared_with", Grant{OwnerModule: owner, Collection: name}, seen)
	d.grants(s, "read_by", Grant{OwnerModule: owner, Collection: name, ReadOnly: true}, seen)
	s.Close()
}

func (d *decoder) grants(s *document.Record, list string, g Grant, seen map[string]bool) {
	for _, w := range s.Records(list, document.Nullable) {
		module, n := w.String("module", document.Text(200), document.Required)
		alias, aliasNode := w.String("data_alias", document.Text(200), document.Nullable)
		w.Close()
		switch {
		case n == nil:
			continue
		case !slices.Contains(d.modules, module):
			d.r.Error(fault.DataGrantUnknown, n, "the app has no module "+document.Quote(module), document.DidYouMean(module, d.modules, "name a module of the app"))
		case seen[module]:
			d.r.Error(fault.DataGrantConflict, n, "the module has a grant of this collection already", "keep one of the two")
		case aliasNode != nil && d.aliasTaken(module, alias):
			d.r.Error(fault.DataGrantConflict, aliasNode, "the alias means another collection for this module", "choose another alias")
		default:
			seen[module] = true
			g.Module, g.DataAlias = module, alias
			d.out.Grants = append(d.out.Grants, g)
		}
	}
}

func (d *decoder) aliasTaken(module, alias string) bool {
	return d.ownName(module, alias) || slices.ContainsFunc(d.out.Grants, func(g Grant) bool {
		return g.Module == module && g.DataAlias == alias
	})
}

// Resolve finds the collection that a module means by a name: its own name, entity or alias, else a granted alias, else
// owner/name. readOnly tells that it was granted for reading.
func (c *Contract) Resolve(module, name string) (found *Collection, readOnly, ok bool) {
	for _, match := range []func(*Collection) bool{
		func(x *Collection) bool { return x.Name == name },
		func(x *Collection) bool { return x.Entity == name && name != "" },
		func(x *Collection) bool { return slices.Contains(x.Aliases, name) },
	} {
		for _, x := range c.Collections {
			if x.Module == module && module != "" && match(x) {
				return x, false, true
			}
		}
	}
	for _, byAlias := range []bool{true, false} {
		for _, g := range c.Grants {
			if g.Module != module || byAlias && (g.DataAlias == "" || g.DataAlias != name) || !byAlias && g.OwnerModule+"/"+g.Collection != name {
				continue
			}
			for _, x := range c.Collections {
				if x.Module == g.OwnerModule && x.Name == g.Collection {
					return x, g.ReadOnly, true
				}
			}
		}
	}
	return nil, false, false
}
