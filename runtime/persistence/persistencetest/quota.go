package persistencetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// overQuota runs an op that must be refused and answers what a refusal says.
func (b *bench) overQuota(w who, op string) string {
	b.t.Helper()
	d := b.refuse(w, "data_write", `{"ops": [`+op+`]}`, fault.ValueQuotaExceeded)
	return fmt.Sprint(d["quota"], " ", d["used"], "/", d["limit"])
}

// quotas is tested with 4 rows and 100 bytes for a tenant.
func quotas(t *testing.T, b *bench) {
	b.write(ann, insert("free", `{"k": "1"}`), insert("free", `{"k": "2"}`), insert("strict", `{"a": "x"}`))
	if got := b.overQuota(ann, insert("free", `{"k": "3"}`)+", "+insert("free", `{"k": "4"}`)); got != "rows 4/4" {
		t.Errorf("two more: %s", got)
	}
	b.write(ann, insert("free", `{"k": "3"}`)) // what was refused has left nothing
	if got := b.overQuota(ann, insert("mine", `{}`)); got != "rows 4/4" {
		t.Errorf("one more of another collection: %s", got)
	}
	// Another tenant, and what all share, count for themselves.
	other := who{tenant: "globex", user: "gus"}
	b.write(other, insert("free", `{"k": "1"}`))
	for i := range 6 {
		b.write(ann, insert("common", fmt.Sprintf(`{"k": "%d"}`, i)))
	}
	// Size: {"k":"1"} three times and {"a":"x"} are 36 bytes.
	grow := func(n int) string {
		return `{"op": "update", "collection": "free", "filter": {"k": "3"}, "patch": {"$set": {"fill": "` + strings.Repeat("f", n) + `"}}}`
	}
	if got := b.overQuota(ann, grow(55)); got != "size 36/100" {
		t.Errorf("too large by one byte: %s", got)
	}
	b.write(ann, grow(54))
	if got := b.overQuota(ann, grow(55)); got != "size 100/100" {
		t.Errorf("one byte more: %s", got)
	}
	b.write(ann, grow(10))
	b.write(ann, `{"op": "delete", "collection": "free", "filter": {"k": {"$in": ["1", "2"]}}, "max": 2}`)
	b.write(ann, insert("free", `{"k": "5"}`), insert("free", `{"k": "6"}`))
	if got := b.overQuota(ann, insert("free", `{"k": "7"}`)); got != "rows 4/4" {
		t.Errorf("after two were deleted: %s", got)
	}
	b.usageIsRight(ann)
	b.usageIsRight(other)
}

// A quota that is lowered below what is used refuses growth alone.
func loweredQuotas(t *testing.T, b *bench) {
	for i := range 5 {
		b.write(ann, insert("free", fmt.Sprintf(`{"k": "%d"}`, i)))
	}
	err := b.store.UpdateFor(context.Background(), ann.whose(), func(ctx context.Context, sql persistence.SQL) error {
		_, err := sql.Exec(ctx, `INSERT INTO mz_usage (app, tenant, table_name, stored_rows, stored_bytes, quota_rows, quota_bytes) VALUES ('app', 'acme', '', 0, 0, 3, 1000)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.overQuota(ann, insert("free", `{"k": "5"}`)); got != "rows 5/3" {
		t.Errorf("growth: %s", got)
	}
	b.write(ann, `{"op": "update", "collection": "free", "filter": {"k": "1"}, "patch": {"$set": {"k": "11"}}}`)
	b.write(ann, `{"op": "delete", "collection": "free", "filter": {}, "max": 3}`)
	b.write(ann, insert("free", `{"k": "5"}`))
	if got := b.overQuota(ann, insert("free", `{"k": "6"}`)); got != "rows 3/3" {
		t.Errorf("growth afterwards: %s", got)
	}
	b.usageIsRight(ann)
}

// Sixteen writers at once fill a quota of 50 rows to the row.
func quotasAtOnce(t *testing.T, b *bench) {
	var stored, refused atomic.Int64
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			for range 10 {
				ctx := context.Background()
				tx, err := b.store.Begin(ctx, persistence.ReadWrite, ann.whose())
				if err != nil {
					t.Error(err)
					return
				}
				n := stored.Load() + refused.Load()
				s := tx.Session(b.cat.View("tasks"), persistence.Call{Module: "tasks", Now: b.now, IDs: func() string { return fmt.Sprint("d", i, "-", n) }})
				if _, err := s.Do(ctx, "data_write", []byte(`{"ops": [`+insert("free", `{}`)+`]}`)); err != nil {
					refused.Add(1)
				} else if err := tx.Commit(ctx); err != nil {
					t.Error(err)
				} else {
					stored.Add(1)
				}
				tx.Rollback()
			}
		})
	}
	group.Wait()
	if stored.Load() != 50 || refused.Load() != 110 {
		t.Errorf("%d stored, %d refused", stored.Load(), refused.Load())
	}
	b.usageIsRight(ann)
}

// usageIsRight compares what is counted with what is there.
func (b *bench) usageIsRight(w who) {
	b.t.Helper()
	counted, there := map[string]int64{}, map[string]int64{}
	err := b.store.ViewFor(context.Background(), w.whose(), func(ctx context.Context, sql persistence.SQL) error {
		var rows, bytes int64
		if err := sql.QueryRow(ctx, `SELECT coalesce(sum(stored_rows), 0), coalesce(sum(stored_bytes), 0) FROM mz_usage WHERE app = 'app' AND tenant = ?`, w.tenant).Scan(&rows, &bytes); err != nil {
			return err
		}
		counted["rows"], counted["bytes"] = rows, bytes
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, collection := range []string{"tasks", "strict", "mine", "people", "free"} {
		page := b.must(w, "data_query", `{"collection": "`+collection+`", "limit": 100}`)
		if page["next_cursor"] != nil {
			b.t.Fatal("more than a page: count otherwise")
		}
		for _, d := range page["docs"].([]any) {
			doc := d.(map[string]any)
			for _, name := range []string{"_id", "_rev", "_created_at", "_updated_at"} {
				delete(doc, name)
			}
			there["rows"]++
			there["bytes"] += int64(len(text(doc)))
		}
	}
	if fmt.Sprint(counted) != fmt.Sprint(there) {
		b.t.Errorf("counted %v, there are %v", counted, there)
	}
}

func rateLimit(t *testing.T, b *bench) {
	for range 3 {
		b.must(ann, "data_count", `{"collection": "free"}`)
	}
	if d := b.refuse(ann, "data_count", `{"collection": "free"}`, fault.ValueQuotaExceeded); d["quota"] != "data_calls" {
		t.Errorf("details %v", d)
	}
	b.must(who{tenant: "globex", user: "gus"}, "data_count", `{"collection": "free"}`)
}
