package sqlite

import (
	"context"
	"errors"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Ensure makes what is missing, all in one transaction.
func (db *DB) Ensure(ctx context.Context, app string, collections []*data.Collection, rules driver.Rules) ([]*driver.Collection, error) {
	held, err := db.Begin(ctx, driver.ReadWrite, driver.Whose{})
	if err != nil {
		return nil, err
	}
	defer held.Rollback()
	e := &ensurer{tx: held.(*tx), app: app, rules: rules}
	if err := e.kept(ctx, collections); err != nil {
		return nil, err
	}
	var out []*driver.Collection
	for _, c := range collections {
		made, err := e.collection(ctx, c)
		if err != nil {
			return nil, err
		}
		out = append(out, made)
	}
	return out, held.Commit(ctx)
}

// ensurer brings an app's tables up to its contract.
type ensurer struct {
	*tx
	app   string
	rules driver.Rules
}

// idsMax is how many documents a mismatch names.
const idsMax = 20

func mismatch(c *data.Collection, reason, what string, ids ...string) error {
	return &driver.MismatchError{Module: c.Module, Collection: c.Name, Reason: reason, What: what, IDs: ids}
}

// kept refuses a contract that leaves out a collection with rows: they would be out of everybody's reach.
func (e *ensurer) kept(ctx context.Context, collections []*data.Collection) error {
	type name struct{ module, name string }
	declared := map[name]bool{}
	for _, c := range collections {
		declared[name{c.Module, c.Name}] = true
	}
	var left []data.Collection
	var tables []string
	err := e.each(ctx, "SELECT module, name, table_name FROM mz_collections WHERE app = ? ORDER BY module, name", []any{e.app}, func(r driver.Rows) error {
		var c data.Collection
		var table string
		err := r.Scan(&c.Module, &c.Name, &table)
		if !declared[name{c.Module, c.Name}] {
			left, tables = append(left, c), append(tables, table)
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := range left {
		if used, err := e.used(ctx, tables[i]); err != nil {
			return err
		} else if used {
			return mismatch(&left[i], "policy", "it has rows and is declared no more")
		}
	}
	return nil
}

// each runs a query to its end.
func (e *ensurer) each(ctx context.Context, query string, args []any, row func(driver.Rows) error) error {
	found, err := e.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		if err := row(found); err != nil {
			return err
		}
	}
	return found.Err()
}

// used tells whether a table has rows.
func (e *ensurer) used(ctx context.Context, table string) (bool, error) {
	var n int64
	err := e.QueryRow(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+table+" LIMIT 1)").Scan(&n)
	return n > 0, err
}

// collection makes or checks one table. The name in the catalogue stands; it is not made again.
func (e *ensurer) collection(ctx context.Context, c *data.Collection) (*driver.Collection, error) {
	p := &driver.Collection{}
	var tenancy, owner, before string
	err := e.QueryRow(ctx, "SELECT table_name, tenancy, owner, definition FROM mz_collections WHERE app = ? AND module = ? AND name = ?",
		e.app, c.Module, c.Name).Scan(&p.Table, &tenancy, &owner, &before)
	definition := e.rules.Definition(c)
	switch {
	case errors.Is(err, driver.ErrNoRows):
		p.Table = physicalTable(e.app, c.Module, c.Name)
		if err := e.create(ctx, c, p.Table, definition); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	default:
		if tenancy != string(c.Tenancy) || owner != c.OwnerField {
			if used, err := e.used(ctx, p.Table); err != nil {
				return nil, err
			} else if used {
				return nil, mismatch(c, "tenancy", "its rows belong to others than the contract says")
			}
		}
		if err := e.redefine(ctx, c, p.Table, before, definition); err != nil {
			return nil, err
		}
	}
	if err := e.keys(ctx, p, c); err != nil {
		return nil, err
	}
	return p, e.indexes(ctx, p, c)
}

func (e *ensurer) create(ctx context.Context, c *data.Collection, table, definition string) error {
	if _, err := e.Exec(ctx, "CREATE TABLE "+table+` (
		tenant TEXT NOT NULL CHECK (tenant <> ''), owner TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL,
		created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, size INTEGER NOT NULL, doc TEXT NOT NULL,
		PRIMARY KEY (tenant, owner, id)) STRICT`); err != nil {
		return err
	}
	_, err := e.Exec(ctx, "INSERT INTO mz_collections (app, module, name, table_name, tenancy, owner, definition) VALUES (?, ?, ?, ?, ?, ?, ?)",
		e.app, c.Module, c.Name, table, string(c.Tenancy), c.OwnerField, definition)
	return err
}

// redefine notes what the documents are checked against from now on, if those that are there fit it.
func (e *ensurer) redefine(ctx context.Context, c *data.Collection, table, before, definition string) error {
	if before != definition && before != "" {
		var ids []string
		err := e.documents(ctx, table, func(_ int64, d *driver.Document) error {
			fits, err := e.rules.Fits(c, before, d)
			if err == nil && !fits && len(ids) < idsMax {
				ids = append(ids, d.ID)
			}
			return err
		})
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			return mismatch(c, "data_conflict", "documents do not fit its new fields", ids...)
		}
	}
	_, err := e.Exec(ctx, "UPDATE mz_collections SET tenancy = ?, owner = ?, definition = ? WHERE app = ? AND module = ? AND name = ?",
		string(c.Tenancy), c.OwnerField, definition, e.app, c.Module, c.Name)
	return err
}

// batch is how many rows are held at a time.
const batch = 500

// documents hands every document of a table on, of all tenants, with its row number. row may change the table.
func (e *ensurer) documents(ctx context.Context, table string, row func(rowid int64, d *driver.Document) error) error {
	type entry struct {
		rowid int64
		driver.Document
	}
	for last := int64(-1 << 62); ; {
		var some []entry
		err := e.each(ctx, "SELECT rowid, "+fields+" FROM "+table+" WHERE rowid > ? ORDER BY rowid LIMIT ?", []any{last, batch}, func(r driver.Rows) error {
			var x entry
			var doc string
			err := r.Scan(&x.rowid, &x.ID, &x.Rev, &x.Created, &x.Updated, &doc)
			x.Doc = []byte(doc)
			some = append(some, x)
			return err
		})
		if err != nil {
			return err
		}
		for i := range some {
			if err := row(some[i].rowid, &some[i].Document); err != nil {
				return err
			}
		}
		if len(some) < batch {
			return nil
		}
		last = some[len(some)-1].rowid
	}
}
