package persistence

import (
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// rules are what a driver asks of stored documents while it makes room for a contract.
type rules struct{}

// Definition holds what decides whether a stored document fits. Titles of indexes, quotas and grants do not.
func (rules) Definition(c *data.Collection) string { return define(c, nil) }

// define writes a definition, with the fields that rows still are to lose.
func define(c *data.Collection, dropping []string) string {
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
	whole := map[string]any{"declared": c.HasFields, "open": c.AdditionalFields, "fields": fields}
	if c.AdditiveOnly {
		whole["additive"] = true
	}
	if len(dropping) > 0 {
		names := make([]any, len(dropping))
		for i, name := range dropping {
			names[i] = name
		}
		whole["dropping"] = names
	}
	return string(canonical.Append(nil, whole))
}

// definition is what a stored one tells of the past.
type definition struct {
	names    []string // of its fields
	defaults map[string]bool
	dropping []string
	additive bool
}

func readDefinition(text string) (d definition) {
	d.defaults = map[string]bool{}
	v, err := canonical.ParseObject([]byte(text))
	if err != nil { // of a store that kept none
		return d
	}
	fields, _ := v["fields"].([]any)
	for _, x := range fields {
		f, _ := x.(map[string]any)
		if name, ok := f["name"].(string); ok {
			d.names = append(d.names, name)
			d.defaults[name] = f["has_default"] == true
		}
	}
	dropping, _ := v["dropping"].([]any)
	for _, x := range dropping {
		if name, ok := x.(string); ok {
			d.dropping = append(d.dropping, name)
		}
	}
	d.additive = v["additive"] == true
	return d
}

func (rules) Key(k driver.Key, d *driver.Document) ([]byte, error) {
	r, err := readRecord(d)
	if err != nil {
		return nil, err
	}
	return keyOf(k, r)
}

// Fits tells whether a document will be one that could be stored anew, once new defaults are filled in and fields dropped.
func (rules) Fits(s *driver.Step, d *driver.Document) (bool, error) {
	if s.Before == "" || s.Before == s.Definition {
		return true, nil
	}
	r, err := readRecord(d)
	if err != nil {
		return false, err
	}
	before := readDefinition(s.Before)
	for i := range s.Collection.Fields {
		f := &s.Collection.Fields[i]
		if _, there := r.doc[f.Name]; !there && f.HasDefault && !before.defaults[f.Name] {
			r.doc[f.Name] = f.Default
		}
	}
	for _, name := range readDefinition(s.Definition).dropping {
		delete(r.doc, name)
	}
	v := &validator{c: s.Collection}
	v.document(r.doc, "$")
	return len(v.problems) == 0, nil
}

// Change fills a default in, or takes a field out.
func (rules) Change(s *driver.Step, keys []driver.Key, d *driver.Document) (*driver.Document, error) {
	r, err := readRecord(d)
	if err != nil {
		return nil, err
	}
	_, there := r.doc[s.Field]
	switch {
	case s.Kind == driver.StepFill && !there:
		r.doc[s.Field] = s.Collection.Field(s.Field).Default
	case s.Kind == driver.StepDropField && there:
		delete(r.doc, s.Field)
	default:
		return nil, nil
	}
	out := &driver.Document{ID: d.ID, Rev: d.Rev + 1, Created: d.Created, Updated: time.Now().UnixMilli(), Doc: encode(r.doc)}
	r.rev = out.Rev
	for _, k := range keys {
		key, err := keyOf(k, r)
		if err != nil {
			return nil, err
		}
		out.Keys = append(out.Keys, key)
	}
	return out, nil
}
