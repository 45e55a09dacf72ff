package schema

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/document"
)

// formats are those that are asserted; any other is a remark.
var formats = []string{"date-time", "date", "time", "email", "uri", "uuid", "hostname", "ipv4", "ipv6"}

// builder turns schemas, which are known to be valid, into rules. They may form circles, so each is made once.
type builder struct {
	*walker
	rules map[*document.Node]*rule
	order []*rule
}

func (b *builder) rule(n *document.Node) *rule {
	if n == nil {
		return nil
	}
	if r, ok := b.rules[n]; ok {
		return r
	}
	r := &rule{}
	b.rules[n] = r
	b.order = append(b.order, r)
	if n.Kind == document.Bool {
		r.never = !n.Bool
		return r
	}
	if ref := n.Get("$ref"); ref != nil {
		r.ref = b.rule(resolve(b.root, ref.Text)) // draft 7 ignores what stands beside it
		return r
	}
	fields := make(map[string]*document.Node, len(n.Fields))
	for _, f := range n.Fields {
		fields[f.Name] = f.Value
	}
	b.any(r, fields)
	b.scalars(r, fields)
	b.array(r, fields)
	b.object(r, fields)
	return r
}

func (b *builder) any(r *rule, n map[string]*document.Node) {
	nullable := n["nullable"] != nil && n["nullable"].Bool
	if t := n["type"]; t != nil {
		for _, one := range append(t.Items, t) {
			r.types |= kinds[one.Text]
		}
		if nullable {
			r.types |= isNull
		}
		for _, name := range types {
			if r.types&kinds[name] != 0 {
				r.names = append(r.names, name)
			}
		}
		if r.types&isNumber != 0 {
			r.types |= isInteger
		}
	}
	if e := n["enum"]; e != nil {
		r.enum = e.Value().([]any)
		if nullable {
			r.enum = append(r.enum, nil)
		}
	}
	if c := n["const"]; c != nil {
		v := c.Value()
		r.fixed = &v
	}
	r.not, r.test = b.rule(n["not"]), b.rule(n["if"])
	if r.test != nil {
		r.then, r.orElse = b.rule(n["then"]), b.rule(n["else"])
	}
	r.allOf, r.anyOf, r.oneOf = b.each(n["allOf"]), b.each(n["anyOf"]), b.each(n["oneOf"])
}

func (b *builder) scalars(r *rule, n map[string]*document.Node) {
	if f := n["format"]; f != nil && slices.Contains(formats, f.Text) {
		r.format, r.word = library().formats[f.Text], f.Text
	}
	r.minLength, r.maxLength = count(n["minLength"]), count(n["maxLength"])
	if p := n["pattern"]; p != nil {
		r.pattern = b.patterns[p.Text]
	}
	r.minimum, r.maximum = newBound(n["minimum"]), newBound(n["maximum"])
	r.above, r.below = newBound(n["exclusiveMinimum"]), newBound(n["exclusiveMaximum"])
	if m := n["multipleOf"]; m != nil {
		r.multipleOf = number(m)
	}
}

// count reads an integer that is not negative, which may be written as 2.0.
func count(n *document.Node) *int64 {
	if n == nil {
		return nil
	}
	v := n.Int
	if n.Kind == document.Float {
		v = int64(min(n.Float, 1<<53))
	}
	return &v
}

// number answers a number as it was written in decimal.
func number(n *document.Node) *big.Rat {
	if n.Kind == document.Int {
		return new(big.Rat).SetInt64(n.Int)
	}
	return decimal(n.Float)
}

func (b *builder) array(r *rule, n map[string]*document.Node) {
	r.minItems, r.maxItems, r.contains = count(n["minItems"]), count(n["maxItems"]), b.rule(n["contains"])
	r.unique = n["uniqueItems"] != nil && n["uniqueItems"].Bool
	switch items := n["items"]; {
	case items == nil:
	case items.Kind == document.List:
		r.first = append([]*rule{}, b.each(items)...)
		r.rest = b.rule(n["additionalItems"])
	default:
		r.items = b.rule(items)
	}
}

func (b *builder) object(r *rule, n map[string]*document.Node) {
	r.minProperties, r.maxProperties = count(n["minProperties"]), count(n["maxProperties"])
	if names := n["required"]; names != nil {
		r.required = document.Plain(names.Items)
	}
	if props := n["properties"]; props != nil {
		for _, f := range props.Fields {
			r.properties = append(r.properties, property{f.Name, b.rule(f.Value)})
		}
		slices.SortFunc(r.properties, func(x, y property) int { return cmp.Compare(x.name, y.name) })
	}
	if props := n["patternProperties"]; props != nil {
		for _, f := range props.Fields {
			r.patterns = append(r.patterns, patternRule{b.patterns[f.Name], b.rule(f.Value)})
		}
	}
	if others := n["additionalProperties"]; others != nil && (others.Kind != document.Bool || !others.Bool) {
		r.others = b.rule(others)
	}
	r.propertyNames = b.rule(n["propertyNames"])
	if needs := n["dependencies"]; needs != nil {
		for _, f := range needs.Fields {
			d := dependency{name: f.Name}
			if f.Value.Kind == document.List {
				d.required = document.Plain(f.Value.Items)
			} else {
				d.rule = b.rule(f.Value)
			}
			r.dependencies = append(r.dependencies, d)
		}
	}
}

func (b *builder) each(list *document.Node) []*rule {
	if list == nil {
		return nil
	}
	var out []*rule
	for _, n := range list.Items {
		out = append(out, b.rule(n))
	}
	return out
}
