package persistencetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

func backfills(t *testing.T, b *bench) {
	for i := range 1200 {
		b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "d%04d", "doc": {"x": %d}}`, i, i%100))
	}
	changed := strings.Replace(contract, `{"name": "by_any", "keys": [["any", 1]]}`, `{"name": "by_any", "keys": [["any", 1]]}, {"name": "by_x", "keys": [["x", -1]]}`, 1)
	var err error
	if b.cat, err = b.store.Apply(context.Background(), "app", decode(t, changed)); err != nil {
		t.Fatal(err)
	}
	if n := b.must(ann, "data_count", `{"collection": "tasks", "filter": {"x": {"$gte": 98}}}`)["count"]; n != 24.0 {
		t.Errorf("the new index finds %v rows", n)
	}
	unique := strings.Replace(contract, `{"name": "by_any", "keys": [["any", 1]]}`, `{"name": "by_x", "keys": [["x", 1]], "unique": true}`, 1)
	if _, err := b.store.Apply(context.Background(), "app", decode(t, unique)); fault.CodeOf(err) != fault.MigrationBlocked {
		t.Errorf("a unique index over duplicates: %v", err)
	}
	owner := strings.Replace(contract, `"name": "tasks", "entity": "Task", "fields"`, `"name": "tasks", "entity": "Task", "tenancy": "app_wide", "writers": "any", "fields"`, 1)
	if _, err := b.store.Apply(context.Background(), "app", decode(t, owner)); fault.CodeOf(err) != fault.MigrationBlocked {
		t.Errorf("another tenancy over rows: %v", err)
	}
	if n := b.must(ann, "data_count", `{"collection": "tasks"}`)["count"]; n != 1200.0 {
		t.Errorf("%v rows are left", n)
	}
}

// refusesContracts changes the contract under rows in ways that would lose them, strand them or leave them unfit, and in ways
// that do not.
func refusesContracts(t *testing.T, b *bench) {
	ctx := context.Background()
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "a", "doc": {"title": "some title", "n": 5, "code": "c"}}`,
		insert("strict", `{"a": "1"}`), insert("people", `{"name": "N"}`))
	for name, c := range map[string]struct{ from, to, reason string }{
		"no collection":    {`{"name": "strict", `, `{"name": "renamed", `, "policy"},
		"a shorter text":   {`"max_length": 20`, `"max_length": 3`, "data_conflict"},
		"a smaller range":  {`"max": 100000`, `"max": 4`, "data_conflict"},
		"a smaller enum":   {`"enum": ["open", "done"], "default": "open"`, `"enum": ["done"], "default": "done"`, "data_conflict"},
		"another type":     {`{"name": "n", "type": "integer", "min": -100000, "max": 100000}`, `{"name": "n", "type": "string"}`, "data_conflict"},
		"a field less":     {`{"name": "title", "type": "string", "max_length": 20},`, ``, "data_conflict"},
		"a required field": {`{"name": "x", "type": "number"}`, `{"name": "x", "type": "number", "required": true}`, "data_conflict"},
		"a unique index less": {`{"name": "by_code", "keys": [["code", 1]], "unique": true, "sparse": true},`,
			`{"name": "by_code", "keys": [["code", 1]]},`, "policy"},
		"another owner": {`{"name": "people", `, `{"name": "people", "tenancy": "app_wide", "writers": "any", `, "tenancy"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(contract, c.from, c.to, 1)
			if changed == contract {
				t.Fatal("nothing was changed")
			}
			if c.reason == "policy" && strings.Contains(c.to, "renamed") {
				changed = strings.Replace(changed, `"name": "strict", "read_by"`, `"name": "renamed", "read_by"`, 1)
			}
			_, err := b.store.Apply(ctx, "app", decode(t, changed))
			var e *fault.Error
			if !errors.As(err, &e) || e.Code != fault.MigrationBlocked || e.Details["reason"] != c.reason {
				t.Fatalf("got %v, want %s", err, c.reason)
			}
			if ids := fmt.Sprint(e.Details["ids"]); (c.reason == "data_conflict") != (ids == "[a]") {
				t.Errorf("ids %s", ids)
			}
		})
	}
	for name, c := range map[string][2]string{
		"a longer text":         {`"max_length": 20`, `"max_length": 300`},
		"a wider enum":          {`"enum": ["open", "done"]`, `"enum": ["open", "done", "late"]`},
		"an optional field":     {`{"name": "x", "type": "number"}`, `{"name": "x", "type": "number"}, {"name": "y", "type": "number"}`},
		"a new default":         {`{"name": "x", "type": "number"}`, `{"name": "x", "type": "number", "default": 1}`},
		"a number for integers": {`{"name": "n", "type": "integer",`, `{"name": "n", "type": "number",`},
		"an index less":         {`, {"name": "by_any", "keys": [["any", 1]]}`, ``},
		"an empty collection": {`,
  {"name": "guarded", "tenancy": "app_wide", "writers": "operator", "fields": [{"name": "k", "type": "string"}]}`, ``},
		"a unique index of no rows": {`"indexes": [{"name": "by_k", "keys": [["k", 1]], "unique": true}]`, `"indexes": []`},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(contract, c[0], c[1], 1)
			if changed == contract {
				t.Fatal("nothing was changed")
			}
			if _, err := b.store.Apply(ctx, "app", decode(t, changed)); err != nil {
				t.Errorf("got %v", err)
			}
			// And back.
			if _, err := b.store.Apply(ctx, "app", decode(t, contract)); err != nil {
				t.Errorf("back: %v", err)
			}
		})
	}
	if got := b.ids(ann, `{"collection": "tasks"}`); got != "a" {
		t.Errorf("rows: %s", got)
	}
}
