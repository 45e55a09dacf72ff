package persistence

import (
	"context"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

const (
	pageDefault = 50
	pageMax     = 100
	sortMax     = 4
	pageBytes   = 1 << 20 // a page ends early where it would be longer
)

// query answers {"docs", "next_cursor"}.
func (s *Session) query(ctx context.Context, request map[string]any) ([]byte, error) {
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
	limit, err := integer(request, "limit", "$", pageMax, pageDefault)
	if err != nil {
		return nil, err
	}
	fields, err := paths(request)
	if err != nil {
		return nil, err
	}
	p := makePlan(t, f, sort)
	bound := s.cursorBound(t, rows, request, p)
	after, err := s.tx.store.seal.open(request["cursor"], bound)
	if err != nil {
		return nil, err
	}
	page := &page{limit: int(limit), fields: fields}
	if p.inOrder {
		err = s.examine(ctx, t, rows, p, f, after, s.opts.ScanBudget, page.take)
	} else {
		err = s.sorted(ctx, t, rows, p, f, after, page)
	}
	if err != nil {
		return nil, err
	}
	var cursor any
	if page.more {
		at, err := p.position(t, page.last)
		if err != nil {
			return nil, err
		}
		cursor = s.tx.store.seal.close(at, bound)
	}
	answer := append([]byte(`{"docs":[`), page.docs...)
	answer = append(answer, `],"next_cursor":`...)
	return append(canonical.Append(answer, cursor), '}'), nil
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

// page gathers the documents of one page, as they are shown.
type page struct {
	limit  int
	fields []string
	docs   []byte
	count  int
	last   *record
	more   bool // others follow
}

// take adds a document, and answers false when the page is full: it knows then that others follow.
func (p *page) take(r *record) bool {
	if p.count == p.limit {
		p.more = true
		return false
	}
	before := len(p.docs)
	if p.count > 0 {
		p.docs = append(p.docs, ',')
	}
	p.docs = canonical.Append(p.docs, r.shown(p.fields))
	if len(p.docs) > pageBytes && p.count > 0 {
		p.docs, p.more = p.docs[:before], true
		return false
	}
	p.count++
	p.last = r
	return true
}

// byIDs takes documents by their ids, in order, while the page has room.
func (s *Session) byIDs(ctx context.Context, t *target, rows driver.Scope, ids []string, page *page) error {
	for _, id := range ids {
		r, err := s.byID(ctx, t, rows, id)
		if err != nil {
			return err
		}
		if r != nil && !page.take(r) {
			return nil
		}
	}
	return nil
}
