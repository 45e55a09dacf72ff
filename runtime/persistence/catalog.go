package persistence

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Catalog is an app's collections as they are stored.
type Catalog struct {
	store    *Store
	app      string
	contract *data.Contract
	stored   atomic.Pointer[map[*data.Collection]*driver.Collection]
}

// refresh reads how the collections are stored now.
func (c *Catalog) refresh(ctx context.Context) error {
	m, err := c.store.driver.Migrator(ctx, c.app, rules{})
	if err != nil {
		return storeFault(err)
	}
	defer m.Close()
	all, err := m.Stored(ctx)
	if err != nil {
		return storeFault(err)
	}
	found := map[*data.Collection]*driver.Collection{}
	for _, d := range c.contract.Collections {
		for _, s := range all {
			if s.Module == d.Module && s.Name == d.Name {
				found[d] = physical(m, s, d)
			}
		}
	}
	c.stored.Store(&found)
	return nil
}

// physical answers a collection with every key column of its table, and those of its indexes that are there.
func physical(m driver.Migrator, s *driver.Stored, d *data.Collection) *driver.Collection {
	p := &driver.Collection{Table: s.Table}
	for _, k := range s.Keys {
		p.Keys = append(p.Keys, k.Key)
	}
	for i := range d.Indexes {
		x, w := m.Describe(s.Table, p.Keys, &d.Indexes[i])
		if slices.ContainsFunc(s.Indexes, func(have driver.StoredIndex) bool { return have.Name == w.Name }) {
			p.Indexes = append(p.Indexes, x)
		}
	}
	return p
}

func blocked(m *driver.MismatchError) error {
	details := map[string]any{"module": m.Module, "collection": m.Collection, "reason": m.Reason}
	if len(m.IDs) > 0 {
		details["ids"] = m.IDs
	}
	return fault.Wrap(fault.MigrationBlocked, m, "the data contract does not fit what is stored: %v", m).
		WithHint("change the contract back, or change or remove the rows first").WithDetails(details)
}

// View is what one module may name.
type View struct {
	catalog *Catalog
	module  string
}

// View answers what the module may name.
func (c *Catalog) View(module string) *View { return &View{catalog: c, module: module} }

// target is a collection that a request names, with how it may be used.
type target struct {
	*data.Collection
	stored   *driver.Collection
	readOnly bool
}

// resolve finds a collection; undeclared and not granted are the same.
func (v *View) resolve(name string) (*target, error) {
	c, readOnly, ok := v.catalog.contract.Resolve(v.module, name)
	if !ok {
		return nil, fault.Valuef(fault.ValueUndeclaredCollection, "no such collection is open to the module")
	}
	return &target{Collection: c, stored: (*v.catalog.stored.Load())[c], readOnly: readOnly || c.GuestsReadOnly}, nil
}
