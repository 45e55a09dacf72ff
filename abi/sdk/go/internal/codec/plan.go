package codec

import (
	"reflect"
	"strings"
	"sync"
)

// MaxDepth is how many levels of objects and lists are read or written. The host takes 32, so a value that is deeper
// is refused here only to end the recursion of one that holds itself.
const MaxDepth = 64

// field is one member of a struct.
type field struct {
	name      string
	index     []int
	omitEmpty bool
	omitZero  bool
}

// plan is what the tags of a struct type say.
type plan struct {
	fields []field
	byName map[string]int
	err    *Error
}

// plans keeps what was worked out for each type. It grows with the types of the program and is the same whoever fills it.
var plans = struct {
	sync.Mutex
	of map[reflect.Type]*plan
}{of: map[reflect.Type]*plan{}}

func planOf(t reflect.Type) *plan {
	plans.Lock()
	defer plans.Unlock()
	p, ok := plans.of[t]
	if !ok {
		p = &plan{byName: map[string]int{}}
		p.collect(t, nil)
		plans.of[t] = p
	}
	return p
}

// jsonTag answers what stands in a field's tag under json. reflect's own look-up would link the unquoting of Go texts.
func jsonTag(tag reflect.StructTag) string {
	_, rest, found := strings.Cut(" "+string(tag), ` json:"`)
	if !found {
		return ""
	}
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// collect adds the members of a struct, those of embedded structs last, so that the outer ones win.
func (p *plan) collect(t reflect.Type, prefix []int) {
	var embedded []int
	for i := range t.NumField() {
		f := t.Field(i)
		tag := jsonTag(f.Tag)
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case tag == "-":
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			embedded = append(embedded, i)
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Pointer:
			p.err = fail("the embedded pointer " + f.Name + " needs a name in its tag")
			continue
		case !f.IsExported():
			continue
		}
		if name == "" {
			name = f.Name
		}
		p.add(name, options, append(prefix[:len(prefix):len(prefix)], i))
	}
	for _, i := range embedded {
		p.collect(t.Field(i).Type, append(prefix[:len(prefix):len(prefix)], i))
	}
}

func (p *plan) add(name, options string, index []int) {
	f := field{name: name, index: index}
	for options != "" {
		var option string
		option, options, _ = strings.Cut(options, ",")
		switch option {
		case "omitempty":
			f.omitEmpty = true
		case "omitzero":
			f.omitZero = true
		default:
			p.err = fail("the tag of " + name + " has the unknown option " + option)
		}
	}
	if i, taken := p.byName[name]; taken {
		if len(p.fields[i].index) == len(index) {
			p.err = fail("two fields have the name " + name)
		}
		return
	}
	p.byName[name] = len(p.fields)
	p.fields = append(p.fields, f)
}
