package persistence

import (
	"math/big"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/id"
)

// change is one operation of a patch on one path.
type change struct {
	op       string
	path     string
	segments []string
	operand  any
	each     []any // of $push, $addToSet
	slice    *int64
	at       string
}

// patch is a set of changes on different paths.
type patch []change

var patchOperators = map[string]bool{"$set": true, "$unset": true, "$inc": true, "$mul": true, "$min": true, "$max": true,
	"$push": true, "$addToSet": true, "$pull": true, "$pop": true, "$currentDate": true, "$setOnInsert": true}

// parsePatch reads a patch; its shape is checked whole before any row is touched.
func parsePatch(v any, at string, upsert bool) (patch, error) {
	object, ok := v.(map[string]any)
	if !ok || len(object) == 0 {
		return nil, invalid("a patch is an object of operators", at)
	}
	var out patch
	for _, op := range sortedKeys(object) {
		here := at + "." + op
		if !patchOperators[op] {
			return nil, &fault.ValueError{Code: fault.ValueUnsupportedOperator, Message: "no such operator", Details: map[string]any{"path": here}}
		}
		if op == "$setOnInsert" && !upsert {
			return nil, invalid("is for upsert alone", here)
		}
		paths, ok := object[op].(map[string]any)
		if !ok {
			return nil, invalid("maps paths to operands", here)
		}
		for _, path := range sortedKeys(paths) {
			c := change{op: op, path: path, segments: splitPath(path), operand: paths[path], at: here + "." + path}
			if c.segments == nil {
				return nil, invalid("no path of up to 8 names", c.at)
			}
			if err := c.read(); err != nil {
				return nil, err
			}
			out = append(out, c)
		}
	}
	return out, out.disjoint()
}

// disjoint refuses two changes on one path, or on a path and one below it.
func (p patch) disjoint() error {
	for i := range p {
		for j := range p {
			if i != j && (p[i].path == p[j].path || strings.HasPrefix(p[j].path, p[i].path+".")) {
				return invalid("another operator changes the same path", p[j].at)
			}
		}
	}
	return nil
}

// read checks the operand's shape.
func (c *change) read() error {
	switch c.op {
	case "$unset", "$currentDate":
		if c.operand != true {
			return invalid("takes true", c.at)
		}
	case "$inc", "$mul":
		switch c.operand.(type) {
		case int64, float64:
		default:
			return invalid("takes a number", c.at)
		}
	case "$pop":
		if c.operand != int64(1) && c.operand != int64(-1) {
			return invalid("takes 1 or -1", c.at)
		}
	case "$push", "$addToSet":
		return c.readEach()
	}
	return nil
}

func (c *change) readEach() error {
	object, ok := c.operand.(map[string]any)
	_, each := object["$each"]
	if !ok || !each {
		c.each = []any{c.operand}
		return nil
	}
	for _, name := range sortedKeys(object) {
		switch {
		case name == "$each":
			list, ok := object[name].([]any)
			if !ok {
				return invalid("$each takes a list", c.at)
			}
			c.each = list
		case name == "$slice" && c.op == "$push":
			n, ok := object[name].(int64)
			if !ok {
				return invalid("$slice takes an integer", c.at)
			}
			c.slice = &n
		default:
			return invalid("unknown member", c.at+"."+name)
		}
	}
	return nil
}

// apply answers a changed copy of the document. inserting lets $setOnInsert act. Faults of values go to v.
func (p patch) apply(doc map[string]any, now time.Time, inserting bool, v *validator) map[string]any {
	out := canonical.Clone(doc).(map[string]any)
	for i := range p {
		c := &p[i]
		if c.op == "$setOnInsert" && !inserting {
			continue
		}
		c.apply(out, now, v)
	}
	return out
}

func (c *change) apply(doc map[string]any, now time.Time, v *validator) {
	parent, name := doc, c.segments[len(c.segments)-1]
	for _, s := range c.segments[:len(c.segments)-1] {
		next, there := parent[s]
		object, ok := next.(map[string]any)
		if !ok {
			if there && next != nil {
				v.add(c.at, "TYPE", "the path leads through a value that is no object")
				return
			}
			if c.op == "$unset" || c.op == "$pull" || c.op == "$pop" {
				return
			}
			object = map[string]any{}
			parent[s] = object
		}
		parent = object
	}
	old, there := parent[name]
	switch c.op {
	case "$set", "$setOnInsert":
		parent[name] = canonical.Clone(c.operand)
	case "$unset":
		delete(parent, name)
	case "$currentDate":
		parent[name] = id.FormatTime(now)
	case "$inc", "$mul":
		if !there || old == nil {
			old = int64(0)
		}
		if n, code := arithmetic(c.op, old, c.operand); code != "" {
			v.add(c.at, code, "the number cannot be computed")
		} else {
			parent[name] = n
		}
	case "$min", "$max":
		operand := c.normal(v, old)
		less := canonical.Compare(operand, old) < 0
		if !there || old == nil || less == (c.op == "$min") && !canonical.Equal(operand, old) {
			parent[name] = canonical.Clone(operand)
		}
	default:
		c.list(parent, name, old, there, v)
	}
}

// normal brings a datetime operand into the stored form before it is compared with one.
func (c *change) normal(v *validator, _ any) any {
	if f := v.c.Field(c.path); f != nil && f.Type == "datetime" {
		if s, ok := c.operand.(string); ok {
			if t, ok := parseDatetime(s); ok {
				return t
			}
		}
	}
	return c.operand
}

func (c *change) list(parent map[string]any, name string, old any, there bool, v *validator) {
	list, ok := old.([]any)
	if !ok && there && old != nil {
		v.add(c.at, "TYPE", "is no list")
		return
	}
	switch c.op {
	case "$push":
		list = append(list, c.each...)
		if c.slice != nil {
			list = sliced(list, *c.slice)
		}
	case "$addToSet":
		for _, x := range c.each {
			if !contains(list, x) {
				list = append(list, x)
			}
		}
	case "$pull":
		if !there {
			return
		}
		kept := []any{}
		for _, x := range list {
			if !canonical.Equal(x, c.operand) {
				kept = append(kept, x)
			}
		}
		list = kept
	case "$pop":
		if len(list) == 0 {
			return
		}
		if c.operand == int64(1) {
			list = list[:len(list)-1]
		} else {
			list = list[1:]
		}
	}
	if list == nil {
		list = []any{}
	}
	parent[name] = list
}

// sliced keeps the first n elements, or with a negative n the last.
func sliced(list []any, n int64) []any {
	if n >= 0 {
		return list[:min(int64(len(list)), n)]
	}
	return list[max(0, int64(len(list))+n):]
}

// arithmetic adds or multiplies; integers stay exact and may not leave 64 bits.
func arithmetic(op string, a, b any) (any, string) {
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
			return nil, "NUMBER_RANGE"
		}
		return z.Int64(), ""
	}
	f, okF := asFloat(a)
	g, okG := asFloat(b)
	if !okF || !okG {
		return nil, "TYPE"
	}
	r := f + g
	if op == "$mul" {
		r = f * g
	}
	if r > 1.7976931348623157e308 || r < -1.7976931348623157e308 || r != r {
		return nil, "NUMBER_RANGE"
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
