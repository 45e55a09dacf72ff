package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
)

// present is what the condition of a sparse index says of each column.
const present = ` <> '\x05'::bytea`

var dialect = &rowsql.Dialect{Present: present, Conflict: " ON CONFLICT DO NOTHING"}

func (t *tx) Get(ctx context.Context, c *driver.Collection, s driver.Scope, id string) (*driver.Document, error) {
	t.share(s, false)
	st := dialect.Get(c, s, id)
	d := &driver.Document{}
	err := t.QueryRow(ctx, st.Query, st.Args...).Scan(&d.ID, &d.Rev, &d.Created, &d.Updated, &d.Doc)
	if errors.Is(err, driver.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (t *tx) Scan(ctx context.Context, c *driver.Collection, s driver.Scope, r *driver.Range, each func(*driver.Document) (bool, error)) error {
	t.share(s, false)
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

// scan hands rows on as they come and answers how many.
func (t *tx) scan(ctx context.Context, st rowsql.Statement, each func(*driver.Document) (bool, error)) (n int, err error) {
	var refused error // by whom the rows are handed to: nothing is wrong with the transaction
	err = t.send(ctx, translate(st.Query), st.Args, func(b pgx.BatchResults) error {
		found, err := b.Query()
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			d := &driver.Document{}
			if err := found.Scan(&d.ID, &d.Rev, &d.Created, &d.Updated, &d.Doc); err != nil {
				return err
			}
			n++
			var more bool
			if more, refused = each(d); refused != nil || !more {
				return nil
			}
		}
		return found.Err()
	})
	if refused != nil {
		return n, refused
	}
	return n, err
}

func (t *tx) Count(ctx context.Context, c *driver.Collection, s driver.Scope, r *driver.Range) (n int64, err error) {
	t.share(s, false)
	st := dialect.Count(c, s, r)
	err = t.QueryRow(ctx, st.Query, st.Args...).Scan(&n)
	return n, err
}

// Insert passes over a row whose key is taken, so that the transaction goes on.
func (t *tx) Insert(ctx context.Context, c *driver.Collection, s driver.Scope, d *driver.Document) error {
	t.share(s, true)
	st := dialect.Insert(c, s, d)
	n, err := t.Exec(ctx, st.Query, st.Args...)
	if err == nil && n == 0 {
		err = driver.ErrUnique
	}
	return err
}

// Update is a savepoint of its own where a unique index may refuse it.
func (t *tx) Update(ctx context.Context, c *driver.Collection, s driver.Scope, d *driver.Document) error {
	t.share(s, true)
	st := dialect.Update(c, s, d)
	guarded := false
	for i := range c.Indexes {
		guarded = guarded || c.Indexes[i].Unique
	}
	if !guarded {
		_, err := t.Exec(ctx, st.Query, st.Args...)
		return err
	}
	if err := t.Savepoint(ctx); err != nil {
		return err
	}
	_, err := t.Exec(ctx, st.Query, st.Args...)
	if end := t.Release(ctx, err != nil); err == nil {
		err = end
	}
	return err
}

func (t *tx) Delete(ctx context.Context, c *driver.Collection, s driver.Scope, id string) error {
	t.share(s, true)
	st := dialect.Delete(c, s, id)
	_, err := t.Exec(ctx, st.Query, st.Args...)
	return err
}
