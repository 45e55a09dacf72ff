package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Begin opens a transaction: a snapshot on a reader, or the writer at once. Who waits too long gets driver.ErrBusy.
func (db *DB) Begin(ctx context.Context, mode driver.Mode, whose driver.Whose) (driver.Tx, error) {
	from, wait, begin := db.readers, db.opts.ReaderWait, "BEGIN DEFERRED"
	if mode != driver.ReadOnly {
		from, wait, begin = db.writer, db.opts.WriterWait, "BEGIN IMMEDIATE"
	}
	c, err := from.take(ctx, whose.App+"\x00"+whose.Tenant, wait)
	if err != nil {
		return nil, err
	}
	t := &tx{db: db, home: from, conn: c}
	// Neither is given up half-way: the connection would come back within a transaction.
	whole := context.WithoutCancel(ctx)
	if err = c.ready(whole, db.pool); err == nil {
		_, err = t.Exec(whole, begin)
	}
	if err != nil {
		t.end(false)
		return nil, translate(err)
	}
	return t, nil
}

// tx is a transaction on one connection, which goes home when it ends.
type tx struct {
	db    *DB
	home  *queue
	conn  *conn
	depth int // open savepoints
	open  []*rows
	ended bool
}

func (t *tx) SQL() driver.SQL { return t }

// Turn does nothing: who writes holds the writer from the beginning.
func (t *tx) Turn(context.Context) error {
	if t.home != t.db.writer {
		return errReads
	}
	return nil
}

var errReads = errors.New("the transaction only reads")

func (t *tx) Batch(ctx context.Context, statements []driver.Statement) error {
	for i := range statements {
		s := &statements[i]
		rows, err := t.Exec(ctx, s.Query, s.Args...)
		if err != nil {
			return err
		}
		if s.Changes > 0 && rows != s.Changes {
			return driver.ErrChanges
		}
	}
	return nil
}

func (t *tx) Commit(ctx context.Context) error {
	if t.ended {
		return sql.ErrTxDone
	}
	t.closeRows()
	// A commit is not given up half-way: whether it happened would be unknown.
	if _, err := t.Exec(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return err
	}
	if t.home == t.db.writer {
		t.db.checkpoint(t.conn)
	}
	t.end(true)
	return nil
}

func (t *tx) Rollback() {
	if t.ended {
		return
	}
	t.closeRows()
	// It fails where SQLite has rolled back by itself, or cannot any more; then the connection is opened anew.
	_, err := t.Exec(context.Background(), "ROLLBACK")
	t.end(err == nil)
}

// closeRows ends results that were left open: none may outlive the transaction.
func (t *tx) closeRows() {
	for len(t.open) > 0 {
		_ = t.open[len(t.open)-1].Close() // what was read is not used any more
	}
}

func (t *tx) end(sound bool) {
	t.ended = true
	if !sound {
		t.conn.discard()
	}
	if !t.home.give(t.conn) {
		t.conn.discard()
	}
}

func (t *tx) Savepoint(ctx context.Context) error {
	t.depth++
	_, err := t.Exec(ctx, fmt.Sprintf("SAVEPOINT s%d", t.depth))
	return err
}

func (t *tx) Release(ctx context.Context, undo bool) error {
	name := fmt.Sprintf("s%d", t.depth)
	t.depth--
	if undo {
		if _, err := t.Exec(ctx, "ROLLBACK TO "+name); err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, "RELEASE "+name)
	return err
}

// statement prepares a query for this transaction; after its end another may hold the connection.
func (t *tx) statement(ctx context.Context, query string) (*statement, error) {
	if t.ended {
		return nil, sql.ErrTxDone
	}
	return t.conn.statement(ctx, query)
}

func (t *tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := t.statement(ctx, query)
	if err != nil {
		return 0, translate(err)
	}
	res, err := s.ExecContext(ctx, args...)
	s.done()
	if err != nil {
		return 0, translate(err)
	}
	return res.RowsAffected()
}

func (t *tx) Query(ctx context.Context, query string, args ...any) (driver.Rows, error) {
	r, err := t.query(ctx, query, args)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (t *tx) query(ctx context.Context, query string, args []any) (*rows, error) {
	s, err := t.statement(ctx, query)
	if err != nil {
		return nil, translate(err)
	}
	found, err := s.QueryContext(ctx, args...)
	if err != nil {
		s.done()
		return nil, translate(err)
	}
	s.open = true
	r := &rows{Rows: found, of: s, tx: t}
	t.open = append(t.open, r)
	return r, nil
}

func (t *tx) QueryRow(ctx context.Context, query string, args ...any) driver.Row {
	r, err := t.query(ctx, query, args)
	return row{r, err}
}

// rows is an open result.
type rows struct {
	*sql.Rows
	of *statement
	tx *tx
}

func (r *rows) Scan(dest ...any) error { return translate(r.Rows.Scan(dest...)) }
func (r *rows) Err() error             { return translate(r.Rows.Err()) }

// Close ends the result; its statement may run again.
func (r *rows) Close() error {
	if r.of == nil {
		return nil
	}
	err := translate(r.Rows.Close())
	r.of.done()
	r.of = nil
	r.tx.open = slices.DeleteFunc(r.tx.open, func(x *rows) bool { return x == r })
	return err
}

type row struct {
	rows *rows
	err  error
}

func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	err := driver.ErrNoRows
	if r.rows.Next() {
		err = r.rows.Scan(dest...)
	} else if failed := r.rows.Err(); failed != nil {
		err = failed
	}
	if end := r.rows.Close(); err == nil {
		err = end
	}
	return err
}
