package persistence

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// matches evaluates the filter.
func (f *filter) matches(r *record) bool {
	switch f.op {
	case "and":
		return !slices.ContainsFunc(f.subs, func(s *filter) bool { return !s.matches(r) })
	case "or":
		return slices.ContainsFunc(f.subs, func(s *filter) bool { return s.matches(r) })
	case "not":
		return !f.subs[0].matches(r)
	}
	v, there := r.at(f.path)
	return f.test(v, there)
}

func (f *filter) test(v any, there bool) bool {
	// What is missing is nil here, as null is: the two are equal.
	switch f.op {
	case "$eq":
		return canonical.Equal(v, f.value)
	case "$ne":
		return !canonical.Equal(v, f.value)
	case "$in":
		return contains(f.values, v)
	case "$nin":
		return !contains(f.values, v)
	case "$exists":
		return there == f.value
	case "$gt", "$gte", "$lt", "$lte":
		return there && ordered(f.op, v, f.value)
	case "$contains":
		list, _ := v.([]any)
		return contains(list, f.value)
	case "$containsAny":
		list, _ := v.([]any)
		return slices.ContainsFunc(list, func(x any) bool { return contains(f.values, x) })
	}
	s, isText := v.(string)
	if !isText {
		return false
	}
	want, _ := f.value.(string)
	switch f.op {
	case "$startsWith":
		return strings.HasPrefix(s, want)
	case "$eqFold":
		return foldText(s) == want
	default: // $startsWithFold
		return strings.HasPrefix(foldText(s), want)
	}
}

// ordered compares values of one kind only: numbers, texts by bytes, booleans.
func ordered(op string, a, b any) bool {
	if !sameKind(a, b) {
		return false
	}
	c := canonical.Compare(a, b)
	switch op {
	case "$gt":
		return c > 0
	case "$gte":
		return c >= 0
	case "$lt":
		return c < 0
	default:
		return c <= 0
	}
}

func sameKind(a, b any) bool {
	switch a.(type) {
	case int64, float64:
		switch b.(type) {
		case int64, float64:
			return true
		}
	case string:
		_, ok := b.(string)
		return ok
	case bool:
		_, ok := b.(bool)
		return ok
	}
	return false
}
