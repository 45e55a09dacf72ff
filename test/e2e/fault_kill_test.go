package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mozaiks/mozaiks/runtime/persistence/postgres/postgrestest"
	"github.com/mozaiks/mozaiks/test/desk"
)

// What is killed in the middle of writes, and by whom: the host over either store, or the database under a host that stays. Clients of
// several tenants write all the while, each call with a key of its own, and repeat what was not answered.

// faultKills is how often each is killed; MOZAIKS_TEST_FAULT_KILLS asks for more.
func faultKills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("MOZAIKS_TEST_FAULT_KILLS")
	if text == "" {
		return 3
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// database starts a server of its own for a test, since it is to be killed, and answers the settings of a host on it.
func database(t *testing.T) (server *postgrestest.Server, name string, env []string) {
	t.Helper()
	server, err := postgrestest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	if name, err = server.Database(t.Context()); err != nil {
		t.Fatal(err)
	}
	return server, name, []string{"MOZAIKS_DATABASE_URL=" + server.URL("mozaiks_server", name),
		"MOZAIKS_DATABASE_MIGRATE_URL=" + server.URL("mozaiks_migrate", name)}
}

// load is an import under way.
type load struct {
	client       *desk.Client
	tickets      []*desk.Ticket
	acknowledged atomic.Int64
	done         chan struct{}
	err          error
}

// begin imports as many tickets as so many kills need.
func begin(t *testing.T, url string, kills int) *load {
	t.Helper()
	all, err := desk.Load(deskApp + "/data/tickets.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	l := &load{done: make(chan struct{}), client: desk.NewClient(url, &desk.ClientOptions{Patience: time.Minute})}
	l.tickets = spread(all, min(len(all), 20*kills))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var once sync.WaitGroup
	once.Go(func() {
		defer close(l.done)
		_, l.err = desk.Import(ctx, l.client, l.tickets, &desk.ImportOptions{Acknowledged: func(desk.Step) { l.acknowledged.Add(1) }})
	})
	t.Cleanup(func() { cancel(); once.Wait(); l.client.Close() })
	return l
}

// spread takes n items from everywhere in a list, so that all tenants are among them.
func spread(all []*desk.Ticket, n int) []*desk.Ticket {
	some := make([]*desk.Ticket, n)
	for i := range some {
		some[i] = all[i*len(all)/n]
	}
	return some
}

// moments calls kill so often, each time after some more calls were answered and a little, and answers how often before the import ended.
func (l *load) moments(wanted int, kill func()) int {
	calls := 0
	for _, t := range l.tickets {
		calls += len(t.Steps())
	}
	for n := range wanted {
		target := l.acknowledged.Load() + rand.Int64N(int64(4*calls/(5*wanted))+1)
		for begun := time.Now(); l.acknowledged.Load() < target && time.Since(begun) < 20*time.Second; {
			select {
			case <-l.done:
				return n
			case <-time.After(time.Millisecond):
			}
		}
		time.Sleep(rand.N(20 * time.Millisecond)) // not just when an answer came
		kill()
	}
	return wanted
}

// whole waits for the import, and holds the host to all of it: each call is stored once with its event, its reactions and notifications,
// and the repeated call is answered from the store. settle, before that, hurries up what waits.
func (l *load) whole(t *testing.T, h *host, killed, wanted int, settle func()) {
	t.Helper()
	<-l.done
	if l.err != nil {
		t.Fatalf("%v\n%s", l.err, tail(h.log.String()))
	}
	t.Logf("killed %d times while %d calls were acknowledged", killed, l.acknowledged.Load())
	if killed < wanted {
		t.Errorf("the import was over after %d kills", killed)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	again, err := desk.Import(ctx, l.client, l.tickets, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again.Replayed != again.Calls {
		t.Errorf("of %d repeated calls only %d were answered from the store", again.Calls, again.Replayed)
	}
	settle()
	if _, err := desk.Settle(ctx, l.client); err != nil {
		t.Fatalf("%v\n%s", err, tail(h.log.String()))
	}
	got, err := desk.Collect(ctx, l.client, desk.SurveyOf(l.tickets))
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range desk.Diff(desk.Expect(l.tickets), got) {
		if i == 20 {
			t.Fatal("and more")
		}
		t.Error(d)
	}
	if code := h.stop(); code != 0 {
		t.Errorf("the host ended with %d\n%s", code, tail(h.log.String()))
	}
}

func TestAHostKilledUnderWritesKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	stores := map[string]func(t *testing.T) []string{
		"sqlite": func(*testing.T) []string { return nil },
		"postgres": func(t *testing.T) []string {
			_, _, env := database(t)
			return env
		},
	}
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wanted, addr, data := faultKills(t), freeAddr(t), t.TempDir()
			env := append(store(t), "MOZAIKS_LOG_LEVEL=error")
			h := launch(t, addr, data, env, deskApp)
			l := begin(t, h.url, wanted)
			killed := l.moments(wanted, func() {
				h.kill()
				h = launch(t, addr, data, env, deskApp)
			})
			l.whole(t, h, killed, wanted, func() {})
		})
	}
}

func TestAHostOutlivesAKilledDatabase(t *testing.T) {
	t.Parallel()
	server, name, env := database(t)
	h := launch(t, freeAddr(t), t.TempDir(), append(env, "MOZAIKS_LOG_LEVEL=error"), deskApp)
	wanted := faultKills(t)
	l, n := begin(t, h.url, wanted), 0
	killed := l.moments(wanted, func() {
		if n++; n%2 == 0 { // every other time it ends at once, and tells its own processes to
			killAll(t, server)
		}
		if err := server.Halt(); err != nil {
			t.Fatal(err)
		}
		if err := server.Resume(); err != nil {
			t.Fatal(err)
		}
	})
	l.whole(t, h, killed, wanted, func() { settleNow(t, h, func() { dueNow(t, server, name) }) })
}

// settleNow makes due what waits, and again what failed meanwhile, until nothing is left.
func settleNow(t *testing.T, h *host, due func()) {
	t.Helper()
	client := desk.NewClient(h.url, nil)
	defer client.Close()
	for range 5 { // fewer than a delivery has attempts
		due()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		_, err := desk.Settle(ctx, client)
		cancel()
		if err == nil {
			return
		}
	}
	h.settle()
}

// dueNow makes due what waits for its lease to end or for its next attempt: minutes, for which no test waits.
func dueNow(t *testing.T, server *postgrestest.Server, name string) {
	t.Helper()
	if err := server.Exec(t.Context(), name, "UPDATE mozaiks.mz_deliveries SET next_attempt_at = 0 WHERE state IN ('claimed', 'retryable')"); err != nil {
		t.Fatal(err)
	}
}

// killAll ends a server and every process of it without warning.
func killAll(t *testing.T, server *postgrestest.Server) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), server.URL("postgres", "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if err := c.QueryRow(t.Context(), `SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int`).Scan(&pid); err != nil {
		t.Fatal(err)
	}
	all := append(children(pid), pid)
	for _, p := range all {
		_ = syscall.Kill(p, syscall.SIGKILL) // it may be gone already
	}
	for _, p := range append(all, children(pid)...) {
		_ = syscall.Kill(p, syscall.SIGKILL)
		for deadline := time.Now().Add(10 * time.Second); alive(p) && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
	}
	_ = c.Close(context.Background()) // its other end is gone
}

// children answers the processes that a process started.
func children(pid int) []int {
	var found []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is sound
	for _, file := range stats {
		if of, parent, _ := stat(file); parent == pid {
			found = append(found, of)
		}
	}
	return found
}

// alive tells whether a process runs; one that only waits to be buried does not.
func alive(pid int) bool {
	_, _, state := stat(fmt.Sprintf("/proc/%d/stat", pid))
	return state != "" && state != "Z"
}

// stat reads a file of /proc: the process, its parent and state.
func stat(file string) (pid, parent int, state string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, "" // it has ended
	}
	_, after, _ := strings.Cut(string(raw), ") ") // the name before it may hold anything
	_, _ = fmt.Sscanf(string(raw), "%d", &pid)
	_, _ = fmt.Sscanf(after, "%s %d", &state, &parent)
	return pid, parent, state
}
