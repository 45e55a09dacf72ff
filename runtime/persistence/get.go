package persistence

import (
	"context"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

const idsMax = 100

func (s *Session) get(ctx context.Context, request map[string]any) (any, error) {
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
	return map[string]any{"doc": shownOrNull(r, fields)}, nil
}

func shownOrNull(r *record, fields []string) any {
	if r == nil {
		return nil
	}
	return r.shown(fields)
}

func (s *Session) getMany(ctx context.Context, t *target, rows driver.Scope, ids any, request map[string]any, fields []string) (any, error) {
	list, ok := ids.([]any)
	if !ok || request["id"] != nil || request["key"] != nil {
		return nil, invalid("one of id, key and a list ids", "$.ids")
	}
	if len(list) > idsMax {
		return nil, limitExceeded("takes up to 100 ids", "$.ids")
	}
	docs := make([]any, len(list))
	for i, x := range list {
		id, ok := x.(string)
		if !ok {
			return nil, invalid("an id is a text", "$.ids")
		}
		r, err := s.byID(ctx, t, rows, id)
		if err != nil {
			return nil, err
		}
		docs[i] = shownOrNull(r, fields)
	}
	return map[string]any{"docs": docs}, nil
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
	d, err := s.tx.tx.Get(ctx, t.stored, rows, id)
	if err != nil || d == nil {
		return nil, err
	}
	return readRecord(d)
}

func (s *Session) byKey(ctx context.Context, t *target, rows driver.Scope, key map[string]any, at string) (*record, error) {
	x := indexByKey(t.Collection, key)
	if x == nil {
		return nil, invalid("a key has exactly the parts of one unique index", at+".key")
	}
	rng, ok, err := keyRange(t, x, key, at)
	if err != nil || !ok {
		return nil, err
	}
	found, err := s.tx.tx.Scan(ctx, t.stored, rows, rng)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return readRecord(&found[0])
}

// keyRange is the range of one row of a unique index; false where no row can have such a key.
func keyRange(t *target, x *data.Index, key map[string]any, at string) (*driver.Range, bool, error) {
	rng := &driver.Range{Limit: 1}
	p := &filterParser{c: t.Collection}
	for _, part := range x.Parts {
		v := p.normal(part.Field, key[part.Field])
		k := driver.Key{Field: part.Field, Fold: part.Fold}
		value, err := keyValue(k, v, true)
		if err == errKeyNotScalar { //nolint:errorlint // a sentinel of this package
			return nil, false, invalid("a part of a key is a scalar", at+".key."+part.Field)
		}
		if err != nil {
			return nil, false, nil //nolint:nilerr // too long for any row
		}
		rng.Equal = append(rng.Equal, driver.Bound{Key: keyColumn(t, k), Value: value})
	}
	return rng, true, nil
}

func keyColumn(t *target, k driver.Key) int {
	for i, have := range t.stored.Keys {
		if have == k {
			return i
		}
	}
	panic("persistence: an index without its key column") // Ensure makes one for each part
}
