package schema

import (
	"math/big"
	"slices"
)

// set is a set of JSON types.
type set uint8

const (
	isNull set = 1 << iota
	isBool
	isNumber
	isInteger
	isString
	isArray
	isObject
)

var kinds = map[string]set{"null": isNull, "boolean": isBool, "number": isNumber, "integer": isInteger, "string": isString,
	"array": isArray, "object": isObject}

// rule is one schema in the form in which it is evaluated: in a fixed order, with everything looked up beforehand.
type rule struct {
	never bool // the schema false
	ref   *rule
	types set // 0: any
	names []string
	enum  []any
	fixed *any // const

	format func(any) error
	word   string // the format's name

	minLength, maxLength *int64
	pattern              *pattern

	minimum, maximum, above, below *bound
	multipleOf                     *big.Rat

	minItems, maxItems *int64
	unique             bool
	items              *rule
	first              []*rule // a rule for each of the first items
	rest               *rule   // for those behind them
	contains           *rule

	minProperties, maxProperties *int64
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
