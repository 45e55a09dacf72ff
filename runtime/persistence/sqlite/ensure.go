package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// backfillFunc computes a key of a stored document.
type backfillFunc = func(k driver.Key, doc []byte, id string, created, updated int64) ([]byte, error)

// Ensure makes what is missing, all in one transaction. A collection whose rows belong to others than before is
// driver.ErrMismatch.
func (db *DB) Ensure(ctx context.Context, app string, collections []*data.Collection, backfill backfillFunc) ([]*driver.Collection, error) {
	held, err := db.Begin(ctx, driver.ReadWrite)
	if err != nil {
		return nil, err
	}
	defer held.Rollback()
	t := held.(*tx)
	var out []*driver.Collection
	for _, c := range collections {
		made, err := t.ensure(ctx, app, c, backfill)
		if err != nil {
			return nil, fmt.Errorf("collection %s of %s: %w", c.Name, c.Module, err)
		}
		out = append(out, made)
	}
	return out, t.Commit(ctx)
}

func (t *tx) ensure(ctx context.Context, app string, c *data.Collection, backfill backfillFunc) (*driver.Collection, error) {
	p := &driver.Collection{Table: physicalTable(app, c.Module, c.Name)}
	var tenancy, owner string
	err := t.QueryRow(ctx, "SELECT tenancy, owner FROM mz_collections WHERE app = ? AND module = ? AND name = ?", app, c.Module, c.Name).
		Scan(&tenancy, &owner)
	switch {
	case err == driver.ErrNoRows: //nolint:errorlint // translate answers exactly this value
		if err := t.createTable(ctx, app, c, p.Table); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	case tenancy != string(c.Tenancy) || owner != c.OwnerField:
		var rows int64
		if err := t.QueryRow(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+p.Table+" LIMIT 1)").Scan(&rows); err != nil {
			return nil, err
		}
		if rows > 0 {
			return nil, fmt.Errorf("%w: its tenancy or owner changed and it has rows", driver.ErrMismatch)
		}
		if _, err := t.Exec(ctx, "UPDATE mz_collections SET tenancy = ?, owner = ? WHERE app = ? AND module = ? AND name = ?",
			string(c.Tenancy), c.OwnerField, app, c.Module, c.Name); err != nil {
			return nil, err
		}
	}
	if err := t.ensureKeys(ctx, p, c, backfill); err != nil {
		return nil, err
	}
	return p, t.ensureIndexes(ctx, p, c)
}

func (t *tx) createTable(ctx context.Context, app string, c *data.Collection, table string) error {
	if _, err := t.Exec(ctx, "CREATE TABLE "+table+` (
		tenant TEXT NOT NULL CHECK (tenant <> ''), owner TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL,
		created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, size INTEGER NOT NULL, doc TEXT NOT NULL,
		PRIMARY KEY (tenant, owner, id)) STRICT`); err != nil {
		return err
	}
	_, err := t.Exec(ctx, "INSERT INTO mz_collections (app, module, name, table_name, tenancy, owner) VALUES (?, ?, ?, ?, ?, ?)",
		app, c.Module, c.Name, table, string(c.Tenancy), c.OwnerField)
	return err
}

// ensureKeys adds a key column for each distinct part that the indexes use, and computes it for the rows that are there.
func (t *tx) ensureKeys(ctx context.Context, p *driver.Collection, c *data.Collection, backfill backfillFunc) error {
	found, err := t.Query(ctx, "SELECT field, fold FROM mz_keys WHERE table_name = ? ORDER BY position", p.Table)
	if err != nil {
		return err
	}
	for found.Next() {
		var k driver.Key
		if err := found.Scan(&k.Field, &k.Fold); err != nil {
			return err
		}
		p.Keys = append(p.Keys, k)
	}
	if err := found.Close(); err != nil {
		return err
	}
	for _, x := range c.Indexes {
		for _, part := range x.Parts {
			k := driver.Key{Field: part.Field, Fold: part.Fold}
			if slices.Contains(p.Keys, k) {
				continue
			}
			p.Keys = append(p.Keys, k)
			if err := t.addKey(ctx, p, k, backfill); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) addKey(ctx context.Context, p *driver.Collection, k driver.Key, backfill backfillFunc) error {
	position := len(p.Keys) - 1
	fold := 0
	if k.Fold {
		fold = 1
	}
	if _, err := t.Exec(ctx, "ALTER TABLE "+p.Table+" ADD COLUMN "+column(position)+" BLOB"); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, "INSERT INTO mz_keys (table_name, position, field, fold) VALUES (?, ?, ?, ?)", p.Table, position, k.Field, fold); err != nil {
		return err
	}
	type entry struct {
		rowid int64
		key   []byte
	}
	for last := int64(-1 << 62); ; {
		batch, err := t.Query(ctx, "SELECT rowid, doc, id, created_at, updated_at FROM "+p.Table+" WHERE rowid > ? ORDER BY rowid LIMIT 500", last)
		if err != nil {
			return err
		}
		var todo []entry
		for batch.Next() {
			var e entry
			var doc, id string
			var created, updated int64
			if err := batch.Scan(&e.rowid, &doc, &id, &created, &updated); err != nil {
				return err
			}
			if e.key, err = backfill(k, []byte(doc), id, created, updated); err != nil {
				return fmt.Errorf("%w: document %s has no key for %s", driver.ErrMismatch, id, k.Field)
			}
			todo = append(todo, e)
		}
		if err := batch.Close(); err != nil {
			return err
		}
		if len(todo) == 0 {
			return nil
		}
		for _, e := range todo {
			if _, err := t.Exec(ctx, "UPDATE "+p.Table+" SET "+column(position)+" = ? WHERE rowid = ?", e.key, e.rowid); err != nil {
				return err
			}
		}
		last = todo[len(todo)-1].rowid
	}
}

func (t *tx) ensureIndexes(ctx context.Context, p *driver.Collection, c *data.Collection) error {
	for _, x := range c.Indexes {
		made := driver.Index{Name: x.Name, Unique: x.Unique, Sparse: x.Sparse}
		columns := []string{"tenant", "owner"}
		var missing []string
		for _, part := range x.Parts {
			key := slices.Index(p.Keys, driver.Key{Field: part.Field, Fold: part.Fold})
			made.Parts = append(made.Parts, driver.Part{Key: key, Desc: part.Desc})
			name := column(key)
			missing = append(missing, name+" <> x'05'")
			if part.Desc {
				name += " DESC"
			}
			columns = append(columns, name)
		}
		p.Indexes = append(p.Indexes, made)
		definition := "INDEX"
		where := ""
		if x.Unique {
			definition = "UNIQUE INDEX"
			if x.Sparse {
				where = " WHERE " + strings.Join(missing, " AND ")
			}
		} else {
			columns = append(columns, "id")
		}
		text := "(" + strings.Join(columns, ", ") + ")" + where
		if err := t.ensureIndex(ctx, p.Table, definition, text); err != nil {
			return fmt.Errorf("index %s: %w", x.Name, err)
		}
	}
	return nil
}

func (t *tx) ensureIndex(ctx context.Context, table, kind, text string) error {
	sum := sha256.Sum256([]byte(table + "\x00" + kind + text))
	name := "i_" + hex.EncodeToString(sum[:8])
	var there int64
	if err := t.QueryRow(ctx, "SELECT count(*) FROM mz_indexes WHERE index_name = ?", name).Scan(&there); err != nil || there > 0 {
		return err
	}
	if _, err := t.Exec(ctx, "CREATE "+kind+" "+name+" ON "+table+" "+text); err != nil {
		return err
	}
	_, err := t.Exec(ctx, "INSERT INTO mz_indexes (index_name, table_name, definition) VALUES (?, ?, ?)", name, table, kind+" "+text)
	return err
}

// physicalTable names the table of a collection: app_{slug}_{hash}__{module}__{name}.
func physicalTable(app, module, name string) string {
	sum := sha256.Sum256([]byte(app))
	m, changedModule := segment(module)
	n, changedName := segment(name)
	table := m + "__" + n
	if changedModule || changedName {
		both := sha256.Sum256([]byte(module + "\x00" + name))
		table += "_" + hex.EncodeToString(both[:4])
	}
	slug, _ := segment(app)
	return "app_" + slug + "_" + hex.EncodeToString(sum[:4]) + "__" + table
}

// segment makes a part of a physical name: lower case, runs of anything else one underscore, at most 24 characters.
func segment(s string) (string, bool) {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(r)
			continue
		}
		gap = true
	}
	out := b.String()
	if out == "" {
		out = "item"
	}
	if len(out) > 24 {
		out = out[:24]
	}
	return out, out != s
}
