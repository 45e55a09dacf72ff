package document

import (
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Record is an object whose fields are being read. Asking for a field makes its name known; Close then reports the fields
// that nobody asked for. All methods work on a nil Record, which has no fields and reports nothing.
type Record struct {
	Node   *Node
	reader *Reader
	known  []string
}

// Need says whether a field must be there.
type Need uint8

// What a field may need. They can be combined.
const (
	Required Need = 1 << iota // absent: FIELD_MISSING
	Nullable                  // null counts as absent
	NonEmpty                  // of a list that is there: FIELD_MISSING where it has no entry

	Optional Need = 0
)

// Reader answers the reader that the object belongs to; nil for a nil Record.
func (o *Record) Reader() *Reader {
	if o == nil {
		return nil
	}
	return o.reader
}

// Know makes names known without reading them.
func (o *Record) Know(names ...string) {
	if o != nil {
		o.known = append(o.known, names...)
	}
}

// Close reports FIELD_UNKNOWN for each field that was not asked for.
func (o *Record) Close() {
	if o == nil {
		return
	}
	for _, f := range o.Node.Fields {
		if !o.knows(f.Name) {
			o.reader.Add(diagnostic.Finding{Code: fault.FieldUnknown, Severity: diagnostic.Error, File: o.reader.file,
				Line: f.Line, Column: f.Column, Path: Child(o.Node.Path, f.Name),
				Message: "there is no field " + Quote(f.Name) + " here", Hint: DidYouMean(f.Name, o.known, "remove it")})
		}
	}
}

func (o *Record) knows(name string) bool {
	for _, k := range o.known {
		if k == name {
			return true
		}
	}
	return false
}

// Has tells whether the field is there, null or not.
func (o *Record) Has(name string) bool { return o != nil && o.Node.Get(name) != nil }

// Field answers the value of a field, nil where it is absent or, if Nullable, null.
func (o *Record) Field(name string, need Need) *Node {
	if o == nil {
		return nil
	}
	o.Know(name)
	n := o.Node.Get(name)
	if n == nil && need&Required != 0 {
		o.Missing(name)
	}
	if n != nil && n.Kind == Null && need&Nullable != 0 {
		return nil
	}
	return n
}

// Missing reports that the field should be there.
func (o *Record) Missing(name string) {
	o.reader.Error(fault.FieldMissing, o.Node, name+" is missing", "add "+name)
}

// Version reads schema_version, which must be one of the literals, and tells whether the reading of the file may go on.
// The first literal is the one that hints name.
func (o *Record) Version(need Need, literals ...string) (version string, ok bool) {
	const field = "schema_version"
	if o == nil {
		return "", false
	}
	o.Know(field)
	n := o.Node.Get(field)
	if n == nil {
		if need&Required != 0 {
			o.reader.Error(fault.SchemaVersion, o.Node, field+" is missing", "add "+field+": "+literals[0])
		}
		return literals[0], true
	}
	for _, l := range literals {
		if n.Kind == String && n.Text == l {
			return l, true
		}
	}
	found := Describe(n)
	if n.Kind == String {
		found = Quote(n.Text)
	}
	o.reader.Error(fault.SchemaVersion, n, found+" is not a version that is known here", "write "+field+": "+literals[0])
	return "", false
}

// String reads a text of that form.
func (o *Record) String(name string, form Form, need Need) (string, *Node) {
	n := o.Field(name, need)
	if n == nil || !o.reader.String(n, form) {
		return "", nil
	}
	return n.Text, n
}

// Int reads an integer within the bounds.
func (o *Record) Int(name string, least, most int64, need Need) (int64, *Node) {
	n := o.Field(name, need)
	if n == nil || !o.reader.Int(n, least, most) {
		return 0, nil
	}
	return n.Int, n
}

// Bool reads true or false.
func (o *Record) Bool(name string, need Need) (bool, *Node) {
	n := o.Field(name, need)
	if n == nil {
		return false, nil
	}
	if n.Kind != Bool {
		o.reader.wrongType(n, "a boolean")
		return false, nil
	}
	return n.Bool, n
}

// Record reads an object.
func (o *Record) Record(name string, need Need) *Record {
	n := o.Field(name, need)
	if n == nil {
		return nil
	}
	return o.reader.Record(n)
}

// List reads a list of at most as many entries as the limits allow; the node is nil where it is absent or no list.
func (o *Record) List(name string, need Need) ([]*Node, *Node) {
	if o == nil {
		return nil, nil
	}
	return o.ListOf(name, o.reader.limits.MaxItems, need)
}

// ListOf reads a list of at most most entries.
func (o *Record) ListOf(name string, most int, need Need) ([]*Node, *Node) {
	n := o.Field(name, need)
	switch {
	case n == nil:
		return nil, nil
	case n.Kind != List:
		o.reader.wrongType(n, "a list")
		return nil, nil
	case len(n.Items) == 0 && need&NonEmpty != 0:
		o.reader.Error(fault.FieldMissing, n, name+" has no entry", "add an entry to "+name)
	case len(n.Items) > most:
		o.reader.Error(fault.CountLimit, n, fmt.Sprintf("%s has %d entries, more than %d", name, len(n.Items), most),
			fmt.Sprintf("leave at most %d", most))
		return n.Items[:most], n
	}
	return n.Items, n
}

// Records reads a list of objects; an entry that is none is left out.
func (o *Record) Records(name string, need Need) []*Record {
	items, _ := o.List(name, need)
	var out []*Record
	for _, n := range items {
		if e := o.reader.Record(n); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// Strings reads a list of texts of that form. A text that stands twice counts once, with a warning; one that is broken is
// left out. The list is nil where the field is absent.
func (o *Record) Strings(name string, form Form, need Need) ([]*Node, *Node) {
	items, list := o.List(name, need)
	return o.Texts(items, form), list
}

// Texts judges the entries of a list as Strings does.
func (o *Record) Texts(items []*Node, form Form) []*Node {
	seen := map[string]bool{}
	var out []*Node
	for _, n := range items {
		if !o.reader.String(n, form) {
			continue
		}
		if seen[n.Text] {
			o.reader.Warn(fault.ListDuplicate, n, Quote(n.Text)+" stands twice in this list", "remove one of the two")
			continue
		}
		seen[n.Text] = true
		out = append(out, n)
	}
	return out
}

// Plain answers the texts of nodes, never nil.
func Plain(nodes []*Node) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.Text
	}
	return out
}

// Conflict reports FIELD_CONFLICT for the field, which is there though it must not be.
func (o *Record) Conflict(name, why, hint string) {
	if n := o.Node.Get(name); n != nil {
		o.reader.Error(fault.FieldConflict, n, why, hint)
	}
}
