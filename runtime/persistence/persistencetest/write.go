package persistencetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

func batches(t *testing.T, b *bench) {
	ctx := context.Background()
	tx, err := b.store.Begin(ctx, persistence.ReadWrite, ann.whose())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	s := b.session(tx, ann)
	write := func(ops string) error {
		_, err := s.Do(ctx, "data_write", []byte(`{"ops": [`+ops+`]}`))
		return err
	}
	one := `{"op": "insert", "collection": "tasks", "id": "one", "doc": {"code": "1"}}`
	if err := write(one); err != nil {
		t.Fatal(describe(err))
	}
	err = write(`{"op": "insert", "collection": "tasks", "id": "two", "doc": {}}, {"op": "update", "collection": "tasks", "id": "one",
		"patch": {"$set": {"n": 5}}}, {"op": "insert", "collection": "tasks", "id": "three", "doc": {"code": "1"}}`)
	var e *fault.ValueError
	if !errors.As(err, &e) || e.Code != fault.ValueUniqueConflict || e.Details["index"] != "by_code" && e.Details["index"] != int64(2) {
		t.Fatalf("the third op: %v", describe(err))
	}
	if err := write(`{"op": "insert", "collection": "tasks", "id": "four", "doc": {}}`); err != nil { // the guest goes on
		t.Fatal(describe(err))
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if got := b.ids(ann, `{"collection": "tasks", "sort": [["_id", 1]]}`); got != "four one" {
		t.Errorf("got %s", got)
	}
	equalJSON(t, b.must(ann, "data_get", `{"collection": "tasks", "id": "one", "fields": ["n"]}`), `{"doc": {"_id": "one", "_rev": 1}}`)
}

func revisions(t *testing.T, b *bench) {
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "a", "doc": {"n": 1}}`)
	update := func(rev int) string {
		return fmt.Sprintf(`{"op": "update", "collection": "tasks", "id": "a", "if_rev": %d, "patch": {"$inc": {"n": 1}}}`, rev)
	}
	equalJSON(t, b.write(ann, update(1))[0], `{"matched": 1, "modified": 1, "more": false, "id": "a", "rev": 2}`)
	d := b.refuse(ann, "data_write", `{"ops": [`+update(1)+`]}`, fault.ValueRevisionConflict)
	if d["expected"] != int64(1) || d["actual"] != int64(2) || d["index"] != int64(0) {
		t.Errorf("details: %v", d)
	}
	b.refuse(ann, "data_write", `{"ops": [{"op": "delete", "collection": "tasks", "id": "a", "if_rev": 1}]}`, fault.ValueRevisionConflict)
	b.refuse(ann, "data_write", `{"ops": [{"op": "update", "collection": "tasks", "id": "none", "must_match": true, "patch": {"$inc": {"n": 1}}}]}`, fault.ValueNotFound)
	equalJSON(t, b.write(ann, `{"op": "update", "collection": "tasks", "id": "none", "patch": {"$inc": {"n": 1}}}`)[0], `{"matched": 0, "modified": 0, "more": false}`)
}

func uniques(t *testing.T, b *bench) {
	b.write(ann, `{"op": "insert", "collection": "strict", "id": "s", "doc": {"a": "1", "b": "1", "c": "1"}}`, insert("strict", `{"a": "1"}`))
	for doc, index := range map[string]string{
		`{"op": "insert", "collection": "strict", "id": "s", "doc": {"a": "1", "b": "1", "c": "1"}}`:                   "_id",
		`{"op": "insert", "collection": "strict", "doc": {"a": "1", "b": "1", "c": "1"}}`:                              "u_ab",
		`{"op": "insert", "collection": "strict", "doc": {"a": "2", "b": "1", "c": "1"}}`:                              "u_c",
		`{"op": "insert", "collection": "strict", "doc": {"a": "1"}}`:                                                  "u_ab", // a missing part is compared, unless sparse
		`{"op": "update", "collection": "strict", "filter": {"c": {"$exists": false}}, "patch": {"$set": {"b": "1"}}}`: "u_ab",
	} {
		var e *fault.ValueError
		_, err := b.do(ann, "data_write", `{"ops": [`+doc+`]}`)
		if !errors.As(err, &e) || e.Code != fault.ValueUniqueConflict {
			t.Errorf("%s: %v", doc, describe(err))
			continue
		}
		details, _ := json.Marshal(e.Details)
		if !strings.Contains(string(details), index) {
			t.Errorf("%s: details %s do not name %s", doc, details, index)
		}
	}
	b.write(ann, insert("strict", `{"a": "3"}`), insert("strict", `{"a": "4"}`)) // sparse: both lack c
}

func upserts(t *testing.T, b *bench) {
	op := `{"op": "upsert", "collection": "strict", "key": {"a": "k", "b": "l"}, "patch": {"$set": {"c": "%s"}, "$setOnInsert": {"b": "l"}}, "returning": true}`
	b.refuse(ann, "data_write", `{"ops": [`+strings.ReplaceAll(op, `"$setOnInsert": {"b": "l"}`, `"$inc": {"b": 1}`)+`]}`, fault.ValueValidationFailed)
	first := b.write(ann, fmt.Sprintf(op, "1"))[0]
	second := b.write(ann, fmt.Sprintf(op, "2"))[0]
	if first["created"] != true || second["created"] != false || first["id"] != second["id"] || second["rev"] != 2.0 {
		t.Errorf("%v\n%v", first, second)
	}
	doc := second["doc"].(map[string]any)
	if doc["a"] != "k" || doc["b"] != "l" || doc["c"] != "2" {
		t.Errorf("the document is %v", doc)
	}
	byID := b.write(ann, `{"op": "upsert", "collection": "tasks", "id": "u", "patch": {"$inc": {"n": 2}, "$max": {"due": "2026-01-01T00:00:00Z"}}, "returning": true}`,
		`{"op": "upsert", "collection": "tasks", "id": "u", "patch": {"$inc": {"n": 2}}, "returning": true}`)
	if byID[1]["doc"].(map[string]any)["n"] != 4.0 || byID[1]["doc"].(map[string]any)["state"] != "open" {
		t.Errorf("%v", byID)
	}
	b.refuse(ann, "data_write", `{"ops": [{"op": "upsert", "collection": "strict", "id": "u", "patch": {"$set": {"b": "x"}}}]}`, fault.ValueValidationFailed)
}

func deletes(t *testing.T, b *bench) {
	for i := range 5 {
		b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "d%d", "doc": {"n": %d}}`, i, i))
	}
	equalJSON(t, b.write(ann, `{"op": "delete", "collection": "tasks", "id": "d0", "returning": true}`)[0]["doc"].(map[string]any)["n"], "0")
	equalJSON(t, b.write(ann, `{"op": "delete", "collection": "tasks", "id": "d0"}`)[0], `{"deleted": 0, "more": false}`)
	equalJSON(t, b.write(ann, `{"op": "delete", "collection": "tasks", "filter": {"n": {"$gt": 0}}, "max": 2}`)[0], `{"deleted": 2, "more": true}`)
	equalJSON(t, b.write(ann, `{"op": "update", "collection": "tasks", "filter": {}, "max": 9, "patch": {"$set": {"state": "done"}}}`)[0], `{"matched": 2, "modified": 2, "more": false}`)
	equalJSON(t, b.write(ann, `{"op": "delete", "collection": "tasks", "filter": {}, "max": 1000}`)[0], `{"deleted": 2, "more": false}`)
}
