package data

import (
	"errors"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// types are the types of fields; those of values that can be compared and indexed come first.
var types = []string{"string", "integer", "number", "boolean", "datetime", "date", "object", "array", "json"}

var scalars = types[:6]

// otherTypes are further names of types.
var otherTypes = map[string]string{"text": "string", "int": "integer", "float": "number", "bool": "boolean", "timestamp": "datetime",
	"list": "array", "dict": "object", "any": "json"}

func canonicalType(t string) string {
	if known, ok := otherTypes[t]; ok {
		return known
	}
	return t
}

func typeForm(s string) (fault.Code, string, string) { return oneOf(s, types) }

func scalarForm(s string) (fault.Code, string, string) { return oneOf(s, scalars) }

// oneOf is document.Enum that takes other names as well, and shows only the first ones.
func oneOf(s string, names []string) (fault.Code, string, string) {
	if slices.Contains(names, canonicalType(s)) {
		return "", "", ""
	}
	code, message, hint := document.Enum(names...)(s)
	if near := document.Nearest(s, slices.Collect(maps.Keys(otherTypes))); near != "" && slices.Contains(names, otherTypes[near]) {
		hint = "did you mean " + otherTypes[near] + "?"
	}
	return code, message, hint
}

// Stored tells whether a value has a type of the contract, and answers the form in which it is stored: a datetime in UTC, cut
// to milliseconds. The value is made of the types of package canonical; null has no type.
func Stored(typ string, value any) (any, bool) {
	switch v := value.(type) {
	case string:
		switch typ {
		case "string", "json":
			return v, true
		case "datetime":
			return storedTime(v)
		case "date":
			_, err := time.Parse(time.DateOnly, v)
			return v, err == nil
		}
	case int64:
		return v, typ == "integer" || typ == "number" || typ == "json"
	case float64:
		return v, typ == "number" || typ == "json"
	case bool:
		return v, typ == "boolean" || typ == "json"
	case map[string]any:
		return v, typ == "object" || typ == "json"
	case []any:
		return v, typ == "array" || typ == "json"
	}
	return value, false
}

const timeFormat = "2006-01-02T15:04:05.000Z"

// storedTime takes RFC 3339 with any offset; T and Z in upper case, a fraction behind a dot.
func storedTime(s string) (any, bool) {
	const seconds = len("2006-01-02T15:04:05")
	if len(s) <= seconds || s[10] != 'T' || s[seconds] == ',' {
		return s, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return s, false
	}
	if t = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
		return s, false
	}
	return t.Truncate(time.Millisecond).Format(timeFormat), true
}

// plain answers a node as a canonical value. It is false for a number that has none.
func plain(n *document.Node) (any, bool) { return canonical.Of(n.Value()) }

// values reads enum and default, which must be of the field's type.
func (d *decoder) values(o *document.Record, f *Field) {
	items, _ := o.List("enum", optional|document.NonEmpty)
	broken := false
	for _, n := range items {
		v, ok := plain(n)
		if v, ok = d.typed(f.Type, v, ok); !ok {
			d.Error(fault.Type, n, "the value is not of type "+f.Type, "write a value of type "+f.Type+", or remove it")
			broken = true
			continue
		}
		f.Enum = append(f.Enum, v)
	}
	n := o.Field("default", optional)
	if n == nil || broken {
		return
	}
	v, misfit := d.fit(f, n)
	if misfit != "" {
		if v, ok := d.fromText(f, n); ok {
			d.Warn(fault.DataDefaultText, n, "the default is text, read as JSON for the type "+f.Type, "write the value without quotes")
			f.Default, f.HasDefault = v, true
			return
		}
		d.Error(fault.DataDefaultMisfit, n, "the default "+misfit, "write a default that a document may have, or remove it")
		return
	}
	f.Default, f.HasDefault = v, true
}

func (d *decoder) typed(typ string, v any, ok bool) (any, bool) {
	if !ok {
		return nil, false
	}
	return Stored(typ, v)
}

// fit answers the default in its stored form, or why no document could have it.
func (d *decoder) fit(f *Field, n *document.Node) (any, string) {
	v, ok := plain(n)
	if !ok {
		return nil, "holds a number that is too large"
	}
	return misfit(f, v)
}

// fromText reads a text that does not fit as JSON.
func (d *decoder) fromText(f *Field, n *document.Node) (any, bool) {
	if n.Kind != document.String || f.Type == "string" {
		return nil, false
	}
	v, err := canonical.Parse([]byte(n.Text))
	if err != nil {
		return nil, false
	}
	v, why := misfit(f, v)
	return v, why == ""
}

// misfit holds a value to the rules that documents are held to.
func misfit(f *Field, v any) (any, string) {
	var refused *canonical.Error
	if errors.As(canonical.CheckDocument(map[string]any{"default": v}), &refused) {
		return nil, "has no place in a document: " + refused.Reason
	}
	v, ok := Stored(f.Type, v)
	if !ok {
		return nil, "is not of type " + f.Type
	}
	if len(f.Enum) > 0 && !slices.ContainsFunc(f.Enum, func(e any) bool { return canonical.Equal(e, v) }) {
		return nil, "is not in enum"
	}
	switch x := v.(type) {
	case string:
		if f.MaxLength > 0 && utf8.RuneCountInString(x) > f.MaxLength {
			return nil, "is longer than max_length"
		}
	case []any:
		if f.MaxLength > 0 && len(x) > f.MaxLength {
			return nil, "has more items than max_length"
		}
		for i := range x {
			if f.Items == "" {
				break
			}
			if x[i], ok = Stored(f.Items, x[i]); !ok {
				return nil, "has an item that is not of type " + f.Items
			}
		}
	case int64, float64:
		if f.Min != nil && canonical.Compare(x, *f.Min) < 0 || f.Max != nil && canonical.Compare(x, *f.Max) > 0 {
			return nil, "is not within min and max"
		}
	}
	return v, ""
}
