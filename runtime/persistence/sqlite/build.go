package sqlite

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Every statement on a table of a collection is made in this file, and none can be made without a scope.

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

func column(key int) string { return "k" + strconv.Itoa(key+1) }

const fields = "id, rev, created_at, updated_at, doc"

func (t *tx) Get(ctx context.Context, c *driver.Collection, s driver.Scope, id string) (*driver.Document, error) {
	t.readsShared = t.readsShared || s.Tenant == shared
	b := within(s)
	b.and("id = ?", id)
	d := &driver.Document{}
	var doc string
	err := t.QueryRow(ctx, "SELECT "+fields+" FROM "+c.Table+b.where.String(), b.args...).
		Scan(&d.ID, &d.Rev, &d.Created, &d.Updated, &doc)
	if errors.Is(err, driver.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d.Doc = []byte(doc)
	return d, nil
}

// choose adds a range to the condition.
func (b *scoped) choose(r *driver.Range) {
	for _, e := range r.Equal {
		b.and(column(e.Key)+" = ?", e.Value)
	}
	for _, key := range r.Present {
		b.and(column(key) + present)
	}
	b.bound(r.Low, " >= ?", " > ?")
	b.bound(r.High, " <= ?", " < ?")
}

// present is what the condition of a sparse index says of each column; SQLite uses the index only for a query that says it too.
const present = " <> x'05'"

func (b *scoped) bound(at *driver.Bound, closed, open string) {
	switch {
	case at == nil:
	case at.Open:
		b.and(column(at.Key)+open, at.Value)
	default:
		b.and(column(at.Key)+closed, at.Value)
	}
}

// stretch is a part of a range that is one piece of an index.
type stretch struct {
	driver.Range
	idAbove *string // only ids behind this one
}

// stretches cuts what lies behind a position into pieces of the index, the nearest first: the rows with the same keys and an id
// behind; then those that differ in the last column only; and so on. One condition with OR would be read from its start.
func stretches(r *driver.Range) []stretch {
	if r.After == nil {
		return []stretch{{Range: *r}}
	}
	var out []stretch
	for same := len(r.Order); same >= 0; same-- {
		s := stretch{Range: *r}
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
		b.WriteString(column(c.Key))
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

func (t *tx) Scan(ctx context.Context, c *driver.Collection, s driver.Scope, r *driver.Range, each func(*driver.Document) (bool, error)) error {
	t.readsShared = t.readsShared || s.Tenant == shared
	left := r.Limit
	more := true
	for _, piece := range stretches(r) {
		if !more || left == 0 {
			return nil
		}
		query, args := selection(c, s, &piece, r.Desc, left)
		n, err := t.scan(ctx, query, args, func(d *driver.Document) (bool, error) {
			var err error
			more, err = each(d)
			return more, err
		})
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// selection is the query of one piece.
func selection(c *driver.Collection, s driver.Scope, piece *stretch, desc bool, limit int) (string, []any) {
	b := within(s)
	b.choose(&piece.Range)
	if piece.idAbove != nil {
		b.and(map[bool]string{false: "id > ?", true: "id < ?"}[desc], *piece.idAbove)
	}
	return "SELECT " + fields + " FROM " + c.Table + b.where.String() + order(&piece.Range) + " LIMIT ?", append(b.args, limit)
}

// scan hands rows on and answers how many.
func (t *tx) scan(ctx context.Context, query string, args []any, each func(*driver.Document) (bool, error)) (n int, err error) {
	found, err := t.Query(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer found.Close()
	for found.Next() {
		d := &driver.Document{}
		var doc string
		if err := found.Scan(&d.ID, &d.Rev, &d.Created, &d.Updated, &doc); err != nil {
			return n, err
		}
		d.Doc = []byte(doc)
		n++
		if more, err := each(d); err != nil || !more {
			return n, err
		}
	}
	return n, found.Err()
}

func (t *tx) Count(ctx context.Context, c *driver.Collection, s driver.Scope, r *driver.Range) (n int64, err error) {
	t.readsShared = t.readsShared || s.Tenant == shared
	b := within(s)
	b.choose(r)
	b.args = append(b.args, r.Limit)
	err = t.QueryRow(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+c.Table+b.where.String()+" LIMIT ?)", b.args...).Scan(&n)
	return n, err
}

func (t *tx) Insert(ctx context.Context, c *driver.Collection, s driver.Scope, d *driver.Document) error {
	t.wroteShared = t.wroteShared || s.Tenant == shared
	var names, marks strings.Builder
	args := []any{s.Tenant, s.Owner, d.ID, d.Rev, d.Created, d.Updated, len(d.Doc), string(d.Doc)}
	for i, k := range d.Keys {
		names.WriteString(", " + column(i))
		marks.WriteString(", ?")
		args = append(args, k)
	}
	_, err := t.Exec(ctx, "INSERT INTO "+c.Table+" (tenant, owner, id, rev, created_at, updated_at, size, doc"+names.String()+
		") VALUES (?, ?, ?, ?, ?, ?, ?, ?"+marks.String()+")", args...)
	return err
}

func (t *tx) Update(ctx context.Context, c *driver.Collection, s driver.Scope, d *driver.Document) error {
	t.wroteShared = t.wroteShared || s.Tenant == shared
	var set strings.Builder
	args := []any{d.Rev, d.Updated, len(d.Doc), string(d.Doc)}
	for i, k := range d.Keys {
		set.WriteString(", " + column(i) + " = ?")
		args = append(args, k)
	}
	b := within(s)
	b.and("id = ?", d.ID)
	_, err := t.Exec(ctx, "UPDATE "+c.Table+" SET rev = ?, updated_at = ?, size = ?, doc = ?"+set.String()+b.where.String(),
		append(args, b.args...)...)
	return err
}

func (t *tx) Delete(ctx context.Context, c *driver.Collection, s driver.Scope, id string) error {
	t.wroteShared = t.wroteShared || s.Tenant == shared
	b := within(s)
	b.and("id = ?", id)
	_, err := t.Exec(ctx, "DELETE FROM "+c.Table+b.where.String(), b.args...)
	return err
}
