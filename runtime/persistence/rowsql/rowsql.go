// Package rowsql makes the statements on tables of collections, for every store that speaks SQL. None can be made without a scope.
package rowsql

import (
	"strconv"
	"strings"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Dialect is what stores write differently.
type Dialect struct {
	Present  string // what a condition says behind a key column whose value is not missing
	Conflict string // what an insertion ends with
}

// Statement is a query with its arguments, for placeholders written ?.
type Statement struct {
	Query string
	Args  []any
}

// Fields are the columns that a selection answers, as Scan reads them.
const Fields = "id, rev, created_at, updated_at, doc"

// Column is the name of a key column.
func Column(key int) string { return "k" + strconv.Itoa(key+1) }

// scoped begins the condition of every statement: the scope, whatever else is asked.
type scoped struct {
	where strings.Builder
	args  []any
}

func within(s driver.Scope) *scoped {
	b := &scoped{}
	b.where.WriteString(" WHERE tenant = ? AND owner = ?")
	b.args = append(b.args, s.Tenant, s.Owner)
	return b
}

func (b *scoped) and(condition string, args ...any) {
	b.where.WriteString(" AND ")
	b.where.WriteString(condition)
	b.args = append(b.args, args...)
}

// choose adds a range to the condition.
func (b *scoped) choose(d *Dialect, r *driver.Range) {
	for _, e := range r.Equal {
		b.and(Column(e.Key)+" = ?", e.Value)
	}
	for _, key := range r.Present {
		b.and(Column(key) + d.Present)
	}
	b.bound(r.Low, " >= ?", " > ?")
	b.bound(r.High, " <= ?", " < ?")
}

func (b *scoped) bound(at *driver.Bound, closed, open string) {
	switch {
	case at == nil:
	case at.Open:
		b.and(Column(at.Key)+open, at.Value)
	default:
		b.and(Column(at.Key)+closed, at.Value)
	}
}

// Get reads one row.
func (d *Dialect) Get(c *driver.Collection, s driver.Scope, id string) Statement {
	b := within(s)
	b.and("id = ?", id)
	return Statement{"SELECT " + Fields + " FROM " + c.Table + b.where.String(), b.args}
}

// Piece is a part of a range that is one piece of an index.
type Piece struct {
	driver.Range
	idAbove *string // only ids behind this one
}

// Pieces cuts what lies behind a position into pieces of the index, the nearest first: the rows with the same keys and an id behind; then
// those that differ in the last column only; and so on. One condition with OR would be read from its start.
func Pieces(r *driver.Range) []Piece {
	if r.After == nil {
		return []Piece{{Range: *r}}
	}
	var out []Piece
	for same := len(r.Order); same >= 0; same-- {
		s := Piece{Range: *r}
		s.After = nil
		s.Equal = append([]driver.Bound{}, r.Equal...)
		s.Order = r.Order[same:]
		for i, c := range r.Order[:same] {
			s.Equal = append(s.Equal, driver.Bound{Key: c.Key, Value: r.After.Values[i]})
		}
		if same > 0 { // the bounds are those of the first column, which is now one value within them
			s.Low, s.High = nil, nil
		}
		if same == len(r.Order) {
			s.idAbove = &r.After.ID
			out = append(out, s)
			continue
		}
		edge := &driver.Bound{Key: r.Order[same].Key, Value: r.After.Values[same], Open: true}
		if r.Order[same].Desc {
			s.High = edge
		} else {
			s.Low = edge
		}
		out = append(out, s)
	}
	return out
}

func order(r *driver.Range) string {
	var b strings.Builder
	b.WriteString(" ORDER BY ")
	for _, c := range r.Order {
		b.WriteString(Column(c.Key))
		if c.Desc {
			b.WriteString(" DESC")
		}
		b.WriteString(", ")
	}
	b.WriteString("id")
	if r.Desc {
		b.WriteString(" DESC")
	}
	return b.String()
}

// Select reads the rows of one piece, in order.
func (d *Dialect) Select(c *driver.Collection, s driver.Scope, piece *Piece, limit int) Statement {
	b := within(s)
	b.choose(d, &piece.Range)
	if piece.idAbove != nil {
		b.and(map[bool]string{false: "id > ?", true: "id < ?"}[piece.Desc], *piece.idAbove)
	}
	return Statement{"SELECT " + Fields + " FROM " + c.Table + b.where.String() + order(&piece.Range) + " LIMIT ?", append(b.args, limit)}
}

// Count counts the rows of a range, up to its limit.
func (d *Dialect) Count(c *driver.Collection, s driver.Scope, r *driver.Range) Statement {
	b := within(s)
	b.choose(d, r)
	return Statement{"SELECT count(*) FROM (SELECT 1 FROM " + c.Table + b.where.String() + " LIMIT ?) AS matched", append(b.args, r.Limit)}
}

// Insert adds a row.
func (d *Dialect) Insert(c *driver.Collection, s driver.Scope, doc *driver.Document) Statement {
	var names, marks strings.Builder
	args := []any{s.Tenant, s.Owner, doc.ID, doc.Rev, doc.Created, doc.Updated, len(doc.Doc), string(doc.Doc)}
	for i, k := range doc.Keys {
		names.WriteString(", " + Column(i))
		marks.WriteString(", ?")
		args = append(args, k)
	}
	return Statement{"INSERT INTO " + c.Table + " (tenant, owner, id, rev, created_at, updated_at, size, doc" + names.String() +
		") VALUES (?, ?, ?, ?, ?, ?, ?, ?" + marks.String() + ")" + d.Conflict, args}
}

// Update changes the row with the document's id.
func (d *Dialect) Update(c *driver.Collection, s driver.Scope, doc *driver.Document) Statement {
	var set strings.Builder
	args := []any{doc.Rev, doc.Updated, len(doc.Doc), string(doc.Doc)}
	for i, k := range doc.Keys {
		set.WriteString(", " + Column(i) + " = ?")
		args = append(args, k)
	}
	b := within(s)
	b.and("id = ?", doc.ID)
	return Statement{"UPDATE " + c.Table + " SET rev = ?, updated_at = ?, size = ?, doc = ?" + set.String() + b.where.String(), append(args, b.args...)}
}

// Delete removes a row.
func (d *Dialect) Delete(c *driver.Collection, s driver.Scope, id string) Statement {
	b := within(s)
	b.and("id = ?", id)
	return Statement{"DELETE FROM " + c.Table + b.where.String(), b.args}
}
