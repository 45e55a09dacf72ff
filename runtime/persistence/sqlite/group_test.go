package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

const addKey = "INSERT INTO mz_keys (table_name, position, field, fold) VALUES (?, 0, 'f', 0)"

func begin(t *testing.T, db *DB, mode driver.Mode, tenant string) driver.Tx {
	t.Helper()
	tx, err := db.Begin(t.Context(), mode, driver.Whose{App: "app", Tenant: tenant})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tx.Rollback)
	return tx
}

func put(t *testing.T, tx driver.Tx, name string) {
	t.Helper()
	if _, err := tx.SQL().Exec(t.Context(), addKey, name); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, tx driver.Tx) (s string) {
	t.Helper()
	if err := tx.SQL().QueryRow(t.Context(), "SELECT coalesce(group_concat(table_name, ' '), '') FROM (SELECT table_name FROM mz_keys ORDER BY 1)").Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// waiting waits until somebody waits for the writer.
func waiting(t *testing.T, db *DB, tenant string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !db.writer.crowded(lineOf("app", tenant)); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nobody waits")
		}
	}
}

// member begins to write in a goroutine of its own and does what it is told before it commits.
func member(t *testing.T, db *DB, tenant string, do func(driver.Tx) error) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		tx, err := db.Begin(context.Background(), driver.ReadWrite, driver.Whose{App: "app", Tenant: tenant})
		if err != nil {
			done <- err
			return
		}
		defer tx.Rollback()
		if err := do(tx); err != nil {
			done <- err
			return
		}
		done <- tx.Commit(context.Background())
	}()
	return done
}

func adds(name string) func(driver.Tx) error {
	return func(tx driver.Tx) error {
		_, err := tx.SQL().Exec(context.Background(), addKey, name)
		return err
	}
}

func TestWhoWaitsSharesTheCommit(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	db.groupAge = time.Minute // however slow the machine is
	first := begin(t, db, driver.ReadWrite, "a")
	put(t, first, "one")
	proceed := make(chan struct{})
	second := member(t, db, "b", func(tx driver.Tx) error {
		<-proceed
		return adds("two")(tx)
	})
	waiting(t, db, "b")
	committed := make(chan error, 1)
	go func() { committed <- first.Commit(context.Background()) }()
	for deadline := time.Now().Add(10 * time.Second); db.writer.crowded(lineOf("app", "b")); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the writer is not handed on")
		}
	}
	select {
	case err := <-committed:
		t.Fatalf("answered before the group's commit: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	if got := names(t, begin(t, db, driver.ReadOnly, "c")); got != "" {
		t.Errorf("a reader sees %q before the commit", got)
	}
	close(proceed)
	if err := errors.Join(<-committed, <-second); err != nil {
		t.Fatal(err)
	}
	if got := names(t, begin(t, db, driver.ReadOnly, "c")); got != "one two" {
		t.Errorf("a reader sees %q", got)
	}
}

func TestAMemberThatRollsBackLeavesTheOthers(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	db.groupAge = time.Minute // however slow the machine is
	first := begin(t, db, driver.ReadWrite, "a")
	put(t, first, "one")
	no := errors.New("no")
	second := member(t, db, "b", func(tx driver.Tx) error { return errors.Join(adds("two")(tx), no) })
	waiting(t, db, "b")
	third := member(t, db, "c", adds("three"))
	waiting(t, db, "c")
	if err := first.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-second; !errors.Is(err, no) {
		t.Error(err)
	}
	if err := <-third; err != nil {
		t.Error(err)
	}
	if got := names(t, begin(t, db, driver.ReadOnly, "d")); got != "one three" {
		t.Errorf("stored: %q", got)
	}
}

// When SQLite undoes the whole transaction under one member, those who wait for its commit are told that nothing of theirs is stored,
// and that the same work may succeed.
func TestMembersOfABrokenGroupAreTold(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	db.groupAge = time.Minute // however slow the machine is
	first := begin(t, db, driver.ReadWrite, "a")
	put(t, first, "one")
	second := member(t, db, "b", func(tx driver.Tx) error {
		_, err := tx.SQL().Exec(context.Background(), "ROLLBACK") // as SQLite does by itself when the disk is full
		return err
	})
	waiting(t, db, "b")
	if err := first.Commit(t.Context()); !errors.Is(err, driver.ErrConflict) {
		t.Errorf("the first is told %v", err)
	}
	if err := <-second; err == nil {
		t.Error("the one that broke it is told nothing")
	}
	if got := names(t, begin(t, db, driver.ReadOnly, "c")); got != "" {
		t.Errorf("stored: %q", got)
	}
	again := begin(t, db, driver.ReadWrite, "a")
	put(t, again, "one")
	if err := again.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestACancelledMemberDoesNotBreakTheGroup(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	db.groupAge = time.Minute // however slow the machine is
	first := begin(t, db, driver.ReadWrite, "a")
	put(t, first, "one")
	ctx, cancel := context.WithCancel(t.Context())
	second := member(t, db, "b", func(tx driver.Tx) error {
		time.AfterFunc(time.Millisecond, cancel)
		_, err := tx.SQL().Exec(ctx, slow, 300_000)
		return errors.Join(err, ctx.Err())
	})
	waiting(t, db, "b")
	if err := first.Commit(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if got := names(t, begin(t, db, driver.ReadOnly, "c")); got != "one" {
		t.Errorf("stored: %.60q", got)
	}
}

func TestASnapshotLosesTheTurnToItsOwnTenantOnly(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir(), &Options{Synchronous: "NORMAL"})
	mine, other, shares := begin(t, db, driver.Optimistic, "a"), begin(t, db, driver.Optimistic, "b"), begin(t, db, driver.Optimistic, "b")
	for _, tx := range []driver.Tx{mine, other, shares} {
		if got := names(t, tx); got != "" {
			t.Fatalf("sees %q", got)
		}
	}
	shares.(*tx).readsShared = true
	writer := begin(t, db, driver.ReadWrite, "a")
	put(t, writer, "one")
	writer.(*tx).wroteShared = true
	if err := writer.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := names(t, mine); got != "" {
		t.Errorf("the snapshot moved to %q", got)
	}
	if err := mine.Turn(t.Context()); !errors.Is(err, driver.ErrConflict) {
		t.Errorf("the same tenant: %v", err)
	}
	if err := shares.Turn(t.Context()); !errors.Is(err, driver.ErrConflict) {
		t.Errorf("who read what all share: %v", err)
	}
	if err := other.Turn(t.Context()); err != nil {
		t.Errorf("another tenant: %v", err)
	}
	put(t, other, "two")
	if err := other.Commit(t.Context()); err != nil {
		t.Error(err)
	}
	if err := begin(t, db, driver.ReadOnly, "a").Turn(t.Context()); err == nil {
		t.Error("a reader got the turn")
	}
}

// Whatever snapshots, groups and conflicts do: a tenant's read-then-write transactions are as if one ran after the other, and what was
// acknowledged is there.
func TestTenantsTransactionsAreSerializable(t *testing.T) {
	t.Parallel()
	for _, synchronous := range []string{"NORMAL", "FULL"} {
		db := open(t, t.TempDir(), &Options{Synchronous: synchronous})
		const tenants, workers, rounds = 3, 6, 40
		setup := begin(t, db, driver.ReadWrite, "")
		for i := range tenants {
			put(t, setup, fmt.Sprint("t", i))
		}
		if err := setup.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		var conflicts atomic.Int64
		var group sync.WaitGroup
		for w := range tenants * workers {
			group.Go(func() {
				name := fmt.Sprint("t", w%tenants)
				for range rounds {
					for mode := driver.Optimistic; ; mode = driver.ReadWrite {
						err := raise(db, mode, name)
						if err == nil {
							break
						}
						if !errors.Is(err, driver.ErrConflict) || mode == driver.ReadWrite {
							t.Error(err)
							return
						}
						conflicts.Add(1)
					}
				}
			})
		}
		group.Wait()
		reader := begin(t, db, driver.ReadOnly, "")
		for i := range tenants {
			var n int
			if err := reader.SQL().QueryRow(t.Context(), "SELECT position FROM mz_keys WHERE table_name = ?", fmt.Sprint("t", i)).Scan(&n); err != nil || n != workers*rounds {
				t.Errorf("tenant %d counts %d, want %d (%v)", i, n, workers*rounds, err)
			}
		}
		t.Logf("%s: %d conflicts in %d transactions", synchronous, conflicts.Load(), tenants*workers*rounds)
	}
}

// raise reads a tenant's counter and writes one more.
func raise(db *DB, mode driver.Mode, tenant string) error {
	ctx := context.Background()
	tx, err := db.Begin(ctx, mode, driver.Whose{App: "app", Tenant: tenant})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var n int
	if err := tx.SQL().QueryRow(ctx, "SELECT position FROM mz_keys WHERE table_name = ?", tenant).Scan(&n); err != nil {
		return err
	}
	if err := tx.Turn(ctx); err != nil {
		return err
	}
	if _, err := tx.SQL().Exec(ctx, "UPDATE mz_keys SET position = ? WHERE table_name = ?", n+1, tenant); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// BenchmarkCommits shows what sharing commits gives: transactions of one insert each by so many writers at once.
func BenchmarkCommits(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			db, err := Open(b.Context(), b.TempDir(), nil)
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			var next atomic.Int64
			b.ResetTimer()
			var group sync.WaitGroup
			for range writers {
				group.Go(func() {
					for {
						n := next.Add(1)
						if n > int64(b.N) {
							return
						}
						if err := <-memberOf(db, fmt.Sprint("t", n%7), fmt.Sprint(n)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			group.Wait()
		})
	}
}

func memberOf(db *DB, tenant, name string) <-chan error {
	done := make(chan error, 1)
	tx, err := db.Begin(context.Background(), driver.ReadWrite, driver.Whose{App: "app", Tenant: tenant})
	if err == nil {
		defer tx.Rollback()
		if err = adds(name)(tx); err == nil {
			err = tx.Commit(context.Background())
		}
	}
	done <- err
	return done
}
