package module

import (
	"slices"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Holds tells whether the payload meets the condition. A missing value meets not_equals alone.
func (c *Condition) Holds(payload any) bool {
	v, there := Lookup(payload, c.Field)
	equal := there && slices.ContainsFunc(c.Values, func(w any) bool { return same(v, w) })
	if c.Op == "not_equals" {
		return !equal
	}
	return equal
}

// parseCondition reads {field, and one of equals, not_equals, in}; nil where it is broken.
func parseCondition(r *document.Reader, n *document.Node) (*Condition, *document.Node) {
	o := r.Record(n)
	if o == nil {
		return nil, nil
	}
	c := &Condition{}
	before := r.Errors()
	bad := func(n *document.Node, message string) {
		if r.Errors() == before {
			r.Error(fault.ConditionForm, n, message, "write field and one of equals, not_equals, in")
		}
	}
	var value *document.Node
	for _, f := range n.Fields {
		switch {
		case f.Name == "field":
		case f.Name != "equals" && f.Name != "not_equals" && f.Name != "in":
			bad(n, "there is no test "+document.Quote(f.Name))
		case value != nil:
			bad(n, "there is more than one test")
		default:
			c.Op, value = f.Name, f.Value
		}
	}
	switch {
	case !o.Has("field"):
		bad(n, "the field to test is missing")
	case value == nil:
		bad(n, "there is no test")
	case c.Op == "in" && (value.Kind != document.List || len(value.Items) == 0):
		bad(value, "in takes a list of values")
	case c.Op == "in":
		for _, i := range value.Items {
			if !scalar(i) && i.Kind != document.Null {
				bad(i, document.Describe(i)+" is not a value to compare with")
			}
			c.Values = append(c.Values, i.Value())
		}
	case !scalar(value) && value.Kind != document.Null:
		bad(value, document.Describe(value)+" is not a value to compare with")
	default:
		c.Values = []any{value.Value()}
	}
	if r.Errors() > before {
		return nil, nil
	}
	var field *document.Node
	if c.Field, field = o.String("field", document.Path, document.Required); field == nil {
		return nil, nil
	}
	return c, field
}
