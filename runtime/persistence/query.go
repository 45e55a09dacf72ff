package persistence

import (
	"context"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

const (
	pageDefault = 50
	pageMax     = 100
	sortMax     = 4
	scanBatch   = 200 // rows read from the driver at a time
)

func (s *Session) query(ctx context.Context, request map[string]any) (any, error) {
	if err := only(request, "$", "collection", "filter", "sort", "limit", "cursor", "fields"); err != nil {
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
	sort, err := parseSort(request["sort"])
	if err != nil {
		return nil, err
	}
	limit, err := integer(request, "limit", "$", 1, pageMax, pageDefault)
	if err != nil {
		return nil, err
	}
	fields, err := paths(request)
	if err != nil {
		return nil, err
	}
	p := makePlan(t, f, sort)
	bound := s.cursorBound(t, rows, request, p)
	after, err := s.openCursor(request["cursor"], bound)
	if err != nil {
		return nil, err
	}
	found, more, err := s.page(ctx, t, rows, p, f, after, int(limit), fields)
	if err != nil {
		return nil, err
	}
	docs := make([]any, len(found))
	for i, r := range found {
		docs[i] = r.shown(fields)
	}
	answer := map[string]any{"docs": docs, "next_cursor": nil}
	if more {
		answer["next_cursor"] = s.sealCursor(p.position(t, found[len(found)-1]), bound)
	}
	return answer, nil
}

func parseSort(v any) ([]sortPart, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, invalid("must be a list of [path, 1 or -1]", "$.sort")
	}
	if len(list) > sortMax {
		return nil, limitExceeded("takes up to 4 parts", "$.sort")
	}
	var out []sortPart
	for _, x := range list {
		pair, ok := x.([]any)
		if !ok || len(pair) != 2 {
			return nil, invalid("must be a list of [path, 1 or -1]", "$.sort")
		}
		path, _ := pair[0].(string)
		direction, _ := pair[1].(int64)
		if splitPath(path) == nil || direction != 1 && direction != -1 {
			return nil, invalid("must be a list of [path, 1 or -1]", "$.sort")
		}
		out = append(out, sortPart{path: path, desc: direction == -1})
	}
	return out, nil
}

// page reads the documents of one page, and tells whether others follow.
func (s *Session) page(ctx context.Context, t *target, rows driver.Scope, p *plan, f *filter, after *position, limit int,
	fields []string) ([]*record, bool, error) {
	var found []*record
	take := func(r *record) bool {
		found = append(found, r)
		return len(found) <= limit
	}
	var err error
	if p.inOrder || p.hasID {
		err = s.examine(ctx, t, rows, p, f, after, s.opts.ScanBudget, take)
	} else {
		found, err = s.sorted(ctx, t, rows, p, f, after, limit)
	}
	if err != nil {
		return nil, false, err
	}
	more := len(found) > limit
	found = found[:min(len(found), limit)]
	size := 0
	for i, r := range found {
		size += len(canonical.Append(nil, r.shown(fields)))
		if size > pageBytes && i > 0 {
			return found[:i], true, nil
		}
	}
	return found, more, nil
}

// examine hands the documents that match to take, in the order of the plan, until take says no more.
func (s *Session) examine(ctx context.Context, t *target, rows driver.Scope, p *plan, f *filter, after *position, budget int,
	take func(*record) bool) error {
	if p.hasID {
		r, err := s.byID(ctx, t, rows, p.id)
		if err == nil && r != nil && after == nil && f.matches(r) {
			take(r)
		}
		return err
	}
	rng := p.rng
	if after != nil {
		rng.After = after.driverPosition()
	}
	for examined := 0; ; {
		rng.Limit = min(scanBatch, budget-examined+1)
		batch, err := s.tx.tx.Scan(ctx, t.stored, rows, &rng)
		if err != nil {
			return err
		}
		var last *record
		for i := range batch {
			if examined++; examined > budget {
				return scanBudget(examined, budget, p)
			}
			r, err := readRecord(&batch[i])
			if err != nil {
				return err
			}
			if f.matches(r) && !take(r) {
				return nil
			}
			last = r
		}
		if len(batch) < rng.Limit {
			return nil
		}
		rng.After = p.position(t, last).driverPosition()
	}
}

func scanBudget(examined, budget int, p *plan) error {
	name := any(nil)
	if p.index != nil {
		name = p.index.Name
	}
	return &fault.ValueError{Code: fault.ValueScanBudgetExceeded, Message: "too many rows would have to be looked at; add an index",
		Details: map[string]any{"examined": int64(examined), "budget": int64(budget), "index": name}}
}

// sorted reads the whole range, orders it in memory and answers the page after a position, and one more if there is one.
func (s *Session) sorted(ctx context.Context, t *target, rows driver.Scope, p *plan, f *filter, after *position, limit int) ([]*record, error) {
	var all []*record
	err := s.examine(ctx, t, rows, p, f, nil, s.opts.ScanBudget, func(r *record) bool {
		all = append(all, r)
		return true
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b *record) int { return p.compare(p.values(a), a.id, p.values(b), b.id) })
	if after != nil {
		begin, _ := slices.BinarySearchFunc(all, after, func(r *record, at *position) int {
			if c := p.compare(p.values(r), r.id, at.values, at.id); c != 0 {
				return c
			}
			return -1 // the page begins behind the position
		})
		all = all[begin:]
	}
	return all[:min(len(all), limit+1)], nil
}

// values answers what a document is ordered by in memory.
func (p *plan) values(r *record) []any {
	out := make([]any, len(p.sort))
	for i, part := range p.sort {
		v, there := r.at(part.path)
		if !there {
			v = missing{}
		}
		out[i] = v
	}
	return out
}

// missing orders before null.
type missing struct{}

func (p *plan) compare(a []any, aID string, b []any, bID string) int {
	for i, part := range p.sort {
		c := compareMissing(a[i], b[i])
		if part.desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return strings.Compare(aID, bID)
}

func compareMissing(a, b any) int {
	_, noA := a.(missing)
	_, noB := b.(missing)
	switch {
	case noA && noB:
		return 0
	case noA:
		return -1
	case noB:
		return 1
	}
	return canonical.Compare(a, b)
}

func (s *Session) count(ctx context.Context, request map[string]any) (any, error) {
	if err := only(request, "$", "collection", "filter", "cap"); err != nil {
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
	most, err := integer(request, "cap", "$", 1, 100_000, 10_000)
	if err != nil {
		return nil, err
	}
	p := makePlan(t, f, nil)
	var n int64
	if p.complete && !p.hasID {
		p.rng.Limit = int(most) + 1
		n, err = s.tx.tx.Count(ctx, t.stored, rows, &p.rng)
	} else {
		err = s.examine(ctx, t, rows, p, f, nil, s.opts.AggregateBudget, func(*record) bool {
			n++
			return n <= most
		})
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"count": min(n, most), "capped": n > most}, nil
}
