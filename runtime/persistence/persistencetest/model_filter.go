package persistencetest

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// absent stands for a field that a document does not have. It orders before null, and equals it.
type absent struct{}

func field(docs map[string]person, id, path string) any {
	if path == "_id" {
		return id
	}
	if v, there := docs[id][path]; there {
		return v
	}
	return absent{}
}

func matching(docs map[string]person, holds func(get func(string) any) bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, id := range slices.Sorted(keysOf(docs)) {
			if holds(func(path string) any { return field(docs, id, path) }) && !yield(id) {
				return
			}
		}
	}
}

func keysOf(docs map[string]person) iter.Seq[string] {
	return func(yield func(string) bool) {
		for id := range docs {
			if !yield(id) {
				return
			}
		}
	}
}

func rank(v any) int {
	switch v := v.(type) {
	case absent:
		return 0
	case nil:
		return 1
	case bool:
		if v {
			return 3
		}
		return 2
	case float64:
		return 4
	case string:
		return 5
	case []any:
		return 6
	default:
		return 7
	}
}

func compareValues(a, b any) int {
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	switch x := a.(type) {
	case float64:
		return cmp.Compare(x, b.(float64))
	case string:
		return strings.Compare(x, b.(string))
	}
	return 0 // the model has one list and one object
}

func same(a, b any) bool {
	return max(rank(a), 1) == max(rank(b), 1) && (rank(a) < 2 || compareValues(a, b) == 0)
}

type predicate = func(get func(string) any) bool

// filter draws a filter and what it means.
func (m *model) filter(depth int) (string, predicate) {
	kinds := []string{"none", "one", "one", "two"}
	if depth > 0 {
		kinds = append(kinds, "or", "not", "and")
	}
	switch rapid.SampledFrom(kinds).Draw(m.r, "kind") {
	case "none":
		return `{}`, func(func(string) any) bool { return true }
	case "one":
		path, test, p := m.test()
		return fmt.Sprintf(`{%q: %s}`, path, test), p
	case "two":
		path, test, p := m.test()
		other, otherTest, q := m.test()
		if path == other {
			return fmt.Sprintf(`{%q: %s}`, path, test), p
		}
		return fmt.Sprintf(`{%q: %s, %q: %s}`, path, test, other, otherTest), func(get func(string) any) bool { return p(get) && q(get) }
	case "not":
		f, p := m.filter(depth - 1)
		return `{"$not": ` + f + `}`, func(get func(string) any) bool { return !p(get) }
	case "or":
		f, p := m.filter(depth - 1)
		g, q := m.filter(depth - 1)
		return `{"$or": [` + f + `, ` + g + `]}`, func(get func(string) any) bool { return p(get) || q(get) }
	default:
		f, p := m.filter(depth - 1)
		g, q := m.filter(depth - 1)
		return `{"$and": [` + f + `, ` + g + `]}`, func(get func(string) any) bool { return p(get) && q(get) }
	}
}

// test draws a condition on one path.
func (m *model) test() (path, said string, p predicate) {
	path = rapid.SampledFrom([]string{"name", "city", "age", "note"}).Draw(m.r, "path")
	draw := func() any { return rapid.SampledFrom(values[path]).Draw(m.r, "value") }
	on := func(test func(v any) bool) predicate {
		return func(get func(string) any) bool { return test(get(path)) }
	}
	v := draw()
	switch op := rapid.SampledFrom([]string{"", "$eq", "$ne", "$in", "$nin", "$gt", "$gte", "$lt", "$lte", "$exists", "$startsWith", "$eqFold", "$startsWithFold"}).Draw(m.r, "operator"); op {
	case "", "$eq", "$ne":
		said := text(v)
		if op != "" {
			said = fmt.Sprintf(`{%q: %s}`, op, text(v))
		}
		return path, said, on(func(x any) bool { return same(x, v) == (op != "$ne") })
	case "$in", "$nin":
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(m.r, "values") {
			list = append(list, draw())
		}
		return path, fmt.Sprintf(`{%q: %s}`, op, text(list)), on(func(x any) bool {
			return slices.ContainsFunc(list, func(y any) bool { return same(x, y) }) == (op == "$in")
		})
	case "$exists":
		want := rapid.Bool().Draw(m.r, "exists")
		return path, fmt.Sprintf(`{"$exists": %v}`, want), on(func(x any) bool { return (x != absent{}) == want })
	case "$startsWith", "$eqFold", "$startsWithFold":
		s := rapid.SampledFrom([]string{"a", "AN", "Bo", "ÄR", "ann", ""}).Draw(m.r, "text")
		return path, fmt.Sprintf(`{%q: %q}`, op, s), on(func(x any) bool {
			have, ok := x.(string)
			switch {
			case !ok:
				return false
			case op == "$startsWith":
				return strings.HasPrefix(have, s)
			case op == "$eqFold":
				return strings.EqualFold(have, s)
			}
			return strings.HasPrefix(strings.ToLower(have), strings.ToLower(s))
		})
	default:
		return path, fmt.Sprintf(`{%q: %s}`, op, text(v)), on(func(x any) bool {
			kind := rank(x)
			if kind == 3 {
				kind = 2
			}
			other := rank(v)
			if other == 3 {
				other = 2
			}
			if kind != other || kind < 2 || kind > 5 {
				return false
			}
			switch c := compareValues(x, v); op {
			case "$gt":
				return c > 0
			case "$gte":
				return c >= 0
			case "$lt":
				return c < 0
			default:
				return c <= 0
			}
		})
	}
}
