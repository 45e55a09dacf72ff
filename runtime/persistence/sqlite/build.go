package sqlite

import (
	"context"
	"errors"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
)

// present is what the condition of a sparse index says of each column; SQLite uses the index only for a query that says it too.
const present = " <> x'05'"

var dialect = &rowsql.Dialect{Present: present}

func (t *tx) Get(ctx context.Context, c *driver.Collection, s driver.Scope, id string) (*driver.Document, error) {
	t.readsShared = t.readsShared || s.Tenant == shared
	st := dialect.Get(c, s, id)
	d := &driver.Document{}
	var doc string
	err := t.QueryRow(ctx, st.Query, st.Args...).Scan(&d.ID, &d.Rev, &d.Created, &d.Updated, &doc)
	if errors.Is(err, driver.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d.Doc = []byte(doc)
	return d, nil
}

func (t *tx) Scan(ctx context.Context, c *driver.Collection, s driver.Scope, r *driver.Range, each func(*driver.Document) (bool, error)) error {
	t.readsShared = t.readsShared || s.Tenant == shared
	left := r.Limit
	more := true
	for _, piece := range rowsql.Pieces(r) {
		if !more || left == 0 {
			return nil
		}
		n, err := t.scan(ctx, dialect.Select(c, s, &piece, left), func(d *driver.Document) (bool, error) {
			var err error
			more, err = each(d)
			return more, err
		})
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// scan hands rows on and answers how many.
func (t *tx) scan(ctx context.Context, st rowsql.Statement, each func(*driver.Document) (bool, error)) (n int, err error) {
	found, err := t.Query(ctx, st.Query, st.Args...)
	if err != nil {
		return 0, err
	}
	defer found.Close()
	for found.Next() {
		d := &driver.Document{}
		var doc string
		if err := found.Scan(&d.ID, &d.Rev, &d.Created, &d.Updated, &doc); err != nil {
			return n, err
		}
		d.Doc = []byte(doc)
		n++
		if more, err := each(d); err != nil || !more {
			return n, err
		}
	}
	return n, found.Err()
}

func (t *tx) Count(ctx context.Context, c *driver.Collection, s driver.Scope, r *driver.Range) (n int64, err error) {
	t.readsShared = t.readsShared || s.Tenant == shared
	st := dialect.Count(c, s, r)
	err = t.QueryRow(ctx, st.Query, st.Args...).Scan(&n)
	return n, err
}

func (t *tx) Insert(ctx context.Context, c *driver.Collection, s driver.Scope, d *driver.Document) error {
	if t.stale(c) {
		return driver.ErrStale
	}
	return t.change(ctx, s, dialect.Insert(c, s, d))
}

func (t *tx) Update(ctx context.Context, c *driver.Collection, s driver.Scope, d *driver.Document) error {
	if t.stale(c) {
		return driver.ErrStale
	}
	return t.change(ctx, s, dialect.Update(c, s, d))
}
