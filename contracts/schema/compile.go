package schema

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Compile makes a schema of a node. The findings have no file; the schema is nil where one of them is an error.
func Compile(n *document.Node, opts Options) (*Schema, []diagnostic.Finding) {
	opts.Limits = opts.Limits.withDefaults()
	w := &walker{root: n, limits: opts.Limits, seen: map[*document.Node]bool{}, patterns: map[string]*pattern{}, spent: opts.Patterns}
	if w.spent == nil {
		w.spent = new(int)
	}
	w.whole(opts.ObjectRoot)
	if diagnostic.HasError(w.findings) {
		return nil, w.findings
	}
	b := builder{walker: w, rules: map[*document.Node]*rule{}}
	root := b.rule(n)
	if circle(b.order) {
		w.refuse(fault.SchemaRef, n, "a $ref leads back to itself", "let the circle pass through properties or items")
		return nil, w.findings
	}
	return &Schema{root: root, source: appendJSON(nil, n), value: n.Value(), maxSteps: opts.Limits.MaxSteps}, w.findings
}

// CompileValue makes a schema of a plain value, as Compile does; its findings have no places.
func CompileValue(v any, opts Options) (*Schema, []diagnostic.Finding) {
	return Compile(document.FromValue(v), opts)
}

// draft7 is what the library knows of draft 7: the schema of schemas, and the formats. It is made when first needed and never
// changed. The library's own compiler and evaluator are not used on schemas of strangers: the one searches what it has not yet
// compiled one by one, the other has no bound.
type draft7 struct {
	meta    *jsonschema.Schema
	formats map[string]func(any) error
}

var library = sync.OnceValue(func() *draft7 {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	c.UseLoader(noLoader{})
	d := &draft7{meta: c.MustCompile(metaSchema), formats: map[string]func(any) error{}}
	for _, name := range formats {
		location := "format:///" + name
		if err := c.AddResource(location, map[string]any{"format": name}); err != nil {
			panic(err) // the names are ours
		}
		d.formats[name] = c.MustCompile(location).Format.Validate
	}
	return d
})

// metaSchema is where the library holds the schema of schemas.
const metaSchema = "http://json-schema.org/draft-07/schema"

// noLoader refuses to load anything from anywhere.
type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errors.New("schemas load nothing") }

// valid holds a schema against the schema of schemas, and reports each node that does not fit.
func (w *walker) valid(n *document.Node) {
	var cause *jsonschema.ValidationError
	if !errors.As(library().meta.Validate(n.Value()), &cause) {
		return
	}
	told := map[string]bool{}
	for _, f := range w.findings {
		told[f.Path] = true
	}
	for _, leaf := range leaves(cause) {
		at, keyword := locate(n, leaf.InstanceLocation)
		if f, ok := leaf.ErrorKind.(*kind.Format); told[at.Path] || (ok && f.Want == "regex") {
			continue // patterns are judged one by one
		}
		told[at.Path] = true
		w.invalid(at, fmt.Sprintf("this is not what %s takes", keyword))
	}
}

// leaves answers the causes that have no further cause. Of alternatives it follows the one that fits furthest into the schema,
// which is likely to be what was meant.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	_, any := e.ErrorKind.(*kind.AnyOf)
	var out []*jsonschema.ValidationError
	for _, c := range e.Causes {
		l := leaves(c)
		if !any {
			out = append(out, l...)
		} else if out == nil || len(l[0].InstanceLocation) > len(out[0].InstanceLocation) {
			out = l
		}
	}
	return out
}

// locate answers the node at a location below n, and the keyword that it belongs to.
func locate(n *document.Node, tokens []string) (*document.Node, string) {
	keyword := "a schema"
	for _, t := range tokens {
		next := step(n, t)
		if next == nil {
			break
		}
		if n.Kind == document.Object && keywords[t] != 0 {
			keyword = t
		}
		n = next
	}
	return n, keyword
}

func (w *walker) invalid(n *document.Node, message string) {
	hint := "write it as JSON Schema draft 7 says"
	if strings.HasSuffix(n.Path, ".type") {
		hint = document.DidYouMean(n.Text, types, "write one of "+strings.Join(types, ", "))
	}
	w.refuse(fault.SchemaInvalid, n, message, hint)
}
