package rowsql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Maker makes and changes tables of an app's collections, within one transaction of whoever owns them. A tenant's rows are changed in a
// transaction that has its turn.
type Maker struct {
	driver.SQL
	App     string
	Tables  *Tables
	Rules   driver.Rules
	Tenant  string // whose rows are seen and changed in this transaction
	Created string // what a table that is made is called
}

// Tables is what stores write differently where tables are made.
type Tables struct {
	*Dialect
	Text, Integer, Bytes, End string
	// Wall lets nobody but a collection's owners see its rows; nil where nothing can.
	Wall func(ctx context.Context, m *Maker, c *data.Collection, table string) error
	// Guard makes the store refuse rows without a new key; nil where the driver does it.
	Guard func(ctx context.Context, m *Maker, table, column string) error
	// DropIndex names an index to be dropped.
	DropIndex func(table, name string) string
}

// batch is how many rows one transaction reads or changes.
const batch = 500

// idsMax is how many documents a mismatch names.
const idsMax = 20

// Mismatch is the error for documents, or a contract, in the way of a step.
func Mismatch(s *driver.Step, reason, what string, ids ...string) error {
	return &driver.MismatchError{Module: s.Module, Collection: s.Name, Reason: reason, What: what, IDs: ids}
}

// Batched tells whether a step goes through a collection's rows.
func Batched(k driver.StepKind) bool {
	switch k {
	case driver.StepCheck, driver.StepFillKey, driver.StepFill, driver.StepDropField:
		return true
	default:
		return false
	}
}

// Place is behind which row a step goes on.
type Place struct{ Tenant, Owner, ID string }

// ReadPlace reads a place as it was written; the zero place is before every row.
func ReadPlace(text string) (p Place, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &p)
	}
	return p, err
}

func (p Place) String() string {
	b, _ := json.Marshal(p) // of texts alone
	return string(b)
}

// Stored reads an app's catalogue.
func Stored(ctx context.Context, sql driver.SQL, app string) ([]*driver.Stored, error) {
	var all []*driver.Stored
	byTable := map[string]*driver.Stored{}
	err := each(ctx, sql, "SELECT module, name, table_name, tenancy, owner, definition FROM mz_collections WHERE app = ? ORDER BY module, name",
		[]any{app}, func(r driver.Rows) error {
			s := &driver.Stored{}
			all = append(all, s)
			err := r.Scan(&s.Module, &s.Name, &s.Table, &s.Tenancy, &s.Owner, &s.Definition)
			byTable[s.Table] = s
			return err
		})
	if err != nil {
		return nil, err
	}
	err = each(ctx, sql, `SELECT k.table_name, k.field, k.fold, k.ready FROM mz_keys k JOIN mz_collections c ON c.table_name = k.table_name
		WHERE c.app = ? ORDER BY k.table_name, k.position`, []any{app}, func(r driver.Rows) error {
		var table string
		var k driver.StoredKey
		err := r.Scan(&table, &k.Field, &k.Fold, &k.Ready)
		if s := byTable[table]; s != nil {
			s.Keys = append(s.Keys, k)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, each(ctx, sql, `SELECT i.table_name, i.index_name, i.definition FROM mz_indexes i JOIN mz_collections c ON c.table_name = i.table_name
		WHERE c.app = ? ORDER BY i.table_name, i.index_name`, []any{app}, func(r driver.Rows) error {
		var table string
		var x driver.StoredIndex
		err := r.Scan(&table, &x.Name, &x.Text)
		x.Unique = strings.HasPrefix(x.Text, "UNIQUE")
		if s := byTable[table]; s != nil {
			s.Indexes = append(s.Indexes, x)
		}
		return err
	})
}

// each runs a query to its end.
func each(ctx context.Context, sql driver.SQL, query string, args []any, row func(driver.Rows) error) error {
	found, err := sql.Query(ctx, query, args...)
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

// Describe answers an index over key columns, and how the database is to make it.
func (d *Dialect) Describe(table string, keys []driver.Key, x *data.Index) (driver.Index, driver.StoredIndex) {
	made := driver.Index{Name: x.Name, Unique: x.Unique, Sparse: x.Sparse}
	kind, where := "INDEX", ""
	on := []string{"tenant", "owner"}
	var filled []string
	for _, part := range x.Parts {
		key := slices.Index(keys, driver.Key{Field: part.Field, Fold: part.Fold})
		made.Parts = append(made.Parts, driver.Part{Key: key, Desc: part.Desc})
		name := Column(key)
		filled = append(filled, name+d.Present)
		if part.Desc {
			name += " DESC"
		}
		on = append(on, name)
	}
	if !x.Unique {
		on = append(on, "id")
	} else {
		kind = "UNIQUE INDEX"
		if x.Sparse && len(filled) > 0 {
			where = " WHERE " + strings.Join(filled, " AND ")
		}
	}
	text := "(" + strings.Join(on, ", ") + ")" + where
	sum := sha256.Sum256([]byte(table + "\x00" + kind + text))
	return made, driver.StoredIndex{Name: "i_" + hex.EncodeToString(sum[:8]), Text: kind + " " + text, Unique: x.Unique}
}

// KeysOf answers the key columns that a collection's indexes need, in the order of their first use.
func KeysOf(c *data.Collection) (keys []driver.Key) {
	for _, x := range c.Indexes {
		for _, part := range x.Parts {
			if k := (driver.Key{Field: part.Field, Fold: part.Fold}); !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

// keys answers the key columns of a table.
func (m *Maker) keys(ctx context.Context, table string) (keys []driver.Key, err error) {
	err = each(ctx, m, "SELECT field, fold FROM mz_keys WHERE table_name = ? ORDER BY position", []any{table}, func(r driver.Rows) error {
		var k driver.Key
		err := r.Scan(&k.Field, &k.Fold)
		keys = append(keys, k)
		return err
	})
	return keys, err
}

// Do does a piece of a step, behind a place in the rows.
func (m *Maker) Do(ctx context.Context, s *driver.Step, after Place) (p driver.Progress, err error) {
	p.Done = true
	switch s.Kind {
	case driver.StepCreate:
		err = m.create(ctx, s)
	case driver.StepAddKey:
		err = m.addKey(ctx, s)
	case driver.StepSealKey:
		_, err = m.Exec(ctx, "UPDATE mz_keys SET ready = ? WHERE table_name = ? AND field = ? AND fold = ?", true, s.Table, s.Key.Field, s.Key.Fold)
	case driver.StepIndex:
		err = m.index(ctx, s)
	case driver.StepRedefine:
		err = m.redefine(ctx, s)
	case driver.StepDropIndex:
		err = m.dropIndex(ctx, s)
	case driver.StepDrop:
		err = m.drop(ctx, s)
	default:
		return m.rows(ctx, s, after)
	}
	return p, err
}

// create makes a table with what belongs to it.
func (m *Maker) create(ctx context.Context, s *driver.Step) error {
	c, t := s.Collection, m.Tables
	var there int64
	if err := m.QueryRow(ctx, "SELECT count(*) FROM mz_collections WHERE app = ? AND module = ? AND name = ?", m.App, c.Module, c.Name).Scan(&there); err != nil || there > 0 {
		return err
	}
	keys := KeysOf(c)
	var columns strings.Builder
	for i := range keys {
		columns.WriteString(Column(i) + " " + t.Bytes + " NOT NULL, ")
	}
	if _, err := m.Exec(ctx, "CREATE TABLE "+m.Created+" (tenant "+t.Text+" NOT NULL CHECK (tenant <> ''), owner "+t.Text+" NOT NULL, id "+t.Text+
		" NOT NULL, rev "+t.Integer+" NOT NULL, created_at "+t.Integer+" NOT NULL, updated_at "+t.Integer+" NOT NULL, size INTEGER NOT NULL, doc "+t.Text+
		" NOT NULL, "+columns.String()+"PRIMARY KEY (tenant, owner, id))"+t.End); err != nil {
		return err
	}
	if _, err := m.Exec(ctx, "INSERT INTO mz_collections (app, module, name, table_name, tenancy, owner, definition) VALUES (?, ?, ?, ?, ?, ?, ?)",
		m.App, c.Module, c.Name, m.Created, string(c.Tenancy), c.OwnerField, s.Definition); err != nil {
		return err
	}
	for i, k := range keys {
		if _, err := m.Exec(ctx, "INSERT INTO mz_keys (table_name, position, field, fold, ready) VALUES (?, ?, ?, ?, ?)", m.Created, i, k.Field, k.Fold, true); err != nil {
			return err
		}
	}
	for i := range c.Indexes {
		if err := m.makeIndex(ctx, m.Created, keys, &c.Indexes[i]); err != nil {
			return err
		}
	}
	return m.wall(ctx, c, m.Created)
}

func (m *Maker) wall(ctx context.Context, c *data.Collection, table string) error {
	if m.Tables.Wall == nil {
		return nil
	}
	return m.Tables.Wall(ctx, m, c, table)
}

func (m *Maker) addKey(ctx context.Context, s *driver.Step) error {
	keys, err := m.keys(ctx, s.Table)
	if err != nil || slices.Contains(keys, s.Key) {
		return err
	}
	column := Column(len(keys))
	if _, err := m.Exec(ctx, "ALTER TABLE "+s.Table+" ADD COLUMN "+column+" "+m.Tables.Bytes); err != nil {
		return err
	}
	if m.Tables.Guard != nil {
		if err := m.Tables.Guard(ctx, m, s.Table, column); err != nil {
			return err
		}
	}
	_, err = m.Exec(ctx, "INSERT INTO mz_keys (table_name, position, field, fold, ready) VALUES (?, ?, ?, ?, ?)", s.Table, len(keys), s.Key.Field, s.Key.Fold, false)
	return err
}

// Position answers where a table has a key column.
func (m *Maker) Position(ctx context.Context, s *driver.Step) (int, error) {
	keys, err := m.keys(ctx, s.Table)
	return slices.Index(keys, s.Key), err
}

func (m *Maker) index(ctx context.Context, s *driver.Step) error {
	keys, err := m.keys(ctx, s.Table)
	if err != nil {
		return err
	}
	return m.makeIndex(ctx, s.Table, keys, s.Index)
}

func (m *Maker) makeIndex(ctx context.Context, table string, keys []driver.Key, x *data.Index) error {
	_, w := m.Tables.Describe(table, keys, x)
	known, err := m.Indexed(ctx, w)
	if err != nil || known {
		return err
	}
	kind, on, _ := strings.Cut(w.Text, " (")
	_, err = m.Exec(ctx, "CREATE "+kind+" "+w.Name+" ON "+table+" ("+on)
	if errors.Is(err, driver.ErrUnique) {
		return DuplicatesError{w}
	}
	if err != nil {
		return err
	}
	return m.NoteIndex(ctx, table, w)
}

// DuplicatesError says that rows share the key of a unique index that was to be made.
type DuplicatesError struct{ Index driver.StoredIndex }

func (DuplicatesError) Error() string { return "documents share a key of a unique index" }

// Indexed tells whether the catalogue has an index.
func (m *Maker) Indexed(ctx context.Context, w driver.StoredIndex) (bool, error) {
	var n int64
	err := m.QueryRow(ctx, "SELECT count(*) FROM mz_indexes WHERE index_name = ?", w.Name).Scan(&n)
	return n > 0, err
}

// NoteIndex puts an index into the catalogue: from then on it is used.
func (m *Maker) NoteIndex(ctx context.Context, table string, w driver.StoredIndex) error {
	_, err := m.Exec(ctx, "INSERT INTO mz_indexes (index_name, table_name, definition) VALUES (?, ?, ?)", w.Name, table, w.Text)
	return err
}

// Duplicates names documents that share a key within their scope, of those that are seen.
func (m *Maker) Duplicates(ctx context.Context, table string, w driver.StoredIndex) (ids []string, err error) {
	on, where, _ := strings.Cut(strings.TrimPrefix(w.Text, "UNIQUE INDEX ("), ")")
	err = each(ctx, m, "SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY "+strings.ReplaceAll(on, " DESC", "")+") AS n FROM "+table+where+
		") AS grouped WHERE n > 1 ORDER BY id LIMIT ?", []any{idsMax}, func(r driver.Rows) error {
		var id string
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

func (m *Maker) redefine(ctx context.Context, s *driver.Step) error {
	c := s.Collection
	if _, err := m.Exec(ctx, "UPDATE mz_collections SET tenancy = ?, owner = ?, definition = ? WHERE app = ? AND module = ? AND name = ?",
		string(c.Tenancy), c.OwnerField, s.Definition, m.App, c.Module, c.Name); err != nil {
		return err
	}
	return m.wall(ctx, c, s.Table)
}

func (m *Maker) dropIndex(ctx context.Context, s *driver.Step) error {
	if _, err := m.Exec(ctx, "DROP INDEX IF EXISTS "+m.Tables.DropIndex(s.Table, s.IndexName)); err != nil {
		return err
	}
	_, err := m.Exec(ctx, "DELETE FROM mz_indexes WHERE index_name = ?", s.IndexName)
	return err
}

// drop forgets a collection with its rows. What tenants are said to store there goes with it.
func (m *Maker) drop(ctx context.Context, s *driver.Step) error {
	if _, err := m.Exec(ctx, "DROP TABLE IF EXISTS "+s.Table); err != nil {
		return err
	}
	for _, table := range []string{"mz_keys", "mz_indexes", "mz_collections"} {
		if _, err := m.Exec(ctx, "DELETE FROM "+table+" WHERE table_name = ?", s.Table); err != nil {
			return err
		}
	}
	return nil
}

// rows does a step on the next rows of the tenant.
func (m *Maker) rows(ctx context.Context, s *driver.Step, after Place) (p driver.Progress, err error) {
	if after.Tenant != m.Tenant {
		after = Place{Tenant: m.Tenant}
	}
	keys, err := m.keys(ctx, s.Table)
	if err != nil {
		return p, err
	}
	type entry struct {
		owner string
		driver.Document
	}
	var some []entry
	err = each(ctx, m, "SELECT owner, "+Fields+" FROM "+s.Table+" WHERE tenant = ? AND (owner, id) > (?, ?) ORDER BY owner, id LIMIT ?",
		[]any{m.Tenant, after.Owner, after.ID, batch}, func(r driver.Rows) error {
			var x entry
			var doc string
			err := r.Scan(&x.owner, &x.ID, &x.Rev, &x.Created, &x.Updated, &doc)
			x.Doc = []byte(doc)
			some = append(some, x)
			return err
		})
	if err != nil {
		return p, err
	}
	var ids []string
	var grown int64
	for i := range some {
		x := &some[i]
		fits, by, err := m.row(ctx, s, keys, driver.Scope{Tenant: m.Tenant, Owner: x.owner}, &x.Document)
		if err != nil {
			return p, err
		}
		if !fits && len(ids) < idsMax {
			ids = append(ids, x.ID)
		}
		grown += by
		after.Owner, after.ID = x.owner, x.ID
	}
	if len(ids) > 0 {
		return p, Mismatch(s, "data_conflict", "documents do not fit", ids...)
	}
	p.Rows, p.After = int64(len(some)), after.String()
	if grown == 0 {
		return p, nil
	}
	_, err = m.Exec(ctx, `INSERT INTO mz_usage (app, tenant, table_name, stored_rows, stored_bytes, quota_rows, quota_bytes) VALUES (?, ?, ?, 0, ?, 0, 0)
		ON CONFLICT (app, tenant, table_name) DO UPDATE SET stored_bytes = mz_usage.stored_bytes + excluded.stored_bytes`, m.App, m.Tenant, s.Table, grown)
	return p, err
}

// row does a step on one row; it answers whether the row fits, and by how many bytes it grew.
func (m *Maker) row(ctx context.Context, s *driver.Step, keys []driver.Key, scope driver.Scope, d *driver.Document) (fits bool, by int64, err error) {
	switch s.Kind {
	case driver.StepCheck:
		for _, k := range s.Keys {
			if _, err := m.Rules.Key(k, d); err != nil {
				return false, 0, nil //nolint:nilerr // the row is named
			}
		}
		fits, err := m.Rules.Fits(s, d)
		return fits, 0, err
	case driver.StepFillKey:
		key, err := m.Rules.Key(s.Key, d)
		if err != nil {
			return false, 0, nil //nolint:nilerr // the row is named
		}
		b := within(scope)
		b.and("id = ?", d.ID)
		_, err = m.Exec(ctx, "UPDATE "+s.Table+" SET "+Column(slices.Index(keys, s.Key))+" = ?"+b.where.String(), append([]any{key}, b.args...)...)
		return true, 0, err
	default:
		changed, err := m.Rules.Change(s, keys, d)
		if err != nil || changed == nil {
			return true, 0, err
		}
		st := m.Tables.Update(&driver.Collection{Table: s.Table}, scope, changed)
		_, err = m.Exec(ctx, st.Query, st.Args...)
		return true, int64(len(changed.Doc) - len(d.Doc)), err
	}
}
