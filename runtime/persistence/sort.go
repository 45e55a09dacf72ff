package persistence

import (
	"context"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// entry is what a document is ordered by in memory. It keeps nothing else of the document, which may be large.
type entry struct {
	values []any
	id     string
}

// sorted reads the whole range and puts the page behind a position in order. Of what it reads it keeps no more than the page
// needs.
func (s *Session) sorted(ctx context.Context, t *target, rows driver.Scope, p *plan, f *filter, after *position, page *page) error {
	if after != nil && len(after.values) != len(p.sort) {
		return cursorInvalid()
	}
	compare := func(a, b entry) int { return p.compare(a.values, a.id, b.values, b.id) }
	var best []entry
	need := page.limit + 1 // one more tells whether others follow
	err := s.examine(ctx, t, rows, p, f, nil, s.opts.ScanBudget, func(r *record) bool {
		values := p.values(r)
		if after != nil && p.compare(values, r.id, after.values, after.id) <= 0 {
			return true
		}
		if best = append(best, entry{values, r.id}); len(best) == 2*need {
			slices.SortFunc(best, compare)
			clear(best[need:])
			best = best[:need]
		}
		for i := range values {
			values[i] = detached(values[i])
		}
		return true
	})
	if err != nil {
		return err
	}
	slices.SortFunc(best, compare)
	ids := make([]string, min(len(best), need))
	for i := range ids {
		ids[i] = best[i].id
	}
	return s.byIDs(ctx, t, rows, ids, page)
}

// detached answers a value that holds no part of the text that it was read from.
func detached(v any) any {
	switch v := v.(type) {
	case string:
		return strings.Clone(v)
	case []any, map[string]any:
		if own, err := canonical.Parse(canonical.Append(nil, v)); err == nil {
			return own
		}
	}
	return v
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
	c := strings.Compare(aID, bID)
	if p.idDesc {
		c = -c
	}
	return c
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
