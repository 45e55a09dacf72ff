package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// keys adds a key column for each distinct part that the indexes use, and computes it for the rows that are there.
func (e *ensurer) keys(ctx context.Context, p *driver.Collection, c *data.Collection) error {
	err := e.each(ctx, "SELECT field, fold FROM mz_keys WHERE table_name = ? ORDER BY position", []any{p.Table}, func(r driver.Rows) error {
		var k driver.Key
		err := r.Scan(&k.Field, &k.Fold)
		p.Keys = append(p.Keys, k)
		return err
	})
	if err != nil {
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
	if _, err := e.Exec(ctx, "ALTER TABLE "+p.Table+" ADD COLUMN "+column(position)+" BLOB"); err != nil {
		return err
	}
	if _, err := e.Exec(ctx, "INSERT INTO mz_keys (table_name, position, field, fold) VALUES (?, ?, ?, ?)", p.Table, position, k.Field, k.Fold); err != nil {
		return err
	}
	var ids []string
	err := e.documents(ctx, p.Table, func(rowid int64, d *driver.Document) error {
		key, err := e.rules.Key(k, d)
		if err != nil {
			if len(ids) < idsMax {
				ids = append(ids, d.ID)
			}
			return nil // they are named together
		}
		_, err = e.Exec(ctx, "UPDATE "+p.Table+" SET "+column(position)+" = ? WHERE rowid = ?", key, rowid)
		return err
	})
	if err == nil && len(ids) > 0 {
		return mismatch(c, "data_conflict", "values at "+k.Field+" cannot be part of an index", ids...)
	}
	return err
}

// index is an index as SQLite has it.
type index struct {
	name   string
	kind   string // INDEX or UNIQUE INDEX
	on     []string
	where  string
	unique bool
}

// indexes makes the indexes that are missing. One that is declared no more is harmless, unless it is unique: it would go on
// refusing rows.
func (e *ensurer) indexes(ctx context.Context, p *driver.Collection, c *data.Collection) error {
	have := map[string]bool{}
	var unique []string
	err := e.each(ctx, "SELECT index_name, definition FROM mz_indexes WHERE table_name = ? ORDER BY index_name", []any{p.Table}, func(r driver.Rows) error {
		var name, definition string
		err := r.Scan(&name, &definition)
		have[name] = true
		if strings.HasPrefix(definition, "UNIQUE") {
			unique = append(unique, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	var wanted []index
	for _, x := range c.Indexes {
		w := describe(p, &x)
		if wanted = append(wanted, w); have[w.name] {
			continue
		}
		if err := e.createIndex(ctx, p.Table, c, x.Name, w); err != nil {
			return err
		}
	}
	for _, name := range unique {
		if slices.ContainsFunc(wanted, func(w index) bool { return w.name == name }) {
			continue
		}
		if used, err := e.used(ctx, p.Table); err != nil {
			return err
		} else if used {
			return mismatch(c, "policy", "it has rows and a unique index of it is declared no more, or otherwise")
		}
		if _, err := e.Exec(ctx, "DROP INDEX "+name); err != nil {
			return err
		}
		if _, err := e.Exec(ctx, "DELETE FROM mz_indexes WHERE index_name = ?", name); err != nil {
			return err
		}
	}
	return nil
}

// describe adds an index to the physical collection and answers how SQLite is to make it.
func describe(p *driver.Collection, x *data.Index) index {
	made := driver.Index{Name: x.Name, Unique: x.Unique, Sparse: x.Sparse}
	w := index{kind: "INDEX", on: []string{"tenant", "owner"}, unique: x.Unique}
	var filled []string
	for _, part := range x.Parts {
		key := slices.Index(p.Keys, driver.Key{Field: part.Field, Fold: part.Fold})
		made.Parts = append(made.Parts, driver.Part{Key: key, Desc: part.Desc})
		name := column(key)
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
	_, err := e.Exec(ctx, "CREATE "+w.kind+" "+w.name+" ON "+table+" "+w.text())
	if errors.Is(err, driver.ErrUnique) {
		ids, err := e.duplicates(ctx, table, w)
		if err != nil {
			return err
		}
		return mismatch(c, "data_conflict", "documents share a key of the unique index "+name, ids...)
	}
	if err != nil {
		return err
	}
	_, err = e.Exec(ctx, "INSERT INTO mz_indexes (index_name, table_name, definition) VALUES (?, ?, ?)", w.name, table, w.kind+" "+w.text())
	return err
}

// duplicates names documents that share a key within their scope.
func (e *ensurer) duplicates(ctx context.Context, table string, w index) (ids []string, err error) {
	on := strings.ReplaceAll(strings.Join(w.on, ", "), " DESC", "")
	err = e.each(ctx, "SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY "+on+") AS n FROM "+table+w.where+") WHERE n > 1 ORDER BY id LIMIT ?",
		[]any{idsMax}, func(r driver.Rows) error {
			var id string
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, err
}
