package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
)

// keys adds a key column for each distinct part that the indexes use, and computes it for the rows that are there.
func (e *ensurer) keys(ctx context.Context, p *driver.Collection, c *data.Collection) error {
	found, err := e.Query(ctx, `SELECT field, fold FROM mozaiks.mz_keys WHERE table_name = $1 ORDER BY position`, p.Table)
	if err != nil {
		return err
	}
	if p.Keys, err = pgx.CollectRows(found, pgx.RowToStructByPos[driver.Key]); err != nil {
		return err
	}
	for _, x := range c.Indexes {
		for _, part := range x.Parts {
			k := driver.Key{Field: part.Field, Fold: part.Fold}
			if slices.Contains(p.Keys, k) {
				continue
			}
			p.Keys = append(p.Keys, k)
			if err := e.addKey(ctx, p, c, k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *ensurer) addKey(ctx context.Context, p *driver.Collection, c *data.Collection, k driver.Key) error {
	position := len(p.Keys) - 1
	if _, err := e.Exec(ctx, "ALTER TABLE "+p.Table+" ADD COLUMN "+rowsql.Column(position)+" bytea"); err != nil {
		return err
	}
	if _, err := e.Exec(ctx, `INSERT INTO mozaiks.mz_keys (table_name, position, field, fold) VALUES ($1, $2, $3, $4)`, p.Table, position, k.Field, k.Fold); err != nil {
		return err
	}
	var ids []string
	err := e.documents(ctx, p.Table, func(s driver.Scope, d *driver.Document) error {
		key, err := e.rules.Key(k, d)
		if err != nil {
			if len(ids) < idsMax {
				ids = append(ids, d.ID)
			}
			return nil // they are named together
		}
		_, err = e.Exec(ctx, "UPDATE "+p.Table+" SET "+rowsql.Column(position)+" = $1 WHERE tenant = $2 AND owner = $3 AND id = $4", key, s.Tenant, s.Owner, d.ID)
		return err
	})
	if err == nil && len(ids) > 0 {
		return mismatch(c, "data_conflict", "values at "+k.Field+" cannot be part of an index", ids...)
	}
	return err
}

// index is an index as PostgreSQL has it.
type index struct {
	name   string
	kind   string // INDEX or UNIQUE INDEX
	on     []string
	where  string
	unique bool
}

// indexes makes the indexes that are missing. One that is declared no more is harmless, unless it is unique: it would go on refusing rows.
func (e *ensurer) indexes(ctx context.Context, p *driver.Collection, c *data.Collection) error {
	found, err := e.Query(ctx, `SELECT index_name, definition FROM mozaiks.mz_indexes WHERE table_name = $1 ORDER BY index_name`, p.Table)
	if err != nil {
		return err
	}
	type known struct{ Name, Definition string }
	have, err := pgx.CollectRows(found, pgx.RowToStructByPos[known])
	if err != nil {
		return err
	}
	var wanted []index
	for _, x := range c.Indexes {
		w := describe(p, &x)
		wanted = append(wanted, w)
		if slices.ContainsFunc(have, func(k known) bool { return k.Name == w.name }) {
			continue
		}
		if err := e.createIndex(ctx, p.Table, c, x.Name, w); err != nil {
			return err
		}
	}
	for _, k := range have {
		if !strings.HasPrefix(k.Definition, "UNIQUE") || slices.ContainsFunc(wanted, func(w index) bool { return w.name == k.Name }) {
			continue
		}
		if used, err := e.used(ctx, p.Table); err != nil {
			return err
		} else if used {
			return mismatch(c, "policy", "it has rows and a unique index of it is declared no more, or otherwise")
		}
		if _, err := e.Exec(ctx, "DROP INDEX "+e.schema+"."+k.Name); err != nil {
			return err
		}
		if _, err := e.Exec(ctx, `DELETE FROM mozaiks.mz_indexes WHERE index_name = $1`, k.Name); err != nil {
			return err
		}
	}
	return nil
}

// describe adds an index to the physical collection and answers how PostgreSQL is to make it.
func describe(p *driver.Collection, x *data.Index) index {
	made := driver.Index{Name: x.Name, Unique: x.Unique, Sparse: x.Sparse}
	w := index{kind: "INDEX", on: []string{"tenant", "owner"}, unique: x.Unique}
	var filled []string
	for _, part := range x.Parts {
		key := slices.Index(p.Keys, driver.Key{Field: part.Field, Fold: part.Fold})
		made.Parts = append(made.Parts, driver.Part{Key: key, Desc: part.Desc})
		name := rowsql.Column(key)
		filled = append(filled, name+present)
		if part.Desc {
			name += " DESC"
		}
		w.on = append(w.on, name)
	}
	p.Indexes = append(p.Indexes, made)
	if !x.Unique {
		w.on = append(w.on, "id")
	} else {
		w.kind = "UNIQUE INDEX"
		if x.Sparse && len(filled) > 0 {
			w.where = " WHERE " + strings.Join(filled, " AND ")
		}
	}
	sum := sha256.Sum256([]byte(p.Table + "\x00" + w.kind + w.text()))
	w.name = "i_" + hex.EncodeToString(sum[:8])
	return w
}

func (w *index) text() string { return "(" + strings.Join(w.on, ", ") + ")" + w.where }

func (e *ensurer) createIndex(ctx context.Context, table string, c *data.Collection, name string, w index) error {
	made, err := e.Begin(ctx) // a savepoint
	if err != nil {
		return err
	}
	_, err = made.Exec(ctx, "CREATE "+w.kind+" "+w.name+" ON "+table+" "+w.text())
	if errors.Is(translateError(err), driver.ErrUnique) {
		if err := made.Rollback(ctx); err != nil {
			return err
		}
		ids, err := e.duplicates(ctx, table, w)
		if err != nil {
			return err
		}
		return mismatch(c, "data_conflict", "documents share a key of the unique index "+name, ids...)
	}
	if err != nil {
		return err
	}
	if err := made.Commit(ctx); err != nil {
		return err
	}
	_, err = e.Exec(ctx, `INSERT INTO mozaiks.mz_indexes (index_name, table_name, definition) VALUES ($1, $2, $3)`, w.name, table, w.kind+" "+w.text())
	return err
}

// duplicates names documents that share a key within their scope.
func (e *ensurer) duplicates(ctx context.Context, table string, w index) (ids []string, err error) {
	on := strings.ReplaceAll(strings.Join(w.on, ", "), " DESC", "")
	for _, tenant := range e.tenants {
		if err := e.as(ctx, tenant); err != nil {
			return nil, err
		}
		found, err := e.Query(ctx, "SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY "+on+") AS n FROM "+table+w.where+") AS grouped WHERE n > 1 ORDER BY id LIMIT $1", idsMax)
		if err != nil {
			return nil, err
		}
		some, err := pgx.CollectRows(found, pgx.RowTo[string])
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	slices.Sort(ids)
	return ids[:min(len(ids), idsMax)], nil
}
