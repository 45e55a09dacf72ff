package persistence

import (
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/id"
)

// apply answers a changed copy of a document and what cannot be done. inserting lets $setOnInsert act.
func (p patch) apply(doc map[string]any, c *data.Collection, now time.Time, inserting bool) (map[string]any, []problem) {
	out := canonical.Clone(doc).(map[string]any)
	var problems []problem
	for i := range p {
		if p[i].op == "$setOnInsert" && !inserting {
			continue
		}
		if code, message := p[i].apply(out, c.Field(p[i].path), now); code != "" {
			problems = append(problems, problem{p[i].at, code, message})
		}
	}
	return out, problems
}

// takesAway tells whether the change has nothing to do where there is nothing.
func (c *change) takesAway() bool { return c.op == "$unset" || c.op == "$pull" || c.op == "$pop" }

// apply changes a document in place; f is the declared field of exactly this path, if there is one.
func (c *change) apply(doc map[string]any, f *data.Field, now time.Time) (fault.Code, string) {
	parent, name := doc, c.segments[len(c.segments)-1]
	for _, s := range c.segments[:len(c.segments)-1] {
		object, ok := parent[s].(map[string]any)
		if !ok {
			if c.takesAway() {
				return "", ""
			}
			if parent[s] != nil {
				return fault.Type, "the path leads through a value that is no object"
			}
			object = map[string]any{}
			parent[s] = object
		}
		parent = object
	}
	old := parent[name]
	switch c.op {
	case "$set", "$setOnInsert":
		parent[name] = canonical.Clone(c.operand)
	case "$unset":
		delete(parent, name)
	case "$currentDate":
		parent[name] = id.FormatTime(now)
		if f != nil && f.Type == "date" {
			parent[name] = now.UTC().Format(time.DateOnly)
		}
	case "$inc", "$mul":
		n, code := arithmetic(c.op, old, c.operand)
		if code != "" {
			return code, "the number cannot be computed"
		}
		parent[name] = n
	case "$min", "$max":
		operand := stored(f, c.operand)
		order := canonical.Compare(operand, old)
		if old == nil || order < 0 && c.op == "$min" || order > 0 && c.op == "$max" {
			parent[name] = canonical.Clone(operand)
		}
	default:
		list, ok := old.([]any)
		if !ok && old != nil {
			return fault.Type, "is no list"
		}
		if old == nil && c.takesAway() {
			return "", ""
		}
		parent[name] = c.list(list, f)
	}
	return "", ""
}

// stored brings an operand that is compared with stored values into their form.
func stored(f *data.Field, v any) any {
	if f == nil {
		return v
	}
	t := f.Type
	if t == "array" {
		t = f.Items
	}
	if s, ok := data.Stored(t, v); ok {
		return s
	}
	return v
}

// list answers a changed list; it is never nil.
func (c *change) list(list []any, f *data.Field) []any {
	out := append([]any{}, list...)
	switch c.op {
	case "$push":
		out = append(out, c.each...)
		if c.slice != nil {
			out = sliced(out, *c.slice)
		}
	case "$addToSet":
		for _, x := range c.each {
			if x = stored(f, x); !contains(out, x) {
				out = append(out, x)
			}
		}
	case "$pull":
		operand := stored(f, c.operand)
		out = slices.DeleteFunc(out, func(x any) bool { return canonical.Equal(x, operand) })
	case "$pop":
		switch {
		case len(out) == 0:
		case c.operand == int64(1):
			out = out[:len(out)-1]
		default:
			out = out[1:]
		}
	}
	return canonical.Clone(out).([]any)
}

// sliced keeps the first n elements, or with a negative n the last.
func sliced(list []any, n int64) []any {
	if n >= 0 {
		return list[:min(int64(len(list)), n)]
	}
	return list[max(0, int64(len(list))+n):]
}

// arithmetic adds or multiplies, from 0 where there is nothing; integers stay exact and may not leave 64 bits.
func arithmetic(op string, a, b any) (any, fault.Code) {
	if a == nil {
		a = int64(0)
	}
	x, okX := a.(int64)
	y, okY := b.(int64)
	if okX && okY {
		z := new(big.Int)
		if op == "$inc" {
			z.Add(big.NewInt(x), big.NewInt(y))
		} else {
			z.Mul(big.NewInt(x), big.NewInt(y))
		}
		if !z.IsInt64() {
			return nil, fault.NumberRange
		}
		return z.Int64(), ""
	}
	f, okF := asFloat(a)
	g, okG := asFloat(b)
	if !okF || !okG {
		return nil, fault.Type
	}
	r := f + g
	if op == "$mul" {
		r = f * g
	}
	if math.IsInf(r, 0) || math.IsNaN(r) {
		return nil, fault.NumberRange
	}
	return canonical.Number(r), ""
}

func asFloat(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}
