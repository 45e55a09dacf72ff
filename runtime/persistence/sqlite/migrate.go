package sqlite

import (
	"context"
	"errors"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
)

var tables = &rowsql.Tables{Dialect: dialect, Text: "TEXT", Integer: "INTEGER", Bytes: "BLOB", End: " STRICT",
	DropIndex: func(_, name string) string { return name }}

// Migrator opens what changes an app's tables.
func (db *DB) Migrator(_ context.Context, app string, rules driver.Rules) (driver.Migrator, error) {
	return &migrator{db: db, app: app, rules: rules}, nil
}

// Clock is the machine's: one process holds the file.
func (db *DB) Clock() string { return "CAST(unixepoch('subsec') * 1000 AS INTEGER)" }

type migrator struct {
	db    *DB
	app   string
	rules driver.Rules
}

func (m *migrator) Close() {}

func (m *migrator) Describe(table string, keys []driver.Key, x *data.Index) (driver.Index, driver.StoredIndex) {
	return dialect.Describe(table, keys, x)
}

// view runs fn on a snapshot.
func (m *migrator) view(ctx context.Context, fn func(*tx) error) error {
	held, err := m.db.Begin(ctx, driver.ReadOnly, driver.Whose{App: m.app})
	if err != nil {
		return err
	}
	defer held.Rollback()
	return fn(held.(*tx))
}

func (m *migrator) Stored(ctx context.Context) (all []*driver.Stored, err error) {
	err = m.view(ctx, func(t *tx) error {
		all, err = rowsql.Stored(ctx, t, m.app)
		return err
	})
	for _, s := range all {
		m.db.keyed.Store(s.Table, len(s.Keys))
	}
	return all, err
}

func (m *migrator) Used(ctx context.Context, table string) (used bool, err error) {
	return used, m.view(ctx, func(t *tx) error {
		return t.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+table+")").Scan(&used)
	})
}

// next answers whose rows come behind a place.
func (m *migrator) next(ctx context.Context, table string, p rowsql.Place) (tenant string, ok bool, err error) {
	err = m.view(ctx, func(t *tx) error {
		return t.QueryRow(ctx, "SELECT tenant FROM "+table+" WHERE (tenant, owner, id) > (?, ?, ?) ORDER BY tenant, owner, id LIMIT 1",
			p.Tenant, p.Owner, p.ID).Scan(&tenant)
	})
	if errors.Is(err, driver.ErrNoRows) {
		return "", false, nil
	}
	return tenant, err == nil, err
}

func (m *migrator) Do(ctx context.Context, s *driver.Step, after string, note driver.Note) (p driver.Progress, err error) {
	place, err := rowsql.ReadPlace(after)
	if err != nil {
		return p, err
	}
	whose, more := driver.Whose{App: m.app}, true
	if rowsql.Batched(s.Kind) {
		if whose.Tenant, more, err = m.next(ctx, s.Table, place); err != nil {
			return p, err
		}
	}
	held, err := m.db.Begin(ctx, driver.ReadWrite, whose)
	if err != nil {
		return p, err
	}
	defer held.Rollback()
	t := held.(*tx)
	if err := note.Before(ctx, t); err != nil {
		return p, err
	}
	maker := &rowsql.Maker{SQL: t, App: m.app, Tables: tables, Rules: m.rules, Tenant: whose.Tenant, Created: physicalTable(m.app, s.Module, s.Name)}
	if p = (driver.Progress{Done: true, After: after}); more {
		p, err = maker.Do(ctx, s, place)
	}
	var same rowsql.DuplicatesError
	if errors.As(err, &same) {
		ids, err := maker.Duplicates(ctx, s.Table, same.Index)
		if err != nil {
			return p, err
		}
		return p, rowsql.Mismatch(s, "data_conflict", "documents share a key of the unique index "+s.Index.Name, ids...)
	}
	if err != nil {
		return p, err
	}
	if s.Kind == driver.StepAddKey {
		at, err := maker.Position(ctx, s)
		if err != nil {
			return p, err
		}
		m.db.keyed.Store(s.Table, at+1) // before others get the writer
	}
	if err := note.After(ctx, t, p); err != nil {
		return p, err
	}
	return p, held.Commit(ctx)
}

// Drift compares names; SQLite keeps definitions as they were made.
func (m *migrator) Drift(ctx context.Context) (all []driver.Drift, err error) {
	err = m.view(ctx, func(t *tx) error {
		stored, err := rowsql.Stored(ctx, t, m.app)
		if err != nil {
			return err
		}
		schema, _ := rowsql.Names(m.app, "m", "c")
		all, err = rowsql.Compare(ctx, t, stored, rowsql.Database{
			Tables:  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE ? || '\\_\\_%' ESCAPE '\\' ORDER BY name",
			Of:      schema,
			Columns: `SELECT count(*) FROM pragma_table_info(?) WHERE name GLOB 'k[0-9]*'`,
			Indexes: `SELECT name, substr(sql, instr(sql, ' (') + 1), 1 FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name`,
			Text:    func(text string) string { return text },
		})
		return err
	})
	return all, err
}

// stale tells whether the table has got key columns of which the caller knows nothing. A transaction that writes holds the writer, so
// none comes meanwhile.
func (t *tx) stale(c *driver.Collection) bool {
	n, known := t.db.keyed.Load(c.Table)
	return known && n.(int) > len(c.Keys)
}

func (t *tx) Delete(ctx context.Context, c *driver.Collection, s driver.Scope, id string) error {
	return t.change(ctx, s, dialect.Delete(c, s, id))
}

func (t *tx) change(ctx context.Context, s driver.Scope, st rowsql.Statement) error {
	t.wroteShared = t.wroteShared || s.Tenant == shared
	_, err := t.Exec(ctx, st.Query, st.Args...)
	return err
}
