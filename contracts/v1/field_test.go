package v1_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/document"
	v1 "github.com/mozaiks/mozaiks/contracts/v1"
)

// node is a part of a schema.
type node struct {
	Description string
	Properties  map[string]*node
	Items       *node
	Others      json.RawMessage `json:"additionalProperties"`
	Type        string          `json:"x-type"`
	Unknown     string          `json:"x-unknown"`
	Ref         string          `json:"$ref"`

	visited bool            // an example has such an object
	used    map[string]bool // fields that an example has
}

func (n *node) closed() bool { return string(n.Others) == "false" }

// values is the schema of the values of a map, nil where it is none.
func (n *node) values(t *testing.T) *node {
	if len(n.Others) == 0 || n.Others[0] != '{' {
		return nil
	}
	var v node
	if err := json.Unmarshal(n.Others, &v); err != nil {
		t.Fatal(err)
	}
	return &v
}

// closedObject is one closed object within an example.
type closedObject struct {
	schema *node
	at     map[string]any // the object itself, to be changed and changed back
	path   string
}

// objects finds the closed objects of a document, and notes in the schema which fields are used.
func objects(t *testing.T, n *node, v any, path string) []closedObject {
	if n == nil {
		return nil
	}
	var out []closedObject
	switch v := v.(type) {
	case map[string]any:
		if n.closed() {
			n.visited = true
			out = append(out, closedObject{n, v, path})
		}
		for name, inner := range v {
			child := n.Properties[name]
			if child == nil {
				child = n.values(t)
			} else {
				if n.used == nil {
					n.used = map[string]bool{}
				}
				n.used[name] = true
			}
			out = append(out, objects(t, child, inner, document.Child(path, name))...)
		}
	case []any:
		for i, inner := range v {
			out = append(out, objects(t, n.Items, inner, document.Item(path, i))...)
		}
	}
	return out
}

// literals are the words that the decoder's source writes as text: the names of all fields are among them.
func literals(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../module/*.go")
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
	found := map[string]bool{"zzz": true}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil && word.MatchString(s) {
					found[s] = true
				}
			}
			return true
		})
	}
	if len(found) < 100 {
		t.Fatalf("%d words", len(found))
	}
	var out []string
	for w := range found {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
}

// TestSchemasAndDecoderKnowTheSameFields puts into each closed object of the valid examples every word of the decoder's source:
// a word is unknown to the decoder exactly where the schema does not list it.
func TestSchemasAndDecoderKnowTheSameFields(t *testing.T) {
	t.Parallel()
	words := literals(t)
	for _, name := range v1.Names() {
		var root node
		if err := json.Unmarshal(v1.Schema(name), &root); err != nil {
			t.Fatal(err)
		}
		for file, data := range examples(t, name, "valid") {
			doc, err := parse(data)
			if err != nil {
				t.Fatal(file, err)
			}
			for _, o := range objects(t, &root, doc, "$") {
				var foreign []string
				for _, word := range words {
					if o.schema.Properties[word] == nil {
						foreign = append(foreign, word)
					}
				}
				if o.schema.Unknown != "" {
					foreign = []string{"zzz"} // such an object is given up at its first unknown field
				}
				o.judge(t, name, file, doc, foreign...)
				for field := range o.schema.Properties {
					if _, there := o.at[field]; !there && o.schema.Unknown == "" {
						o.judge(t, name, file, doc, field)
					}
				}
			}
		}
		unused(t, name, &root, "$")
	}
}

// judge adds fields to the object, decodes the whole, and takes them out again.
func (o closedObject) judge(t *testing.T, name, file string, doc any, fields ...string) {
	for _, field := range fields {
		o.at[field] = nil
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	want := "FIELD_UNKNOWN"
	if o.schema.Unknown != "" {
		want = o.schema.Unknown
	}
	unknown := map[string]bool{}
	for _, f := range decode(name, text) {
		if string(f.Code) == want && f.File == places[name] {
			unknown[f.Path] = true
		}
	}
	for _, field := range fields {
		delete(o.at, field)
		is := unknown[document.Child(o.path, field)] || o.schema.Unknown != "" && len(unknown) > 0
		if listed := o.schema.Properties[field] != nil; listed == is {
			t.Errorf("%s: %s.%s is listed by the schema: %t; unknown to the decoder: %t", file, o.path, field, listed, is)
		}
	}
}

// unused reports objects and fields that no valid example has.
func unused(t *testing.T, name string, n *node, path string) {
	if n == nil {
		return
	}
	if n.closed() && !n.visited {
		t.Errorf("%s: no valid example has an object at %s", name, path)
	}
	for field, child := range n.Properties {
		if n.closed() && !n.used[field] && !slices.Contains(withoutExample, name+" "+path+"."+field) {
			t.Errorf("%s: no valid example has %s.%s", name, path, field)
		}
		unused(t, name, child, path+"."+field)
	}
	unused(t, name, n.Items, path+"[]")
}

// withoutExample are fields that no valid example can have: a stock host has no service adapters.
var withoutExample = []string{"reactions $.reactions[].target.adapter", "reactions $.reactions[].target.adapter_method"}

func TestEveryFieldIsDescribed(t *testing.T) {
	t.Parallel()
	for _, name := range v1.Names() {
		var root node
		if err := json.Unmarshal(v1.Schema(name), &root); err != nil {
			t.Fatal(err)
		}
		described(t, name, &root, "$")
	}
}

func described(t *testing.T, name string, n *node, path string) {
	if n == nil {
		return
	}
	for field, child := range n.Properties {
		if !strings.HasSuffix(child.Description, ".") || child.Type == "" {
			t.Errorf("%s: %s.%s is not described", name, path, field)
		}
		described(t, name, child, path+"."+field)
	}
	described(t, name, n.Items, path+"[]")
}
