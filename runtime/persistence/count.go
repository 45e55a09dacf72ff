package persistence

import "context"

const (
	capDefault = 10_000
	capMax     = 100_000
)

// count answers {"count", "capped"}. Where ranges of keys alone decide what matches, the store counts; else rows are examined.
func (s *Session) count(ctx context.Context, request map[string]any) ([]byte, error) {
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
	most, err := integer(request, "cap", "$", capMax, capDefault)
	if err != nil {
		return nil, err
	}
	p := makePlan(t, f, nil)
	var n int64
	if p.whole && !p.hasID {
		for i := 0; i < len(p.ranges) && n <= most && err == nil; i++ {
			var some int64
			p.rng.Equal, p.rng.Limit = p.ranges[i], int(most-n)+1
			some, err = s.tx.tx.Count(ctx, t.stored, rows, &p.rng)
			n += some
		}
	} else {
		err = s.examine(ctx, t, rows, p, f, nil, s.opts.AggregateBudget, func(*record) bool {
			n++
			return n <= most
		})
	}
	if err != nil {
		return nil, err
	}
	return encode(map[string]any{"count": min(n, most), "capped": n > most}), nil
}
