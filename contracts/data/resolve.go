package data

import "strings"

// The ways in which a name means a collection, the strongest last.
const (
	byNothing = iota
	byGrantedPath
	byGrantedAlias
	byAlias
	byEntity
	byName
)

// Resolve answers the collection that a name means to a module: the module's own name, entity or alias, else a granted data
// alias, else owner/name of what was granted. Names are told apart by case. readOnly says that the module may not write it.
// What is not declared and what is not granted are the same: ok is false. It allocates nothing; for a decoded contract it is
// one look-up, for one that a program put together it goes through collections and grants.
func (c *Contract) Resolve(module, name string) (collection *Collection, readOnly, ok bool) {
	if c.meanings == nil {
		return c.search(module, name)
	}
	t, ok := c.meanings[meaning{module, name}]
	return t.collection, t.readOnly, ok
}

// meaning is a name as a module uses it, target what it means.
type (
	meaning struct{ module, name string }
	target  struct {
		collection *Collection
		readOnly   bool
	}
)

// settle notes what every name means to every module, the strongest meanings first.
func (c *Contract) settle() {
	c.meanings = map[meaning]target{}
	mean := func(module, name string, x *Collection, readOnly bool) {
		key := meaning{module, name}
		if _, taken := c.meanings[key]; name != "" && !taken {
			c.meanings[key] = target{x, readOnly}
		}
	}
	for _, names := range []func(*Collection) []string{
		func(x *Collection) []string { return []string{x.Name} },
		func(x *Collection) []string { return []string{x.Entity} },
		func(x *Collection) []string { return x.Aliases },
	} {
		for _, x := range c.Collections {
			for _, name := range names(x) {
				if x.guests() {
					mean(x.Module, name, x, x.GuestsReadOnly)
				}
			}
		}
	}
	shared := map[meaning]*Collection{}
	for _, x := range c.Collections {
		if x.guests() {
			shared[meaning{x.Module, x.Name}] = x
		}
	}
	for _, name := range []func(*Grant) string{
		func(g *Grant) string { return g.DataAlias },
		func(g *Grant) string { return g.OwnerModule + "/" + g.Collection },
	} {
		for i := range c.Grants {
			g := &c.Grants[i]
			if x := shared[meaning{g.OwnerModule, g.Collection}]; x != nil {
				mean(g.Module, name(g), x, g.ReadOnly || x.GuestsReadOnly)
			}
		}
	}
}

// search is Resolve without what settle noted.
func (c *Contract) search(module, name string) (collection *Collection, readOnly, ok bool) {
	found := byNothing
	for _, x := range c.Collections {
		if x.Module != module || !x.guests() {
			continue
		}
		if how := x.named(name); how > found {
			collection, found = x, how
		}
	}
	if found != byNothing {
		return collection, collection.GuestsReadOnly, true
	}
	owner, path, _ := strings.Cut(name, "/")
	for i := range c.Grants {
		g := &c.Grants[i]
		how := byNothing
		switch {
		case g.Module != module:
		case g.DataAlias == name && name != "":
			how = byGrantedAlias
		case g.OwnerModule == owner && g.Collection == path:
			how = byGrantedPath
		}
		if how <= found {
			continue
		}
		if x := c.owned(g.OwnerModule, g.Collection); x != nil {
			collection, readOnly, found = x, g.ReadOnly || x.GuestsReadOnly, how
		}
	}
	return collection, readOnly, found != byNothing
}

// named tells how a name means the collection to its owner.
func (c *Collection) named(name string) int {
	switch {
	case name == "":
		return byNothing
	case c.Name == name:
		return byName
	case c.Entity == name:
		return byEntity
	}
	for _, alias := range c.Aliases {
		if alias == name {
			return byAlias
		}
	}
	return byNothing
}

func (c *Contract) owned(module, name string) *Collection {
	for _, x := range c.Collections {
		if x.Module == module && x.Name == name && x.guests() {
			return x
		}
	}
	return nil
}

// ByDataAlias answers the collection that parts of the host reach by that alias, of whatever surface, or nil.
func (c *Contract) ByDataAlias(alias string) *Collection {
	for _, x := range c.Collections {
		if x.DataAlias == alias && alias != "" {
			return x
		}
	}
	return nil
}
