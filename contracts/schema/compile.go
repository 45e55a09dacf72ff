package schema

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// location is the base of a schema while it is compiled. Nothing is ever read from it.
const location = "schema:///s"

// Compile makes a schema of a node. The findings have no file; the schema is nil where one of them is an error.
func Compile(n *document.Node, opts Options) (*Schema, []diagnostic.Finding) {
	opts.Limits = opts.Limits.withDefaults()
	w := &walker{root: n, limits: opts.Limits}
	w.whole(opts.ObjectRoot)
	if diagnostic.HasError(w.findings) {
		return nil, w.findings
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	c.UseLoader(noLoader{})
	c.UseRegexpEngine(compilePattern)
	if err := c.AddResource(location, widen(n)); err != nil {
		w.invalid(n, "it cannot be read as a schema")
		return nil, w.findings
	}
	compiled, err := c.Compile(location)
	if err != nil {
		w.refused(err)
		return nil, w.findings
	}
	b := builder{rules: map[*jsonschema.Schema]*rule{}}
	root := b.rule(compiled)
	if circle(b.order) {
		w.report(diagnostic.Error, fault.SchemaRef, n, "a $ref leads back to itself", "let the circle pass through properties or items")
		return nil, w.findings
	}
	return &Schema{root: root, source: appendJSON(nil, n), value: n.Value(), maxSteps: opts.Limits.MaxSteps}, w.findings
}

// CompileValue makes a schema of a plain value, as Compile does; its findings have no places.
func CompileValue(v any, opts Options) (*Schema, []diagnostic.Finding) {
	return Compile(document.FromValue(v), opts)
}

// noLoader refuses to load anything; a reference that needs it was refused before.
type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errors.New("schemas load nothing") }

// pattern is an RE2 expression that knows what matching it costs.
type pattern struct {
	*regexp.Regexp
	cost int // instructions, each of which may run for every byte of a text
}

func compilePattern(expression string) (jsonschema.Regexp, error) {
	re, err := regexp.Compile(expression)
	if err != nil {
		return nil, err
	}
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	return &pattern{Regexp: re, cost: len(program.Inst)}, nil
}

// refused turns the library's refusal into findings at the nodes that it is about.
func (w *walker) refused(err error) {
	var invalid *jsonschema.SchemaValidationError
	var cause *jsonschema.ValidationError
	if !errors.As(err, &invalid) || !errors.As(invalid.Err, &cause) {
		w.invalid(w.root, "it is not a schema of JSON Schema draft 7")
		return
	}
	seen := map[*document.Node]bool{}
	var leaves func(e *jsonschema.ValidationError)
	leaves = func(e *jsonschema.ValidationError) {
		for _, c := range e.Causes {
			leaves(c)
		}
		if len(e.Causes) > 0 {
			return
		}
		n, keyword := w.locate(e.InstanceLocation)
		if seen[n] {
			return
		}
		seen[n] = true
		w.invalid(n, fmt.Sprintf("this is not what %s takes", keyword))
	}
	leaves(cause)
	diagnostic.Sort(w.findings)
}

// locate answers the node at a location in the schema, and the keyword that it belongs to.
func (w *walker) locate(tokens []string) (*document.Node, string) {
	n, keyword := w.root, "a schema"
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
	w.report(diagnostic.Error, fault.SchemaInvalid, n, message, "write it as JSON Schema draft 7 says")
}
