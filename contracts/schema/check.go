package schema

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/document"
)

// maxViolations is how many violations Validate lists; who broke a hundred rules gets no wiser by more.
const maxViolations = 100

// Validate judges a value: nil, bool, int64, float64, string, []any or map[string]any. The answer is empty where it passes,
// else lists where it does not, in a fixed order.
func (s *Schema) Validate(v any) []Violation {
	quick := check{left: s.maxSteps, quiet: true}
	if quick.rule(s.root, v) && quick.left >= 0 {
		return nil
	}
	full := check{left: s.maxSteps}
	full.rule(s.root, v)
	if full.left < 0 {
		return []Violation{{Path: "$", Message: "takes too long to check against the schema"}}
	}
	return full.violations
}

// check is one evaluation. A quiet one stops at the first violation and keeps none.
type check struct {
	left       int // steps
	quiet      bool
	at         []place
	violations []Violation
}

// place is one step into the value: a field or an item.
type place struct {
	name string
	item int // -1: a field
}

// spend takes n steps and tells whether there were so many.
func (c *check) spend(n int) bool {
	c.left -= n
	return c.left >= 0
}

// fail notes a violation and answers false.
func (c *check) fail(format string, args ...any) bool {
	if !c.quiet && len(c.violations) < maxViolations {
		path := "$"
		for _, p := range c.at {
			if p.item >= 0 {
				path = document.Item(path, p.item)
			} else {
				path = document.Child(path, p.name)
			}
		}
		c.violations = append(c.violations, Violation{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	return false
}

// stop tells whether nothing more needs to be judged after the verdict so far.
func (c *check) stop(ok bool) bool { return c.left < 0 || (!ok && c.quiet) }

// within judges a part of the value.
func (c *check) within(r *rule, v any, p place) bool {
	c.at = append(c.at, p)
	ok := c.rule(r, v)
	c.at = c.at[:len(c.at)-1]
	return ok
}

// silent judges a value without noting violations.
func (c *check) silent(r *rule, v any) bool {
	quiet := c.quiet
	c.quiet = true
	ok := c.rule(r, v)
	c.quiet = quiet
	return ok
}

func (c *check) rule(r *rule, v any) bool {
	for r.ref != nil {
		if !c.spend(1) {
			return false
		}
		r = r.ref
	}
	if !c.spend(1) {
		return false
	}
	if r.never {
		return c.fail("is not allowed")
	}
	if r.types != 0 && r.types&kindOf(v) == 0 {
		return c.fail("must be %s", strings.Join(r.names, " or "))
	}
	ok := c.constants(r, v)
	if c.stop(ok) {
		return false
	}
	switch v := v.(type) {
	case string:
		ok = c.text(r, v) && ok
	case int64, float64:
		ok = c.number(r, v) && ok
	case []any:
		ok = c.array(r, v) && ok
	case map[string]any:
		ok = c.object(r, v) && ok
	}
	if c.stop(ok) {
		return false
	}
	return c.combined(r, v) && ok
}

func kindOf(v any) set {
	switch v := v.(type) {
	case nil:
		return isNull
	case bool:
		return isBool
	case int64:
		return isNumber | isInteger
	case float64:
		if whole(v) {
			return isNumber | isInteger
		}
		return isNumber
	case string:
		return isString
	case []any:
		return isArray
	case map[string]any:
		return isObject
	}
	return 0
}

func (c *check) constants(r *rule, v any) bool {
	if r.fixed != nil && (!c.spend(weight(*r.fixed)) || !equal(v, *r.fixed)) {
		return c.fail("is not the one value that is allowed")
	}
	if r.enum != nil {
		if !slices.ContainsFunc(r.enum, func(e any) bool { return c.spend(1) && equal(v, e) }) {
			return c.fail("is not one of the %d values that are allowed", len(r.enum))
		}
	}
	return true
}

func (c *check) text(r *rule, s string) bool {
	ok := true
	if r.minLength != nil || r.maxLength != nil {
		if !c.spend(len(s) / 64) {
			return false
		}
		n := int64(utf8.RuneCountInString(s))
		if r.minLength != nil && n < *r.minLength {
			ok = c.fail("must have at least %d characters", *r.minLength)
		}
		if r.maxLength != nil && n > *r.maxLength {
			ok = c.fail("must have at most %d characters", *r.maxLength)
		}
	}
	if r.pattern != nil && !c.match(r.pattern, s) {
		ok = c.fail("must match the pattern %s", document.Quote(r.pattern.String()))
	}
	if r.format != nil && (!c.spend(len(s)/64) || r.format(s) != nil) {
		ok = c.fail("must be of format %s", r.word)
	}
	return ok
}

// match matches a text at the price that RE2 asks at worst: each instruction for each byte.
func (c *check) match(p *pattern, s string) bool {
	const perStep = 64
	return c.spend((len(s)+1)/perStep*p.cost+1) && p.MatchString(s)
}

func (c *check) number(r *rule, v any) bool {
	ok := true
	if r.minimum != nil && r.minimum.compare(v) < 0 {
		ok = c.fail("must be at least %s", r.minimum.text)
	}
	if r.maximum != nil && r.maximum.compare(v) > 0 {
		ok = c.fail("must be at most %s", r.maximum.text)
	}
	if r.above != nil && r.above.compare(v) <= 0 {
		ok = c.fail("must be greater than %s", r.above.text)
	}
	if r.below != nil && r.below.compare(v) >= 0 {
		ok = c.fail("must be less than %s", r.below.text)
	}
	if r.multipleOf != nil && !multiple(v, r.multipleOf) {
		ok = c.fail("must be a multiple of %s", r.multipleOf.RatString())
	}
	return ok
}

func (c *check) array(r *rule, l []any) bool {
	ok := true
	if r.minItems != nil && int64(len(l)) < *r.minItems {
		ok = c.fail("must have at least %d items", *r.minItems)
	}
	if r.maxItems != nil && int64(len(l)) > *r.maxItems {
		ok = c.fail("must have at most %d items", *r.maxItems)
	}
	if r.unique && len(l) > 1 {
		if i, j := c.same(l); j >= 0 {
			ok = c.fail("items %d and %d are equal", i, j)
		}
	}
	for i, v := range l {
		if c.stop(ok) {
			return false
		}
		sub := r.items
		if i < len(r.first) {
			sub = r.first[i]
		} else if r.first != nil {
			sub = r.rest
		}
		if sub != nil {
			ok = c.within(sub, v, place{item: i}) && ok
		}
	}
	if r.contains != nil && !slices.ContainsFunc(l, func(v any) bool { return c.silent(r.contains, v) }) {
		ok = c.fail("has no item of the kind that it must contain")
	}
	return ok
}

// same answers the first two items that are equal, or -1. Scalars are looked up; only lists and objects are compared in pairs.
func (c *check) same(l []any) (int, int) {
	seen := make(map[any]int, len(l))
	var large []int
	for j, v := range l {
		if !c.spend(1) {
			return -1, -1
		}
		switch x := v.(type) {
		case []any, map[string]any:
			for _, i := range large {
				if !c.spend(min(weight(v), weight(l[i]))) {
					return -1, -1
				}
				if equal(v, l[i]) {
					return i, j
				}
			}
			large = append(large, j)
			continue
		case float64:
			if whole(x) && sameNumber(int64(x), x) {
				v = int64(x)
			}
		}
		if i, again := seen[v]; again {
			return i, j
		}
		seen[v] = j
	}
	return -1, -1
}
