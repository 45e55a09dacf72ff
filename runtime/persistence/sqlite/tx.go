package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Begin opens a transaction: a snapshot on a reader, or the writer at once. Who waits too long gets driver.ErrBusy.
func (db *DB) Begin(ctx context.Context, mode driver.Mode) (driver.Tx, error) {
	from, wait, begin := db.readers, db.opts.ReaderWait, "BEGIN DEFERRED"
	if mode == driver.ReadWrite {
		from, wait, begin = db.writer, db.opts.WriterWait, "BEGIN IMMEDIATE"
	}
	c, err := acquire(ctx, from, wait)
	if err != nil {
		return nil, err
	}
	t := &tx{home: from, conn: c}
	if _, err := t.Exec(ctx, begin); err != nil {
		from <- c
		return nil, err
	}
	return t, nil
}

func acquire(ctx context.Context, from chan *conn, wait time.Duration) (*conn, error) {
	select {
	case c := <-from:
		return c, nil
	default:
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case c := <-from:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, driver.ErrBusy
	}
}

// tx is a transaction on one connection, which goes home when it ends.
type tx struct {
	home  chan *conn
	conn  *conn
	depth int // open savepoints
	ended bool
}

func (t *tx) SQL() driver.SQL { return t }

func (t *tx) Commit(ctx context.Context) error {
	if t.ended {
		return sql.ErrTxDone
	}
	// A commit is not given up half-way: whether it happened would be unknown.
	if _, err := t.Exec(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return err
	}
	t.end()
	return nil
}

func (t *tx) Rollback() {
	if t.ended {
		return
	}
	// SQLite may have rolled back by itself, which makes this fail without harm.
	_, _ = t.Exec(context.Background(), "ROLLBACK")
	t.end()
}

func (t *tx) end() {
	t.ended = true
	t.home <- t.conn
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

func (t *tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := t.conn.statement(ctx, query)
	if err != nil {
		return 0, translate(err)
	}
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, translate(err)
	}
	return res.RowsAffected()
}

func (t *tx) Query(ctx context.Context, query string, args ...any) (driver.Rows, error) {
	s, err := t.conn.statement(ctx, query)
	if err != nil {
		return nil, translate(err)
	}
	r, err := s.QueryContext(ctx, args...)
	if err != nil {
		return nil, translate(err)
	}
	return rows{r}, nil
}

func (t *tx) QueryRow(ctx context.Context, query string, args ...any) driver.Row {
	s, err := t.conn.statement(ctx, query)
	if err != nil {
		return row{err: translate(err)}
	}
	return row{row: s.QueryRowContext(ctx, args...)}
}

type rows struct{ *sql.Rows }

func (r rows) Scan(dest ...any) error { return translate(r.Rows.Scan(dest...)) }
func (r rows) Err() error             { return translate(r.Rows.Err()) }

type row struct {
	row *sql.Row
	err error
}

func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	return translate(r.row.Scan(dest...))
}
