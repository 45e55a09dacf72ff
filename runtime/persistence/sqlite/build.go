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
	b := within(s)
	b.and("id = ?", id)
	d := &driver.Document{}
	var doc string
	err := t.QueryRow(ctx, "SELECT "+fields+" FROM "+c.Table+b.where.String(), b.args...).
		Scan(&d.ID, &d.Rev, &d.Created, &d.Updated, &doc)
	if errors.Is(err, driver.ErrNoRows) {
		return nil, nil
	}
	d.Doc = []byte(doc)
	return d, err
}

// choose adds a range to the condition.
func (b *scoped) choose(r *driver.Range) {
	for _, e := range r.Equal {
		b.and(column(e.Key)+" = ?", e.Value)
	}
	if r.Low != nil {
		op := " >= ?"
		if r.Low.Open {
			op = " > ?"
		}
		b.and(column(r.Low.Key)+op, r.Low.Value)
	}
	if r.High != nil {
		op := " <= ?"
		if r.High.Open {
			op = " < ?"
		}
		b.and(column(r.High.Key)+op, r.High.Value)
	}
	if r.After != nil {
		b.behind(r)
	}
}

// behind keeps the rows after a position: (a > x) or (a = x and b > y) or …, each column by its own direction.
func (b *scoped) behind(r *driver.Range) {
	var alternatives []string
	var args []any
	for i := 0; i <= len(r.Order); i++ {
		var all []string
		for j := range i {
			all = append(all, column(r.Order[j].Key)+" = ?")
			args = append(args, r.After.Values[j])
		}
		if i < len(r.Order) {
			op := " > ?"
			if r.Order[i].Desc {
				op = " < ?"
			}
			all = append(all, column(r.Order[i].Key)+op)
			args = append(args, r.After.Values[i])
		} else {
			op := "id > ?"
			if r.Desc {
				op = "id < ?"
			}
			all = append(all, op)
			args = append(args, r.After.ID)
		}
		alternatives = append(alternatives, "("+strings.Join(all, " AND ")+")")
	}
	b.and("("+strings.Join(alternatives, " OR ")+")", args...)
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

func (t *tx) Scan(ctx context.Context, c *driver.Collection, s driver.Scope, r *driver.Range) ([]driver.Document, error) {
	b := within(s)
	b.choose(r)
	b.args = append(b.args, r.Limit)
	found, err := t.Query(ctx, "SELECT "+fields+" FROM "+c.Table+b.where.String()+order(r)+" LIMIT ?", b.args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var out []driver.Document
	for found.Next() {
		var d driver.Document
		var doc string
		if err := found.Scan(&d.ID, &d.Rev, &d.Created, &d.Updated, &doc); err != nil {
			return nil, err
		}
		d.Doc = []byte(doc)
		out = append(out, d)
	}
	return out, found.Err()
}

func (t *tx) Count(ctx context.Context, c *driver.Collection, s driver.Scope, r *driver.Range) (n int64, err error) {
	b := within(s)
	b.choose(r)
	b.args = append(b.args, r.Limit)
	err = t.QueryRow(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+c.Table+b.where.String()+" LIMIT ?)", b.args...).Scan(&n)
	return n, err
}

func (t *tx) Insert(ctx context.Context, c *driver.Collection, s driver.Scope, d *driver.Document) error {
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
	b := within(s)
	b.and("id = ?", id)
	_, err := t.Exec(ctx, "DELETE FROM "+c.Table+b.where.String(), b.args...)
	return err
}
