package module

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Filter is one line of a reaction's filters: the value at Path must pass every test.
type Filter struct {
	Path  string
	Tests []Test
}

// Test is one comparison of a filter.
type Test struct {
	Op     string // eq, ne, in, nin, exists, gt, gte, lt, lte
	Values []any  // one, except for in and nin
}

// The limits of filters, fixed parts of their form.
const (
	maxFilters      = 16  // paths
	maxAlternatives = 100 // entries of a list to compare with
)

// Match tells whether the payload passes every filter.
func Match(filters []Filter, payload any) bool {
	for i := range filters {
		v, there := Lookup(payload, filters[i].Path)
		for _, t := range filters[i].Tests {
			if !t.passes(v, there) {
				return false
			}
		}
	}
	return true
}

// passes compares by JSON type and value: 1 equals 1.0 but not "1" or true. Order compares numbers with numbers and text with
// text, by bytes. A missing value passes ne, nin and exists: false alone.
func (t *Test) passes(v any, there bool) bool {
	switch t.Op {
	case "exists":
		return len(t.Values) == 1 && t.Values[0] == there
	case "eq", "in":
		return there && t.equals(v)
	case "ne", "nin":
		return !there || !t.equals(v)
	}
	if !there || len(t.Values) != 1 {
		return false
	}
	order, ok := compare(v, t.Values[0])
	if !ok {
		return false
	}
	switch t.Op {
	case "gt":
		return order > 0
	case "gte":
		return order >= 0
	case "lt":
		return order < 0
	case "lte":
		return order <= 0
	}
	return false
}

func (t *Test) equals(v any) bool {
	return slices.ContainsFunc(t.Values, func(w any) bool { return same(v, w) })
}

// same compares two scalars; a list or an object equals none.
func same(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		return a == b
	case string, int64, float64:
		order, ok := compare(a, b)
		return ok && order == 0
	}
	return false
}

// compare answers the order of two numbers or two texts, false for anything else.
func compare(a, b any) (int, bool) {
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return strings.Compare(a, b), ok
	case int64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, b), true
		case float64:
			return compareMixed(a, b)
		}
	case float64:
		switch b := b.(type) {
		case int64:
			order, ok := compareMixed(b, a)
			return -order, ok
		case float64:
			return cmp.Compare(a, b), !math.IsNaN(a) && !math.IsNaN(b)
		}
	}
	return 0, false
}

// compareMixed compares exactly; above 2^53 a conversion to float64 would not.
func compareMixed(i int64, f float64) (int, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false
	}
	return new(big.Rat).SetInt64(i).Cmp(new(big.Rat).SetFloat64(f)), true
}

// ParseFilters reads an object of filters. Entries that are broken are reported and left out.
func ParseFilters(r *document.Reader, n *document.Node) []Filter {
	o := r.Record(n)
	if o == nil {
		return nil
	}
	if len(n.Fields) > maxFilters {
		r.Error(fault.CountLimit, n, "filters has more than 16 paths", "leave at most 16")
		return nil
	}
	var out []Filter
	for _, f := range n.Fields {
		key := &document.Node{Kind: document.String, Text: f.Name, Line: f.Line, Column: f.Column, Path: f.Value.Path}
		if !r.String(key, document.Path) {
			continue
		}
		if tests := parseTests(r, f.Value); tests != nil {
			out = append(out, Filter{Path: f.Name, Tests: tests})
		}
	}
	return out
}

var operators = []string{"eq", "ne", "in", "nin", "exists", "gt", "gte", "lt", "lte"}

func parseTests(r *document.Reader, n *document.Node) []Test {
	switch n.Kind {
	case document.List:
		if values := alternatives(r, n); values != nil {
			return []Test{{Op: "in", Values: values}}
		}
		return nil
	case document.Object:
		return parseOperators(r, n)
	}
	if !scalar(n) {
		formError(r, n, document.Describe(n)+" is not a value to compare with", "write text, a number or a boolean; for a missing value write {exists: false}")
		return nil
	}
	return []Test{{Op: "eq", Values: []any{n.Value()}}}
}

func parseOperators(r *document.Reader, n *document.Node) []Test {
	if len(n.Fields) == 0 {
		formError(r, n, "the test is empty", "write a value, a list of values, or an operator such as {gte: 1}")
		return nil
	}
	var out []Test
	before := r.Errors()
	for _, f := range n.Fields {
		v := f.Value
		t := Test{Op: f.Name, Values: []any{v.Value()}}
		switch f.Name {
		case "eq", "ne":
			if !scalar(v) {
				formError(r, v, document.Describe(v)+" is not a value to compare with", "write text, a number or a boolean")
			}
		case "gt", "gte", "lt", "lte":
			if !scalar(v) || v.Kind == document.Bool {
				formError(r, v, document.Describe(v)+" has no order", "write a number or text")
			}
		case "exists":
			if v.Kind != document.Bool {
				formError(r, v, "exists takes true or false, not "+document.Describe(v), "write exists: true or exists: false")
			}
		case "in", "nin":
			t.Values = alternatives(r, v)
		default:
			key := &document.Node{Line: f.Line, Column: f.Column, Path: v.Path}
			formError(r, key, "there is no operator "+document.Quote(f.Name), document.DidYouMean(f.Name, operators, "write one of "+strings.Join(operators, ", ")))
		}
		out = append(out, t)
	}
	if r.Errors() > before {
		return nil
	}
	return out
}

// alternatives reads a list of 1 to 100 scalars; nil where it is none.
func alternatives(r *document.Reader, n *document.Node) []any {
	if n.Kind != document.List || len(n.Items) == 0 || len(n.Items) > maxAlternatives {
		formError(r, n, "the values to compare with are not a list of 1 to 100", "write a list: [a, b]")
		return nil
	}
	var out []any
	for _, i := range n.Items {
		if !scalar(i) {
			formError(r, i, document.Describe(i)+" is not a value to compare with", "write text, a number or a boolean")
			return nil
		}
		out = append(out, i.Value())
	}
	return out
}

func formError(r *document.Reader, n *document.Node, message, hint string) {
	r.Error(fault.FilterForm, n, message, hint)
}

// scalar tells whether the value is text, a finite number or a boolean.
func scalar(n *document.Node) bool {
	switch n.Kind {
	case document.Bool, document.Int, document.String:
		return true
	case document.Float:
		return !math.IsNaN(n.Float) && !math.IsInf(n.Float, 0)
	}
	return false
}
