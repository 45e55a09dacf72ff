package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres"
)

const contract = `{"version": "1", "surfaces": [{"surface_id": "m", "surface_kind": "module", "collections": [
  {"name": "things", "fields": [{"name": "k", "type": "string"}], "indexes": [{"name": "by_k", "keys": [["k", 1]], "unique": true, "sparse": true}]},
  {"name": "own", "tenancy": "per_user", "owner_field": "user_id", "fields": [{"name": "user_id", "type": "string"}]},
  {"name": "common", "tenancy": "app_wide", "writers": "any", "fields": [{"name": "n", "type": "integer"}]}]}]}`

func applied(t *testing.T, db *postgres.DB) (*persistence.Store, *persistence.Catalog) {
	t.Helper()
	c, findings := data.Decode([]byte(contract), "app", []string{"m"}, data.Options{})
	if c == nil {
		t.Fatal(findings)
	}
	store := persistence.New(db, nil)
	cat, err := store.Apply(t.Context(), "app", c)
	if err != nil {
		t.Fatal(err)
	}
	return store, cat
}

var ids atomic.Int64

func call() persistence.Call {
	return persistence.Call{Module: "m", Now: time.Now(), IDs: func() string { return fmt.Sprint("d", ids.Add(1)) }}
}

func whose(tenant string) persistence.Whose {
	return persistence.Whose{App: "app", Tenant: tenant, User: "ann"}
}

func write(t *testing.T, store *persistence.Store, cat *persistence.Catalog, tenant, ops string) {
	t.Helper()
	tx, err := store.Begin(t.Context(), persistence.ReadWrite, whose(tenant))
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Session(cat.View("m"), call()).Do(t.Context(), "data_write", []byte(`{"ops": [`+ops+`]}`)); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What the roles see straight through SQL: nothing that they have no scope for, be it the role that owns the tables.
func TestRowsAreWalledOffByTheDatabase(t *testing.T) {
	t.Parallel()
	db, name := open(t, nil)
	store, cat := applied(t, db)
	for _, tenant := range []string{"acme", "globex"} {
		write(t, store, cat, tenant, `{"op": "insert", "collection": "things", "doc": {"k": "x"}}, {"op": "insert", "collection": "own", "doc": {}}`)
	}
	ctx := t.Context()
	const things, own = "app_app_a172cedc.m__things", "app_app_a172cedc.m__own"
	for _, role := range []string{"mozaiks_server", "mozaiks_migrate"} {
		c, err := pgx.Connect(ctx, server.URL(role, name))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(context.Background())
		if role == "mozaiks_migrate" {
			if _, err := c.Exec(ctx, "SET ROLE mozaiks_owner"); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range []struct {
			app, tenant, user string
			things, own       int
		}{{"", "", "", 0, 0}, {"app", "", "", 0, 0}, {"", "acme", "ann", 0, 0}, {"other", "acme", "ann", 0, 0}, {"app", "*", "ann", 0, 0},
			{"app", "nobody", "ann", 0, 0}, {"app", "acme", "", 1, 0}, {"app", "acme", "bob", 1, 0}, {"app", "acme", "ann", 1, 1}} {
			if _, err := c.Exec(ctx, "SELECT set_config('mozaiks.app', $1, false), set_config('mozaiks.tenant', $2, false), set_config('mozaiks.user', $3, false)", s.app, s.tenant, s.user); err != nil {
				t.Fatal(err)
			}
			for table, want := range map[string]int{things: s.things, own: s.own} {
				var n int
				if err := c.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil || n != want {
					t.Errorf("%s with %+v sees %d rows of %s, want %d (%v)", role, s, n, table, want, err)
				}
			}
			// Nobody writes a row that they would not see, or gives one away.
			if _, err := c.Exec(ctx, "INSERT INTO "+things+" (tenant, owner, id, rev, created_at, updated_at, size, doc, k1) VALUES ('initech', '', 'z', 1, 1, 1, 2, '{}', '\\x05')"); state(err) != "42501" {
				t.Errorf("%s with %+v inserts a foreign row: %v", role, s, err)
			}
			tag, err := c.Exec(ctx, "UPDATE "+things+" SET tenant = 'initech'")
			if s.things > 0 && state(err) != "42501" || s.things == 0 && (err != nil || tag.RowsAffected() != 0) {
				t.Errorf("%s with %+v gives rows away: %v %v", role, s, tag, err)
			}
		}
	}
}

func state(err error) string {
	_, text, _ := strings.Cut(fmt.Sprint(err), "SQLSTATE ")
	return strings.TrimSuffix(text, ")")
}

func TestUnsafeRolesAndChangedWallsDoNotStart(t *testing.T) {
	t.Parallel()
	db, name := open(t, nil)
	store, cat := applied(t, db)
	write(t, store, cat, "acme", `{"op": "insert", "collection": "things", "doc": {}}`)
	start := func(role string) fault.Code {
		db, err := postgres.Open(t.Context(), server.URL(role, name), &postgres.Options{MigrateURL: server.URL("mozaiks_migrate", name)})
		if err == nil {
			_ = db.Close()
		}
		return fault.CodeOf(err)
	}
	if got := start("postgres"); got != fault.StoreRoleUnsafe {
		t.Errorf("a superuser: %s", got)
	}
	if got := start("mozaiks_server"); got != "" {
		t.Errorf("the server's role: %s", got)
	}
	const table = "app_app_a172cedc.m__things"
	for _, change := range [][2]string{
		{"ALTER TABLE " + table + " DISABLE ROW LEVEL SECURITY", "ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY"},
		{"ALTER TABLE " + table + " NO FORCE ROW LEVEL SECURITY", "ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY"},
		{"CREATE POLICY more ON " + table + " USING (true)", "DROP POLICY more ON " + table},
		{"ALTER POLICY scope ON " + table + " USING (true)", ""},
	} {
		if err := server.Exec(t.Context(), name, change[0]); err != nil {
			t.Fatal(err)
		}
		if got := start("mozaiks_server"); got != fault.StorePolicyDrift {
			t.Errorf("%s: %s", change[0], got)
		}
		if change[1] != "" {
			if err := server.Exec(t.Context(), name, change[1]); err != nil {
				t.Fatal(err)
			}
			if got := start("mozaiks_server"); got != "" {
				t.Errorf("after %s: %s", change[1], got)
			}
		}
	}
}

// A snapshot loses the turn to its own tenant, and to whoever changed what all share, and to nobody else.
func TestASnapshotLosesTheTurnToItsOwnTenantOnly(t *testing.T) {
	t.Parallel()
	db, _ := open(t, &postgres.Options{Pool: 8})
	store, cat := applied(t, db)
	write(t, store, cat, "acme", `{"op": "insert", "collection": "things", "doc": {"k": "1"}}`)
	begin := func(tenant, collection string) (*persistence.Tx, *persistence.Session) {
		tx, err := store.Begin(t.Context(), persistence.Optimistic, whose(tenant))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(tx.Rollback)
		s := tx.Session(cat.View("m"), call())
		if _, err := s.Do(t.Context(), "data_count", []byte(`{"collection": "`+collection+`"}`)); err != nil {
			t.Fatal(err)
		}
		return tx, s
	}
	mine, mySession := begin("acme", "things")
	other, otherSession := begin("globex", "things")
	write(t, store, cat, "acme", `{"op": "insert", "collection": "things", "doc": {"k": "2"}}`)
	insert := []byte(`{"ops": [{"op": "insert", "collection": "things", "doc": {}}]}`)
	if _, err := mySession.Do(t.Context(), "data_write", insert); !errors.Is(err, persistence.ErrConflict) {
		t.Errorf("the same tenant: %v", err)
	}
	mine.Rollback()
	if _, err := otherSession.Do(t.Context(), "data_write", insert); err != nil {
		t.Errorf("another tenant: %v", err)
	}
	if err := other.Commit(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whatever snapshots and turns do, a tenant's transactions are as if one ran after the other.
func TestCountedInsertsStopAtTheirNumber(t *testing.T) {
	t.Parallel()
	db, _ := open(t, &postgres.Options{Pool: 8})
	store, cat := applied(t, db)
	var conflicts atomic.Int64
	var group sync.WaitGroup
	for _, tenant := range []string{"a", "b"} {
		for range 25 {
			group.Go(func() {
				for mode := persistence.Optimistic; ; mode = persistence.ReadWrite {
					err := insertIfFew(store, cat, mode, tenant)
					if err == nil {
						return
					}
					if !errors.Is(err, persistence.ErrConflict) || mode == persistence.ReadWrite {
						t.Error(err)
						return
					}
					conflicts.Add(1)
				}
			})
		}
	}
	group.Wait()
	for _, tenant := range []string{"a", "b"} {
		tx, err := store.Begin(t.Context(), persistence.ReadOnly, whose(tenant))
		if err != nil {
			t.Fatal(err)
		}
		got, err := tx.Session(cat.View("m"), call()).Do(t.Context(), "data_count", []byte(`{"collection": "things"}`))
		tx.Rollback()
		if string(got) != `{"capped":false,"count":10}` {
			t.Errorf("%s: %s %v", tenant, got, err)
		}
	}
	t.Logf("%d conflicts", conflicts.Load())
}

func insertIfFew(store *persistence.Store, cat *persistence.Catalog, mode persistence.Mode, tenant string) error {
	ctx := context.Background()
	tx, err := store.Begin(ctx, mode, whose(tenant))
	if err != nil {
		return err
	}
	defer tx.Rollback()
	s := tx.Session(cat.View("m"), call())
	got, err := s.Do(ctx, "data_count", []byte(`{"collection": "things"}`))
	if err != nil {
		return err
	}
	if strings.Contains(string(got), `"count":10`) {
		return nil
	}
	if _, err := s.Do(ctx, "data_write", []byte(`{"ops": [{"op": "insert", "collection": "things", "doc": {}}]}`)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// A write of one document with one event waits for the server four times at most.
func TestAWriteWithAnEventTakesFewRoundTrips(t *testing.T) {
	t.Parallel()
	db, _ := open(t, nil)
	store, cat := applied(t, db)
	outbox := events.NewOutbox(nil)
	act := func(n int) {
		tx, err := store.Begin(t.Context(), persistence.Optimistic, whose("acme"))
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if _, err := tx.Session(cat.View("m"), call()).Do(t.Context(), "data_write",
			[]byte(fmt.Sprintf(`{"ops": [{"op": "insert", "collection": "things", "doc": {"k": "%d"}}]}`, n))); err != nil {
			t.Fatal(err)
		}
		e := events.Emission{Envelope: events.Envelope{ID: fmt.Sprint("evt_", n), App: "app", Tenant: "acme", Type: "domain.m.done", Module: "m", Data: []byte("{}")},
			Subscriptions: []events.Subscription{{Kind: events.KindReaction, Module: "m", ID: "a"}, {Kind: events.KindReaction, Module: "m", ID: "b"}}}
		if err := outbox.Append(t.Context(), tx.SQL(), &e, time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	act(1) // statements are prepared, and the tenant has its row
	before := db.Trips()
	const times = 10
	for n := range times {
		act(n + 2)
	}
	each := float64(db.Trips()-before) / times
	t.Logf("%.1f round trips for each", each)
	if each > 4 {
		t.Errorf("%.1f round trips, want at most 4", each)
	}
}

// A connection that is cut in the middle fails its transaction, and the next one works.
func TestALostConnectionIsMadeAnew(t *testing.T) {
	t.Parallel()
	db, name := open(t, &postgres.Options{Pool: 2})
	store, cat := applied(t, db)
	tx, err := store.Begin(t.Context(), persistence.ReadWrite, whose("acme"))
	if err != nil {
		t.Fatal(err)
	}
	s := tx.Session(cat.View("m"), call())
	insert := []byte(`{"ops": [{"op": "insert", "collection": "things", "doc": {}}]}`)
	if _, err := s.Do(t.Context(), "data_write", insert); err != nil {
		t.Fatal(err)
	}
	if err := server.Exec(t.Context(), "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+name+"'"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Do(t.Context(), "data_write", insert); fault.CodeOf(err) != fault.StoreUnavailable || !errors.Is(err, driver.ErrDown) {
		t.Errorf("in the middle: %v", err)
	}
	if err := tx.Commit(t.Context()); err == nil {
		t.Error("committed")
	}
	tx.Rollback()
	write(t, store, cat, "acme", `{"op": "insert", "collection": "things", "doc": {}}`)
}
