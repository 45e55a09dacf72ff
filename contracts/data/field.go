package data

import (
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

var plainField = document.Pattern(`^[A-Za-z][A-Za-z0-9_]{0,62}$`, fault.IdPattern, "a field's name",
	"begin with a letter; then letters, digits and _, at most 63")

// fieldForm is the form of a field's name; those that begin with _ are the host's.
func fieldForm(s string) (fault.Code, string, string) {
	if strings.HasPrefix(s, "_") {
		return fault.DataFieldReserved, document.Quote(s) + " is a name of the host's", "begin the name with a letter"
	}
	return plainField(s)
}

func (d *decoder) fields(o *document.Record, c *Collection) {
	c.AdditionalFields, _ = o.Bool("additional_fields", optional)
	items, list := o.List("fields", optional)
	if list == nil {
		if raw := o.Node.Get("fields"); raw == nil || raw.Kind == document.Null {
			d.Warn(fault.DataFieldsMissing, o.Node, "without fields every document is accepted as it comes", "add fields")
		}
		return
	}
	c.HasFields = true
	seen := map[string]*document.Node{}
	for i, n := range items {
		if i == d.opts.MaxFields {
			d.tooMany(n, "fields", d.opts.MaxFields, "a collection")
			return
		}
		if e := d.Record(n); e != nil {
			d.field(e, c, seen)
		}
	}
}

func (d *decoder) field(o *document.Record, c *Collection, seen map[string]*document.Node) {
	var f Field
	name, named := o.String("name", fieldForm, document.Required)
	f.Name = name
	typ, typed := o.String("type", typeForm, document.Required)
	f.Type = canonicalType(typ)
	f.Required, _ = o.Bool("required", optional)
	f.Nullable, _ = o.Bool("nullable", optional)
	f.Immutable, _ = o.Bool("immutable", optional)
	if typed != nil {
		d.bounds(o, &f)
		d.values(o, &f)
	} else {
		o.Know("max_length", "min", "max", "items", "enum", "default")
	}
	d.later(o)
	o.Close()
	if named == nil || !d.Unique(seen, named, "name") || typed == nil {
		return
	}
	if (name == "app_id" || name == "tenant_id") && f.Type != "string" {
		d.Error(fault.DataFieldReserved, typed, "the host fills "+name+" with an id, which is text", "declare it of type string")
	}
	c.Fields = append(c.Fields, f)
}

// later reports what needs a host that can do more. Written with the value that asks for nothing, it is fine.
func (d *decoder) later(o *document.Record) {
	if n := o.Field("references", optional); n != nil {
		d.notBuilt(n, "references")
	}
	for _, key := range []string{"encrypted", "lookup"} {
		if wanted, n := o.Bool(key, optional); wanted {
			d.notBuilt(n, key)
		}
	}
}

// bounds reads what limits values of the field's type.
func (d *decoder) bounds(o *document.Record, f *Field) {
	length, n := o.Int("max_length", 1, document.MaxInt, optional)
	switch {
	case f.Type == "string" && n == nil:
		f.MaxLength = DefaultMaxLength
	case f.Type == "array" && n == nil:
		f.MaxLength = DefaultMaxItems
	case f.Type == "string" || f.Type == "array":
		f.MaxLength = int(length)
	case n != nil:
		o.Conflict("max_length", "max_length is only for strings and arrays", "remove max_length")
	}
	f.Min, f.Max = d.number(o, "min", f), d.number(o, "max", f)
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		d.Error(fault.Range, o.Node.Get("max"), "max is less than min", "write a max that is at least min")
		f.Max = nil
	}
	items, n := o.String("items", scalarForm, optional)
	switch {
	case n == nil:
	case f.Type == "array":
		f.Items = canonicalType(items)
	default:
		o.Conflict("items", "items is only for arrays", "remove items")
	}
}

func (d *decoder) number(o *document.Record, name string, f *Field) *float64 {
	n := o.Field(name, optional)
	if n == nil {
		return nil
	}
	v, ok := plain(n)
	if _, fits := Stored("number", v); !ok || !fits {
		d.Error(fault.Type, n, "expected a number, found "+document.Describe(n), "write a number here, or remove the field")
		return nil
	}
	if f.Type != "integer" && f.Type != "number" {
		o.Conflict(name, name+" is only for integers and numbers", "remove "+name)
		return nil
	}
	x, whole := v.(int64)
	if whole {
		return ptr(float64(x))
	}
	return ptr(v.(float64))
}

func ptr(f float64) *float64 { return &f }
