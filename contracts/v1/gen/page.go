package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	v1 "github.com/mozaiks/mozaiks/contracts/v1"
)

// page is the reference of one declaration.
func (d *declaration) page(meanings map[string]string) ([]byte, error) {
	var b bytes.Buffer
	schema := "contracts/v1/" + d.name + ".schema.json"
	fmt.Fprintf(&b, "# %s\n\nVersion %s. Generated from `%s` and its examples; do not edit.\n\n%s\n\n", d.title(), d.versions(), schema, text(d.root, "description"))
	fmt.Fprintf(&b, "| | |\n|---|---|\n| file | `%s` |\n| needed | %s |\n| `schema_version` | %s |\n| JSON Schema | `%s` |\n\n",
		text(d.root, "x-file"), text(d.root, "x-needed"), d.written(), text(d.root, "$id"))
	b.WriteString("## Fields\n\nA `+` marks an addition to the version. The types are explained in the [index](README.md).\n\n" +
		"| field | type | needed | default | bounds | meaning | codes |\n|---|---|---|---|---|---|---|\n")
	for _, f := range d.fields {
		name := code(f.path)
		if f.added {
			name = "+ " + name
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", name, cell(code(f.typ)), f.needed, cell(f.standard), cell(f.bounds), cell(f.meaning), list(f.codes))
	}
	if definitions := d.root.Get("definitions"); definitions != nil {
		for _, f := range definitions.Fields {
			define(&b, f.Value)
		}
	}
	b.WriteString("\n## Findings\n\nThe codes that `mozaiks check` can give for this file.\n\n| code | meaning |\n|---|---|\n")
	for _, c := range d.codes {
		meaning, known := meanings[c]
		if !known {
			return nil, fmt.Errorf("%s: there is no code %s", d.name, c)
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", c, cell(meaning))
	}
	fmt.Fprintf(&b, "\n## Example\n\nIt is valid, and with the examples of the other pages one module.\n\n```yaml\n%s```\n", v1.Example(d.name))
	return b.Bytes(), nil
}

// define explains a form that stands at several places: its operators are the fields of its then.
func define(b *bytes.Buffer, n *document.Node) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| operator | meaning | bounds |\n|---|---|---|\n", text(n, "title"), text(n, "description"))
	if then := n.Get("then"); then != nil && then.Get("properties") != nil {
		for _, f := range then.Get("properties").Fields {
			fmt.Fprintf(b, "| `%s` | %s | %s |\n", f.Name, cell(text(f.Value, "description")), cell(bounds(f.Value)))
		}
	}
}

func (d *declaration) title() string { return text(d.root, "title") }

// versions are the literals of schema_version, the first of them the one that is meant where none is written.
func (d *declaration) versions() string {
	for _, f := range d.fields {
		if f.path == "schema_version" {
			return strings.ReplaceAll(f.bounds, ", ", " or ")
		}
	}
	return ""
}

// written says whether schema_version must be there.
func (d *declaration) written() string {
	if f := d.fields[0]; f.standard == "" {
		return "must be written"
	}
	return "may be left out"
}

func list(codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = code(c)
	}
	return strings.Join(out, ", ")
}

// cell escapes what would end a cell of a table.
func cell(s string) string {
	if s == "``" {
		return ""
	}
	return strings.ReplaceAll(s, "|", "\\|")
}
