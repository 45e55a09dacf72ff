package e2e

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// ready asks whether the host takes work, and holds its answer to what is said of the store.
func (h *host) ready(t *testing.T) bool {
	t.Helper()
	a := h.do(http.MethodGet, "/api/health/ready", "", persona{})
	is := a.status == http.StatusOK
	if works := strings.Contains(string(a.body), `"store":"ok"`); works != is {
		t.Errorf("ready answers %d %s", a.status, a.body)
	}
	return is
}

// wait waits until the host is ready, or is not any more.
func (h *host) wait(t *testing.T, ready bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); h.ready(t) != ready; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("ready is not %t in time\n%s", ready, tail(h.log.String()))
		}
	}
}

// worstOf forgets the slowest answers so far, and answers them.
func worstOf(all []*writer) (worst time.Duration) {
	for _, w := range all {
		w.mu.Lock()
		worst, w.worst = max(worst, w.worst), 0
		w.mu.Unlock()
	}
	return worst
}

// downTime is how soon a store that is gone is told.
const downTime = 2 * time.Second

func TestADatabaseThatStopsIsToldAtOnceAndUsedAgain(t *testing.T) {
	t.Parallel()
	server, name, env := database(t)
	h := launch(t, freeAddr(t), t.TempDir(), env, deskApp)
	all, stop := writers(t, h, 4)
	more(t, h, all)
	for range 2 {
		if err := server.Halt(); err != nil {
			t.Fatal(err)
		}
		worstOf(all)
		refusedMore(t, h, all)
		h.wait(t, false)
		if a := h.call(all[0].who, "tickets.list", `{}`); a.code() != "STORE_UNAVAILABLE" {
			t.Errorf("a read of a store that is gone: %d %s", a.status, a.body)
		}
		worst := worstOf(all)
		t.Logf("told after %s at the latest", worst)
		if worst > downTime {
			t.Errorf("that the database is gone was told after %s", worst)
		}
		if err := server.Resume(); err != nil {
			t.Fatal(err)
		}
		h.wait(t, true)
		more(t, h, all)
	}
	stop()
	settleNow(t, h, func() { dueNow(t, server, name) })
	sameAs(t, h, all)
	if code := h.stop(); code != 0 {
		t.Errorf("the host ended with %d\n%s", code, tail(h.log.String()))
	}
}

// wire is a network between the host and its database that can be made slow, stall, and break.
type wire struct {
	net.Listener
	target string
	mu     sync.Mutex
	delay  time.Duration
	stall  chan struct{} // closed when bytes go on
	open   []net.Conn
}

// between puts a wire before a database and answers its URL through it.
func between(t *testing.T, url string) (*wire, string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, target: net.JoinHostPort(cfg.Host, port(cfg.Port)), stall: make(chan struct{})}
	close(w.stall)
	var serving sync.WaitGroup
	serving.Go(func() { w.serve(&serving) })
	t.Cleanup(func() {
		_ = l.Close()
		w.flow()
		w.cut()
		serving.Wait()
	})
	return w, strings.Replace(url, w.target, l.Addr().String(), 1)
}

func port(n uint16) string { return strings.TrimPrefix((&net.TCPAddr{Port: int(n)}).String(), ":") }

func (w *wire) serve(serving *sync.WaitGroup) {
	for {
		host, err := w.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.target)
		if err != nil {
			_ = host.Close()
			continue
		}
		w.mu.Lock()
		w.open = append(w.open, host, server)
		w.mu.Unlock()
		serving.Go(func() { w.pass(server, host) })
		serving.Go(func() { w.pass(host, server) })
	}
}

// pass carries bytes one way until an end closes.
func (w *wire) pass(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		w.mu.Lock()
		delay, stall := w.delay, w.stall
		w.mu.Unlock()
		time.Sleep(delay)
		<-stall
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) slow(delay time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delay = delay
}

// hold lets no byte through until flow.
func (w *wire) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stall = make(chan struct{})
}

func (w *wire) flow() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.stall:
	default:
		close(w.stall)
	}
}

// cut closes every connection.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		_ = c.Close() // perhaps it is closed already
	}
	w.open = nil
}

// stalled are the codes of calls on a store that does not answer.
var stalled = []string{"STORE_UNAVAILABLE", "BUSY", "ACTION_TIMEOUT"}

func TestADatabaseThatStallsIsTypedAndUsedAgain(t *testing.T) {
	t.Parallel()
	server, name, _ := database(t)
	net, url := between(t, server.URL("mozaiks_server", name))
	h := launch(t, freeAddr(t), t.TempDir(), []string{"MOZAIKS_DATABASE_URL=" + url, "MOZAIKS_DATABASE_MIGRATE_URL=" + server.URL("mozaiks_migrate", name),
		"MOZAIKS_DATA_STATEMENT_TIMEOUT=1s"}, deskApp)
	all, stop := writers(t, h, 4, stalled...)
	more(t, h, all)

	net.slow(20 * time.Millisecond)
	more(t, h, all) // slow is no failure
	net.slow(0)

	for range 2 {
		net.hold()
		h.wait(t, false)
		for action, body := range map[string]string{"tickets.list": `{}`, "tickets.open": `{"ref": "T", "subject": "s", "body": "b", "customer_id": "c"}`} {
			begun := time.Now()
			a := h.call(persona{"eve", "globex", allScopes}, action, body)
			t.Logf("%s is refused with %s after %s", action, a.code(), time.Since(begun))
			if !slices.Contains(stalled, a.code()) {
				t.Errorf("%s: %d %s", action, a.status, a.body)
			}
		}
		net.flow()
		h.wait(t, true)
		more(t, h, all)
	}
	// Connections that broke while nobody used them are replaced before they are used.
	stop()
	settleNow(t, h, func() { dueNow(t, server, name) })
	net.cut()
	time.Sleep(1500 * time.Millisecond) // one that was used within a second is not tried before it is used again
	for _, w := range all {
		if a := h.call(w.who, "tickets.list", `{}`); a.status != http.StatusOK {
			t.Errorf("after connections broke: %d %s", a.status, a.body)
		}
	}
	sameAs(t, h, all)
	if n := held(t, server.URL("postgres", name)); n > 0 {
		t.Errorf("%d transactions were left open", n)
	}
	if code := h.stop(); code != 0 {
		t.Errorf("the host ended with %d\n%s", code, tail(h.log.String()))
	}
}

// held counts the transactions that wait in a database for nobody.
func held(t *testing.T, url string) (n int) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if err := c.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
		AND state_change < now() - interval '1 second'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
