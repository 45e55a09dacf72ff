package sqlite

import (
	"context"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
)

// noRules is for tables without rows.
type noRules struct{}

func (noRules) Definition(*data.Collection) string                { return "{}" }
func (noRules) Key(driver.Key, *driver.Document) ([]byte, error)  { return nil, nil }
func (noRules) Fits(*driver.Step, *driver.Document) (bool, error) { return true, nil }
func (noRules) Change(*driver.Step, []driver.Key, *driver.Document) (*driver.Document, error) {
	return nil, nil
}

// Every range is read from its index, from its first row on: a cursor in the middle costs what its page costs.
func TestRangesAreReadFromTheirIndex(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	part := func(field string, desc bool) data.Part { return data.Part{Field: field, Desc: desc} }
	declared := &data.Collection{Module: "m", Name: "c", Tenancy: data.PerTenant, Indexes: []data.Index{
		{Name: "ab", Parts: []data.Part{part("a", false), part("b", true)}},
		{Name: "u", Parts: []data.Part{part("u", false)}, Unique: true},
		{Name: "s", Parts: []data.Part{part("s", false), part("v", false)}, Unique: true, Sparse: true},
	}}
	c := make1(t, db, declared)
	held, err := db.Begin(t.Context(), driver.ReadOnly, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	defer held.Rollback()
	const a, b, u, s, v = 0, 1, 2, 3, 4
	at := func(key int) driver.Bound { return driver.Bound{Key: key, Value: []byte{tag}} }
	open := func(key int) *driver.Bound { x := at(key); x.Open = true; return &x }
	after := func(n int) *driver.Position {
		p := &driver.Position{ID: "x"}
		for range n {
			p.Values = append(p.Values, []byte{tag})
		}
		return p
	}
	abOrder := []driver.Column{{Key: a}, {Key: b, Desc: true}}
	for name, r := range map[string]driver.Range{
		"all by id":                     {},
		"all by id, behind a row":       {After: after(0)},
		"all by id, backward":           {Desc: true, After: after(0)},
		"by index":                      {Order: abOrder},
		"by index, behind a row":        {Order: abOrder, After: after(2)},
		"by index, backward":            {Order: []driver.Column{{Key: a, Desc: true}, {Key: b}}, Desc: true, After: after(2)},
		"one value":                     {Equal: []driver.Bound{at(a)}, Order: abOrder[1:], After: after(1)},
		"one value and a range":         {Equal: []driver.Bound{at(a)}, Low: open(b), High: open(b), Order: abOrder[1:], After: after(1)},
		"a range":                       {Low: open(a), High: open(a), Order: abOrder, After: after(2)},
		"a point of a unique index":     {Equal: []driver.Bound{at(u)}},
		"a range of a unique index":     {Low: open(u), Order: []driver.Column{{Key: u}}},
		"a point of a sparse index":     {Equal: []driver.Bound{at(s), at(v)}, Present: []int{s, v}},
		"a range within a sparse index": {Equal: []driver.Bound{at(s)}, Low: open(v), Order: []driver.Column{{Key: v}}, Present: []int{s, v}},
	} {
		t.Run(name, func(t *testing.T) {
			r.Limit = 10
			for _, piece := range rowsql.Pieces(&r) {
				for _, line := range explain(t, held.(*tx), c, &piece) {
					if !strings.HasPrefix(line, "SEARCH ") || !strings.Contains(line, "INDEX") {
						// A backward order ends in ids that the index has forward: a group of equal keys is sorted, never the range.
						if strings.Contains(line, "LAST TERM") {
							continue
						}
						t.Errorf("%s", line)
					}
					if len(piece.Equal) > 0 && !strings.Contains(line, "k") {
						t.Errorf("the keys are not searched for: %s", line)
					}
				}
			}
		})
	}
}

const tag = 0x10

func explain(t *testing.T, held *tx, c *driver.Collection, piece *rowsql.Piece) (lines []string) {
	t.Helper()
	st := dialect.Select(c, driver.Scope{Tenant: "t", Owner: "o"}, piece, 10)
	found, err := held.Query(context.Background(), "EXPLAIN QUERY PLAN "+st.Query, st.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var id, parent, unused int
		var detail string
		if err := found.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, detail)
	}
	return lines
}

// make1 makes the table of a collection.
func make1(t *testing.T, db *DB, declared *data.Collection) *driver.Collection {
	t.Helper()
	m, err := db.Migrator(t.Context(), "app", noRules{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	note := driver.Note{Before: func(context.Context, driver.SQL) error { return nil }, After: func(context.Context, driver.SQL, driver.Progress) error { return nil }}
	if _, err := m.Do(t.Context(), &driver.Step{Kind: driver.StepCreate, Module: declared.Module, Name: declared.Name, Collection: declared, Definition: "{}"}, "", note); err != nil {
		t.Fatal(err)
	}
	all, err := m.Stored(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := &driver.Collection{Table: all[0].Table, Keys: rowsql.KeysOf(declared)}
	for i := range declared.Indexes {
		x, _ := m.Describe(c.Table, c.Keys, &declared.Indexes[i])
		c.Indexes = append(c.Indexes, x)
	}
	return c
}
