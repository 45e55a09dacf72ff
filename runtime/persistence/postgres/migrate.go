package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
)

var tables = &rowsql.Tables{Dialect: dialect, Text: `text COLLATE "C"`, Integer: "bigint", Bytes: "bytea", Wall: wall, Guard: guard,
	DropIndex: func(table, name string) string {
		schema, _, _ := strings.Cut(table, ".")
		return schema + "." + name
	}}

// keyGuard begins the names of constraints by which the server refuses rows without a new key.
const keyGuard = "there_"

func guard(ctx context.Context, m *rowsql.Maker, table, column string) error {
	_, err := m.Exec(ctx, "ALTER TABLE "+table+" ADD CONSTRAINT "+keyGuard+column+" CHECK ("+column+" IS NOT NULL) NOT VALID")
	return err
}

// wall makes the one policy of a table, and notes it.
func wall(ctx context.Context, m *rowsql.Maker, c *data.Collection, table string) error {
	owner := map[data.Tenancy]string{
		data.PerTenant:    "owner = ''",
		data.PerWorkspace: "(owner = mozaiks.scope('workspace') OR mozaiks.scope('owners') = 'all')",
		data.PerUser:      "(owner = mozaiks.scope('user') OR mozaiks.scope('owners') = 'all')",
		data.AppWide:      "owner = ''",
	}[c.Tenancy]
	tenant := "tenant = mozaiks.scope('tenant')"
	if c.Tenancy == data.AppWide {
		tenant = "tenant = '*'"
	}
	scope := "mozaiks.scope('app') = " + quote(m.App) + " AND " + tenant + " AND " + owner
	for _, statement := range []string{"ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY", "ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY",
		"DROP POLICY IF EXISTS scope ON " + table, "CREATE POLICY scope ON " + table + " USING (" + scope + ") WITH CHECK (" + scope + ")"} {
		if _, err := m.Exec(ctx, statement); err != nil {
			return err
		}
	}
	_, err := m.Exec(ctx, `UPDATE mz_collections SET policy = (SELECT md5(pg_get_expr(p.polqual, p.polrelid)) FROM pg_catalog.pg_policy p
		WHERE p.polrelid = to_regclass(?) AND p.polname = 'scope') WHERE table_name = ?`, table, table)
	return err
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// Migrator connects as the role that owns the tables.
func (db *DB) Migrator(ctx context.Context, app string, rules driver.Rules) (driver.Migrator, error) {
	conn, err := db.owner(ctx)
	if err != nil {
		return nil, translateError(err)
	}
	m := &migrator{db: db, conn: conn, app: app, rules: rules}
	m.schema, _ = rowsql.Names(app, "m", "c")
	return m, nil
}

// Clock is the server's.
func (db *DB) Clock() string { return "(extract(epoch FROM clock_timestamp()) * 1000)::bigint" }

type migrator struct {
	db     *DB
	conn   *pgx.Conn
	app    string
	schema string
	rules  driver.Rules
}

func (m *migrator) Close() {
	_ = m.conn.Close(context.Background()) // it is not used again
}

func (m *migrator) Describe(table string, keys []driver.Key, x *data.Index) (driver.Index, driver.StoredIndex) {
	return dialect.Describe(table, keys, x)
}

// in runs fn in a transaction that sees the rows of one tenant. It waits for locks only briefly: what waits for a table keeps those that
// come after it waiting, too.
func (m *migrator) in(ctx context.Context, tenant string, fn func(ownerSQL) error) error {
	t, err := m.conn.Begin(ctx)
	if err != nil {
		return translateError(err)
	}
	defer func() { _ = t.Rollback(context.WithoutCancel(ctx)) }() // after a commit it does nothing
	if _, err := t.Exec(ctx, `SELECT set_config('mozaiks.app', $1, true), set_config('mozaiks.tenant', $2, true), set_config('mozaiks.owners', 'all', true),
		set_config('mozaiks.tenants', 'all', true), set_config('search_path', '', true), set_config('lock_timeout', '2000', true)`, m.app, tenant); err != nil {
		return translateError(err)
	}
	if err := fn(ownerSQL{t}); err != nil {
		return translateError(err)
	}
	return translateError(t.Commit(ctx))
}

func (m *migrator) Stored(ctx context.Context) (all []*driver.Stored, err error) {
	err = m.in(ctx, "", func(sql ownerSQL) error {
		all, err = rowsql.Stored(ctx, sql, m.app)
		return err
	})
	return all, err
}

// tenants answers the app's tenants, and those of what all share, from one on.
func (m *migrator) tenants(ctx context.Context, sql ownerSQL, from string) ([]string, error) {
	found, err := sql.tx.Query(ctx, `SELECT tenant FROM mozaiks.mz_tenants WHERE app = $1 AND tenant >= $2 ORDER BY tenant`, m.app, from)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowTo[string])
}

// next answers whose rows come behind a place.
func (m *migrator) next(ctx context.Context, table string, p rowsql.Place) (tenant string, ok bool, err error) {
	err = m.in(ctx, "", func(sql ownerSQL) error {
		all, err := m.tenants(ctx, sql, p.Tenant)
		if err != nil {
			return err
		}
		for _, tenant = range all {
			if tenant != p.Tenant {
				p.Owner, p.ID = "", ""
			}
			if _, err := sql.tx.Exec(ctx, `SELECT set_config('mozaiks.tenant', $1, true)`, tenant); err != nil {
				return err
			}
			if err := sql.tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM "+table+" WHERE tenant = $1 AND (owner, id) > ($2, $3))", tenant, p.Owner, p.ID).Scan(&ok); err != nil || ok {
				return err
			}
		}
		return nil
	})
	return tenant, ok, err
}

func (m *migrator) Used(ctx context.Context, table string) (bool, error) {
	_, used, err := m.next(ctx, table, rowsql.Place{})
	return used, err
}

// lockTries is how often a step that meets a lock is tried.
const lockTries = 60

func (m *migrator) Do(ctx context.Context, s *driver.Step, after string, note driver.Note) (p driver.Progress, err error) {
	for try := 1; ; try++ {
		if s.Kind == driver.StepIndex {
			p, err = m.index(ctx, s, note)
		} else {
			p, err = m.piece(ctx, s, after, note)
		}
		if try == lockTries || !errors.Is(err, driver.ErrBusy) && !errors.Is(err, driver.ErrConflict) {
			return p, err
		}
		select { // what waits behind this passes first
		case <-ctx.Done():
			return p, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// piece does a piece of a step in one transaction.
func (m *migrator) piece(ctx context.Context, s *driver.Step, after string, note driver.Note) (p driver.Progress, err error) {
	place, err := rowsql.ReadPlace(after)
	if err != nil {
		return p, err
	}
	tenant, more := "", true
	if rowsql.Batched(s.Kind) {
		if tenant, more, err = m.next(ctx, s.Table, place); err != nil {
			return p, err
		}
	}
	err = m.in(ctx, tenant, func(sql ownerSQL) error {
		if err := note.Before(ctx, sql); err != nil {
			return err
		}
		if tenant != "" && s.Kind != driver.StepCheck {
			if _, err := sql.tx.Exec(ctx, `UPDATE mozaiks.mz_tenants SET commits = commits + 1 WHERE app = $1 AND tenant = $2`, m.app, tenant); err != nil {
				return err
			}
		}
		if err := m.around(ctx, sql, s); err != nil {
			return err
		}
		_, table := rowsql.Names(m.app, s.Module, s.Name)
		maker := &rowsql.Maker{SQL: sql, App: m.app, Tables: tables, Rules: m.rules, Tenant: tenant, Created: m.schema + "." + table}
		if p = (driver.Progress{Done: true, After: after}); more {
			if p, err = maker.Do(ctx, s, place); err != nil {
				return err
			}
		}
		if s.Kind == driver.StepCreate {
			if _, err := sql.tx.Exec(ctx, "GRANT SELECT, INSERT, UPDATE, DELETE ON "+maker.Created+" TO "+pgx.Identifier{m.db.server}.Sanitize()); err != nil {
				return err
			}
		}
		return note.After(ctx, sql, p)
	})
	return p, err
}

// around does what a step needs on this store alone.
func (m *migrator) around(ctx context.Context, sql ownerSQL, s *driver.Step) error {
	switch s.Kind {
	case driver.StepCreate:
		_, err := sql.tx.Exec(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(hashtextextended('mozaiks:' || %s, 0)); CREATE SCHEMA IF NOT EXISTS %s; GRANT USAGE ON SCHEMA %s TO %s",
			quote(m.app), m.schema, m.schema, pgx.Identifier{m.db.server}.Sanitize()))
		return err
	case driver.StepSealKey:
		at, err := (&rowsql.Maker{SQL: sql}).Position(ctx, s)
		if err != nil {
			return err
		}
		_, err = sql.tx.Exec(ctx, "ALTER TABLE "+s.Table+" VALIDATE CONSTRAINT "+keyGuard+rowsql.Column(at))
		return err
	default:
		return nil
	}
}

// index makes an index while others write, which no transaction can hold. One that was left half made is made again.
func (m *migrator) index(ctx context.Context, s *driver.Step, note driver.Note) (driver.Progress, error) {
	done := driver.Progress{Done: true}
	var keys []driver.Key
	known := false
	var w driver.StoredIndex
	err := m.in(ctx, "", func(sql ownerSQL) error {
		if err := note.Before(ctx, sql); err != nil {
			return err
		}
		stored, err := rowsql.Stored(ctx, sql, m.app)
		if err != nil {
			return err
		}
		for _, x := range stored {
			if x.Table == s.Table {
				for _, k := range x.Keys {
					keys = append(keys, k.Key)
				}
			}
		}
		_, w = dialect.Describe(s.Table, keys, s.Index)
		known, err = (&rowsql.Maker{SQL: sql}).Indexed(ctx, w)
		return err
	})
	if err != nil {
		return done, err
	}
	if !known {
		if _, err := m.conn.Exec(ctx, "DROP INDEX IF EXISTS "+tables.DropIndex(s.Table, w.Name)); err != nil {
			return done, translateError(err)
		}
		kind, on, _ := strings.Cut(w.Text, " (")
		if _, err = m.conn.Exec(ctx, "CREATE "+kind+" CONCURRENTLY "+w.Name+" ON "+s.Table+" ("+on); err != nil {
			if err = translateError(err); errors.Is(err, driver.ErrUnique) {
				return done, m.duplicates(ctx, s, w)
			}
			return done, err
		}
	}
	return done, m.in(ctx, "", func(sql ownerSQL) error {
		if err := note.Before(ctx, sql); err != nil {
			return err
		}
		if !known {
			if err := (&rowsql.Maker{SQL: sql}).NoteIndex(ctx, s.Table, w); err != nil {
				return err
			}
		}
		return note.After(ctx, sql, done)
	})
}

// duplicates removes what is left of a unique index, and names the rows that are in its way.
func (m *migrator) duplicates(ctx context.Context, s *driver.Step, w driver.StoredIndex) error {
	if _, err := m.conn.Exec(ctx, "DROP INDEX IF EXISTS "+tables.DropIndex(s.Table, w.Name)); err != nil {
		return translateError(err)
	}
	var ids []string
	err := m.in(ctx, "", func(sql ownerSQL) error {
		all, err := m.tenants(ctx, sql, "")
		if err != nil {
			return err
		}
		for _, tenant := range all {
			if _, err := sql.tx.Exec(ctx, `SELECT set_config('mozaiks.tenant', $1, true)`, tenant); err != nil {
				return err
			}
			some, err := (&rowsql.Maker{SQL: sql}).Duplicates(ctx, s.Table, w)
			if err != nil {
				return err
			}
			ids = append(ids, some...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(ids)
	return rowsql.Mismatch(s, "data_conflict", "documents share a key of the unique index "+s.Index.Name, ids[:min(len(ids), 20)]...)
}

// Drift compares names, validity and key columns; the server writes definitions in a way of its own.
func (m *migrator) Drift(ctx context.Context) (all []driver.Drift, err error) {
	err = m.in(ctx, "", func(sql ownerSQL) error {
		stored, err := rowsql.Stored(ctx, sql, m.app)
		if err != nil {
			return err
		}
		all, err = rowsql.Compare(ctx, sql, stored, rowsql.Database{
			Tables:  `SELECT schemaname || '.' || tablename FROM pg_catalog.pg_tables WHERE schemaname = ? ORDER BY 1`,
			Of:      m.schema,
			Columns: `SELECT count(*) FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass(?) AND attname ~ '^k[0-9]+$' AND NOT attisdropped`,
			Indexes: `SELECT c.relname::text, '', i.indisvalid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
				WHERE i.indrelid = to_regclass(?) AND NOT i.indisprimary ORDER BY 1`,
		})
		return err
	})
	return all, err
}

// ownerSQL runs the host's statements in a transaction of the owner.
type ownerSQL struct{ tx pgx.Tx }

func (o ownerSQL) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := o.tx.Exec(ctx, translate(query), args...)
	return tag.RowsAffected(), translateError(err)
}

func (o ownerSQL) Query(ctx context.Context, query string, args ...any) (driver.Rows, error) {
	found, err := o.tx.Query(ctx, translate(query), args...)
	if err != nil {
		return nil, translateError(err)
	}
	return ownerRows{found}, nil
}

func (o ownerSQL) QueryRow(ctx context.Context, query string, args ...any) driver.Row {
	return ownerRow{o.tx.QueryRow(ctx, translate(query), args...)}
}

func (o ownerSQL) Later(ctx context.Context, statements []driver.Statement) error {
	for i := range statements {
		if _, err := o.Exec(ctx, statements[i].Query, statements[i].Args...); err != nil {
			return err
		}
	}
	return nil
}

type ownerRows struct{ pgx.Rows }

func (r ownerRows) Close() error {
	r.Rows.Close()
	return nil
}

type ownerRow struct{ pgx.Row }

func (r ownerRow) Scan(dest ...any) error { return translateError(r.Row.Scan(dest...)) }
