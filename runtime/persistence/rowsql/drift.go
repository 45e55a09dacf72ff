package rowsql

import (
	"context"
	"strings"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Database is how to ask a database what it has.
type Database struct {
	Tables  string // names of an app's tables, with Of
	Of      string
	Columns string // how many key columns a table has
	Indexes string // of a table: name, definition from the parenthesis on, and whether it is valid
	// Text writes a definition of the catalogue as the database answers it; nil where it is not compared.
	Text func(string) string
}

// Compare answers what the database has otherwise than the catalogue.
func Compare(ctx context.Context, sql driver.SQL, stored []*driver.Stored, d Database) (all []driver.Drift, err error) {
	have := map[string]bool{}
	note := func(kind, object string) { all = append(all, driver.Drift{Kind: kind, Object: object}) }
	known := map[string]bool{}
	for _, s := range stored {
		known[s.Table] = true
	}
	err = each(ctx, sql, d.Tables, []any{d.Of}, func(r driver.Rows) error {
		var name string
		err := r.Scan(&name)
		if have[name] = true; !known[name] {
			note("extra", name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, s := range stored {
		if !have[s.Table] {
			note("missing", s.Table)
			continue
		}
		var columns int
		if err := sql.QueryRow(ctx, d.Columns, s.Table).Scan(&columns); err != nil {
			return nil, err
		}
		if columns != len(s.Keys) {
			note("different", s.Table)
		}
		if err := compareIndexes(ctx, sql, s, d, note); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func compareIndexes(ctx context.Context, sql driver.SQL, s *driver.Stored, d Database, note func(kind, object string)) error {
	wanted := map[string]string{}
	for _, x := range s.Indexes {
		_, wanted[x.Name], _ = strings.Cut(x.Text, "INDEX ")
	}
	there := map[string]bool{}
	err := each(ctx, sql, d.Indexes, []any{s.Table}, func(r driver.Rows) error {
		var name, text string
		var valid bool
		if err := r.Scan(&name, &text, &valid); err != nil {
			return err
		}
		there[name] = true
		want, known := wanted[name]
		switch {
		case !known:
			note("extra", name)
		case !valid:
			note("invalid", name)
		case d.Text != nil && d.Text(want) != text:
			note("different", name)
		}
		return nil
	})
	for _, x := range s.Indexes {
		if err == nil && !there[x.Name] {
			note("missing", x.Name)
		}
	}
	return err
}
