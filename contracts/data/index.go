package data

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// refusedOptions are keys of other databases' indexes that would change what is stored or found.
var refusedOptions = []string{"expireAfterSeconds", "partialFilterExpression", "collation", "wildcardProjection"}

func (d *decoder) indexes(o *document.Record, c *Collection) {
	items, n := o.List("indexes", document.Nullable)
	if len(items) > indexesMax {
		d.r.Error(fault.DataLimit, n, "more than 16 indexes", "remove some")
	}
	for _, item := range items {
		if x := d.r.Record(item); x != nil {
			d.index(x, c)
		}
	}
}

func (d *decoder) index(o *document.Record, c *Collection) {
	x := Index{}
	before := d.r.Errors()
	name, nameNode := o.String("name", document.Text(63), document.Nullable)
	x.Unique, _ = o.Bool("unique", document.Nullable)
	x.Sparse, _ = o.Bool("sparse", document.Nullable)
	for _, option := range refusedOptions {
		if n := o.Field(option, document.Nullable); n != nil {
			d.r.Error(fault.DataIndexOption, n, option+" is not supported", "remove it")
		}
	}
	for _, option := range []string{"hidden", "background"} {
		if n := o.Field(option, document.Nullable); n != nil {
			d.r.Warn(fault.DataIndexOption, n, option+" has no effect", "remove it")
		}
	}
	keys, keysNode := o.List("keys", document.Required)
	for _, k := range keys {
		d.part(k, c, &x)
	}
	o.Close()
	if d.r.Errors() > before {
		return
	}
	d.dropScope(keysNode, c, &x)
	switch {
	case len(x.Parts) == 0 && !(x.Unique && c.OwnerField != ""):
		d.r.Error(fault.DataIndexEmpty, o.Node, "the index has no part", "add a field to keys")
		return
	case len(x.Parts) > partsMax:
		d.r.Error(fault.DataLimit, keysNode, "more than 4 parts", "leave at most 4")
		return
	}
	x.Name = name
	if nameNode == nil {
		x.Name = defaultName(&x)
	}
	if slices.ContainsFunc(c.Indexes, func(y Index) bool {
		return y.Name == x.Name || y.Unique == x.Unique && y.Sparse == x.Sparse && slices.Equal(y.Parts, x.Parts)
	}) {
		d.r.Error(fault.DataIndexDuplicate, o.Node, "another index has this name or these parts", "remove one of the two")
		return
	}
	c.Indexes = append(c.Indexes, x)
}

// part reads ["field", order] or {"field", "order", "fold"}.
func (d *decoder) part(n *document.Node, c *Collection, x *Index) {
	p := Part{}
	var field, order *document.Node
	switch n.Kind {
	case document.List:
		if len(n.Items) != 2 {
			d.r.Error(fault.Type, n, `expected ["field", 1 or -1]`, `write ["field", 1]`)
			return
		}
		field, order = n.Items[0], n.Items[1]
	case document.Object:
		o := d.r.Record(n)
		field, order = o.Field("field", document.Required), o.Field("order", document.Nullable)
		p.Fold, _ = o.Bool("fold", document.Nullable)
		o.Close()
	default:
		d.r.Error(fault.Type, n, `expected ["field", 1 or -1]`, `write ["field", 1]`)
		return
	}
	if field == nil {
		return
	}
	if order != nil && (order.Kind != document.Int || order.Int != 1 && order.Int != -1) {
		d.r.Error(fault.DataIndexField, order, "the order is 1 or -1", "write 1 or -1")
		return
	}
	p.Desc = order != nil && order.Int == -1
	p.Field = field.Text
	if field.Kind != document.String || !indexable(c, p.Field) {
		d.r.Error(fault.DataIndexField, field, "is no declared scalar, no path into an object and none of the host's names",
			"name a declared field that is no array and no object")
		return
	}
	x.Parts = append(x.Parts, p)
}

func indexable(c *Collection, path string) bool {
	switch path {
	case "_id", "_created_at", "_updated_at", "app_id", "tenant_id", c.OwnerField:
		return path != ""
	}
	top, rest, dotted := strings.Cut(path, ".")
	if path == "" || dotted && (rest == "" || strings.Contains(path, "..")) || strings.Contains(path, "$") {
		return false
	}
	f := c.Field(top)
	switch {
	case f == nil:
		return !c.HasFields || c.AdditionalFields
	case dotted:
		return f.Type == "object" || f.Type == "json"
	default:
		return f.Type != "array" && f.Type != "object"
	}
}

// dropScope takes leading parts away that the host puts before every index anyway.
func (d *decoder) dropScope(n *document.Node, c *Collection, x *Index) {
	for len(x.Parts) > 0 {
		f := x.Parts[0].Field
		if f != "app_id" && f != "tenant_id" && (f != c.OwnerField || f == "") {
			return
		}
		x.Parts = x.Parts[1:]
		d.r.Add(diagnostic.Finding{Code: fault.DataIndexScopePart, Severity: diagnostic.Note, File: d.r.File(), Line: n.Line, Column: n.Column,
			Path: n.Path, Message: f + " is dropped: the host puts the scope first in every index"})
	}
}

func defaultName(x *Index) string {
	var parts []string
	for _, p := range x.Parts {
		order := "_1"
		if p.Desc {
			order = "_-1"
		}
		parts = append(parts, p.Field+order)
	}
	if len(parts) == 0 {
		return "owner"
	}
	return strings.Join(parts, "_")
}
