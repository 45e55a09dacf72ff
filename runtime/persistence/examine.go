package persistence

import (
	"context"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// examine hands the documents that match to take, in the order of the plan, until take answers false. Every row that is read
// counts against the budget, whether it matches or not. take may run no statement.
func (s *Session) examine(ctx context.Context, t *target, rows driver.Scope, p *plan, f *filter, after *position, budget int,
	take func(*record) bool) error {
	if p.hasID {
		r, err := s.byID(ctx, t, rows, p.id)
		if err == nil && r != nil && after == nil && f.matches(r) {
			take(r)
		}
		return err
	}
	rng, ranges := p.rng, p.ranges
	if after != nil {
		left, err := p.behind(after)
		if err != nil {
			return err
		}
		ranges, rng.After = left, &driver.Position{Values: after.keys, ID: after.id}
	}
	examined, done := 0, false
	for i := 0; i < len(ranges) && !done; i++ {
		rng.Equal, rng.Limit = ranges[i], budget-examined+1
		err := s.tx.tx.Scan(ctx, t.stored, rows, &rng, func(d *driver.Document) (bool, error) {
			if examined++; examined > budget {
				return false, scanBudget(examined, budget, p)
			}
			r, err := readRecord(d)
			if err != nil {
				return false, err
			}
			done = f.matches(r) && !take(r)
			return !done, nil
		})
		if err != nil {
			return err
		}
		rng.After = nil
	}
	return nil
}

func scanBudget(examined, budget int, p *plan) error {
	var name any
	if p.index != nil {
		name = p.index.Name
	}
	return &fault.ValueError{Code: fault.ValueScanBudgetExceeded, Message: "too many rows would have to be looked at; add an index",
		Details: map[string]any{"examined": int64(examined), "budget": int64(budget), "index": name}}
}
