package artifacts_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/artifacts"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres/postgrestest"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

var server *postgrestest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = postgrestest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// onBoth runs a test on a store of each sort, which it does not tell apart.
func onBoth(t *testing.T, test func(t *testing.T, b *bundle)) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) driver.Driver{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := persistence.New(open(t), nil)
			t.Cleanup(func() { store.Close() })
			test(t, newBundle(t, store))
		})
	}
}

func openSQLite(t *testing.T) driver.Driver {
	db, err := sqlite.Open(context.Background(), t.TempDir(), &sqlite.Options{Synchronous: "OFF"})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func openPostgres(t *testing.T) driver.Driver {
	name, err := server.Database(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(context.Background(), server.URL("mozaiks_server", name),
		&postgres.Options{MigrateURL: server.URL("mozaiks_migrate", name), Pool: 8})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// bundle is what a test has: a store, and artifacts that trust the host or a file.
type bundle struct {
	t         *testing.T
	store     *persistence.Store
	clock     *clock
	trustPath string
	cache     string
	signer    ed25519.PrivateKey
	other     ed25519.PrivateKey // not in the file
	host      *artifacts.Store
	keys      *artifacts.Store // with the trust file
	bare      *artifacts.Store // the same without a cache
}

func newBundle(t *testing.T, store *persistence.Store) *bundle {
	b := &bundle{t: t, store: store, clock: &clock{at: time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)}, trustPath: filepath.Join(t.TempDir(), "trust.json"),
		cache: filepath.Join(t.TempDir(), "cache"), signer: key(1), other: key(2)}
	b.trusts(b.entry())
	trust := artifacts.FileTrust(b.trustPath, b.clock.now)
	b.keys = artifacts.New(store, trust, &artifacts.Options{CacheDir: b.cache, Now: b.clock.now})
	b.bare = artifacts.New(store, trust, &artifacts.Options{Now: b.clock.now})
	hosts, err := artifacts.HostTrust(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	b.host = artifacts.New(store, hosts, &artifacts.Options{Now: b.clock.now})
	return b
}

func key(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func (b *bundle) entry() artifacts.Entry { return artifacts.NewEntry(public(b.signer)) }

// trusts writes the trust file.
func (b *bundle) trusts(entries ...artifacts.Entry) {
	raw, err := json.Marshal(map[string]any{"keys": entries})
	if err != nil {
		b.t.Fatal(err)
	}
	b.writeTrust(string(raw))
}

func (b *bundle) writeTrust(text string) {
	if err := os.WriteFile(b.trustPath, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// statement is a sound one of the content.
func statement(content string, version int64) *artifacts.Statement {
	return &artifacts.Statement{SchemaVersion: artifacts.Schema, App: "shop", Kind: artifacts.Module, ID: "tasks", Version: version,
		Digest: artifacts.Digest([]byte(content)), Size: int64(len(content))}
}

func (b *bundle) sign(s *artifacts.Statement, k ed25519.PrivateKey) []byte {
	b.t.Helper()
	e, err := artifacts.Sign(s, k)
	if err != nil {
		b.t.Fatal(err)
	}
	return e.JSON()
}

// upload is a sound one, signed by a trusted key.
func (b *bundle) upload(content string, version int64) *artifacts.Upload {
	return &artifacts.Upload{App: "shop", Kind: artifacts.Module, ID: "tasks", Content: []byte(content), Envelope: b.sign(statement(content, version), b.signer), By: "ann"}
}

func (b *bundle) stage(content string, version int64) *artifacts.Record {
	b.t.Helper()
	r, err := b.keys.Stage(b.t.Context(), b.upload(content, version))
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *bundle) promote(r *artifacts.Record, rollback bool) (out *artifacts.Record, err error) {
	err = b.store.Update(b.t.Context(), func(ctx context.Context, sql persistence.SQL) error {
		out, err = b.keys.Promote(ctx, sql, r.RecordID, "bob", rollback)
		return err
	})
	return out, err
}

func (b *bundle) mustPromote(r *artifacts.Record) {
	b.t.Helper()
	if _, err := b.promote(r, false); err != nil {
		b.t.Fatal(err)
	}
}

func ref(version int64) artifacts.Ref {
	return artifacts.Ref{App: "shop", Kind: artifacts.Module, ID: "tasks", Version: version}
}

// exec changes the host's tables as somebody hostile might.
func (b *bundle) exec(query string, args ...any) {
	b.t.Helper()
	err := b.store.Update(b.t.Context(), func(ctx context.Context, sql persistence.SQL) error {
		n, err := sql.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			b.t.Error("nothing was changed")
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bundle) count(query string, args ...any) (n int64) {
	b.t.Helper()
	if err := b.store.View(b.t.Context(), func(ctx context.Context, sql persistence.SQL) error {
		return sql.QueryRow(ctx, query, args...).Scan(&n)
	}); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func wantCode(t *testing.T, err error, want fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
