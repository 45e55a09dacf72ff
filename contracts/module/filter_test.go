package module_test

import (
	"testing"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/module"
)

// filters reads {a: …} as filters.
func filters(t *testing.T, test string) []module.Filter {
	t.Helper()
	n, problems := document.ParseYAML([]byte("a: "+test), document.Limits{})
	r := document.NewReader("x", document.Limits{})
	if problems != nil {
		t.Fatal(problems)
	}
	f := module.ParseFilters(r, n)
	if r.Errors() > 0 {
		t.Fatalf("%s: %v", test, r.Findings())
	}
	return f
}

// Each row is a test, each column a value of the field a: 1, 1.5, text "1", true, null, a list, an object, and no field at all.
func TestTheTruthTableOfFilters(t *testing.T) {
	t.Parallel()
	payloads := []any{
		map[string]any{"a": int64(1)}, map[string]any{"a": 1.5}, map[string]any{"a": "1"}, map[string]any{"a": true},
		map[string]any{"a": nil}, map[string]any{"a": []any{int64(1)}}, map[string]any{"a": map[string]any{"b": int64(1)}}, map[string]any{},
	}
	for test, want := range map[string]string{
		//                         number, float, text, bool, null, list, object, missing
		"1":                        "x.......",
		"1.0":                      "x.......",
		"'1'":                      "..x.....",
		"true":                     "...x....",
		"{eq: 1.5}":                ".x......",
		"{ne: 1}":                  ".xxxxxxx",
		"{ne: true}":               "xxx.xxxx",
		"[1, '1']":                 "x.x.....",
		"{in: [true, 1.5]}":        ".x.x....",
		"{nin: [1, '1', true]}":    ".x..xxxx",
		"{exists: true}":           "xxxxxxx.",
		"{exists: false}":          ".......x",
		"{gt: 1}":                  ".x......",
		"{gte: 1}":                 "xx......",
		"{lt: 1.5}":                "x.......",
		"{lte: 1.5}":               "xx......",
		"{gt: '0'}":                "..x.....",
		"{gte: '1'}":               "..x.....",
		"{lt: '10'}":               "..x.....",
		"{lte: '0'}":               "........",
		"{gte: 1, lt: 1.5}":        "x.......",
		"{gt: 0, ne: 1}":           ".x......",
		"{exists: true, nin: [1]}": ".xxxxxx.",
	} {
		got := ""
		f := filters(t, test)
		for _, p := range payloads {
			if module.Match(f, p) {
				got += "x"
			} else {
				got += "."
			}
		}
		if got != want {
			t.Errorf("%-26s got %s, want %s", test, got, want)
		}
	}
}

func TestFiltersCompareLargeNumbersExactly(t *testing.T) {
	t.Parallel()
	const big = 1<<53 + 1
	for test, want := range map[string]bool{"9007199254740993": true, "9007199254740992.0": false, "{gt: 9007199254740992.0}": true, "{lt: 1e300}": true} {
		if got := module.Match(filters(t, test), map[string]any{"a": int64(big)}); got != want {
			t.Errorf("%s: %v", test, got)
		}
	}
}

func TestAllFiltersMustHold(t *testing.T) {
	t.Parallel()
	n, _ := document.ParseYAML([]byte("{a: 1, b.c: [x, y]}"), document.Limits{})
	f := module.ParseFilters(document.NewReader("x", document.Limits{}), n)
	for _, c := range []struct {
		payload any
		want    bool
	}{
		{map[string]any{"a": int64(1), "b": map[string]any{"c": "y"}}, true},
		{map[string]any{"a": int64(2), "b": map[string]any{"c": "y"}}, false},
		{map[string]any{"a": int64(1), "b": map[string]any{"c": "z"}}, false},
		{map[string]any{"a": int64(1), "b": "y"}, false},
		{nil, false},
	} {
		if got := module.Match(f, c.payload); got != c.want {
			t.Errorf("%v: %v", c.payload, got)
		}
	}
	if !module.Match(nil, nil) {
		t.Error("no filters refuse a payload")
	}
}

func TestConditionsHold(t *testing.T) {
	t.Parallel()
	payload := map[string]any{"p": "high", "n": int64(1), "z": nil}
	for _, c := range []struct {
		condition module.Condition
		want      bool
	}{
		{module.Condition{Field: "p", Op: "equals", Values: []any{"high"}}, true},
		{module.Condition{Field: "p", Op: "equals", Values: []any{"low"}}, false},
		{module.Condition{Field: "n", Op: "equals", Values: []any{1.0}}, true},
		{module.Condition{Field: "n", Op: "equals", Values: []any{"1"}}, false},
		{module.Condition{Field: "z", Op: "equals", Values: []any{nil}}, true},
		{module.Condition{Field: "gone", Op: "equals", Values: []any{nil}}, false},
		{module.Condition{Field: "p", Op: "not_equals", Values: []any{"low"}}, true},
		{module.Condition{Field: "p", Op: "not_equals", Values: []any{"high"}}, false},
		{module.Condition{Field: "gone", Op: "not_equals", Values: []any{"high"}}, true},
		{module.Condition{Field: "p", Op: "in", Values: []any{"low", "high"}}, true},
		{module.Condition{Field: "gone", Op: "in", Values: []any{"low"}}, false},
	} {
		if got := c.condition.Holds(payload); got != c.want {
			t.Errorf("%+v: %v", c.condition, got)
		}
	}
}

func TestLookupGoesThroughObjectsAlone(t *testing.T) {
	t.Parallel()
	payload := map[string]any{"a": map[string]any{"b": nil, "0": "x"}, "l": []any{"y"}}
	for path, want := range map[string]struct {
		v  any
		ok bool
	}{"a.b": {nil, true}, "a.0": {"x", true}, "a.c": {nil, false}, "a.b.c": {nil, false}, "l.0": {nil, false}, "": {nil, false}} {
		if v, ok := module.Lookup(payload, path); v != want.v || ok != want.ok {
			t.Errorf("%q: %v %v", path, v, ok)
		}
	}
}
