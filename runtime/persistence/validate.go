package persistence

import (
	"regexp"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
)

var documentID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@~-]{0,127}$`)

// validator checks documents against their collection and collects every fault.
type validator struct {
	c        *data.Collection
	problems []problem
}

func (v *validator) add(path, code, message string) {
	v.problems = append(v.problems, problem{path, code, message})
}

// document checks a whole document, fills defaults if it is new, and brings datetimes into the stored form. at is its path.
func (v *validator) document(doc map[string]any, at string, insert bool) {
	for _, name := range sortedKeys(doc) {
		v.name(name, at)
	}
	if insert {
		v.defaults(doc)
	}
	if !v.c.HasFields {
		return
	}
	for i := range v.c.Fields {
		f := &v.c.Fields[i]
		value, there := doc[f.Name]
		if !there {
			if f.Required {
				v.add(at+"."+f.Name, "REQUIRED", "is required")
			}
			continue
		}
		doc[f.Name] = v.field(f, value, at+"."+f.Name)
	}
}

// name refuses a top-level name that is the host's or not declared.
func (v *validator) name(name, at string) {
	switch {
	case name == "":
		v.add(at, "STRING_INVALID", "a key is empty")
	case name[0] == '$':
		v.add(at+"."+name, "STRING_INVALID", "a key begins with $")
	case name[0] == '_':
		v.add(at+"."+name, "FIELD_RESERVED", "names that begin with _ are the host's")
	case v.c.HasFields && !v.c.AdditionalFields && v.c.Field(name) == nil:
		v.add(at+"."+name, "FIELD_UNDECLARED", "is not a declared field")
	}
}

func (v *validator) defaults(doc map[string]any) {
	for i := range v.c.Fields {
		f := &v.c.Fields[i]
		if _, there := doc[f.Name]; !there && f.HasDefault {
			doc[f.Name] = canonical.Clone(f.Default)
		}
	}
}

// field checks one value and answers it in the stored form.
func (v *validator) field(f *data.Field, value any, at string) any {
	if value == nil {
		if !f.Nullable {
			v.add(at, "NULL", "may not be null")
		}
		return nil
	}
	stored, ok := data.Stored(f.Type, value)
	if !ok {
		v.add(at, "TYPE", "is not of type "+f.Type)
		return value
	}
	if len(f.Enum) > 0 && !contains(f.Enum, stored) {
		v.add(at, "ENUM", "is none of the declared values")
		return stored
	}
	v.bounds(f, stored, at)
	return stored
}

func contains(list []any, v any) bool {
	for _, x := range list {
		if canonical.Equal(x, v) {
			return true
		}
	}
	return false
}

func (v *validator) bounds(f *data.Field, value any, at string) {
	switch x := value.(type) {
	case string:
		if f.MaxLength > 0 && len(x) > f.MaxLength && utf8.RuneCountInString(x) > f.MaxLength {
			v.add(at, "MAX_LENGTH", "is too long")
		}
	case []any:
		if f.MaxLength > 0 && len(x) > f.MaxLength {
			v.add(at, "MAX_LENGTH", "has too many items")
		}
		if f.Items == "" {
			return
		}
		for i, item := range x {
			stored, ok := data.Stored(f.Items, item)
			if !ok {
				v.add(at+"["+itoa(i)+"]", "TYPE", "is not of type "+f.Items)
				continue
			}
			x[i] = stored
		}
	case int64:
		v.number(f, float64(x), at)
	case float64:
		v.number(f, x, at)
	}
}

func (v *validator) number(f *data.Field, x float64, at string) {
	if f.Min != nil && x < *f.Min || f.Max != nil && x > *f.Max {
		v.add(at, "RANGE", "is out of range")
	}
}

// nested refuses keys below the top that no stored document may have.
func (v *validator) nested(value any, at string, depth int) {
	if depth > canonical.MaxDepth {
		v.add(at, "DEPTH", "nested too deep")
		return
	}
	switch x := value.(type) {
	case map[string]any:
		for _, k := range sortedKeys(x) {
			if depth > 0 && (k == "" || k[0] == '$') {
				v.add(at, "STRING_INVALID", "a key is empty or begins with $")
				continue
			}
			v.nested(x[k], at+"."+k, depth+1)
		}
	case []any:
		for i := range x {
			v.nested(x[i], at+"["+itoa(i)+"]", depth+1)
		}
	case string:
		for i := range len(x) {
			if x[i] == 0 {
				v.add(at, "STRING_INVALID", "U+0000 stands in a string")
				return
			}
		}
	}
}

// immutable reports declared fields that may not change after insert and would.
func (v *validator) immutable(before, after map[string]any, at string) {
	for i := range v.c.Fields {
		f := &v.c.Fields[i]
		if !f.Immutable {
			continue
		}
		a, hadIt := before[f.Name]
		b, hasIt := after[f.Name]
		if hadIt != hasIt || !canonical.Equal(a, b) {
			v.add(at+"."+f.Name, "IMMUTABLE", "never changes after insert")
		}
	}
}
