package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// slow counts to n within SQLite.
const slow = "INSERT INTO mz_keys (table_name, position, field, fold) SELECT 't' || x, 0, 'f', 0 FROM (WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) SELECT x FROM n)"

func TestTheWriterOutlivesAnInterruptedStatement(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	for i := range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		tx, err := db.Begin(ctx, driver.ReadWrite, driver.Whose{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.SQL().Exec(ctx, "INSERT INTO mz_keys (table_name, position, field, fold) VALUES ('before', ?, 'f', 0)", i); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(100*time.Millisecond, cancel) // long after the statement began, long before it would end
		if _, err := tx.SQL().Exec(ctx, slow, 100_000_000); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		// SQLite has undone all of it; a commit must not say otherwise.
		if err := tx.Commit(context.Background()); err == nil {
			t.Fatal("committed")
		}
		tx.Rollback()
		cancel()
	}
	tx, err := db.Begin(t.Context(), driver.ReadWrite, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.SQL().Exec(t.Context(), slow, 10); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	tx, err = db.Begin(t.Context(), driver.ReadOnly, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var n int
	if err := tx.SQL().QueryRow(t.Context(), "SELECT count(*) FROM mz_keys").Scan(&n); err != nil || n != 10 {
		t.Errorf("%d rows %v", n, err)
	}
}

func TestSavepointsNest(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	tx, err := db.Begin(t.Context(), driver.ReadWrite, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	insert := func(name string) {
		if _, err := tx.SQL().Exec(t.Context(), "INSERT INTO mz_keys (table_name, position, field, fold) VALUES (?, 0, 'f', 0)", name); err != nil {
			t.Fatal(err)
		}
	}
	step := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	insert("a")
	step(tx.Savepoint(t.Context()))
	insert("b")
	step(tx.Savepoint(t.Context()))
	insert("c")
	step(tx.Release(t.Context(), true))
	insert("d")
	step(tx.Release(t.Context(), false))
	var names string
	if err := tx.SQL().QueryRow(t.Context(), "SELECT group_concat(table_name, '') FROM mz_keys").Scan(&names); err != nil || names != "abd" {
		t.Errorf("%s %v", names, err)
	}
}

func TestStatementsAfterTheEndAreRefused(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	tx, err := db.Begin(t.Context(), driver.ReadWrite, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Another holds the connection now; nothing of the ended transaction may reach it.
	other, err := db.Begin(t.Context(), driver.ReadWrite, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Rollback()
	if _, err := tx.SQL().Exec(t.Context(), "DELETE FROM mz_keys"); err == nil {
		t.Error("Exec ran")
	}
	if _, err := tx.SQL().Query(t.Context(), "SELECT 1"); err == nil {
		t.Error("Query ran")
	}
	if err := tx.SQL().QueryRow(t.Context(), "SELECT 1").Scan(new(int)); err == nil {
		t.Error("QueryRow ran")
	}
	tx.Rollback()
	if _, err := other.SQL().Exec(t.Context(), "INSERT INTO mz_keys (table_name, position, field, fold) VALUES ('x', 0, 'f', 0)"); err != nil {
		t.Error(err)
	}
}

func TestWaitsForAConnectionEnd(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Readers: 1, WriterWait: time.Millisecond, ReaderWait: time.Millisecond})
	for _, mode := range []driver.Mode{driver.ReadOnly, driver.ReadWrite} {
		held, err := db.Begin(t.Context(), mode, driver.Whose{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Begin(t.Context(), mode, driver.Whose{}); !errors.Is(err, driver.ErrBusy) {
			t.Errorf("mode %d: %v", mode, err)
		}
		held.Rollback()
	}
}

func TestPreparedStatementsStayFew(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	held, err := db.Begin(t.Context(), driver.ReadWrite, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	defer held.Rollback()
	open, err := held.SQL().Query(t.Context(), "SELECT 1 UNION ALL SELECT 2")
	if err != nil || !open.Next() {
		t.Fatal(err)
	}
	for i := range preparedMax + 10 {
		if err := held.SQL().QueryRow(t.Context(), fmt.Sprintf("SELECT %d", i)).Scan(new(int)); err != nil {
			t.Fatal(err)
		}
	}
	if !open.Next() || open.Next() || open.Err() != nil {
		t.Error("an open result lost its rows")
	}
	open.Close()
	if n := len(held.(*tx).conn.prepared); n > preparedMax {
		t.Errorf("%d statements are kept", n)
	}
}

func TestAQueryMayRunWithinItself(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	held, err := db.Begin(t.Context(), driver.ReadWrite, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	const query = "SELECT x FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3) WHERE x >= ?"
	var seen []string
	outer, err := held.SQL().Query(t.Context(), query, 1)
	if err != nil {
		t.Fatal(err)
	}
	for outer.Next() {
		var a, b int
		if err := outer.Scan(&a); err != nil {
			t.Fatal(err)
		}
		if err := held.SQL().QueryRow(t.Context(), query, 3).Scan(&b); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, fmt.Sprint(a, b))
	}
	if got := fmt.Sprint(seen); got != "[1 3 2 3 3 3]" {
		t.Errorf("got %s", got)
	}
	// Left open, the result ends with its transaction.
	held.Rollback()
	if outer.Next() {
		t.Error("a result outlives its transaction")
	}
	if err := outer.Close(); err != nil {
		t.Error(err)
	}
}

func TestALongLogIsEmptied(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := open(t, dir, &Options{Synchronous: "NORMAL", WALMax: 200_000})
	size := func() int64 {
		info, err := os.Stat(filepath.Join(dir, "mozaiks.db-wal"))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	write := func() {
		tx, err := db.Begin(t.Context(), driver.ReadWrite, driver.Whose{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.SQL().Exec(t.Context(), "DELETE FROM mz_keys"); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.SQL().Exec(t.Context(), slow, 10_000); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := db.Begin(t.Context(), driver.ReadOnly, driver.Whose{})
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.SQL().QueryRow(t.Context(), "SELECT count(*) FROM mz_keys").Scan(new(int)); err != nil {
		t.Fatal(err)
	}
	write() // the reader's snapshot keeps the log, and nobody waits for it
	if size() == 0 {
		t.Error("the log was emptied under a reader")
	}
	reader.Rollback()
	write()
	if n := size(); n != 0 {
		t.Errorf("the log has %d bytes", n)
	}
}
