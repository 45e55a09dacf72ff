package module

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// matcherOperators are the keys of a matcher that is an operator.
var matcherOperators = []string{"$any", "$absent", "$type", "$regex", "$gt", "$gte", "$lt", "$lte", "$exact", "$contains", "$count"}

var jsonTypes = []string{"null", "boolean", "integer", "number", "string", "array", "object"}

// checkMatcher judges a matcher at every depth.
func checkMatcher(r *document.Reader, n *document.Node) {
	bad := func(n *document.Node, message, hint string) { r.Error(fault.MatcherForm, n, message, hint) }
	switch n.Kind {
	case document.List:
		for _, i := range n.Items {
			checkMatcher(r, i)
		}
	case document.Object:
		operator := slices.IndexFunc(n.Fields, func(f *document.Field) bool { return strings.HasPrefix(f.Name, "$") })
		if operator < 0 {
			for _, f := range n.Fields {
				checkMatcher(r, f.Value)
			}
			return
		}
		f := n.Fields[operator]
		switch {
		case len(n.Fields) > 1:
			bad(n, f.Name+" does not stand alone", "an object with an operator has no other key")
		case !slices.Contains(matcherOperators, f.Name):
			bad(f.Value, "there is no operator "+document.Quote(f.Name), document.DidYouMean(f.Name, matcherOperators, "write one of "+strings.Join(matcherOperators, ", ")))
		default:
			checkOperand(r, f, bad)
		}
	}
}

func checkOperand(r *document.Reader, f *document.Field, bad func(n *document.Node, message, hint string)) {
	v := f.Value
	switch f.Name {
	case "$any", "$absent":
		if v.Kind != document.Bool || !v.Bool {
			bad(v, f.Name+" takes true", "write "+f.Name+": true")
		}
	case "$type":
		if v.Kind != document.String || !slices.Contains(jsonTypes, v.Text) {
			bad(v, "$type takes the name of a type", "write one of "+strings.Join(jsonTypes, ", "))
		}
	case "$regex":
		if v.Kind != document.String {
			bad(v, "$regex takes text", "write an expression of RE2 in quotes")
		} else if _, err := regexp.Compile(v.Text); err != nil {
			bad(v, "the expression is not RE2: "+document.Quote(err.Error()), "write an expression of RE2")
		}
	case "$gt", "$gte", "$lt", "$lte":
		if !scalar(v) || v.Kind == document.Bool {
			bad(v, f.Name+" takes a number or text", "write a number or text")
		}
	case "$exact":
		if v.Kind != document.Object {
			bad(v, "$exact takes an object", "write the whole object")
		} else {
			for _, field := range v.Fields {
				checkMatcher(r, field.Value)
			}
		}
	case "$contains":
		if v.Kind != document.List {
			bad(v, "$contains takes a list of matchers", "write a list")
		} else {
			checkMatcher(r, v)
		}
	case "$count":
		if v.Kind != document.Int || v.Int < 0 {
			bad(v, "$count takes a length", "write an integer from 0")
		}
	}
}

// Mismatch says where a value is not what a matcher asks for.
type Mismatch struct {
	Path     string // JSONPath into the value
	Expected string
	Actual   any
	Absent   bool // there is no value
}

// MatchValue answers the first place where a value does not match, nil if it does. The matcher has passed the check of its form.
func MatchValue(matcher, value any) *Mismatch { return match(matcher, value, true, "$") }

func match(matcher, v any, there bool, path string) *Mismatch {
	miss := func(format string, args ...any) *Mismatch {
		return &Mismatch{Path: path, Expected: fmt.Sprintf(format, args...), Actual: v, Absent: !there}
	}
	if op, operand, ok := operatorOf(matcher); ok {
		return matchOperator(op, operand, v, there, path, miss)
	}
	if !there {
		return miss("%s", canonical.Append(nil, plain(matcher)))
	}
	switch m := matcher.(type) {
	case []any:
		list, ok := v.([]any)
		if !ok || len(list) != len(m) {
			return miss("a list of %d", len(m))
		}
		for i := range m {
			if bad := match(m[i], list[i], true, fmt.Sprintf("%s[%d]", path, i)); bad != nil {
				return bad
			}
		}
		return nil
	case map[string]any:
		object, ok := v.(map[string]any)
		if !ok {
			return miss("an object")
		}
		for _, key := range sortedKeys(m) {
			got, there := object[key]
			if bad := match(m[key], got, there, document.Child(path, key)); bad != nil {
				return bad
			}
		}
		return nil
	}
	if !same(v, matcher) && (matcher != nil || v != nil) {
		return miss("%s", canonical.Append(nil, plain(matcher)))
	}
	return nil
}

func operatorOf(matcher any) (op string, operand any, ok bool) {
	m, isObject := matcher.(map[string]any)
	if !isObject || len(m) != 1 {
		return "", nil, false
	}
	for op, operand = range m {
	}
	return op, operand, strings.HasPrefix(op, "$")
}

func matchOperator(op string, operand, v any, there bool, path string, miss func(string, ...any) *Mismatch) *Mismatch {
	if op == "$absent" {
		if there {
			return miss("nothing")
		}
		return nil
	}
	if !there {
		return miss("%s %s", op, canonical.Append(nil, plain(operand)))
	}
	switch op {
	case "$any":
		return nil
	case "$type":
		if name := operand.(string); !isType(v, name) {
			return miss("a value of type %s", name)
		}
		return nil
	case "$regex":
		text, ok := v.(string)
		if !ok || !regexp.MustCompile(operand.(string)).MatchString(text) {
			return miss("text that matches %s", operand)
		}
		return nil
	case "$gt", "$gte", "$lt", "$lte":
		order, comparable := compare(v, operand)
		if comparable && (op == "$gt" && order > 0 || op == "$gte" && order >= 0 || op == "$lt" && order < 0 || op == "$lte" && order <= 0) {
			return nil
		}
		return miss("%s %s", op, canonical.Append(nil, plain(operand)))
	case "$exact":
		want := operand.(map[string]any)
		if object, ok := v.(map[string]any); ok {
			for _, key := range sortedKeys(object) {
				if _, named := want[key]; !named {
					return &Mismatch{Path: document.Child(path, key), Expected: "nothing", Actual: object[key]}
				}
			}
		}
		return match(want, v, true, path)
	case "$contains":
		list, ok := v.([]any)
		if !ok {
			return miss("a list")
		}
		for _, m := range operand.([]any) {
			if !slices.ContainsFunc(list, func(e any) bool { return match(m, e, true, path) == nil }) {
				return miss("an element that matches %s", canonical.Append(nil, plain(m)))
			}
		}
		return nil
	default: // $count
		list, ok := v.([]any)
		if !ok || int64(len(list)) != operand.(int64) {
			return miss("a list of %d", operand)
		}
		return nil
	}
}

func isType(v any, name string) bool {
	switch x := v.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case int64:
		return name == "integer" || name == "number"
	case float64:
		return name == "number" || name == "integer" && x == float64(int64(x))
	case string:
		return name == "string"
	case []any:
		return name == "array"
	default:
		return name == "object"
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// plain answers a value that canonical JSON can write.
func plain(v any) any {
	if out, ok := canonical.Of(v); ok {
		return out
	}
	return nil
}
