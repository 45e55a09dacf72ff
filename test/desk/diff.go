package desk

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Difference is one thing that a host holds otherwise than it must.
type Difference struct {
	What string // such as "nordwind ticket NW-000123 Status"
	Want string
	Got  string
}

// String says the difference on one line.
func (d Difference) String() string { return fmt.Sprintf("%s: want %s, got %s", d.What, d.Want, d.Got) }

// Diff compares what a host holds with what it must, down to each field of each ticket. No difference is nil.
func Diff(want, got Totals) []Difference {
	var d differences
	d.add("events", want.Events, got.Events)
	d.fields("deliveries", want.Deliveries, got.Deliveries)
	d.add("notifications", want.Notifications, got.Notifications)
	for _, id := range bothKeys(want.Tenants, got.Tenants) {
		w, g := want.Tenants[id], got.Tenants[id]
		if w == nil || g == nil {
			d.add("tenant "+id, w != nil, g != nil)
			continue
		}
		d.tenant(id, w, g)
	}
	return d
}

type differences []Difference

func (d *differences) tenant(id string, want, got *Tenant) {
	d.add(id+" references of more than one ticket", want.Doubles, got.Doubles)
	d.fields(id+" sla.report", want.Report, got.Report)
	for _, ref := range bothKeys(want.Tickets, got.Tickets) {
		pair(d, id+" ticket "+ref, want.Tickets[ref], got.Tickets[ref])
	}
	for _, customer := range bothKeys(want.Customers, got.Customers) {
		pair(d, id+" customer "+customer, want.Customers[customer], got.Customers[customer])
	}
	d.top(id, want, got)
	for _, agent := range bothKeys(want.Inboxes, got.Inboxes) {
		d.fields(id+" inbox of "+agent, want.Inboxes[agent], got.Inboxes[agent])
	}
}

// top compares the ranking by its numbers: customers with as many tickets may stand in any order, and at its end either.
func (d *differences) top(id string, want, got *Tenant) {
	opened := func(rows []Ranked) (n []int) {
		for _, row := range rows {
			n = append(n, row.Opened)
		}
		return n
	}
	d.add(id+" digest.top", opened(want.Top), opened(got.Top))
	seen := map[string]bool{}
	for _, row := range got.Top {
		what := id + " digest.top " + row.CustomerID
		if seen[row.CustomerID] {
			d.add(what, "once", "twice")
		}
		seen[row.CustomerID] = true
		if customer := want.Customers[row.CustomerID]; customer == nil {
			d.add(what, "no such customer", row)
		} else {
			d.fields(what, customer.row(row.CustomerID), row)
		}
	}
}

// pair compares two structs that either side may lack.
func pair[T any](d *differences, what string, want, got *T) {
	if want == nil || got == nil {
		d.add(what, presence(want != nil), presence(got != nil))
		return
	}
	d.fields(what, *want, *got)
}

func presence(there bool) string {
	if there {
		return "present"
	}
	return "absent"
}

// fields compares two structs field by field.
func (d *differences) fields(what string, want, got any) {
	w, g := reflect.ValueOf(want), reflect.ValueOf(got)
	for i := range w.NumField() {
		d.add(what+" "+w.Type().Field(i).Name, w.Field(i).Interface(), g.Field(i).Interface())
	}
}

// add compares two values. An empty list or map is as good as none.
func (d *differences) add(what string, want, got any) {
	if reflect.DeepEqual(want, got) || empty(want) && empty(got) {
		return
	}
	*d = append(*d, Difference{What: what, Want: quote(want), Got: quote(got)})
}

func empty(v any) bool {
	r := reflect.ValueOf(v)
	return (r.Kind() == reflect.Slice || r.Kind() == reflect.Map) && r.Len() == 0
}

// longestValue is how many bytes of a value are shown, so that a lost text does not fill the screen.
const longestValue = 160

func quote(v any) string {
	text := fmt.Sprintf("%+v", v)
	if s, ok := v.(string); ok {
		text = fmt.Sprintf("%+q", s)
	}
	if len(text) > longestValue {
		return fmt.Sprintf("%s… (%d bytes)", text[:longestValue], len(text))
	}
	return text
}

func bothKeys[V any](a, b map[string]V) []string {
	keys := map[string]bool{}
	for k := range maps.Keys(a) {
		keys[k] = true
	}
	for k := range maps.Keys(b) {
		keys[k] = true
	}
	return slices.Sorted(maps.Keys(keys))
}
