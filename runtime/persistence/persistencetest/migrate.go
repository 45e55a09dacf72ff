package persistencetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// errKilled stands for the end of a process.
var errKilled = errors.New("killed")

// trapped is a driver whose migrators do what a test wants before and after each piece of a step.
type trapped struct {
	driver.Driver
	before, after func(*driver.Step) error
}

func (t *trapped) Migrator(ctx context.Context, app string, rules driver.Rules) (driver.Migrator, error) {
	m, err := t.Driver.Migrator(ctx, app, rules)
	return &trappedMigrator{m, t}, err
}

type trappedMigrator struct {
	driver.Migrator
	trap *trapped
}

func (m *trappedMigrator) Do(ctx context.Context, s *driver.Step, after string, note driver.Note) (driver.Progress, error) {
	if m.trap.before != nil {
		if err := m.trap.before(s); err != nil {
			return driver.Progress{}, err
		}
	}
	p, err := m.Migrator.Do(ctx, s, after, note)
	if err == nil && m.trap.after != nil {
		err = m.trap.after(s)
	}
	return p, err
}

func replaced(t *testing.T, pairs ...string) string {
	t.Helper()
	text := contract
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the contract has no %s", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

const (
	byAny = `{"name": "by_any", "keys": [["any", 1]]}`
	allow = `{"version": "1", "policies": {"allow_destructive_migrations": true}, `
)

// resumes kills a migration before and after each piece of each step, and lets it go on every time.
func resumes(t *testing.T, b *bench, d driver.Driver) {
	ctx := context.Background()
	for _, tenant := range []string{"acme", "beta"} {
		w := who{tenant: tenant, user: "ann", module: "tasks"}
		for from := range map[string]int{"acme": 6, "beta": 1}[tenant] {
			var ops []string
			for i := range 100 {
				ops = append(ops, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "d%04d", "doc": {"x": %d, "n": %d}}`, from*100+i, i, from*100+i))
			}
			b.write(w, ops...)
		}
	}
	changed := replaced(t, byAny, byAny+`, {"name": "by_x", "keys": [["x", -1]]}, {"name": "u_n", "keys": [["n", 1], ["title", 1]], "unique": true}`,
		`{"name": "x", "type": "number"}`, `{"name": "x", "type": "number"}, {"name": "late", "type": "string", "default": "no"}`)
	kills, begun := 0, map[string]bool{}
	var trap trapped
	seen := map[string]int{}
	trap.Driver = d
	point := func(when string) func(*driver.Step) error {
		return func(s *driver.Step) error {
			at := when + string(s.Kind) + s.Name + s.Key.Field + s.Field
			begun[string(s.Kind)] = true
			if seen[at]++; seen[at] > 3 { // later pieces of a long step
				return nil
			}
			kills++
			return errKilled
		}
	}
	trap.before, trap.after = point("before "), point("after ")
	store := persistence.New(&trap, nil)
	for tries := 0; ; tries++ {
		cat, err := store.Apply(ctx, "app", decode(t, changed))
		if err == nil {
			b.cat = cat
			break
		}
		if !errors.Is(err, errKilled) || tries > 500 {
			t.Fatalf("after %d kills: %v", kills, err)
		}
	}
	if kills < 40 || len(begun) < 6 {
		t.Errorf("killed %d times in steps %v", kills, begun)
	}
	w := who{tenant: "beta", user: "ann", module: "tasks"}
	for c, hundreds := range map[who]float64{ann: 6, w: 1} {
		for filter, want := range map[string]float64{`{"x": {"$gte": 98}}`: 2 * hundreds, `{"late": "no"}`: 100 * hundreds, `{"n": 70}`: 1, `{}`: 100 * hundreds} {
			if n := b.must(c, "data_count", `{"collection": "tasks", "filter": `+filter+`}`)["count"]; n != want {
				t.Errorf("%s: %s finds %v rows", c.tenant, filter, n)
			}
		}
		for _, id := range []string{"d0000", "d0077", "d0099"} {
			doc := b.must(c, "data_get", `{"collection": "tasks", "id": "`+id+`"}`)["doc"].(map[string]any)
			if doc["_rev"] != 2.0 {
				t.Errorf("%s was changed %v times", id, doc["_rev"])
			}
		}
	}
	all, err := store.Migrations(ctx, "app", 10)
	if err != nil || len(all) == 0 || all[0].State != "applied" {
		text, _ := json.Marshal(all)
		t.Fatalf("migrations %s %v", text, err)
	}
	for _, s := range all[0].Steps {
		if s.State != "done" || s.Kind == "fill_default" && s.Collection == "tasks" && s.Rows != 700 {
			t.Errorf("step %+v", s)
		}
	}
	if drift, err := store.Drift(ctx, "app"); err != nil || len(drift) > 0 {
		t.Errorf("drift %v %v", drift, err)
	}
	if plan, err := store.Plan(ctx, "app", decode(t, changed)); err != nil || len(plan.Steps) > 0 {
		t.Errorf("still to do: %+v %v", plan, err)
	}
}

// needsApproval loses a field, an index and a collection, each only with leave.
func needsApproval(t *testing.T, b *bench, _ driver.Driver) {
	ctx := context.Background()
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "a", "doc": {"title": "some title", "n": 5, "code": "c"}}`,
		insert("strict", `{"a": "1"}`), `{"op": "insert", "collection": "people", "id": "p", "doc": {"name": "N"}}`)
	losing := strings.Replace(replaced(t, `{"name": "title", "type": "string", "max_length": 20},`, ``, `{"name": "by_code", "keys": [["code", 1]], "unique": true, "sparse": true},`, ``,
		`{"name": "strict", `, `{"name": "renamed", `), `"name": "strict", "read_by"`, `"name": "renamed", "read_by"`, 1)
	lossy := strings.Replace(losing, `{"version": "1", `, allow, 1)
	c := decode(t, lossy)
	if _, err := b.store.Apply(ctx, "app", decode(t, losing)); fault.CodeOf(err) != fault.MigrationBlocked {
		t.Fatalf("without leave: %v", err)
	}
	additive := strings.Replace(replaced(t, `{"name": "tasks", "entity"`, `{"name": "tasks", "lifecycle": {"migration_policy": "additive_only"}, "entity"`,
		`{"name": "by_code", "keys": [["code", 1]], "unique": true, "sparse": true},`, ``), `{"version": "1", `, allow, 1)
	var e *fault.Error
	if _, err := b.store.Apply(ctx, "app", decode(t, additive)); !errors.As(err, &e) || e.Details["reason"] != "additive_only" {
		t.Fatalf("additive only: %v", err)
	}
	refused := func() {
		t.Helper()
		if _, err := b.store.Apply(ctx, "app", c); fault.CodeOf(err) != fault.MigrationApprovalRequired {
			t.Fatalf("without approval: %v", err)
		}
		if _, err := b.store.Finish(ctx, "app", c); fault.CodeOf(err) != fault.MigrationApprovalRequired {
			t.Fatalf("without approval: %v", err)
		}
	}
	refused()
	other, err := b.store.Plan(ctx, "app", decode(t, strings.Replace(lossy, `"name": "by_any"`, `"name": "by_other"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := b.store.Plan(ctx, "app", c)
	if err != nil {
		t.Fatal(err)
	}
	if other.Digest == plan.Digest {
		t.Fatal("two plans have one digest")
	}
	if err := b.store.Approve(ctx, other, "root", "a test"); err != nil {
		t.Fatal(err)
	}
	refused()
	if n := b.must(ann, "data_count", `{"collection": "strict"}`)["count"]; n != 1.0 {
		t.Fatalf("%v rows are left", n)
	}
	if err := b.store.Approve(ctx, plan, "root", "a test"); err != nil {
		t.Fatal(err)
	}
	if b.cat, err = b.store.Apply(ctx, "app", c); err != nil {
		t.Fatal(err)
	}
	if doc := b.must(ann, "data_get", `{"collection": "tasks", "id": "a"}`)["doc"].(map[string]any); doc["title"] != "some title" {
		t.Errorf("before its time: %v", doc)
	}
	done, err := b.store.Finish(ctx, "app", c)
	if err != nil || done.State != "applied" {
		t.Fatalf("%+v %v", done, err)
	}
	if doc := b.must(ann, "data_get", `{"collection": "tasks", "id": "a"}`)["doc"].(map[string]any); doc["title"] != nil || doc["n"] != 5.0 {
		t.Errorf("after: %v", doc)
	}
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "b", "doc": {"code": "c"}}`)
	if again, err := b.store.Finish(ctx, "app", c); err != nil || again != nil {
		t.Errorf("again: %+v %v", again, err)
	}
	if drift, err := b.store.Drift(ctx, "app"); err != nil || len(drift) > 0 {
		t.Errorf("drift %v %v", drift, err)
	}
	if _, err := b.store.Apply(ctx, "app", decode(t, contract)); fault.CodeOf(err) != fault.MigrationBlocked {
		t.Errorf("a unique index over duplicates: %v", err)
	}
	b.write(ann, `{"op": "delete", "collection": "tasks", "id": "b"}`)
	if _, err := b.store.Apply(ctx, "app", decode(t, contract)); err != nil { // an empty collection is made anew
		t.Error(err)
	}
}

// oneMigrates has two processes change the same tables.
func oneMigrates(t *testing.T, b *bench, d driver.Driver) {
	ctx := context.Background()
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "a", "doc": {"x": 1}}`)
	changed := decode(t, replaced(t, byAny, byAny+`, {"name": "by_x", "keys": [["x", -1]]}`))
	met, wake := make(chan struct{}), make(chan struct{})
	paused := false
	first := persistence.New(&trapped{Driver: d, before: func(s *driver.Step) error {
		if s.Kind == driver.StepFillKey && !paused {
			paused = true
			close(met)
			<-wake
		}
		return nil
	}}, nil)
	failed := make(chan error)
	go func() {
		_, err := first.Apply(ctx, "app", changed)
		failed <- err
	}()
	<-met
	second := persistence.New(d, &persistence.Options{MigrateWait: -1})
	if _, err := second.Apply(ctx, "app", changed); fault.CodeOf(err) != fault.MigrationBusy {
		t.Errorf("the second: %v", err)
	}
	if err := b.store.Update(ctx, func(ctx context.Context, sql persistence.SQL) error {
		_, err := sql.Exec(ctx, "UPDATE mz_leases SET expires_at = 1 WHERE name = ?", "migrate:app")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	cat, err := second.Apply(ctx, "app", changed)
	if err != nil {
		t.Fatal(err)
	}
	close(wake)
	if err := <-failed; fault.CodeOf(err) != fault.MigrationLeaseLost {
		t.Errorf("who slept: %v", err)
	}
	all, err := second.Migrations(ctx, "app", 1)
	if err != nil || all[0].State != "applied" {
		t.Errorf("%+v %v", all, err)
	}
	b.cat = cat
	if got := b.ids(ann, `{"collection": "tasks", "filter": {"x": 1}}`); got != "a" {
		t.Errorf("rows: %s", got)
	}
}

// staleCatalogue writes by the contract before, while a new index is made and after.
func staleCatalogue(t *testing.T, b *bench, d driver.Driver) {
	ctx := context.Background()
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "a", "doc": {"x": 1}}`)
	write := func(id string) {
		t.Helper()
		for attempt := 1; ; attempt++ {
			tx, err := b.store.Begin(ctx, persistence.ReadWrite, ann.whose())
			if err != nil {
				t.Fatal(err)
			}
			_, err = b.session(tx, ann).Do(ctx, "data_write", []byte(`{"ops": [{"op": "insert", "collection": "tasks", "id": "`+id+`", "doc": {"x": 1}},
				{"op": "update", "collection": "tasks", "id": "a", "patch": {"$inc": {"n": 1}}}]}`))
			if err == nil {
				if err = tx.Commit(ctx); err == nil {
					return
				}
			}
			tx.Rollback()
			if !errors.Is(err, persistence.ErrConflict) || attempt > 3 {
				t.Fatalf("attempt %d: %v", attempt, err)
			}
		}
	}
	n := 0
	changing := persistence.New(&trapped{Driver: d, after: func(*driver.Step) error {
		n++
		write(fmt.Sprintf("b%d", n))
		return nil
	}}, nil)
	cat, err := changing.Apply(ctx, "app", decode(t, replaced(t, byAny, byAny+`, {"name": "by_x", "keys": [["x", -1]]}`)))
	if err != nil {
		t.Fatal(err)
	}
	write("c")
	b.cat = cat
	if got := b.must(ann, "data_count", `{"collection": "tasks", "filter": {"x": 1}}`)["count"]; got != float64(n+2) || n < 5 {
		t.Errorf("the index has %v rows of %d", got, n+2)
	}
}
