package persistence

import (
	"context"
	"errors"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Catalog is an app's collections as they are stored.
type Catalog struct {
	contract *data.Contract
	stored   map[*data.Collection]*driver.Collection
}

// Apply makes the tables and indexes that the contract needs and are not there; a new index over stored rows is filled in
// the same transaction. What would drop something that holds rows, or would leave rows that do not fit, is
// MIGRATION_BLOCKED with the collection, a reason and up to 20 ids, and changes nothing.
func (s *Store) Apply(ctx context.Context, app string, c *data.Contract) (*Catalog, error) {
	made, err := s.driver.Ensure(ctx, app, c.Collections, rules{})
	var mismatch *driver.MismatchError
	switch {
	case errors.As(err, &mismatch):
		return nil, blocked(mismatch)
	case err != nil:
		return nil, storeFault(err)
	}
	cat := &Catalog{contract: c, stored: map[*data.Collection]*driver.Collection{}}
	for i, collection := range c.Collections {
		cat.stored[collection] = made[i]
	}
	return cat, nil
}

func blocked(m *driver.MismatchError) error {
	details := map[string]any{"module": m.Module, "collection": m.Collection, "reason": m.Reason}
	if len(m.IDs) > 0 {
		details["ids"] = m.IDs
	}
	return fault.Wrap(fault.MigrationBlocked, m, "the data contract does not fit what is stored: %v", m).
		WithHint("change the contract back, or change or remove the rows first").WithDetails(details)
}

// rules are what a driver asks of stored documents while it makes room for a contract.
type rules struct{}

// Definition holds what decides whether a stored document fits. Titles of indexes, quotas and grants do not.
func (rules) Definition(c *data.Collection) string {
	fields := make([]any, len(c.Fields))
	for i := range c.Fields {
		f := &c.Fields[i]
		one := map[string]any{"name": f.Name, "type": f.Type, "required": f.Required, "nullable": f.Nullable,
			"max_length": int64(f.MaxLength), "items": f.Items, "has_default": f.HasDefault}
		if enum, ok := canonical.Of(f.Enum); ok && len(f.Enum) > 0 {
			one["enum"] = enum
		}
		for name, p := range map[string]*float64{"min": f.Min, "max": f.Max} {
			if p != nil {
				one[name] = canonical.Number(*p)
			}
		}
		fields[i] = one
	}
	return string(canonical.Append(nil, map[string]any{"declared": c.HasFields, "open": c.AdditionalFields, "fields": fields}))
}

func (rules) Key(k driver.Key, d *driver.Document) ([]byte, error) {
	r, err := readRecord(d)
	if err != nil {
		return nil, err
	}
	return keyOf(k, r)
}

// Fits tells whether a document that was stored under another definition is one that could be stored now. A field that got a
// default since would have to be filled in, which is a change of the row.
func (rules) Fits(c *data.Collection, before string, d *driver.Document) (bool, error) {
	r, err := readRecord(d)
	if err != nil {
		return false, err
	}
	had, err := hadDefaults(before)
	if err != nil {
		return false, err
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		if _, there := r.doc[f.Name]; !there && f.HasDefault && !had[f.Name] {
			return false, nil
		}
	}
	v := &validator{c: c}
	v.document(r.doc, "$")
	return len(v.problems) == 0, nil
}

func hadDefaults(definition string) (map[string]bool, error) {
	v, err := canonical.ParseObject([]byte(definition))
	if err != nil {
		return nil, err
	}
	had := map[string]bool{}
	fields, _ := v["fields"].([]any)
	for _, x := range fields {
		f, _ := x.(map[string]any)
		if name, ok := f["name"].(string); ok && f["has_default"] == true {
			had[name] = true
		}
	}
	return had, nil
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
	return &target{Collection: c, stored: v.catalog.stored[c], readOnly: readOnly || c.GuestsReadOnly}, nil
}
