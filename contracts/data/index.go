package data

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// refusedOptions are what other stores know of an index, with what to do instead.
var refusedOptions = []struct{ key, hint string }{
	{"expireAfterSeconds", "remove it, and delete old rows by a scheduled action"},
	{"partialFilterExpression", "remove it, and put the field that it tests first in keys"},
	{"collation", "remove it, and write fold: true in the part that ignores case"},
	{"wildcardProjection", "remove it, and index each field that is asked for"},
}

func (d *decoder) indexes(o *document.Record, c *Collection, fieldsBroken bool) {
	items, _ := o.List("indexes", optional)
	names, parts := map[string]*document.Node{}, map[string]*document.Node{}
	for i, n := range items {
		if i == d.opts.MaxIndexes {
			d.tooMany(n, "indexes", d.opts.MaxIndexes, "a collection")
			return
		}
		e := d.Record(n)
		if e == nil {
			continue
		}
		x, ok := d.index(e, c, fieldsBroken)
		if ok && d.once(names, e, x.Name, "the name "+document.Quote(x.Name)) && d.once(parts, e, partsKey(x.Parts), "an index of these parts") {
			c.Indexes = append(c.Indexes, x)
		}
	}
}

// once reports the second index that has the same name, or the same parts.
func (d *decoder) once(seen map[string]*document.Node, o *document.Record, key, what string) bool {
	if first, again := seen[key]; again {
		d.Error(fault.DataIndexDuplicate, o.Node, fmt.Sprintf("%s stands twice, first on line %d", what, first.Line),
			"remove one of the two, or give it another name and other parts")
		return false
	}
	seen[key] = o.Node
	return true
}

func partsKey(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%s %t %t,", p.Field, p.Desc, p.Fold)
	}
	return b.String()
}

func (d *decoder) index(o *document.Record, c *Collection, fieldsBroken bool) (Index, bool) {
	var x Index
	before := d.Errors()
	x.Name, _ = o.String("name", anyText, optional)
	x.Unique, _ = o.Bool("unique", optional)
	x.Sparse, _ = o.Bool("sparse", optional)
	for _, key := range []string{"hidden", "background"} {
		if n := o.Field(key, optional); n != nil {
			d.Warn(fault.DataObsoleteField, n, key+" has no effect on an index here", "remove it")
		}
	}
	for _, r := range refusedOptions {
		if n := o.Field(r.key, optional); n != nil {
			d.Error(fault.DataIndexOption, n, "an index has no "+r.key+" here", r.hint)
		}
	}
	items, list := o.List("keys", document.Required)
	o.Close()
	var written []Part
	var nodes []*document.Node // of the parts that could be read
	for _, n := range items {
		if p, ok := d.part(n); ok {
			written, nodes = append(written, p), append(nodes, n)
		}
	}
	scope := d.scopeParts(nodes, written, c)
	x.Parts = slices.Clip(written[scope:])
	d.partFields(nodes[scope:], x.Parts, c, fieldsBroken)
	if list == nil || len(nodes) < len(items) {
		return x, false
	}
	switch {
	case len(x.Parts) > d.opts.MaxParts:
		d.tooMany(items[scope+d.opts.MaxParts], "parts", d.opts.MaxParts, "an index")
	case len(x.Parts) == 0 && (!x.Unique || c.OwnerField == ""):
		d.Error(fault.DataIndexEmpty, list, "no part is left besides the scope, which the host puts first by itself",
			"add a field, or remove the index; only a unique index of an owned collection may have none")
	}
	if x.Name == "" {
		x.Name = defaultName(x.Parts, written)
	}
	return x, d.Errors() == before
}

// part reads one part, in one of its two forms.
func (d *decoder) part(n *document.Node) (Part, bool) {
	var p Part
	var field, order *document.Node
	switch n.Kind {
	case document.List:
		if len(n.Items) == 0 || len(n.Items) > 2 {
			d.Error(fault.DataIndexField, n, "a part is a field and an order", `write ["field", 1], or ["field", -1]`)
			return p, false
		}
		field = n.Items[0]
		if len(n.Items) == 2 {
			order = n.Items[1]
		}
	default:
		o := d.Record(n)
		if o == nil {
			return p, false
		}
		before := d.Errors()
		field, order = o.Field("field", document.Required), o.Field("order", optional)
		p.Fold, _ = o.Bool("fold", optional)
		o.Close()
		if field == nil || d.Errors() > before {
			return p, false
		}
	}
	if !d.String(field, document.Text(600)) {
		return p, false
	}
	p.Field = field.Text
	if order != nil {
		if order.Kind != document.Int || (order.Int != 1 && order.Int != -1) {
			d.Error(fault.DataIndexField, order, "an order is 1, ascending, or -1, descending", "write 1 or -1")
			return p, false
		}
		p.Desc = order.Int == -1
	}
	return p, true
}

// fieldOf answers the node that names the field of a part.
func fieldOf(part *document.Node) *document.Node {
	if part.Kind == document.List {
		return part.Items[0]
	}
	return part.Get("field")
}

// partFields judges what the parts behind the scope name.
func (d *decoder) partFields(nodes []*document.Node, parts []Part, c *Collection, fieldsBroken bool) {
	seen := map[string]bool{}
	for i, p := range parts {
		n := fieldOf(nodes[i])
		if seen[p.Field] {
			d.Error(fault.DataIndexDuplicate, n, "the part "+document.Quote(p.Field)+" stands twice in this index", "remove one of the two")
			continue
		}
		seen[p.Field] = true
		d.partField(n, c, fieldsBroken)
	}
}

func (d *decoder) partField(n *document.Node, c *Collection, fieldsBroken bool) {
	report := func(message, hint string) { d.Error(fault.DataIndexField, n, message, hint) }
	name := n.Text
	first, below, dotted := strings.Cut(name, ".")
	code, _, _ := document.Path(name)
	f := c.Field(first)
	switch {
	case name == "$**" || strings.HasSuffix(name, ".$**"):
		d.Error(fault.DataIndexOption, n, "an index of every field does not exist here", "index each field that is asked for")
	case name == "_id" || name == "_created_at" || name == "_updated_at":
	case code != "" || first[0] == '_':
		report(document.Quote(name)+" is not a field", "write a field, a path such as address.city, _id, _created_at or _updated_at")
	case !c.HasFields || f == nil && fieldsBroken:
	case f == nil:
		report(document.Quote(first)+" is not among the fields", d.meant(first, fieldNames(c), "declare it in fields"))
	case dotted && f.Type != "object" && f.Type != "json":
		report(document.Quote(first)+" is of type "+f.Type+", there is no "+document.Quote(below)+" in it", "write "+first+" alone")
	case !dotted && f.Type == "object":
		report("an object has no place in an order", "write a path into it, such as "+first+".name")
	case !dotted && f.Type == "array":
		report("an array has no place in an order", "index another field")
	}
}

// isScope tells whether a part is one that the host puts before every index by itself.
func isScope(name string, c *Collection) bool {
	return name == "app_id" || name == "tenant_id" || (name == c.OwnerField && name != "")
}

// scopeParts answers how many leading parts repeat the scope.
func (d *decoder) scopeParts(nodes []*document.Node, parts []Part, c *Collection) int {
	n := 0
	for n < len(parts) && isScope(parts[n].Field, c) {
		d.note(fault.DataIndexScopePart, fieldOf(nodes[n]), "the part "+parts[n].Field+" is dropped: the scope stands before every index by itself",
			"remove it")
		n++
	}
	return n
}

// defaultName joins the parts; of an index that has none left, those that were written.
func defaultName(parts, written []Part) string {
	if len(parts) == 0 {
		parts = written
	}
	var names []string
	for _, p := range parts {
		order := "1"
		if p.Desc {
			order = "-1"
		}
		names = append(names, p.Field+"_"+order)
	}
	return strings.Join(names, "_")
}
