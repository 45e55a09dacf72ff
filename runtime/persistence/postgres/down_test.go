package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres/postgrestest"
)

// A server that is gone is told at once, and one that is back is used without a restart; what was acknowledged is there.
func TestAServerThatCrashesComesBack(t *testing.T) {
	t.Parallel()
	own, err := postgrestest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Stop(); err != nil {
			t.Error(err)
		}
	})
	name, err := own.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), own.URL("mozaiks_server", name), &postgres.Options{MigrateURL: own.URL("mozaiks_migrate", name), Pool: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	store, cat := applied(t, db)
	write(t, store, cat, "acme", `{"op": "insert", "collection": "things", "id": "before", "doc": {}}`)
	for range 3 {
		if err := own.Halt(); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		err := insertIfFew(store, cat, persistence.ReadWrite, "acme")
		if fault.CodeOf(err) != fault.StoreUnavailable || !errors.Is(err, driver.ErrDown) {
			t.Errorf("while it is down: %v", err)
		}
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("that took %s", took)
		}
		if err := own.Resume(); err != nil {
			t.Fatal(err)
		}
		write(t, store, cat, "acme", `{"op": "insert", "collection": "things", "doc": {}}`)
	}
	tx, err := store.Begin(t.Context(), persistence.ReadOnly, whose("acme"))
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	got, err := tx.Session(cat.View("m"), call()).Do(t.Context(), "data_count", []byte(`{"collection": "things"}`))
	if string(got) != `{"capped":false,"count":4}` {
		t.Errorf("there are %s %v", got, err)
	}
}

// proxy passes bytes between a client and the server until it is told to cut at the next COMMIT: before the server sees it, or when it
// answers.
type proxy struct {
	net.Listener
	target string
	cut    atomic.Int32 // 1: the COMMIT does not arrive, 2: its answer does not
}

func (p *proxy) serve() {
	for {
		client, err := p.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		mute := &atomic.Bool{}
		go forward(server, client, func(text []byte) bool {
			if !bytes.Contains(text, []byte("COMMIT")) {
				return true
			}
			mute.Store(p.cut.Load() == 2)
			return p.cut.Load() != 1
		})
		go forward(client, server, func([]byte) bool { return !mute.Load() })
	}
}

// forward passes bytes on while they may pass; then both ends are closed.
func forward(to, from net.Conn, may func([]byte) bool) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil || !may(buffer[:n]) {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// A connection that is cut while the transaction commits leaves its outcome unknown, and never called a success.
func TestACutAtTheCommitIsOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	_, name := open(t, nil)
	direct := server.URL("mozaiks_server", name)
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: l, target: u.Host}
	t.Cleanup(func() { _ = l.Close() })
	go p.serve()
	// Statements go by their text, so that the proxy can read them.
	through := strings.Replace(direct, u.Host, l.Addr().String(), 1) + "&default_query_exec_mode=exec"
	db, err := postgres.Open(t.Context(), through, &postgres.Options{MigrateURL: server.URL("mozaiks_migrate", name), Pool: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	store, cat := applied(t, db)
	for mode, stored := range map[int32]string{1: "0", 2: "1"} {
		tenant := "t" + stored
		tx, err := store.Begin(t.Context(), persistence.ReadWrite, whose(tenant))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Session(cat.View("m"), call()).Do(t.Context(), "data_write", []byte(`{"ops": [{"op": "insert", "collection": "things", "doc": {}}]}`)); err != nil {
			t.Fatal(err)
		}
		p.cut.Store(mode)
		err = tx.Commit(context.Background())
		p.cut.Store(0)
		tx.Rollback()
		if !errors.Is(err, driver.ErrUnknown) || fault.CodeOf(err) != fault.StoreUnavailable {
			t.Errorf("cut %d: %v", mode, err)
		}
		var f *fault.Error
		if !errors.As(err, &f) || f.Details["outcome"] != "unknown" {
			t.Errorf("cut %d: details %v", mode, f)
		}
		again, err := store.Begin(t.Context(), persistence.ReadOnly, whose(tenant))
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.Session(cat.View("m"), call()).Do(t.Context(), "data_count", []byte(`{"collection": "things"}`))
		again.Rollback()
		if string(got) != `{"capped":false,"count":`+stored+`}` {
			t.Errorf("cut %d: there are %s %v", mode, got, err)
		}
	}
}
