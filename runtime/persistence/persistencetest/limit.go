package persistencetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// limits are the fixed ones, and those whose default is easily reached.
func limits(t *testing.T, b *bench) {
	b.refuse(ann, "data_write", `{"ops": [`+insert("free", `{"x": "`+strings.Repeat("y", 1<<20)+`"}`)+`]}`, fault.ValueDocumentTooLarge)
	ops := strings.TrimSuffix(strings.Repeat(insert("free", `{}`)+", ", 101), ", ")
	b.refuse(ann, "data_write", `{"ops": [`+ops+`]}`, fault.ValueLimitExceeded)
	b.refuse(ann, "data_query", `{"collection": "tasks", "limit": 101}`, fault.ValueLimitExceeded)
	b.refuse(ann, "data_query", `{"collection": "tasks", "filter": {"title": "`+strings.Repeat("x", 4<<20)+`"}}`, fault.ValueLimitExceeded)
	b.refuse(ann, "data_get", `{"collection": "tasks", "ids": [`+strings.Repeat(`"x",`, 100)+`"x"]}`, fault.ValueLimitExceeded)
	b.refuse(ann, "data_write", `{"ops": [{"op": "delete", "collection": "free", "filter": {}, "max": 1001}]}`, fault.ValueLimitExceeded)
	b.refuse(ann, "data_query", `{"collection": "tasks", "filter": {"$and": [`+strings.Repeat(`{"n": 1, "x": 1, "any": 1, "code": ""},`, 15)+`{}]}}`, fault.ValueLimitExceeded)
	for i := range 3 {
		b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "free", "id": "b%d", "doc": {"x": "%s"}}`, i, strings.Repeat("y", 700_000)))
	}
	for _, sort := range []string{``, `, "sort": [["x", 1]]`} {
		page := b.must(ann, "data_query", `{"collection": "free"`+sort+`}`)
		if n := len(page["docs"].([]any)); n != 1 || page["next_cursor"] == nil {
			t.Errorf("a page of 1 MiB has %d documents of 700 kB", n)
		}
	}
	b.refuse(ann, "data_get", `{"collection": "free", "ids": ["b0", "b1", "b2"]}`, fault.ValueLimitExceeded)
	equalJSON(t, b.write(ann, `{"op": "update", "collection": "free", "filter": {}, "max": 10, "patch": {"$set": {"x": 1}}}`)[0],
		`{"matched": 3, "modified": 3, "more": false}`)
}

func documentLimit(t *testing.T, b *bench) {
	fits := `{"x":"` + strings.Repeat("y", 100-8) + `"}`
	b.write(ann, `{"op": "insert", "collection": "free", "id": "a", "doc": `+fits+`}`)
	d := b.refuse(ann, "data_write", `{"ops": [`+insert("free", strings.Replace(fits, "y", "yy", 1))+`]}`, fault.ValueDocumentTooLarge)
	if d["size"] != int64(101) || d["limit"] != int64(100) {
		t.Errorf("details %v", d)
	}
	b.refuse(ann, "data_write", `{"ops": [{"op": "update", "collection": "free", "id": "a", "patch": {"$set": {"z": 1}}}]}`, fault.ValueDocumentTooLarge)
	equalJSON(t, b.must(ann, "data_get", `{"collection": "free", "id": "a", "fields": ["z"]}`), `{"doc": {"_id": "a", "_rev": 1}}`)
}

func requestLimit(_ *testing.T, b *bench) {
	request := `{"collection": "free", "filter": {"x": "%s"}}`
	pad := 60 - len(fmt.Sprintf(request, ""))
	b.must(ann, "data_query", fmt.Sprintf(request, strings.Repeat("x", pad)))
	b.refuse(ann, "data_query", fmt.Sprintf(request, strings.Repeat("x", pad+1)), fault.ValueLimitExceeded)
}

func answerLimit(t *testing.T, b *bench) {
	b.write(ann, `{"op": "insert", "collection": "free", "id": "a", "doc": {"x": "`+strings.Repeat("y", 150)+`"}}`)
	twice := `{"op": "update", "collection": "free", "id": "a", "patch": {"$inc": {"n": 1}}, "returning": true}`
	b.write(ann, twice)
	b.refuse(ann, "data_write", `{"ops": [`+twice+`, `+twice+`]}`, fault.ValueLimitExceeded)
	equalJSON(t, b.must(ann, "data_get", `{"collection": "free", "id": "a", "fields": ["n"]}`), `{"doc": {"_id": "a", "_rev": 2, "n": 1}}`)
	b.must(ann, "data_get", `{"collection": "free", "ids": ["a"]}`)
	b.refuse(ann, "data_get", `{"collection": "free", "ids": ["a", "a"]}`, fault.ValueLimitExceeded)
}

func opsLimit(_ *testing.T, b *bench) {
	one := insert("free", `{}`)
	b.write(ann, one, one)
	b.refuse(ann, "data_write", `{"ops": [`+one+`, `+one+`, `+one+`]}`, fault.ValueLimitExceeded)
}

// sequence runs requests in one session and answers the codes.
func (b *bench) sequence(op string, requests ...string) (codes []string) {
	b.t.Helper()
	ctx := context.Background()
	tx, err := b.store.Begin(ctx, persistence.ReadWrite, ann.whose())
	if err != nil {
		b.t.Fatal(err)
	}
	defer tx.Rollback()
	s := b.session(tx, ann)
	for _, r := range requests {
		_, err := s.Do(ctx, op, []byte(r))
		var e *fault.ValueError
		switch {
		case err == nil:
			codes = append(codes, "ok")
		case errors.As(err, &e):
			codes = append(codes, string(e.Code))
		default:
			b.t.Fatal(err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		b.t.Fatal(err)
	}
	return codes
}

func batchLimit(t *testing.T, b *bench) {
	one := `{"ops": [` + insert("free", `{}`) + `]}`
	if got := fmt.Sprint(b.sequence("data_write", one, one, one)); got != "[ok ok limit_exceeded]" {
		t.Error(got)
	}
}

func callLimit(t *testing.T, b *bench) {
	one := `{"collection": "free"}`
	if got := fmt.Sprint(b.sequence("data_count", one, one, one)); got != "[ok ok limit_exceeded]" {
		t.Error(got)
	}
}

func rowLimit(t *testing.T, b *bench) {
	batch := func(n int) string {
		return `{"ops": [` + strings.TrimSuffix(strings.Repeat(insert("free", `{}`)+",", n), ",") + `]}`
	}
	// What was undone does not count.
	if got := fmt.Sprint(b.sequence("data_write", batch(1), batch(2), batch(1), batch(1))); got != "[ok limit_exceeded ok limit_exceeded]" {
		t.Error(got)
	}
	if got := b.ids(ann, `{"collection": "free"}`); len(strings.Fields(got)) != 2 {
		t.Errorf("rows: %s", got)
	}
}

func scanLimit(t *testing.T, b *bench) {
	for i := range 8 {
		b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "d%d", "doc": {"n": %d, "x": 1}}`, i, i))
	}
	d := b.refuse(ann, "data_query", `{"collection": "tasks", "filter": {"x": 2}}`, fault.ValueScanBudgetExceeded)
	if d["examined"] != int64(6) || d["budget"] != int64(5) || d["index"] != nil {
		t.Errorf("details %v", d)
	}
	d = b.refuse(ann, "data_query", `{"collection": "tasks", "filter": {"state": "open", "x": 2}}`, fault.ValueScanBudgetExceeded)
	if d["index"] != "by_state" {
		t.Errorf("details %v", d)
	}
	b.refuse(ann, "data_query", `{"collection": "tasks", "sort": [["x", 1]]}`, fault.ValueScanBudgetExceeded)
	b.refuse(ann, "data_count", `{"collection": "tasks", "filter": {"x": 2}}`, fault.ValueScanBudgetExceeded)
	for _, op := range []string{`{"op": "update", "collection": "tasks", "filter": {"x": 1}, "max": 9, "patch": {"$set": {"n": 0}}}`,
		`{"op": "delete", "collection": "tasks", "filter": {"x": 1}, "max": 9}`} {
		b.refuse(ann, "data_write", `{"ops": [`+op+`]}`, fault.ValueScanBudgetExceeded)
	}
	// A range of an index is within the budget, and a page that is full stops reading.
	if got := b.ids(ann, `{"collection": "tasks", "filter": {"state": "open", "n": {"$gte": 3}}}`); got != "d7 d6 d5 d4 d3" {
		t.Errorf("got %s", got)
	}
	if got := b.ids(ann, `{"collection": "tasks", "filter": {"x": 1}, "limit": 4}`); got != "d0 d1 d2 d3" {
		t.Errorf("got %s", got)
	}
	if n := b.must(ann, "data_count", `{"collection": "tasks"}`)["count"]; n != 8.0 {
		t.Errorf("counts %v", n)
	}
	b.write(ann, `{"op": "delete", "collection": "tasks", "id": "d0"}`)
	if n := b.must(ann, "data_count", `{"collection": "tasks", "filter": {"x": 1}}`)["count"]; n != 7.0 {
		t.Errorf("counts %v", n)
	}
}

func timeLimit(t *testing.T, b *bench) {
	for op, request := range map[string]string{"data_get": `{"collection": "free", "id": "x"}`, "data_query": `{"collection": "free"}`,
		"data_count": `{"collection": "free"}`} {
		b.refuse(ann, op, request, fault.ValueTimeout)
	}
	// The caller's own end is not the operation's.
	ctx, cancel := context.WithCancel(context.Background())
	tx, err := b.store.Begin(ctx, persistence.ReadOnly, ann.whose())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	cancel()
	if _, err := b.session(tx, ann).Do(ctx, "data_count", []byte(`{"collection": "free"}`)); fault.CodeOf(err) != fault.Cancelled {
		t.Errorf("got %v", err)
	}
}

func operatorsAlone(t *testing.T, b *bench) {
	one := `{"ops": [` + insert("common", `{"k": "x"}`) + `]}`
	if d := b.refuse(ann, "data_write", one, fault.ValueReadOnly); d["reason"] != "app_wide" {
		t.Errorf("details %v", d)
	}
	operator := ann
	operator.operator = true
	b.must(operator, "data_write", one)
}

func nobody(_ *testing.T, b *bench) {
	operator := ann
	operator.operator = true
	b.refuse(operator, "data_write", `{"ops": [`+insert("common", `{"k": "x"}`)+`]}`, fault.ValueReadOnly)
}
