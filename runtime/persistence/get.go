package persistence

import (
	"context"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

const idsMax = 100

// get answers {"doc"}, or {"docs"} where several ids are given; null stands for one that is not there.
func (s *Session) get(ctx context.Context, request map[string]any) ([]byte, error) {
	if err := only(request, "$", "collection", "id", "key", "ids", "fields"); err != nil {
		return nil, err
	}
	t, rows, err := s.open(request, "$")
	if err != nil {
		return nil, err
	}
	fields, err := paths(request)
	if err != nil {
		return nil, err
	}
	if ids, given := request["ids"]; given {
		return s.getMany(ctx, t, rows, ids, request, fields)
	}
	r, err := s.point(ctx, t, rows, request, "$")
	if err != nil {
		return nil, err
	}
	return append(appendShown([]byte(`{"doc":`), r, fields), '}'), nil
}

func appendShown(dst []byte, r *record, fields []string) []byte {
	if r == nil {
		return append(dst, "null"...)
	}
	return canonical.Append(dst, r.shown(fields))
}

func (s *Session) getMany(ctx context.Context, t *target, rows driver.Scope, ids any, request map[string]any, fields []string) ([]byte, error) {
	list, ok := ids.([]any)
	if !ok || request["id"] != nil || request["key"] != nil {
		return nil, invalid("one of id, key and a list ids", "$.ids")
	}
	if len(list) > idsMax {
		return nil, limitExceeded("takes up to 100 ids", "$.ids")
	}
	answer := []byte(`{"docs":[`)
	for i, x := range list {
		id, ok := x.(string)
		if !ok {
			return nil, invalid("an id is a text", "$.ids")
		}
		r, err := s.byID(ctx, t, rows, id)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			answer = append(answer, ',')
		}
		answer = appendShown(answer, r, fields)
		if err := s.fits(len(answer)); err != nil {
			return nil, err
		}
	}
	return append(answer, "]}"...), nil
}

// point finds the one document that `id` or `key` names; nil if there is none.
func (s *Session) point(ctx context.Context, t *target, rows driver.Scope, request map[string]any, at string) (*record, error) {
	id, byID := request["id"]
	key, byKey := request["key"]
	if byID == byKey {
		return nil, invalid("one of id and key", at)
	}
	if byID {
		text, ok := id.(string)
		if !ok {
			return nil, invalid("an id is a text", at+".id")
		}
		return s.byID(ctx, t, rows, text)
	}
	object, ok := key.(map[string]any)
	if !ok {
		return nil, invalid("a key is an object", at+".key")
	}
	return s.byKey(ctx, t, rows, object, at)
}

func (s *Session) byID(ctx context.Context, t *target, rows driver.Scope, id string) (*record, error) {
	if strings.IndexByte(id, 0) >= 0 {
		return nil, nil // no document has such an id, and not every store could look for it
	}
	d, err := s.tx.tx.Get(ctx, t.stored, rows, id)
	if err != nil || d == nil {
		return nil, err
	}
	return readRecord(d)
}

// byKey finds a document by the parts of a unique index, compared as a filter would: null stands for null and missing, and a
// part that folds finds other cases. Several can match only where a part is null; then it is the first.
func (s *Session) byKey(ctx context.Context, t *target, rows driver.Scope, key map[string]any, at string) (found *record, err error) {
	x := indexByKey(t.Collection, key)
	if x == nil {
		return nil, invalid("a key has exactly the parts of one unique index", at+".key")
	}
	p := &filterParser{c: t.Collection, scope: &s.scope}
	all := &filter{op: "and"}
	for _, part := range x.Parts {
		f := &filter{op: "$eq", path: part.Field, value: p.normal(part.Field, key[part.Field])}
		switch text, isText := f.value.(string); {
		case f.value != nil && !ordinary(f.value):
			return nil, invalid("a part of a key is a scalar", at+".key."+part.Field)
		case part.Fold && isText:
			f.op, f.value = "$eqFold", foldText(text)
		}
		all.subs = append(all.subs, p.settled(f))
	}
	err = s.examine(ctx, t, rows, makePlan(t, all, nil), all, nil, s.opts.ScanBudget, func(r *record) bool {
		found = r
		return false
	})
	return found, err
}

// indexByKey finds the unique index whose parts are exactly the names of a request's key.
func indexByKey(c *data.Collection, key map[string]any) *data.Index {
	for i := range c.Indexes {
		x := &c.Indexes[i]
		if !x.Unique || len(x.Parts) != len(key) {
			continue
		}
		if !slices.ContainsFunc(x.Parts, func(p data.Part) bool { _, there := key[p.Field]; return !there }) {
			return x
		}
	}
	return nil
}
