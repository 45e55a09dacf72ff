package schema

import (
	"maps"
	"math/big"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// kind is a set of JSON types.
type kind uint8

const (
	isNull kind = 1 << iota
	isBool
	isNumber
	isInteger
	isString
	isArray
	isObject
)

var kinds = map[string]kind{"null": isNull, "boolean": isBool, "number": isNumber, "integer": isInteger, "string": isString,
	"array": isArray, "object": isObject}

// rule is one schema in the form in which it is evaluated: in a fixed order, with everything looked up beforehand.
type rule struct {
	never bool // the schema false
	ref   *rule
	types kind // 0: any
	names []string
	enum  []any
	fixed *any // const

	format func(any) error
	word   string // the format's name

	minLength, maxLength *int
	pattern              *pattern

	minimum, maximum, above, below *bound
	multipleOf                     *big.Rat

	minItems, maxItems *int
	unique             bool
	items              *rule
	first              []*rule // a rule for each of the first items
	rest               *rule   // for those behind them
	contains           *rule

	minProperties, maxProperties *int
	required                     []string
	properties                   []property
	patterns                     []patternRule
	others                       *rule // additionalProperties
	propertyNames                *rule
	dependencies                 []dependency

	not                 *rule
	allOf, anyOf, oneOf []*rule
	test, then, orElse  *rule
}

type property struct {
	name string
	rule *rule
}

type patternRule struct {
	pattern *pattern
	rule    *rule
}

type dependency struct {
	name     string
	required []string
	rule     *rule
}

// formats are those that are asserted; any other is a remark.
var formats = map[string]bool{"date-time": true, "date": true, "time": true, "email": true, "uri": true, "uuid": true,
	"hostname": true, "ipv4": true, "ipv6": true}

// builder turns the library's schemas into rules. They may form circles, so each is made once.
type builder struct {
	rules map[*jsonschema.Schema]*rule
	order []*rule
}

func (b *builder) rule(s *jsonschema.Schema) *rule {
	if s == nil {
		return nil
	}
	if r, ok := b.rules[s]; ok {
		return r
	}
	r := &rule{}
	b.rules[s] = r
	b.order = append(b.order, r)
	if s.Bool != nil {
		r.never = !*s.Bool
		return r
	}
	if s.Ref != nil {
		r.ref = b.rule(s.Ref) // draft 7 ignores what stands beside it
		return r
	}
	b.any(r, s)
	b.scalars(r, s)
	b.array(r, s)
	b.object(r, s)
	return r
}

func (b *builder) any(r *rule, s *jsonschema.Schema) {
	if s.Types != nil {
		r.names = s.Types.ToStrings()
		for _, name := range r.names {
			r.types |= kinds[name]
		}
		if r.types&isNumber != 0 {
			r.types |= isInteger
		}
	}
	if s.Enum != nil {
		r.enum = s.Enum.Values
	}
	r.fixed = s.Const
	r.not, r.test, r.then, r.orElse = b.rule(s.Not), b.rule(s.If), b.rule(s.Then), b.rule(s.Else)
	r.allOf, r.anyOf, r.oneOf = b.each(s.AllOf), b.each(s.AnyOf), b.each(s.OneOf)
}

func (b *builder) scalars(r *rule, s *jsonschema.Schema) {
	if s.Format != nil && formats[s.Format.Name] {
		r.format, r.word = s.Format.Validate, s.Format.Name
	}
	r.minLength, r.maxLength = s.MinLength, s.MaxLength
	r.pattern, _ = s.Pattern.(*pattern)
	r.minimum, r.maximum = newBound(s.Minimum), newBound(s.Maximum)
	r.above, r.below = newBound(s.ExclusiveMinimum), newBound(s.ExclusiveMaximum)
	r.multipleOf = s.MultipleOf
}

func (b *builder) array(r *rule, s *jsonschema.Schema) {
	r.minItems, r.maxItems, r.unique, r.contains = s.MinItems, s.MaxItems, s.UniqueItems, b.rule(s.Contains)
	switch items := s.Items.(type) {
	case *jsonschema.Schema:
		r.items = b.rule(items)
	case []*jsonschema.Schema:
		r.first = b.each(items)
		r.rest = b.either(s.AdditionalItems)
	}
}

func (b *builder) object(r *rule, s *jsonschema.Schema) {
	r.minProperties, r.maxProperties, r.required = s.MinProperties, s.MaxProperties, s.Required
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		r.properties = append(r.properties, property{name, b.rule(s.Properties[name])})
	}
	for re, sub := range s.PatternProperties {
		r.patterns = append(r.patterns, patternRule{re.(*pattern), b.rule(sub)})
	}
	slices.SortFunc(r.patterns, func(x, y patternRule) int { return compare(x.pattern.String(), y.pattern.String()) })
	r.others = b.either(s.AdditionalProperties)
	r.propertyNames = b.rule(s.PropertyNames)
	for _, name := range slices.Sorted(maps.Keys(s.Dependencies)) {
		d := dependency{name: name}
		switch needs := s.Dependencies[name].(type) {
		case []string:
			d.required = needs
		case *jsonschema.Schema:
			d.rule = b.rule(needs)
		}
		r.dependencies = append(r.dependencies, d)
	}
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (b *builder) each(l []*jsonschema.Schema) []*rule {
	var out []*rule
	for _, s := range l {
		out = append(out, b.rule(s))
	}
	return out
}

// either reads what is a boolean or a schema; nil where it is true or absent.
func (b *builder) either(v any) *rule {
	switch v := v.(type) {
	case bool:
		if !v {
			return &rule{never: true}
		}
	case *jsonschema.Schema:
		return b.rule(v)
	}
	return nil
}

// here are the rules that judge the same value as r.
func (r *rule) here() []*rule {
	out := slices.Concat(r.allOf, r.anyOf, r.oneOf, []*rule{r.ref, r.not, r.test, r.then, r.orElse})
	for _, d := range r.dependencies {
		out = append(out, d.rule)
	}
	return slices.DeleteFunc(out, func(r *rule) bool { return r == nil })
}

// circle tells whether some rule judges a value by itself again, for ever.
func circle(rules []*rule) bool {
	const open, done = 1, 2
	state := make(map[*rule]int, len(rules))
	var visit func(r *rule) bool
	visit = func(r *rule) bool {
		if state[r] != 0 {
			return state[r] == open
		}
		state[r] = open
		if slices.ContainsFunc(r.here(), visit) {
			return true
		}
		state[r] = done
		return false
	}
	return slices.ContainsFunc(rules, visit)
}
