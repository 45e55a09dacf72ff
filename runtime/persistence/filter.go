package persistence

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Limits of a filter.
const (
	filterDepth  = 8
	filterNodes  = 64
	filterList   = 100
	alternatives = 16
)

// filter is a condition on documents. Kinds: and, or, not, and the operators on a path. An and of nothing is true, an or of
// nothing false.
type filter struct {
	op     string
	path   string
	value  any   // canonical, datetimes normalised
	values []any // of $in, $nin, $containsAny
	subs   []*filter
}

// filterParser reads filters and counts what they cost.
type filterParser struct {
	c     *data.Collection
	scope *Scope
	nodes int
}

// parseFilter reads the filter of a request at a JSONPath; an absent one matches everything.
func parseFilter(c *data.Collection, scope *Scope, v any, at string) (*filter, error) {
	if v == nil {
		return &filter{op: "and"}, nil
	}
	p := &filterParser{c: c, scope: scope}
	return p.object(v, at, 1)
}

func (p *filterParser) count(at string, depth int) error {
	if p.nodes++; p.nodes > filterNodes || depth > filterDepth {
		return limitExceeded("the filter is too large", at)
	}
	return nil
}

func (p *filterParser) object(v any, at string, depth int) (*filter, error) {
	if err := p.count(at, depth); err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, invalid("a filter is an object", at)
	}
	all := &filter{op: "and"}
	for _, key := range sortedKeys(object) {
		sub, err := p.entry(key, object[key], at+"."+key, depth)
		if err != nil {
			return nil, err
		}
		all.subs = append(all.subs, sub...)
	}
	return all, nil
}

func (p *filterParser) entry(key string, v any, at string, depth int) ([]*filter, error) {
	switch key {
	case "$and", "$or":
		list, ok := v.([]any)
		if !ok || len(list) == 0 || len(list) > alternatives {
			return nil, invalid("takes a list of 1 to 16 filters", at)
		}
		f := &filter{op: key[1:]}
		for _, x := range list {
			sub, err := p.object(x, at, depth+1)
			if err != nil {
				return nil, err
			}
			f.subs = append(f.subs, sub)
		}
		return []*filter{f}, nil
	case "$not":
		sub, err := p.object(v, at, depth+1)
		return []*filter{{op: "not", subs: []*filter{sub}}}, err
	}
	if strings.HasPrefix(key, "$") {
		return nil, &fault.ValueError{Code: fault.ValueUnsupportedOperator, Message: "no such operator", Details: map[string]any{"path": at}}
	}
	if splitPath(key) == nil {
		return nil, invalid("no path of up to 8 names", at)
	}
	return p.tests(key, v, at, depth)
}

// tests reads what a path is compared with: a literal, or an object of operators.
func (p *filterParser) tests(path string, v any, at string, depth int) ([]*filter, error) {
	object, isObject := v.(map[string]any)
	operators := 0
	for k := range object {
		if strings.HasPrefix(k, "$") {
			operators++
		}
	}
	if !isObject || operators == 0 {
		if err := p.count(at, depth); err != nil {
			return nil, err
		}
		return []*filter{p.settled(&filter{op: "$eq", path: path, value: p.normal(path, v)})}, nil
	}
	if operators != len(object) {
		return nil, invalid("mixes operators and names", at)
	}
	var out []*filter
	for _, op := range sortedKeys(object) {
		if err := p.count(at, depth); err != nil {
			return nil, err
		}
		f, err := p.test(path, op, object[op], at+"."+op)
		if err != nil {
			return nil, err
		}
		out = append(out, p.settled(f))
	}
	return out, nil
}

// settled answers a test of an identity as what it comes to: it is compared with the scope's own value, whatever a document
// says, so that no filter reaches further than the scope.
func (p *filterParser) settled(f *filter) *filter {
	own, ok := p.scope.own(p.c, f.path)
	switch {
	case !ok:
		return f
	case f.test(own, true):
		return &filter{op: "and"}
	default:
		return &filter{op: "or"}
	}
}

func (p *filterParser) test(path, op string, v any, at string) (*filter, error) {
	f := &filter{op: op, path: path, value: p.normal(path, v)}
	switch op {
	case "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$contains":
	case "$in", "$nin", "$containsAny":
		list, ok := v.([]any)
		if !ok {
			return nil, invalid("takes a list", at)
		}
		if len(list) > filterList {
			return nil, limitExceeded("takes up to 100 values", at)
		}
		f.value = nil
		for _, x := range list {
			f.values = append(f.values, p.normal(path, x))
		}
	case "$exists":
		if _, ok := v.(bool); !ok {
			return nil, invalid("takes true or false", at)
		}
	case "$startsWith", "$eqFold", "$startsWithFold":
		s, ok := v.(string)
		if !ok {
			return nil, invalid("takes a text", at)
		}
		if op != "$startsWith" {
			f.value = foldText(s)
		}
	default:
		return nil, &fault.ValueError{Code: fault.ValueUnsupportedOperator, Message: "no such operator", Details: map[string]any{"path": at}}
	}
	return f, nil
}

// normal brings a text that is compared with a datetime field into the stored form.
func (p *filterParser) normal(path string, v any) any {
	s, isText := v.(string)
	if !isText {
		return v
	}
	field := p.c.Field(path)
	if path == "_created_at" || path == "_updated_at" || field != nil && (field.Type == "datetime" || field.Items == "datetime") {
		if t, ok := data.Stored("datetime", s); ok {
			return t
		}
	}
	return v
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for k := range object {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
