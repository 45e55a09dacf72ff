package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// shared stands in the tenant column of rows that belong to no tenant.
const shared = "*"

func lineOf(app, tenant string) string { return app + "\x00" + tenant }

// tx is a transaction. What it begins with, its turn and its savepoints are sent along with the next statement, in one round trip.
type tx struct {
	db      *DB
	mode    driver.Mode
	whose   driver.Whose
	conn    *pgxpool.Conn
	pending []pending
	turn    bool // it has its tenant's turn
	held    bool // and with it the place in this process
	sharing int  // 0: nothing of what all share, 1: read, 2: written
	depth   int
	open    *rows // the result that is being read
	broken  error // nothing can be done any more but to roll back
	sent    bool
	ended   bool
}

// pending is a statement that has not been sent. If it fails, so does the transaction.
type pending struct {
	query string
	args  []any
}

// Begin opens a transaction. Who must wait for the turn waits in this process before a connection is taken.
func (db *DB) Begin(ctx context.Context, mode driver.Mode, whose driver.Whose) (driver.Tx, error) {
	t := &tx{db: db, mode: mode, whose: whose}
	if mode == driver.ReadWrite {
		if err := db.turns.take(ctx, t.line(), db.opts.TurnWait); err != nil {
			return nil, err
		}
		t.held = true
	}
	wait, cancel := context.WithTimeout(ctx, db.opts.Wait)
	defer cancel()
	conn, err := db.pool.Acquire(wait)
	if err != nil {
		t.leave()
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			return nil, errors.Join(driver.ErrBusy, err)
		}
		return nil, translateError(err)
	}
	t.conn = conn
	isolation := map[driver.Mode]string{driver.ReadOnly: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", driver.ReadWrite: "BEGIN ISOLATION LEVEL READ COMMITTED",
		driver.Optimistic: "BEGIN ISOLATION LEVEL REPEATABLE READ"}[mode]
	t.later(isolation)
	t.later(`SELECT set_config('mozaiks.app', $1, true), set_config('mozaiks.tenant', $2, true), set_config('mozaiks.workspace', $3, true),
		set_config('mozaiks.user', $4, true), set_config('search_path', '', true), set_config('statement_timeout', $5, true),
		set_config('lock_timeout', $6, true), set_config('idle_in_transaction_session_timeout', '60000', true)`,
		whose.App, whose.Tenant, whose.Workspace, whose.User, strconv.FormatInt(db.opts.StatementTimeout.Milliseconds(), 10),
		strconv.FormatInt(db.opts.TurnWait.Milliseconds(), 10))
	if mode == driver.ReadWrite {
		t.takeTurn(t.whose.Tenant, "")
		t.turn = true
	}
	return t, nil
}

func (t *tx) line() string { return lineOf(t.whose.App, t.whose.Tenant) }

func (t *tx) later(query string, args ...any) { t.pending = append(t.pending, pending{query, args}) }

// takeTurn locks the row of a tenant and counts the commit. Where another has committed since the snapshot, that is a conflict.
func (t *tx) takeTurn(tenant, wait string) {
	line := lineOf(t.whose.App, tenant)
	if _, known := t.db.known.Load(line); !known {
		t.later(`INSERT INTO mozaiks.mz_tenants (app, tenant) VALUES ($1, $2) ON CONFLICT DO NOTHING`, t.whose.App, tenant)
	}
	if wait != "" {
		t.later(`SELECT FROM mozaiks.mz_tenants WHERE app = $1 AND tenant = $2 FOR UPDATE `+wait, t.whose.App, tenant)
	}
	t.later(`UPDATE mozaiks.mz_tenants SET commits = commits + 1 WHERE app = $1 AND tenant = $2`, t.whose.App, tenant)
}

func (t *tx) Turn(context.Context) error {
	switch {
	case t.ended:
		return pgx.ErrTxClosed
	case t.broken != nil:
		return t.broken
	case t.mode == driver.ReadOnly:
		return errReads
	case t.turn:
		return nil
	}
	if !t.db.turns.try(t.line()) {
		t.broken = driver.ErrConflict
		return t.broken
	}
	t.held, t.turn = true, true
	t.takeTurn(t.whose.Tenant, "NOWAIT")
	return nil
}

var errReads = errors.New("the transaction only reads")

// share takes the row of what all tenants share: for reading, so that nobody changes it meanwhile, or for writing.
func (t *tx) share(s driver.Scope, writes bool) {
	if s.Tenant != shared || t.mode == driver.ReadOnly || t.sharing == 2 || t.sharing == 1 && !writes {
		return
	}
	if writes {
		t.sharing = 2
		t.takeTurn(shared, "")
		return
	}
	t.sharing = 1
	if _, known := t.db.known.Load(lineOf(t.whose.App, shared)); !known {
		t.later(`INSERT INTO mozaiks.mz_tenants (app, tenant) VALUES ($1, $2) ON CONFLICT DO NOTHING`, t.whose.App, shared)
	}
	t.later(`SELECT FROM mozaiks.mz_tenants WHERE app = $1 AND tenant = $2 FOR SHARE`, t.whose.App, shared)
}

// send sends what is pending and a statement behind it, and hands the statement's result to read. An error of what was pending ends
// the transaction; one of the statement leaves it to a savepoint, if there is one.
func (t *tx) send(ctx context.Context, query string, args []any, read func(pgx.BatchResults) error) error {
	switch {
	case t.ended:
		return pgx.ErrTxClosed
	case t.broken != nil:
		return t.broken
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	b := &pgx.Batch{}
	for _, p := range t.pending {
		b.Queue(p.query, p.args...)
	}
	if query != "" {
		b.Queue(query, args...)
	}
	before := len(t.pending)
	t.pending = nil
	t.sent = true
	t.db.trips.Add(1)
	results := t.conn.SendBatch(ctx, b)
	for range before {
		if _, err := results.Exec(); err != nil {
			_ = results.Close() // the first error is the one
			return t.fail(err)
		}
	}
	var err error
	if query != "" {
		err = read(results)
	}
	if end := results.Close(); err == nil {
		err = end
	}
	if err == nil {
		return nil
	}
	if translated := translateError(err); t.fatal(translated) {
		return t.fail(err)
	} else {
		return translated
	}
}

// fatal tells whether the transaction cannot go on after an error, whatever savepoints there are.
func (t *tx) fatal(err error) bool {
	return t.depth == 0 || errors.Is(err, driver.ErrConflict) || errors.Is(err, driver.ErrDown) || errors.Is(err, driver.ErrFull) ||
		errors.Is(err, driver.ErrCorrupt) || t.conn.Conn().IsClosed()
}

func (t *tx) fail(err error) error {
	t.broken = translateError(err)
	if errors.Is(t.broken, driver.ErrBusy) && t.mode == driver.Optimistic {
		t.broken = errors.Join(driver.ErrConflict, err) // another holds the turn
	}
	return t.broken
}

func (t *tx) Commit(ctx context.Context) error {
	if t.ended {
		return pgx.ErrTxClosed
	}
	t.closeRows()
	if t.broken != nil {
		return t.broken
	}
	if !t.sent && t.mode != driver.ReadWrite && !t.turn { // nothing was asked for
		t.end()
		return nil
	}
	var tag pgconn.CommandTag
	// A commit is not given up half-way: whether it happened would be unknown.
	err := t.send(context.WithoutCancel(ctx), "COMMIT", nil, func(r pgx.BatchResults) (err error) {
		tag, err = r.Exec()
		return err
	})
	switch {
	case err != nil && t.conn.Conn().IsClosed() && errors.Is(err, driver.ErrDown):
		err = errors.Join(driver.ErrUnknown, err)
	case err == nil && tag.String() != "COMMIT":
		err = driver.ErrConflict // the server has rolled back
	}
	if err == nil {
		t.db.known.Store(t.line(), true)
		if t.sharing > 0 {
			t.db.known.Store(lineOf(t.whose.App, shared), true)
		}
	}
	if err != nil {
		t.Rollback()
		return err
	}
	t.end()
	return nil
}

func (t *tx) Rollback() {
	if t.ended {
		return
	}
	t.closeRows()
	if !t.sent {
		t.end()
		return
	}
	t.ended = true
	// The turn is given on when the row is free, and nobody waits for that.
	t.db.ending.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), t.db.opts.StatementTimeout)
		defer cancel()
		if _, err := t.conn.Exec(ctx, "ROLLBACK"); err != nil {
			_ = t.conn.Conn().Close(ctx) // the pool makes another
		}
		t.end()
	})
}

// end gives the connection and the turn back.
func (t *tx) end() {
	t.ended = true
	t.conn.Release()
	t.leave()
}

func (t *tx) leave() {
	if t.held {
		t.held = false
		t.db.turns.give(t.line())
	}
}

func (t *tx) closeRows() {
	if t.open != nil {
		_ = t.open.Close() // what was read is not used any more
	}
}

func (t *tx) Savepoint(context.Context) error {
	if t.broken != nil {
		return t.broken
	}
	t.depth++
	t.later(fmt.Sprintf("SAVEPOINT s%d", t.depth))
	return nil
}

func (t *tx) Release(ctx context.Context, undo bool) error {
	if t.broken != nil {
		return t.broken
	}
	t.closeRows()
	name := fmt.Sprintf("s%d", t.depth)
	t.depth--
	if undo && t.conn.Conn().PgConn().TxStatus() == 'E' {
		// Nothing else is understood now, not even the preparing of what comes next. A savepoint that was not sent went with the rest.
		t.pending = nil
		t.db.trips.Add(1)
		if _, err := t.conn.Exec(ctx, "ROLLBACK TO SAVEPOINT "+name+"; RELEASE SAVEPOINT "+name); err != nil {
			return t.fail(err)
		}
		return nil
	}
	if undo {
		t.later("ROLLBACK TO SAVEPOINT " + name)
	}
	t.later("RELEASE SAVEPOINT " + name)
	return nil
}

func (t *tx) SQL() driver.SQL { return t }

func (t *tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	return t.exec(ctx, translate(query), args)
}

func (t *tx) exec(ctx context.Context, query string, args []any) (n int64, err error) {
	err = t.send(ctx, query, args, func(r pgx.BatchResults) error {
		tag, err := r.Exec()
		n = tag.RowsAffected()
		return err
	})
	return n, err
}

func (t *tx) Later(_ context.Context, statements []driver.Statement) error {
	if t.broken != nil {
		return t.broken
	}
	for i := range statements {
		t.later(translate(statements[i].Query), statements[i].Args...)
	}
	return nil
}

func (t *tx) Query(ctx context.Context, query string, args ...any) (driver.Rows, error) {
	return t.query(ctx, translate(query), args)
}

// query reads a result whole: the connection is free for other statements at once, which callers on SQLite may count on.
func (t *tx) query(ctx context.Context, query string, args []any) (*rows, error) {
	r := &rows{tx: t, at: -1}
	err := t.send(ctx, query, args, func(b pgx.BatchResults) error {
		found, err := b.Query()
		if err != nil {
			return err
		}
		defer found.Close()
		r.fields = found.FieldDescriptions()
		for found.Next() {
			raw := found.RawValues()
			copied := make([][]byte, len(raw))
			for i, v := range raw {
				if v != nil {
					copied[i] = append([]byte{}, v...)
				}
			}
			r.values = append(r.values, copied)
		}
		return found.Err()
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (t *tx) QueryRow(ctx context.Context, query string, args ...any) driver.Row {
	r, err := t.query(ctx, translate(query), args)
	return row{r, err}
}

// rows is a result that was read.
type rows struct {
	tx     *tx
	fields []pgconn.FieldDescription
	values [][][]byte
	at     int
}

func (r *rows) Next() bool {
	r.at++
	return r.at < len(r.values)
}

func (r *rows) Scan(dest ...any) error {
	return pgx.ScanRow(r.tx.conn.Conn().TypeMap(), r.fields, r.values[r.at], dest...)
}

func (r *rows) Err() error { return nil }

func (r *rows) Close() error { return nil }

type row struct {
	rows *rows
	err  error
}

func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	if !r.rows.Next() {
		return driver.ErrNoRows
	}
	return r.rows.Scan(dest...)
}
