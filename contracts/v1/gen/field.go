package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	v1 "github.com/mozaiks/mozaiks/contracts/v1"
)

// declaration is one schema, with what it says of each field.
type declaration struct {
	name   string
	root   *document.Node
	fields []field
	codes  []string // in the order of their first mention
}

// field is one line of a table.
type field struct {
	path, typ, needed, standard, bounds, meaning string
	added                                        bool
	codes                                        []string
}

func newDeclaration(name string) (*declaration, error) {
	root, problems := document.ParseJSON(v1.Schema(name), document.Limits{})
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s: %s", name, problems[0].Message)
	}
	d := &declaration{name: name, root: root}
	d.mention(root)
	d.object(root, "")
	return d, nil
}

// object lists the fields of an object.
func (d *declaration) object(n *document.Node, path string) {
	properties := n.Get("properties")
	if properties == nil {
		return
	}
	required := words(n.Get("required"))
	for _, p := range properties.Fields {
		at := p.Name
		if path != "" {
			at = path + "." + p.Name
		}
		needed := "no"
		if slices.Contains(required, p.Name) {
			needed = "yes"
		}
		d.field(p.Value, at, needed)
	}
}

// field lists a field and those within it.
func (d *declaration) field(n *document.Node, path, needed string) {
	if say := text(n, "x-needed"); say != "" {
		needed = say
	}
	added := n.Get("x-added")
	d.fields = append(d.fields, field{path: path, typ: text(n, "x-type"), needed: needed, standard: inline(n.Get("default")), bounds: bounds(n),
		meaning: text(n, "description"), added: added != nil && added.Bool, codes: words(n.Get("x-codes"))})
	d.within(n, path)
}

// within lists what is inside a value: fields, entries of a list, values of a map.
func (d *declaration) within(n *document.Node, path string) {
	d.mention(n)
	d.object(n, path)
	if items := n.Get("items"); items != nil {
		d.within(items, path+"[]")
	}
	if values := n.Get("additionalProperties"); values != nil && values.Kind == document.Object {
		d.field(values, path+".<"+text(n, "x-key")+">", "no")
	}
}

// mention keeps the codes of a node.
func (d *declaration) mention(n *document.Node) {
	for _, c := range words(n.Get("x-codes")) {
		if !slices.Contains(d.codes, c) {
			d.codes = append(d.codes, c)
		}
	}
}

// plainTypes are those whose form the index explains, so that a table need not.
var plainTypes = []string{"text", "name", "token", "export", "event", "path", "entry", "component name", "literal", "host"}

// bounds says what a value is held to beyond its type.
func bounds(n *document.Node) string {
	var out []string
	choices := n.Get("enum")
	if items := n.Get("items"); choices == nil && items != nil {
		choices = items.Get("enum")
	}
	if choices != nil {
		for _, c := range choices.Items {
			if c.Kind != document.Null {
				out = append(out, code(c.Text))
			}
		}
		return strings.Join(out, ", ")
	}
	if c := n.Get("const"); c != nil {
		return inline(c)
	}
	limit := func(least, most, of string) {
		a, b := n.Get(least), n.Get(most)
		switch {
		case a != nil && b != nil:
			out = append(out, fmt.Sprintf("%d to %d%s", a.Int, b.Int, of))
		case b != nil:
			out = append(out, fmt.Sprintf("at most %d%s", b.Int, of))
		case a != nil:
			out = append(out, fmt.Sprintf("at least %d%s", a.Int, of))
		}
	}
	limit("minimum", "maximum", "")
	limit("minLength", "maxLength", " characters")
	limit("minItems", "maxItems", " entries")
	if n.Get("x-unknown") == nil {
		limit("minProperties", "maxProperties", " entries")
	}
	typ := strings.TrimSuffix(text(n, "x-type"), "?")
	if p := n.Get("pattern"); p != nil && !slices.Contains(plainTypes, typ) && !strings.HasPrefix(typ, "text") && !strings.HasPrefix(typ, "list") {
		out = append(out, code(p.Text))
	}
	return strings.Join(out, ", ")
}

func text(n *document.Node, name string) string {
	if v := n.Get(name); v != nil && v.Kind == document.String {
		return v.Text
	}
	return ""
}

func words(n *document.Node) []string {
	if n == nil {
		return nil
	}
	return document.Plain(n.Items)
}

// inline writes a small value as it would stand in YAML.
func inline(n *document.Node) string {
	if n == nil {
		return ""
	}
	switch n.Kind {
	case document.Bool:
		return code(strconv.FormatBool(n.Bool))
	case document.List:
		return code("[" + strings.Join(words(n), ", ") + "]")
	default:
		return code(n.Text)
	}
}

func code(s string) string { return "`" + s + "`" }
