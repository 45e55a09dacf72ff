package data

import (
	"time"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// types maps every spelling of a type to its name.
var types = map[string]string{"string": "string", "integer": "integer", "number": "number", "boolean": "boolean",
	"datetime": "datetime", "date": "date", "object": "object", "array": "array", "json": "json",
	"text": "string", "int": "integer", "float": "number", "bool": "boolean", "timestamp": "datetime", "list": "array",
	"dict": "object", "any": "json"}

var typeNames = []string{"string", "integer", "number", "boolean", "datetime", "date", "object", "array", "json",
	"text", "int", "float", "bool", "timestamp", "list", "dict", "any"}

func (d *decoder) fields(o *document.Record, c *Collection) {
	items, n := o.ListOf("fields", fieldsMax, document.Nullable)
	if n == nil {
		if o.Node.Get("fields") == nil {
			d.r.Warn(fault.DataFieldsMissing, o.Node, "the collection takes any field", "declare its fields")
		}
		return
	}
	c.HasFields = true
	seen := map[string]*document.Node{}
	for _, item := range items {
		if f := d.r.Record(item); f != nil {
			d.field(f, c, seen)
		}
	}
}

func (d *decoder) field(o *document.Record, c *Collection, seen map[string]*document.Node) {
	f := Field{}
	name, n := o.String("name", fieldName, document.Required)
	if n != nil && !d.r.Unique(seen, n, "field") {
		n = nil
	}
	f.Name = name
	if t, tn := o.String("type", document.Enum(typeNames...), document.Required); tn != nil {
		f.Type = types[t]
	}
	f.Required, _ = o.Bool("required", document.Nullable)
	f.Nullable, _ = o.Bool("nullable", document.Nullable)
	f.Immutable, _ = o.Bool("immutable", document.Nullable)
	d.maxLength(o, &f)
	f.Min, f.Max = d.bound(o, "min"), d.bound(o, "max")
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		d.r.Error(fault.Range, o.Node.Get("max"), "max is below min", "swap them")
	}
	if t, in := o.String("items", document.Enum("string", "integer", "number", "boolean", "datetime", "date"), document.Nullable); in != nil {
		f.Items = t
	}
	d.enum(o, &f)
	d.fallback(o, &f)
	for _, later := range []string{"references", "encrypted", "lookup"} {
		if x := o.Field(later, document.Nullable); x != nil {
			d.r.Error(fault.NotInThisBuild, x, later+" is not enforced by this build", "remove it")
		}
	}
	o.Close()
	if n != nil {
		c.Fields = append(c.Fields, f)
	}
}

func (d *decoder) maxLength(o *document.Record, f *Field) {
	switch f.Type {
	case "string":
		f.MaxLength = 65_536
	case "array":
		f.MaxLength = 1000
	}
	if v, n := o.Int("max_length", 1, 1<<31, document.Nullable); n != nil {
		f.MaxLength = int(v)
	}
}

func (d *decoder) bound(o *document.Record, name string) *float64 {
	n := o.Field(name, document.Nullable)
	if n == nil {
		return nil
	}
	var v float64
	switch n.Kind {
	case document.Int:
		v = float64(n.Int)
	case document.Float:
		v = n.Float
	default:
		d.r.Error(fault.Type, n, "expected a number, found "+document.Describe(n), "write a number")
		return nil
	}
	return &v
}

func (d *decoder) enum(o *document.Record, f *Field) {
	items, n := o.List("enum", document.Nullable)
	if n == nil {
		return
	}
	if len(items) == 0 {
		d.r.Error(fault.FieldMissing, n, "enum has no value", "add values, or remove enum")
	}
	for _, item := range items {
		v, ok := Fit(f, item.Value())
		if !ok {
			d.r.Error(fault.Type, item, "is not of the field's type", "write a value of type "+f.Type)
			continue
		}
		f.Enum = append(f.Enum, v)
	}
}

// fallback reads `default`. A text that does not fit is read as JSON, as older generators wrote it.
func (d *decoder) fallback(o *document.Record, f *Field) {
	n := o.Field("default", document.Nullable)
	if n == nil {
		return
	}
	v, ok := Fit(f, n.Value())
	if !ok && n.Kind == document.String {
		if parsed, err := canonical.Parse([]byte(n.Text)); err == nil {
			if v, ok = Fit(f, parsed); ok {
				d.r.Warn(fault.DataDefaultText, n, "the default was read from text as JSON", "write the value itself, without quotes")
			}
		}
	}
	if !ok {
		d.r.Error(fault.DataDefaultMisfit, n, "the default does not fit the field", "write a value that the field accepts")
		return
	}
	f.Default, f.HasDefault = v, true
}

// Fit tells whether a value is of the field's type and within its bounds, and answers it as it would be stored.
func Fit(f *Field, v any) (any, bool) {
	switch f.Type {
	case "string":
		s, ok := v.(string)
		return v, ok && utf8.RuneCountInString(s) <= f.MaxLength
	case "integer":
		n, ok := v.(int64)
		return v, ok && within(f, float64(n))
	case "number":
		switch n := v.(type) {
		case int64:
			return v, within(f, float64(n))
		case float64:
			return canonical.Number(n), within(f, n)
		}
		return v, false
	case "boolean":
		_, ok := v.(bool)
		return v, ok
	case "object":
		_, ok := v.(map[string]any)
		return v, ok
	case "array":
		list, ok := v.([]any)
		return v, ok && len(list) <= f.MaxLength
	case "datetime":
		s, _ := v.(string)
		t, err := time.Parse(time.RFC3339Nano, s)
		return t.UTC().Format("2006-01-02T15:04:05.000Z"), err == nil
	case "date":
		s, _ := v.(string)
		_, err := time.Parse(time.DateOnly, s)
		return v, err == nil
	default:
		return v, true
	}
}

func within(f *Field, n float64) bool {
	return (f.Min == nil || n >= *f.Min) && (f.Max == nil || n <= *f.Max)
}
