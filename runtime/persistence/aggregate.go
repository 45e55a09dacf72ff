package persistence

import (
	"cmp"
	"context"
	"math/big"
	"regexp"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

const (
	groupByMax         = 3
	measuresMax        = 8
	groupsDefault      = 100
	groupsMax          = 1000
	exactBits     uint = 2200 // any sum of a budget's numbers, from the smallest binary64 to the largest, is exact in so many
)

var measureName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,62}$`)

// measure is one figure of a row.
type measure struct{ name, op, field string }

// group is one row of an answer in the making.
type group struct {
	values []any // at the paths of group_by; missing{} where there is none
	tally  []tally
}

// tally is the state of one measure.
type tally struct {
	count int64 // of rows that have a value
	sum   *big.Float
	real  bool // a number that is no integer was added
	best  any
}

// aggregate answers {"rows", "more"}: for each group, in the order of its values, what its documents amount to.
func (s *Session) aggregate(ctx context.Context, request map[string]any) ([]byte, error) {
	if err := only(request, "$", "collection", "filter", "group_by", "measures", "limit"); err != nil {
		return nil, err
	}
	t, rows, err := s.open(request, "$")
	if err != nil {
		return nil, err
	}
	f, err := parseFilter(t.Collection, &s.scope, request["filter"], "$.filter")
	if err != nil {
		return nil, err
	}
	by, err := groupBy(request["group_by"])
	if err != nil {
		return nil, err
	}
	measures, err := parseMeasures(request["measures"])
	if err != nil {
		return nil, err
	}
	limit, err := integer(request, "limit", "$", groupsMax, groupsDefault)
	if err != nil {
		return nil, err
	}
	g := &groups{by: by, measures: measures, need: int(limit) + 1, most: s.opts.MaxResponse, at: map[string]*group{}}
	if len(by) == 0 {
		g.group(nil) // there is one row, also of nothing
	}
	err = s.examine(ctx, t, rows, makePlan(t, f, nil), f, nil, s.opts.AggregateBudget, func(r *record) bool {
		g.add(r)
		return g.held <= g.most
	})
	if err != nil {
		return nil, err
	}
	if g.held > g.most {
		return nil, fault.Valuef(fault.ValueLimitExceeded, "the groups are too large; group by shorter values")
	}
	return g.answer(int(limit))
}

func groupBy(v any) ([]string, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, invalid("must be a list of paths", "$.group_by")
	}
	if len(list) > groupByMax {
		return nil, limitExceeded("takes up to 3 paths", "$.group_by")
	}
	var out []string
	for _, x := range list {
		p, _ := x.(string)
		if splitPath(p) == nil || slices.Contains(out, p) {
			return nil, invalid("no path of up to 8 names, or one that stands twice", "$.group_by")
		}
		out = append(out, p)
	}
	return out, nil
}

func parseMeasures(v any) ([]measure, error) {
	object, ok := v.(map[string]any)
	if !ok || len(object) == 0 {
		return nil, invalid("must be an object of measures", "$.measures")
	}
	if len(object) > measuresMax {
		return nil, limitExceeded("takes up to 8 measures", "$.measures")
	}
	var out []measure
	for _, name := range sortedKeys(object) {
		at := "$.measures." + name
		m, ok := object[name].(map[string]any)
		if !ok || !measureName.MatchString(name) {
			return nil, invalid("must be {op, field} under a name of letters, digits and _", at)
		}
		if err := only(m, at, "op", "field"); err != nil {
			return nil, err
		}
		op, _ := m["op"].(string)
		field, _ := m["field"].(string)
		switch op {
		case "count", "sum", "min", "max", "avg":
		default:
			return nil, &fault.ValueError{Code: fault.ValueUnsupportedOperator, Message: "is count, sum, min, max or avg",
				Details: map[string]any{"path": at + ".op"}}
		}
		if m["field"] == nil && op == "count" {
			out = append(out, measure{name: name, op: op})
			continue
		}
		if splitPath(field) == nil {
			return nil, invalid("no path of up to 8 names", at+".field")
		}
		out = append(out, measure{name, op, field})
	}
	return out, nil
}

// groups gathers rows. It keeps the first groups in their order, twice as many as are asked for at most: what lies behind those is not
// asked for, whatever else comes.
type groups struct {
	by       []string
	measures []measure
	need     int // one more than is asked for tells whether others follow
	most     int // bytes of values that may be held
	held     int
	at       map[string]*group
	last     []any // nil until groups were dropped; none behind it is kept
}

func (g *groups) add(r *record) {
	values := make([]any, len(g.by))
	for i, path := range g.by {
		v, there := r.at(path)
		if !there {
			v = missing{}
		}
		values[i] = v
	}
	if g.last != nil && compareValues(values, g.last) > 0 {
		return
	}
	of := g.group(values)
	for i := range g.measures {
		g.measure(&of.tally[i], &g.measures[i], r)
	}
}

// group answers the group of these values, which it makes if it is the first.
func (g *groups) group(values []any) *group {
	var key []byte
	for _, v := range values {
		if _, none := v.(missing); none {
			key = append(key, '-', ',')
			continue
		}
		key = append(canonical.Append(key, v), ',')
	}
	if of := g.at[string(key)]; of != nil {
		return of
	}
	if len(g.at) >= 2*g.need {
		g.drop()
	}
	of := &group{values: make([]any, len(values)), tally: make([]tally, len(g.measures))}
	for i, v := range values {
		of.values[i] = detached(v)
	}
	g.held += len(key)
	g.at[string(key)] = of
	return of
}

func (g *groups) drop() {
	sorted := g.sorted()
	g.last = sorted[g.need-1].values
	for key, of := range g.at {
		if compareValues(of.values, g.last) > 0 {
			delete(g.at, key)
			g.held -= len(key)
		}
	}
}

func (g *groups) sorted() []*group {
	out := make([]*group, 0, len(g.at))
	for _, of := range g.at {
		out = append(out, of)
	}
	slices.SortFunc(out, func(a, b *group) int { return compareValues(a.values, b.values) })
	return out
}

func compareValues(a, b []any) int {
	for i := range a {
		if c := compareMissing(a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// measure counts one document. Of what a field holds, null and lists and objects count as nothing; sums and means take numbers alone.
func (g *groups) measure(t *tally, m *measure, r *record) {
	if m.field == "" {
		t.count++
		return
	}
	v, _ := r.at(m.field)
	switch v.(type) {
	case nil, []any, map[string]any:
		return
	}
	switch m.op {
	case "min", "max":
		if c := canonical.Compare(v, t.best); t.best == nil || m.op == "min" && c < 0 || m.op == "max" && c > 0 {
			g.held += sizeOf(v) - sizeOf(t.best)
			t.best = detached(v)
		}
	case "sum", "avg":
		n := new(big.Float).SetPrec(exactBits)
		switch v := v.(type) {
		case int64:
			n.SetInt64(v)
		case float64:
			n.SetFloat64(v)
			t.real = true
		default:
			return
		}
		if t.sum == nil {
			t.sum = new(big.Float).SetPrec(exactBits)
		}
		t.sum.Add(t.sum, n)
	}
	t.count++
}

func sizeOf(v any) int {
	s, _ := v.(string)
	return len(s)
}

// result answers the figure: a sum is exact until it is rounded once.
func (t *tally) result(op string) (any, error) {
	switch {
	case op == "count":
		return t.count, nil
	case op == "min" || op == "max":
		return t.best, nil
	case t.sum == nil && op == "sum":
		return int64(0), nil
	case t.sum == nil:
		return nil, nil
	case op == "sum" && !t.real:
		n, exact := t.sum.Int64()
		if exact != big.Exact {
			return nil, fault.Valuef(fault.ValueLimitExceeded, "a sum of integers does not fit 64 bits")
		}
		return n, nil
	}
	exact, _ := t.sum.Rat(nil)
	if op == "avg" {
		exact.Quo(exact, new(big.Rat).SetInt64(t.count))
	}
	v, _ := exact.Float64()
	if out, ok := canonical.Of(v); ok {
		return out, nil
	}
	return nil, fault.Valuef(fault.ValueLimitExceeded, "a sum is past the largest number")
}

func (g *groups) answer(limit int) ([]byte, error) {
	sorted := g.sorted()
	more := len(sorted) > limit
	rows := []any{}
	for _, of := range sorted[:min(limit, len(sorted))] {
		named, figures := map[string]any{}, map[string]any{}
		for i, path := range g.by {
			if _, none := of.values[i].(missing); !none {
				named[path] = of.values[i]
			}
		}
		for i := range g.measures {
			v, err := of.tally[i].result(g.measures[i].op)
			if err != nil {
				return nil, err
			}
			figures[g.measures[i].name] = v
		}
		rows = append(rows, map[string]any{"group": named, "measures": figures})
	}
	return encode(map[string]any{"rows": rows, "more": more}), nil
}
