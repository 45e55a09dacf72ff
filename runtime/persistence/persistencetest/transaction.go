package persistencetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/mozaiks/mozaiks/runtime/persistence"
)

func rollsBack(t *testing.T, b *bench) {
	ctx := context.Background()
	tx, err := b.store.Begin(ctx, persistence.ReadWrite, ann.whose())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.session(tx, ann).Do(ctx, "data_write", []byte(`{"ops": [`+insert("tasks", `{}`)+`]}`)); err != nil {
		t.Fatal(err)
	}
	tx.Rollback()
	tx.Rollback()
	if err := tx.Commit(ctx); err == nil {
		t.Error("a transaction that was rolled back commits")
	}
	if got := b.ids(ann, `{"collection": "tasks"}`); got != "" {
		t.Errorf("got %s", got)
	}
}

func snapshots(t *testing.T, b *bench) {
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "a", "doc": {}}`)
	ctx := context.Background()
	tx, err := b.store.Begin(ctx, persistence.ReadOnly, ann.whose())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	s := b.session(tx, ann)
	count := func() string {
		answer, err := s.Do(ctx, "data_count", []byte(`{"collection": "tasks"}`))
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	before := count()
	b.write(ann, insert("tasks", `{}`))
	if after := count(); after != before {
		t.Errorf("the snapshot changed from %s to %s", before, after)
	}
	if _, err := s.Do(ctx, "data_write", []byte(`{"ops": [`+insert("tasks", `{}`)+`]}`)); err == nil {
		t.Error("a reading transaction writes")
	}
}

func hostTables(t *testing.T, b *bench) {
	ctx := context.Background()
	insertKey := func(ctx context.Context, sql persistence.SQL, key string) error {
		_, err := sql.Exec(ctx, `INSERT INTO mz_idempotency (app, tenant, workspace, actor, module, action, key, fingerprint, status, body,
			invocation_id, expires_at) VALUES ('app', 'acme', '', 'u', 'm', 'act', ?, 'f', 200, '{}', 'inv', 1)`, key)
		return err
	}
	if err := b.store.UpdateFor(ctx, ann.whose(), func(ctx context.Context, sql persistence.SQL) error { return insertKey(ctx, sql, "k1") }); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("no")
	err := b.store.UpdateFor(ctx, ann.whose(), func(ctx context.Context, sql persistence.SQL) error {
		return errors.Join(insertKey(ctx, sql, "k2"), stop)
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	tx, err := b.store.Begin(ctx, persistence.ReadWrite, ann.whose())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.session(tx, ann).Do(ctx, "data_write", []byte(`{"ops": [`+insert("free", `{}`)+`]}`)); err != nil {
		t.Fatal(err)
	}
	if err := insertKey(ctx, tx.SQL(), "k3"); err != nil {
		t.Fatal(err)
	}
	tx.Rollback()
	err = b.store.ViewFor(ctx, ann.whose(), func(ctx context.Context, sql persistence.SQL) error {
		var key string
		if err := sql.QueryRow(ctx, "SELECT key FROM mz_idempotency WHERE key = ?", "k1").Scan(&key); err != nil || key != "k1" {
			t.Errorf("k1: %q %v", key, err)
		}
		for _, gone := range []string{"k2", "k3"} {
			if err := sql.QueryRow(ctx, "SELECT key FROM mz_idempotency WHERE key = ?", gone).Scan(&key); !errors.Is(err, persistence.ErrNoRows) {
				t.Errorf("%s: %v", gone, err)
			}
		}
		return insertKey(ctx, sql, "k4")
	})
	if err == nil {
		t.Error("a reading transaction writes")
	}
	if got := b.ids(ann, `{"collection": "free"}`); got != "" {
		t.Errorf("documents: %s", got)
	}
}

// writersFollow counts and inserts if there are fewer than ten, fifty times at once.
func writersFollow(t *testing.T, b *bench) {
	ctx := context.Background()
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			tx, err := b.store.Begin(ctx, persistence.ReadWrite, ann.whose())
			if err != nil {
				t.Error(err)
				return
			}
			defer tx.Rollback()
			s := tx.Session(b.cat.View("tasks"), persistence.Call{Module: "tasks", Now: b.now, IDs: func() string { return fmt.Sprint("d", i) }})
			answer, err := s.Do(ctx, "data_count", []byte(`{"collection": "free"}`))
			if err != nil {
				t.Error(err)
				return
			}
			if string(answer) == `{"capped":false,"count":10}` {
				return
			}
			if _, err := s.Do(ctx, "data_write", []byte(`{"ops": [`+insert("free", `{}`)+`]}`)); err != nil {
				t.Error(describe(err))
			}
			if err := tx.Commit(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := len(strings.Fields(b.ids(ann, `{"collection": "free"}`))); n != 10 {
		t.Errorf("%d rows", n)
	}
}
