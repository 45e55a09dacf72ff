package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Begin opens a transaction. One that may write takes its connection when it first needs one. Who waits too long gets driver.ErrBusy.
func (db *DB) Begin(ctx context.Context, mode driver.Mode, whose driver.Whose) (driver.Tx, error) {
	t := &tx{db: db, mode: mode, line: lineOf(whose.App, whose.Tenant), shared: lineOf(whose.App, shared)}
	var err error
	switch mode {
	case driver.ReadOnly:
		err = t.read(ctx)
	case driver.ReadWrite:
		err = t.write(ctx)
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// shared stands in the tenant column of rows that belong to no tenant.
const shared = "*"

// lineOf names who waits, and whose commits are told apart.
func lineOf(app, tenant string) string { return app + "\x00" + tenant }

// tx is a transaction on one connection, which goes home when it ends.
type tx struct {
	db     *DB
	mode   driver.Mode
	line   string // of app and tenant
	shared string // of what all tenants of the app share
	conn   *conn  // nil before it is needed
	writes bool   // the connection is the writer
	depth  int    // open savepoints
	open   []*rows
	ended  bool

	snapshot                 uint64 // when the snapshot of an optimistic transaction began
	readsShared, wroteShared bool   // what all tenants share
}

// read takes a reader and its snapshot.
func (t *tx) read(ctx context.Context) error {
	c, err := t.db.readers.take(ctx, t.line, t.db.opts.ReaderWait)
	if err != nil {
		return err
	}
	t.conn = c
	// Neither is given up half-way: the connection would come back within a transaction.
	whole := context.WithoutCancel(ctx)
	if err = c.ready(whole, t.db.pool); err == nil {
		err = c.run(whole, "BEGIN DEFERRED")
	}
	if err == nil && t.mode == driver.Optimistic {
		err = c.run(whole, "SELECT 1 FROM sqlite_schema") // the snapshot begins with the first read
	}
	if err != nil {
		t.release(false)
		return translate(err)
	}
	return nil
}

// write takes the writer, as a member of the group that is open on it or of a new one.
func (t *tx) write(ctx context.Context) error {
	c, err := t.db.writer.take(ctx, t.line, t.db.opts.WriterWait)
	if err != nil {
		return err
	}
	t.conn, t.writes = c, true
	whole := context.WithoutCancel(ctx)
	if err = c.ready(whole, t.db.pool); err == nil {
		err = c.beginGroup(whole)
	}
	if err == nil {
		err = c.run(whole, "SAVEPOINT member")
	}
	if err != nil {
		err = translate(err)
		t.ended = true
		t.db.failGroup(c, err)
		t.db.pass(c)
		return err
	}
	return nil
}

// ready takes the connection of an optimistic transaction that reads before it writes. Where others of its tenant are about to commit, or
// wait to, a snapshot would be old before it is used: the turn comes first.
func (t *tx) ready(ctx context.Context) error {
	switch {
	case t.ended:
		return sql.ErrTxDone
	case t.conn != nil:
		return nil
	}
	number, current := t.db.turns.snapshot(t.line, t.shared)
	if !current || t.db.writer.crowded(t.line) {
		return t.write(ctx)
	}
	t.snapshot = number
	return t.read(ctx)
}

// Turn makes the transaction one that writes.
func (t *tx) Turn(ctx context.Context) error {
	switch {
	case t.ended:
		return sql.ErrTxDone
	case t.mode == driver.ReadOnly:
		return errReads
	case t.writes:
		return nil
	case t.conn == nil:
		return t.write(ctx)
	}
	t.closeRows()
	err := t.conn.run(context.WithoutCancel(ctx), "ROLLBACK")
	t.release(err == nil)
	if err := t.write(ctx); err != nil {
		t.ended = true
		return err
	}
	if t.db.turns.since(t.line, t.snapshot) || t.readsShared && t.db.turns.since(t.shared, t.snapshot) {
		t.Rollback()
		return driver.ErrConflict
	}
	return nil
}

var errReads = errors.New("the transaction only reads")

func (t *tx) SQL() driver.SQL { return t }

// Commit answers when the transaction is on the disk, alone or with others that waited for the writer.
func (t *tx) Commit(ctx context.Context) error {
	if t.ended {
		return sql.ErrTxDone
	}
	if !t.writes {
		t.Rollback()
		return nil
	}
	t.closeRows()
	t.ended = true
	c := t.conn
	// A commit is not given up half-way: whether it happened would be unknown.
	if err := c.run(context.WithoutCancel(ctx), "RELEASE member"); err != nil {
		err = translate(err)
		t.db.failGroup(c, err)
		t.db.pass(c)
		return err
	}
	g := c.group
	g.members++
	if t.wroteShared {
		t.db.turns.release(t.line, t.shared)
	} else {
		t.db.turns.release(t.line)
	}
	t.db.pass(c)
	<-g.done
	return g.err
}

func (t *tx) Rollback() {
	if t.ended {
		return
	}
	t.closeRows()
	t.ended = true
	switch {
	case t.conn == nil:
	case t.writes:
		// It fails where SQLite has rolled back by itself, or cannot any more; then the connection is opened anew.
		err := t.conn.run(context.Background(), "ROLLBACK TO member")
		if err == nil {
			err = t.conn.run(context.Background(), "RELEASE member")
		}
		if err != nil {
			t.db.failGroup(t.conn, translate(err))
		}
		t.db.pass(t.conn)
	default:
		err := t.conn.run(context.Background(), "ROLLBACK")
		t.release(err == nil)
	}
}

// release brings a reader home.
func (t *tx) release(sound bool) {
	c := t.conn
	t.conn = nil
	if !sound {
		c.discard()
	}
	t.db.readers.back(c)
}

// closeRows ends results that were left open: none may outlive the transaction.
func (t *tx) closeRows() {
	for len(t.open) > 0 {
		_ = t.open[len(t.open)-1].Close() // what was read is not used any more
	}
}

func (t *tx) Later(ctx context.Context, statements []driver.Statement) error {
	for i := range statements {
		if _, err := t.Exec(ctx, statements[i].Query, statements[i].Args...); err != nil {
			return err
		}
	}
	return nil
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
	if err := t.ready(ctx); err != nil {
		return nil, err
	}
	return t.conn.statement(ctx, query)
}

func (t *tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := t.statement(ctx, query)
	if err != nil {
		return 0, translate(err)
	}
	if t.writes && t.conn.group.members > 0 {
		if err := ctx.Err(); err != nil {
			s.done()
			return 0, err
		}
		ctx = context.WithoutCancel(ctx) // SQLite undoes all of the group when a write is broken off
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
