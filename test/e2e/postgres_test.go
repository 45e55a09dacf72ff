package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/runtime/persistence/postgres/postgrestest"
)

// The help desk on PostgreSQL: what it stores survives a kill, reactions and notifications arrive, and tenants see their own alone.
func TestTheDeskServesOnPostgreSQL(t *testing.T) {
	t.Parallel()
	server, err := postgrestest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	name, err := server.Database(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"MOZAIKS_DATABASE_URL=" + server.URL("mozaiks_server", name), "MOZAIKS_DATABASE_MIGRATE_URL=" + server.URL("mozaiks_migrate", name)}
	data := t.TempDir()
	h := launch(t, freeAddr(t), data, env, deskApp)
	ann, bob, eve := persona{"ann", "acme", allScopes}, persona{"bob", "acme", allScopes}, persona{"eve", "globex", allScopes}
	h.do(http.MethodGet, inbox+"/count", "", bob) // asking makes him a member
	for i := range 3 {
		assignTo(h, ann, fmt.Sprint("T-", i), "bob")
	}
	assignTo(h, eve, "T-0", "eve")
	check := func() {
		t.Helper()
		if got := h.do(http.MethodGet, inbox+"/count", "", bob); fmt.Sprint(got.field(t, "count")) != "3" {
			t.Errorf("bob's inbox: %s", got.body)
		}
		for p, want := range map[persona]int{ann: 3, eve: 1} {
			got := h.must(p, "tickets.list", `{}`)
			if items, _ := got.field(t, "items").([]any); len(items) != want {
				t.Errorf("%s lists %d tickets, want %d", p.user, len(items), want)
			}
			if got := h.must(p, "digest.summary", `{"customer_id": "c"}`).field(t, "opened"); got != float64(want) {
				t.Errorf("the digest of %s counts %v", p.tenant, got)
			}
		}
	}
	check()
	h.kill()
	h = launch(t, freeAddr(t), data, env, deskApp)
	check()
	health := h.do(http.MethodGet, "/api/apps/desk/health", "", persona{})
	if got := fmt.Sprint(health.field(t, "events")); got != "8" {
		t.Errorf("health counts %s events: %s", got, health.body)
	}
	out, err := exec.Command(binary(t), "db", "init", "--print").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "NOBYPASSRLS") {
		t.Errorf("db init --print: %v %s", err, out)
	}
	if code := h.stop(); code != 0 {
		t.Errorf("the host ended with %d\n%s", code, tail(h.log.String()))
	}
}
