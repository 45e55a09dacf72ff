package persistence

import (
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
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
