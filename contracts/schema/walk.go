package schema

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// shape says where a keyword holds schemas.
type shape int

const (
	plain     shape = iota + 1
	one             // a schema
	list            // a list of schemas
	oneOrList       // either
	byName          // an object whose values are schemas
	dependent       // an object whose values are schemas or lists of names
)

// keywords are those of JSON Schema draft 7, with nullable.
var keywords = map[string]shape{
	"$schema": plain, "$id": plain, "$ref": plain, "$comment": plain, "title": plain, "description": plain, "default": plain,
	"readOnly": plain, "writeOnly": plain, "examples": plain, "type": plain, "enum": plain, "const": plain, "format": plain,
	"multipleOf": plain, "maximum": plain, "exclusiveMaximum": plain, "minimum": plain, "exclusiveMinimum": plain,
	"maxLength": plain, "minLength": plain, "pattern": plain, "maxItems": plain, "minItems": plain, "uniqueItems": plain,
	"maxProperties": plain, "minProperties": plain, "required": plain, "contentMediaType": plain, "contentEncoding": plain,
	"nullable": plain,
	"items":    oneOrList, "additionalItems": one, "contains": one, "additionalProperties": one, "propertyNames": one,
	"if": one, "then": one, "else": one, "not": one, "allOf": list, "anyOf": list, "oneOf": list,
	"properties": byName, "patternProperties": byName, "definitions": byName, "dependencies": dependent,
}

// known are the names of keywords, for hints.
var known = func() []string {
	names := make([]string, 0, len(keywords))
	for k := range keywords {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}()

// walker checks what the library does not know: our limits, our keyword, and that a schema refers to itself alone.
type walker struct {
	root     *document.Node
	limits   Limits
	findings []diagnostic.Finding
	seen     map[*document.Node]bool // schemas
	refs     []*document.Node        // targets of references
	patterns map[string]*pattern
	spent    *int // instructions of patterns
}

func (w *walker) refuse(code fault.Code, n *document.Node, message, hint string) {
	w.findings = append(w.findings, diagnostic.Finding{Code: code, Severity: diagnostic.Error, Line: n.Line, Column: n.Column,
		Path: n.Path, Message: message, Hint: hint})
}

func (w *walker) whole(objectRoot bool) {
	if w.root.Kind != document.Object {
		w.refuse(fault.Type, w.root, "expected an object, found "+document.Describe(w.root), "write a JSON Schema here")
		return
	}
	if deep := deeper(w.root, w.limits.MaxDepth); deep != nil {
		w.refuse(fault.SchemaLimit, deep, fmt.Sprintf("the schema nests deeper than %d levels", w.limits.MaxDepth),
			"flatten it, or move parts to definitions")
		return
	}
	if bad := notJSON(w.root); bad != nil {
		w.invalid(bad, "infinity and NaN are no JSON values")
		return
	}
	if size := len(appendJSON(nil, w.root)); size > w.limits.MaxSize {
		w.refuse(fault.SchemaLimit, w.root, fmt.Sprintf("the schema has %d bytes, more than %d", size, w.limits.MaxSize),
			"shorten it; use definitions for what repeats")
		return
	}
	w.schema(w.root)
	w.valid(w.root)
	for len(w.refs) > 0 { // one may lead to what stands where no schema is looked for
		target := w.refs[0]
		if w.refs = w.refs[1:]; !w.seen[target] {
			w.schema(target)
			w.valid(target)
		}
	}
	diagnostic.Sort(w.findings)
	if objectRoot {
		w.objectRoot()
	}
}

// objectRoot checks that the root admits objects and nothing else. A type that is none is refused as such.
func (w *walker) objectRoot() {
	t := w.root.Get("type")
	if t == nil {
		return
	}
	names := t.Items
	if t.Kind != document.List {
		names = []*document.Node{t}
	}
	for _, n := range names {
		if n.Kind != document.String || !slices.Contains(types, n.Text) {
			return
		}
	}
	if len(names) != 1 || names[0].Text != "object" {
		w.refuse(fault.SchemaRoot, t, "the root must have type object, or no type", "write type: object")
	}
}

var types = []string{"null", "boolean", "number", "integer", "string", "array", "object"}

// schema checks one schema and those within it.
func (w *walker) schema(n *document.Node) {
	if n.Kind != document.Object || w.seen[n] {
		return // true and false are schemas; what is no schema at all is refused as such
	}
	w.seen[n] = true
	for _, f := range n.Fields {
		form, ok := keywords[f.Name]
		if !ok {
			if !strings.HasPrefix(f.Name, "x-") {
				w.unknown(n, f)
			}
			continue
		}
		w.keyword(f)
		switch v := f.Value; form {
		case one:
			w.schema(v)
		case list:
			w.each(v)
		case oneOrList:
			w.schema(v)
			w.each(v)
		case byName, dependent:
			if v.Kind == document.Object {
				for _, sub := range v.Fields {
					w.schema(sub.Value)
				}
			}
		}
	}
}

func (w *walker) each(n *document.Node) {
	if n.Kind == document.List {
		for _, i := range n.Items {
			w.schema(i)
		}
	}
}

func (w *walker) unknown(n *document.Node, f *document.Field) {
	w.findings = append(w.findings, diagnostic.Finding{Code: fault.SchemaKeyword, Severity: diagnostic.Warning, Line: f.Line,
		Column: f.Column, Path: document.Child(n.Path, f.Name), Message: "draft 7 has no keyword " + document.Quote(f.Name) + "; it checks nothing",
		Hint: document.DidYouMean(f.Name, known, "remove it, or begin it with x-")})
}

// keyword checks the value of the keywords that the library would read otherwise.
func (w *walker) keyword(f *document.Field) {
	v := f.Value
	switch f.Name {
	case "$id":
		w.refuse(fault.SchemaRef, v, "$id is not allowed", "remove it")
	case "$schema":
		if v.Kind != document.String || (v.Text != "http://json-schema.org/draft-07/schema#" && v.Text != "http://json-schema.org/draft-07/schema") {
			w.refuse(fault.SchemaRef, v, "$schema names another dialect than draft 7", "remove it")
		}
	case "$ref":
		w.reference(v)
	case "nullable":
		if v.Kind != document.Bool {
			w.invalid(v, "nullable is true or false, not "+document.Describe(v))
		}
	case "pattern":
		if v.Kind == document.String {
			w.expression(v, v.Text)
		}
	case "patternProperties":
		if v.Kind == document.Object {
			for _, sub := range v.Fields {
				w.expression(sub.Value, sub.Name)
			}
		}
	}
}

// reference checks that a $ref names a schema within the root.
func (w *walker) reference(v *document.Node) {
	if v.Kind != document.String {
		return // refused as no value of $ref
	}
	if !strings.HasPrefix(v.Text, "#") {
		w.refuse(fault.SchemaRef, v, "$ref to "+document.Quote(v.Text)+" leads out of the schema; nothing is fetched",
			"copy the schema to definitions and refer to #/definitions/<name>")
		return
	}
	target := resolve(w.root, v.Text)
	if target != nil && (target.Kind == document.Object || target.Kind == document.Bool) {
		w.refs = append(w.refs, target)
	} else {
		w.refuse(fault.SchemaRef, v, "$ref to "+document.Quote(v.Text)+" finds no schema", "refer to #/definitions/<name>")
	}
}

// resolve follows a reference: # and a JSON pointer (RFC 6901) in the form of a URL fragment.
func resolve(n *document.Node, ref string) *document.Node {
	pointer, err := url.PathUnescape(strings.TrimPrefix(ref, "#"))
	if err != nil || (pointer != "" && pointer[0] != '/') {
		return nil
	}
	for _, token := range strings.Split(pointer, "/")[1:] {
		if n = step(n, strings.NewReplacer("~1", "/", "~0", "~").Replace(token)); n == nil {
			return nil
		}
	}
	return n
}

// step answers the part of n that a token of a JSON pointer names, or nil.
func step(n *document.Node, token string) *document.Node {
	switch n.Kind {
	case document.Object:
		return n.Get(token)
	case document.List:
		if i, err := strconv.Atoi(token); err == nil && 0 <= i && i < len(n.Items) && strconv.Itoa(i) == token {
			return n.Items[i]
		}
	}
	return nil
}

// deeper answers the first node that lies deeper than levels, or nil.
func deeper(n *document.Node, levels int) *document.Node {
	if n.Kind != document.Object && n.Kind != document.List {
		return nil
	}
	if levels == 0 {
		return n
	}
	for _, i := range n.Items {
		if d := deeper(i, levels-1); d != nil {
			return d
		}
	}
	for _, f := range n.Fields {
		if d := deeper(f.Value, levels-1); d != nil {
			return d
		}
	}
	return nil
}

// notJSON answers the first node that no JSON value is, or nil.
func notJSON(n *document.Node) *document.Node {
	if n.Kind == document.Float && (math.IsNaN(n.Float) || math.IsInf(n.Float, 0)) {
		return n
	}
	for _, i := range n.Items {
		if bad := notJSON(i); bad != nil {
			return bad
		}
	}
	for _, f := range n.Fields {
		if bad := notJSON(f.Value); bad != nil {
			return bad
		}
	}
	return nil
}
