package schema

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/document"
)

func (c *check) object(r *rule, m map[string]any) bool {
	ok := c.size(r, m)
	known := 0
	for _, p := range r.properties {
		if c.stop(ok) {
			return false
		}
		if v, there := m[p.name]; there {
			known++
			ok = c.within(p.rule, v, place{p.name, -1}) && ok
		} else if !c.spend(1) {
			return false
		}
	}
	if r.patterns != nil || r.propertyNames != nil || (r.others != nil && known < len(m)) {
		ok = c.open(r, m) && ok
	}
	for _, d := range r.dependencies {
		if c.stop(ok) {
			return false
		}
		if _, there := m[d.name]; !there {
			continue
		}
		if d.rule != nil {
			ok = c.rule(d.rule, m) && ok
		}
		for _, need := range d.required {
			if _, there := m[need]; !there {
				ok = c.fail("%s is missing beside %s", document.Quote(need), document.Quote(d.name))
			}
		}
	}
	return ok
}

func (c *check) size(r *rule, m map[string]any) bool {
	ok := true
	if r.minProperties != nil && int64(len(m)) < *r.minProperties {
		ok = c.fail("must have at least %d fields", *r.minProperties)
	}
	if r.maxProperties != nil && int64(len(m)) > *r.maxProperties {
		ok = c.fail("must have at most %d fields", *r.maxProperties)
	}
	for _, name := range r.required {
		if _, there := m[name]; !there {
			ok = c.fail("%s is missing", document.Quote(name))
		}
	}
	return ok
}

// open judges the fields by what holds for names and for fields that are not listed. They are taken in byte order, so that the
// steps that it takes do not depend on the order in which a map is walked.
func (c *check) open(r *rule, m map[string]any) bool {
	ok := true
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if c.stop(ok) || !c.spend(1) {
			return false
		}
		v, p := m[name], place{name, -1}
		_, listed := slices.BinarySearchFunc(r.properties, name, func(p property, name string) int { return cmp.Compare(p.name, name) })
		for _, sub := range r.patterns {
			if c.match(sub.pattern, name) {
				listed = true
				ok = c.within(sub.rule, v, p) && ok
			}
		}
		if !listed && r.others != nil {
			ok = c.within(r.others, v, p) && ok
		}
		if r.propertyNames != nil && !c.silent(r.propertyNames, name) {
			ok = c.fail("has a field with a name that is not allowed")
		}
	}
	return ok
}

// combined judges the value by what holds all, any, one or none of several rules.
func (c *check) combined(r *rule, v any) bool {
	ok := true
	for _, sub := range r.allOf {
		if ok = c.rule(sub, v) && ok; c.stop(ok) {
			return false
		}
	}
	if r.anyOf != nil && !slices.ContainsFunc(r.anyOf, func(sub *rule) bool { return c.silent(sub, v) }) {
		ok = c.fail("has none of the %d forms that are allowed", len(r.anyOf))
	}
	if r.oneOf != nil && !c.stop(ok) {
		ok = c.one(r.oneOf, v) && ok
	}
	if r.not != nil && !c.stop(ok) && c.silent(r.not, v) {
		ok = c.fail("has a form that is not allowed")
	}
	if r.test != nil && !c.stop(ok) {
		next := r.orElse
		if c.silent(r.test, v) {
			next = r.then
		}
		if next != nil {
			ok = c.rule(next, v) && ok
		}
	}
	return ok
}

func (c *check) one(rules []*rule, v any) bool {
	passed := 0
	for _, sub := range rules {
		if c.silent(sub, v) {
			passed++
		}
		if c.stop(true) {
			return false
		}
	}
	switch passed {
	case 0:
		return c.fail("has none of the %d forms of which one is asked", len(rules))
	case 1:
		return true
	}
	return c.fail("has %d forms of which only one is allowed", passed)
}
