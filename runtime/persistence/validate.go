package persistence

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

var documentID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@~-]{0,127}$`)

// validator checks documents against their collection and collects every fault.
type validator struct {
	c        *data.Collection
	problems []problem
}

func (v *validator) add(path string, code fault.Code, message string) {
	v.problems = append(v.problems, problem{path, code, message})
}

// addOnce adds a fault unless it is known.
func (v *validator) addOnce(path string, code fault.Code, message string) {
	if p := (problem{path, code, message}); !slices.Contains(v.problems, p) {
		v.problems = append(v.problems, p)
	}
}

// verdict answers all faults as one error, or nil.
func (v *validator) verdict() error {
	if len(v.problems) == 0 {
		return nil
	}
	return validationFailed(v.problems)
}

// document checks a whole document, which stands at a JSONPath, and brings datetimes into the stored form.
func (v *validator) document(doc map[string]any, at string) {
	for _, name := range sortedKeys(doc) {
		v.name(name, at)
	}
	for i := range v.c.Fields {
		f := &v.c.Fields[i]
		value, there := doc[f.Name]
		if there {
			doc[f.Name] = v.field(f, value, at+"."+f.Name)
		} else if f.Required {
			v.add(at+"."+f.Name, fault.Required, "is required")
		}
	}
	v.nested(doc, at, 0)
}

// touched checks the field that a change of a patch touched.
func (v *validator) touched(c *change, before, after map[string]any) {
	top := c.segments[0]
	value, there := after[top]
	if f := v.c.Field(top); f != nil {
		if f.Immutable && changed(before, after, top) {
			v.addOnce(c.at, fault.Immutable, "never changes after insert")
		}
		if there {
			after[top] = v.field(f, value, c.at)
		} else if f.Required {
			v.addOnce(c.at, fault.Required, "is required")
		}
	}
	if there {
		v.nested(value, c.at, 1)
	}
}

// name refuses a top-level name that is the host's or not declared.
func (v *validator) name(name, at string) {
	switch {
	case name == "":
		v.add(at, fault.StringInvalid, "a key is empty")
	case name[0] == '$', strings.IndexByte(name, 0) >= 0:
		v.add(at, fault.StringInvalid, "a key begins with $ or holds U+0000")
	case name[0] == '_':
		v.add(at+"."+name, fault.FieldReserved, "names that begin with _ are the host's")
	case v.c.HasFields && !v.c.AdditionalFields && v.c.Field(name) == nil:
		v.add(at+"."+name, fault.FieldUndeclared, "is not a declared field")
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
			v.add(at, fault.Null, "may not be null")
		}
		return nil
	}
	stored, ok := data.Stored(f.Type, value)
	if !ok {
		v.add(at, fault.Type, "is not of type "+f.Type)
		return value
	}
	if len(f.Enum) > 0 && !contains(f.Enum, stored) {
		v.add(at, fault.Enum, "is none of the declared values")
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
			v.add(at, fault.MaxLength, "is too long")
		}
	case []any:
		if f.MaxLength > 0 && len(x) > f.MaxLength {
			v.add(at, fault.MaxLength, "has too many items")
		}
		if f.Items == "" {
			return
		}
		for i, item := range x {
			stored, ok := data.Stored(f.Items, item)
			if !ok {
				v.add(at+"["+strconv.Itoa(i)+"]", fault.Type, "is not of type "+f.Items)
				continue
			}
			x[i] = stored
		}
	case int64, float64:
		if f.Min != nil && canonical.Compare(x, *f.Min) < 0 || f.Max != nil && canonical.Compare(x, *f.Max) > 0 {
			v.add(at, fault.Range, "is out of range")
		}
	}
}

// nested refuses keys and texts below the top that no stored document may have. The value lies within depth lists and objects.
func (v *validator) nested(value any, at string, depth int) {
	switch x := value.(type) {
	case map[string]any:
		if depth >= canonical.MaxDepth {
			v.add(at, fault.Depth, "nested too deep")
			return
		}
		for _, k := range sortedKeys(x) {
			switch {
			case depth == 0: // name has checked it
			case k == "" || k[0] == '$':
				v.add(at, fault.StringInvalid, "a key is empty or begins with $")
				continue
			case strings.IndexByte(k, 0) >= 0:
				v.add(at, fault.StringInvalid, "U+0000 stands in a key")
				continue
			}
			v.nested(x[k], at+"."+k, depth+1)
		}
	case []any:
		if depth >= canonical.MaxDepth {
			v.add(at, fault.Depth, "nested too deep")
			return
		}
		for i := range x {
			v.nested(x[i], at+"["+strconv.Itoa(i)+"]", depth+1)
		}
	case string:
		if strings.IndexByte(x, 0) >= 0 {
			v.add(at, fault.StringInvalid, "U+0000 stands in a text")
		}
	}
}
