package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

func open(t *testing.T, dir string, opts *Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestTheFileIsTheOwnersAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir, nil)
	for _, name := range []string{"mozaiks.db", "mozaiks.db-wal", "mozaiks.db-shm", "mozaiks.db.lock"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}

func TestASecondProcessIsTurnedAway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := open(t, dir, nil)
	if _, err := Open(t.Context(), dir, nil); fault.CodeOf(err) != fault.StoreLocked {
		t.Fatalf("got %v", err)
	}
	reader, err := OpenReader(t.Context(), dir) // who only reads may
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := reader.Begin(t.Context(), driver.ReadWrite, driver.Whose{}); !errors.Is(err, driver.ErrClosed) {
		t.Errorf("a reader begins to write: %v", err)
	}
	tx, err := reader.Begin(t.Context(), driver.ReadOnly, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.SQL().Exec(t.Context(), "DELETE FROM mz_keys"); err == nil {
		t.Error("a reader writes")
	}
	tx.Rollback()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir, nil)
}

func TestANewerStoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir, nil).Close()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "mozaiks.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	if _, err := Open(t.Context(), dir, nil); fault.CodeOf(err) != fault.StoreVersionNewer {
		t.Errorf("got %v", err)
	}
}

func TestADamagedFileIsSaidToBe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mozaiks.db"), []byte("this is no database, and long enough to look at as one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir, nil); fault.CodeOf(err) != fault.StoreCorrupt {
		t.Errorf("got %v", err)
	}
}

func TestEveryConnectionHasItsPragmas(t *testing.T) {
	t.Parallel()
	for _, sync := range []string{"FULL", "NORMAL"} {
		db := open(t, t.TempDir(), &Options{Synchronous: sync, Readers: 2})
		for mode, want := range map[driver.Mode]map[string]any{
			driver.ReadWrite: {"journal_mode": "wal", "auto_vacuum": int64(2), "synchronous": map[string]int64{"FULL": 2, "NORMAL": 1}[sync],
				"busy_timeout": int64(5000), "secure_delete": int64(1), "trusted_schema": int64(0), "foreign_keys": int64(1), "temp_store": int64(2),
				"cache_size": int64(-16384), "wal_autocheckpoint": int64(1000), "journal_size_limit": int64(64 << 20), "query_only": int64(0)},
			driver.ReadOnly: {"query_only": int64(1), "trusted_schema": int64(0), "busy_timeout": int64(5000)},
		} {
			tx, err := db.Begin(t.Context(), mode, driver.Whose{})
			if err != nil {
				t.Fatal(err)
			}
			for name, w := range want {
				var got any
				if err := tx.SQL().QueryRow(t.Context(), "PRAGMA "+name).Scan(&got); err != nil || got != w {
					t.Errorf("%s: %v %v, want %v", name, got, err, w)
				}
			}
			tx.Rollback()
		}
	}
}

func TestNobodyBeginsOnAClosedStore(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), nil)
	held, err := db.Begin(t.Context(), driver.ReadWrite, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	held.Rollback()
	for _, mode := range []driver.Mode{driver.ReadOnly, driver.ReadWrite} {
		if _, err := db.Begin(context.Background(), mode, driver.Whose{}); !errors.Is(err, driver.ErrClosed) {
			t.Errorf("mode %d: %v", mode, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}
