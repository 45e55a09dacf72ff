package persistencetest

import (
	"fmt"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/data"
)

// operation draws one request.
func (d *draw) operation(c *data.Contract, module string, reads bool) (op, request string) {
	most := len(c.Collections)
	of := c.Collections[min(d.n(most), d.n(most))] // the first has the most rows
	d.choose(of)
	name := of.Name
	if module != of.Module {
		name = of.Module + "/" + name
	}
	if d.chance(50) {
		name = d.of("nothing", "C0", "tasks/nothing", "tasks/c0", "c0")
	}
	at := fmt.Sprintf(`"collection": %q`, name)
	kind := d.n(20)
	if reads && kind < 9 {
		kind += 9
	}
	switch {
	case kind < 9:
		return "data_write", `{"ops": [` + d.list(1+d.n(4)*d.n(2), d.writing(at, of)) + `]}`
	case kind < 11:
		return "data_get", "{" + at + ", " + d.point(of, true) + d.projection() + "}"
	case kind < 16:
		return "data_query", d.query(at)
	case kind < 18:
		return "data_count", "{" + at + d.maybe(`"filter": `+d.filter(2), 4) + d.maybe(fmt.Sprintf(`"cap": %d`, 1+d.n(12)), 2) + "}"
	default:
		return "data_aggregate", d.aggregate(at)
	}
}

// choose makes the paths of a collection those that are drawn.
func (d *draw) choose(c *data.Collection) {
	d.at = c
	d.paths = []string{"_id"}
	if !c.HasFields {
		d.paths = append(d.paths, "i", "n", "s", "b", "j", "j.x", "o.x", "o.y.z", "l", "t")
	}
	for i := range c.Fields {
		d.paths = append(d.paths, c.Fields[i].Name)
		if c.Fields[i].Name == "o" {
			d.paths = append(d.paths, "o.x", "o.y.z")
		}
	}
	// What is indexed is asked for most.
	for i := range c.Indexes {
		for _, p := range c.Indexes[i].Parts {
			d.paths = append(d.paths, p.Field, p.Field)
		}
	}
}

// maybe answers a member behind a comma, all but once in so many times.
func (d *draw) maybe(member string, in int) string {
	if d.chance(in) {
		return ""
	}
	return ", " + member
}

func (d *draw) projection() string {
	if !d.chance(6) {
		return ""
	}
	return `, "fields": [` + d.list(d.n(3), func() string { return text(d.path()) }) + "]"
}

// point draws what names one document, or some.
func (d *draw) point(c *data.Collection, many bool) string {
	switch d.n(6) {
	case 0, 1, 2:
		return `"id": ` + d.id()
	case 3:
		if many {
			return `"ids": [` + d.list(d.n(5), d.id) + "]"
		}
	}
	var unique []data.Index
	for _, x := range c.Indexes {
		if x.Unique {
			unique = append(unique, x)
		}
	}
	if len(unique) == 0 {
		return `"id": ` + d.id()
	}
	x := unique[d.n(len(unique))]
	i := -1
	return `"key": ` + d.object(len(x.Parts), func() (string, string) { i++; return x.Parts[i].Field, d.value(x.Parts[i].Field) })
}

func (d *draw) query(at string) string {
	if d.cursor != "" && !d.chance(4) { // the next page of what was asked
		request := strings.TrimSuffix(d.request, "}")
		if i := strings.LastIndex(request, `, "cursor": `); i >= 0 {
			request = request[:i]
		}
		return request + fmt.Sprintf(`, "cursor": %q}`, d.cursor)
	}
	request := "{" + at + d.maybe(`"filter": `+d.filter(2), 4)
	if d.chance(2) {
		request += `, "sort": [` + d.list(1+d.n(3)*d.n(2), func() string { return fmt.Sprintf(`[%s, %d]`, text(d.path()), 1-2*d.n(2)) }) + "]"
	}
	if !d.chance(4) {
		request += fmt.Sprintf(`, "limit": %d`, 1+d.n(5))
	}
	request += d.projection()
	if d.chance(15) && len(d.cursors) > 0 {
		request += fmt.Sprintf(`, "cursor": %q`, d.cursors[d.n(len(d.cursors))])
	}
	return request + "}"
}

func (d *draw) aggregate(at string) string {
	request := "{" + at + d.maybe(`"filter": `+d.filter(1), 2)
	if d.chance(2) {
		request += `, "group_by": [` + d.list(1+d.n(2), func() string { return text(d.path()) }) + "]"
	}
	i := 0
	return request + d.maybe(fmt.Sprintf(`"limit": %d`, 1+d.n(4)), 2) + `, "measures": ` + d.object(1+d.n(3), func() (string, string) {
		i++
		return fmt.Sprintf("m%d", i), fmt.Sprintf(`{"op": %q, "field": %s}`, d.of("count", "sum", "min", "max", "avg"), text(d.path()))
	}) + "}"
}

func (d *draw) filter(depth int) string {
	return d.object([]int{0, 1, 1, 1, 2, 2, 3}[d.n(7)], func() (string, string) {
		if depth > 0 {
			switch d.n(12) {
			case 9:
				return "$or", "[" + d.list(1+d.n(3), func() string { return d.filter(depth - 1) }) + "]"
			case 10:
				return "$and", "[" + d.list(1+d.n(2), func() string { return d.filter(depth - 1) }) + "]"
			case 11:
				return "$not", d.filter(depth - 1)
			}
		}
		path := d.path()
		return path, d.test(path)
	})
}

func (d *draw) test(path string) string {
	if d.chance(2) {
		return d.value(path)
	}
	return d.object(1+d.n(2)*d.n(2), func() (string, string) {
		switch op := d.of("$eq", "$ne", "$in", "$in", "$nin", "$gt", "$gte", "$lt", "$lte", "$exists", "$startsWith", "$eqFold", "$startsWithFold", "$contains", "$containsAny", "$gt",
			"$lt", "$other"); op {
		case "$in", "$nin", "$containsAny":
			return op, "[" + d.list(d.n(5), func() string { return d.value(path) }) + "]"
		case "$exists":
			return op, d.of(bools...)
		case "$startsWith", "$eqFold", "$startsWithFold":
			return op, d.of(strs...)
		default:
			return op, d.value(path)
		}
	})
}

// writing draws ops of a batch.
func (d *draw) writing(at string, c *data.Collection) func() string {
	return func() string {
		returning := ""
		if d.chance(4) {
			returning = `, "returning": true`
		}
		switch d.n(10) {
		case 0, 1, 2, 3:
			id := ""
			if !d.chance(4) {
				id = `, "id": ` + d.id()
			}
			return `{"op": "insert", ` + at + id + `, "doc": ` + d.document(c) + returning + "}"
		case 4, 5, 6:
			change := `"patch": ` + d.patch(false)
			if d.chance(4) {
				change = `"doc": ` + d.document(c)
			}
			return `{"op": "update", ` + at + ", " + d.chosen(c) + ", " + change + returning + d.guards() + "}"
		case 7, 8:
			return `{"op": "upsert", ` + at + ", " + d.point(c, false) + `, "patch": ` + d.patch(true) + returning + "}"
		default:
			return `{"op": "delete", ` + at + ", " + d.chosen(c) + returning + d.guards() + "}"
		}
	}
}

// chosen draws which documents an op changes.
func (d *draw) chosen(c *data.Collection) string {
	if d.chance(2) {
		return d.point(c, false)
	}
	return `"filter": ` + d.filter(1) + d.maybe(fmt.Sprintf(`"max": %d`, 1+d.n(6)), 3)
}

func (d *draw) guards() string {
	switch d.n(12) {
	case 9:
		return `, "must_match": true`
	case 10, 11:
		return fmt.Sprintf(`, "if_rev": %d`, 1+d.n(3))
	}
	return ""
}

func (d *draw) document(c *data.Collection) string {
	names := []string{"i", "n", "s", "b", "j", "o", "l", "t"}
	if c.HasFields {
		names = nil
		for i := range c.Fields {
			names = append(names, c.Fields[i].Name)
		}
	}
	i := -1
	careful := !d.chance(5)
	return d.object(len(names), func() (string, string) {
		i++
		f := c.Field(names[i])
		switch {
		case names[i] == c.OwnerField || f != nil && (f.Name == "app_id" || f.Name == "tenant_id"):
			if !d.chance(30) {
				return names[i], ""
			}
		case d.chance(3) && (f == nil || !f.Required):
			return names[i], ""
		case careful:
			return names[i], d.fitting(f, names[i])
		case d.chance(30):
			return d.of("more", "_x", "$y", "", "é"), "1"
		}
		return names[i], d.value(names[i])
	})
}

func (d *draw) patch(upsert bool) string {
	return d.object(1+d.n(2), func() (string, string) {
		ops := []string{"$set", "$set", "$set", "$unset", "$inc", "$mul", "$min", "$max", "$push", "$addToSet", "$pull", "$pop", "$currentDate", "$other"}
		if upsert {
			ops[len(ops)-1] = "$setOnInsert"
		}
		op := ops[d.n(len(ops))]
		return op, d.object(1+d.n(2), func() (string, string) {
			path := d.path()
			if (op == "$inc" || op == "$mul") && !d.chance(4) {
				path = d.of("i", "n", "j.x", "o.x")
			}
			if (op == "$push" || op == "$addToSet" || op == "$pull" || op == "$pop") && !d.chance(4) {
				path = d.of("l", "j", "j.x", "o.x")
			}
			switch op {
			case "$unset", "$currentDate":
				return path, "true"
			case "$inc", "$mul":
				return path, d.of(numbers...)
			case "$pop":
				return path, d.of("1", "-1")
			case "$push", "$addToSet":
				if d.chance(2) {
					return path, d.of(strs...)
				}
				slice := ""
				if op == "$push" {
					slice = d.maybe(fmt.Sprintf(`"$slice": %d`, d.n(7)-3), 2)
				}
				return path, `{"$each": [` + d.list(d.n(3), func() string { return d.value("j") }) + "]" + slice + "}"
			case "$pull":
				return path, d.value("j")
			default:
				return path, d.fitting(d.at.Field(path), path)
			}
		})
	})
}
