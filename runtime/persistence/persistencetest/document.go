package persistencetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

func storesAndFinds(t *testing.T, b *bench) {
	r := b.write(ann, `{"op": "insert", "collection": "tasks", "id": "t-1", "doc": {"title": "Milk", "n": 1.0, "x": 1e-7}}`,
		insert("Task", `{"title": "Bread"}`))
	equalJSON(t, r, `[{"id": "t-1", "rev": 1}, {"id": "doc_000001", "rev": 1}]`)
	equalJSON(t, b.must(ann, "data_get", `{"collection": "tasks", "id": "t-1"}`),
		`{"doc": {"_id": "t-1", "_rev": 1, "_created_at": "2026-03-01T09:30:00.000Z", "_updated_at": "2026-03-01T09:30:00.000Z",
		"title": "Milk", "n": 1, "x": 1e-7, "state": "open"}}`)
	equalJSON(t, b.must(ann, "data_get", `{"collection": "tasks", "id": "t-1", "fields": ["title"]}`), `{"doc": {"_id": "t-1", "_rev": 1, "title": "Milk"}}`)
	equalJSON(t, b.must(ann, "data_get", `{"collection": "tasks", "ids": ["nothing", "t-1"], "fields": []}`), `{"docs": [null, {"_id": "t-1", "_rev": 1}]}`)
	equalJSON(t, b.must(ann, "data_get", `{"collection": "tasks", "id": "nothing"}`), `{"doc": null}`)
	b.write(ann, insert("strict", `{"a": "1", "b": "2"}`))
	equalJSON(t, b.must(ann, "data_get", `{"collection": "strict", "key": {"a": "1", "b": "2"}, "fields": ["a"]}`)["doc"].(map[string]any)["a"], `"1"`)
	equalJSON(t, b.must(ann, "data_get", `{"collection": "strict", "key": {"a": "1", "b": "3"}}`), `{"doc": null}`)
	b.refuse(ann, "data_get", `{"collection": "strict", "key": {"a": "1"}}`, fault.ValueInvalidArgument)
	b.refuse(ann, "data_get", `{"collection": "strict"}`, fault.ValueInvalidArgument)
	b.refuse(ann, "data_get", `{"collection": "nowhere", "id": "x"}`, fault.ValueUndeclaredCollection)
}

func checksDocuments(t *testing.T, b *bench) {
	details := b.refuse(ann, "data_write", `{"ops": [{"op": "insert", "collection": "tasks", "id": "-", "doc":
		{"title": "123456789012345678901", "n": 1.5, "state": "lost", "due": "tomorrow", "tags": ["a", 1], "meta": [], "_rev": 2, "ghost": 1, "code": null}}]}`,
		fault.ValueValidationFailed)
	var got []string
	for _, e := range details["errors"].([]any) {
		m := e.(map[string]any)
		got = append(got, fmt.Sprint(m["path"], " ", m["code"]))
	}
	want := []string{"$.ops[0].id ID_INVALID", "$.ops[0].doc._rev FIELD_RESERVED", "$.ops[0].doc.ghost FIELD_UNDECLARED", "$.ops[0].doc.code NULL",
		"$.ops[0].doc.title MAX_LENGTH", "$.ops[0].doc.n TYPE", "$.ops[0].doc.state ENUM", "$.ops[0].doc.due TYPE", "$.ops[0].doc.tags[1] TYPE",
		"$.ops[0].doc.meta TYPE"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for doc, code := range map[string]string{
		`{"n": 100001}`:                               "RANGE",
		`{"tags": ["1","2","3","4","5","6"]}`:         "MAX_LENGTH",
		`{"meta": {"$x": 1}}`:                         "STRING_INVALID",
		`{"meta": {"": 1}}`:                           "STRING_INVALID",
		`{"any": [1]}`:                                "KEY_NOT_SCALAR",
		`{"any": "` + strings.Repeat("x", 600) + `"}`: "KEY_TOO_LONG",
	} {
		d := b.refuse(ann, "data_write", `{"ops": [`+insert("tasks", doc)+`]}`, fault.ValueValidationFailed)
		if got := d["errors"].([]any)[0].(map[string]any)["code"]; got != code {
			t.Errorf("%s: got %v, want %s", doc[:min(len(doc), 40)], got, code)
		}
	}
	b.write(ann, insert("free", `{"whatever": {"deep": [1, {"x": null}]}}`)) // a collection without fields takes any
}

func normalisesDatetimes(t *testing.T, b *bench) {
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "a", "doc": {"due": "2026-03-01T10:30:00.123456+01:00"}}`)
	equalJSON(t, b.must(ann, "data_get", `{"collection": "tasks", "id": "a"}`)["doc"].(map[string]any)["due"], `"2026-03-01T09:30:00.123Z"`)
	if got := b.ids(ann, `{"collection": "tasks", "filter": {"due": "2026-03-01T04:30:00.123-05:00"}}`); got != "a" {
		t.Errorf("the same moment in another zone finds %q", got)
	}
}

func ordersValues(t *testing.T, b *bench) {
	values := []string{"", "null", "false", "true", "-1", "0", "0.1", "1", "9", "10", "9007199254740992", "9007199254740993",
		"9223372036854775807", `""`, `"10"`, `"9"`, `"é"`}
	var want []string
	for i, v := range values {
		id := fmt.Sprintf("v%02d", len(values)-i)
		doc := `{"any": ` + v + `}`
		if v == "" {
			doc = `{}`
		}
		b.write(ann, `{"op": "insert", "collection": "tasks", "id": "`+id+`", "doc": `+doc+`}`)
		want = append(want, id)
	}
	if got := b.ids(ann, `{"collection": "tasks", "sort": [["any", 1]]}`); got != strings.Join(want, " ") {
		t.Errorf("got  %s\nwant %s", got, strings.Join(want, " "))
	}
	for i := range values {
		if i == 0 {
			continue
		}
		last := len(values)
		switch {
		case i < 4 || i >= 13:
			continue // ranges are over numbers here
		case i < 13:
			last = 13
		}
		got := b.ids(ann, `{"collection": "tasks", "filter": {"any": {"$gte": `+values[i]+`}}, "sort": [["any", 1]]}`)
		if got != strings.Join(want[i:last], " ") {
			t.Errorf(">= %s: got %s, want %s", values[i], got, want[i:last])
		}
	}
}

func filters(t *testing.T, b *bench) {
	b.write(ann,
		`{"op": "insert", "collection": "tasks", "id": "a", "doc": {"n": 1, "title": "Apple", "tags": ["x", "y"], "meta": {"k": {"l": 5}}}}`,
		`{"op": "insert", "collection": "tasks", "id": "b", "doc": {"n": 2, "title": "banana", "tags": [], "any": null, "state": "done"}}`,
		`{"op": "insert", "collection": "tasks", "id": "c", "doc": {"n": 3, "any": "1", "tags": ["y"]}}`)
	for filter, want := range map[string]string{
		`{}`: "a b c", `{"n": 2}`: "b", `{"n": 2.0}`: "b", `{"n": "2"}`: "", `{"n": {"$ne": 2}}`: "a c", `{"n": {"$in": [1, 3]}}`: "a c",
		`{"n": {"$nin": [1]}}`: "b c", `{"n": {"$gt": 1, "$lt": 3}}`: "b", `{"n": {"$gte": 2}}`: "b c", `{"n": {"$lte": 1}}`: "a",
		`{"title": {"$gt": "B"}}`: "b", `{"any": null}`: "a b", `{"any": {"$exists": true}}`: "b c", `{"any": {"$exists": false}}`: "a",
		`{"any": "1"}`: "c", `{"any": 1}`: "", `{"title": {"$startsWith": "A"}}`: "a", `{"title": {"$eqFold": "APPLE"}}`: "a",
		`{"title": {"$startsWithFold": "BAN"}}`: "b", `{"tags": {"$contains": "y"}}`: "a c", `{"tags": {"$containsAny": ["x", "q"]}}`: "a",
		`{"tags": ["y"]}`: "c", `{"tags": "y"}`: "", `{"meta.k.l": 5}`: "a", `{"meta": {"k": {"l": 5}}}`: "a", `{"meta.k": {"l": 6}}`: "",
		`{"$or": [{"n": 1}, {"n": 3}]}`: "a c", `{"$and": [{"n": {"$gt": 1}}, {"state": "open"}]}`: "c", `{"$not": {"n": 1}}`: "b c",
		`{"_id": "b"}`: "b", `{"_id": "b", "n": 9}`: "", `{"state": "open", "n": {"$lt": 3}}`: "a", `{"state": {"$gte": "d", "$lt": "e"}}`: "b",
		`{"n": {"$gt": "1"}}`: "", `{"n": {"$gt": null}}`: "", `{"title": {"$ne": "Apple"}}`: "b c",
	} {
		got := b.ids(ann, `{"collection": "tasks", "sort": [["_id", 1]], "filter": `+filter+`}`)
		if got != want {
			t.Errorf("%s: got %q, want %q", filter, got, want)
		}
		n := b.must(ann, "data_count", `{"collection": "tasks", "filter": `+filter+`}`)["count"]
		if n != float64(len(strings.Fields(want))) {
			t.Errorf("%s: counts %v", filter, n)
		}
	}
	for filter, code := range map[string]fault.Value{
		`{"n": {"$near": 1}}`: fault.ValueUnsupportedOperator, `{"$where": 1}`: fault.ValueUnsupportedOperator,
		`{"n": {"$gt": 1, "x": 2}}`: fault.ValueInvalidArgument, `{"n": {"$in": 1}}`: fault.ValueInvalidArgument, `[]`: fault.ValueInvalidArgument,
		`{"a.b.c.d.e.f.g.h.i": 1}`: fault.ValueInvalidArgument, `{"a..b": 1}`: fault.ValueInvalidArgument, `{"$or": []}`: fault.ValueInvalidArgument,
		`{"$or": [` + strings.Repeat(`{"n":1},`, 16) + `{"n":1}]}`:     fault.ValueInvalidArgument,
		strings.Repeat(`{"$not": `, 9) + `{}` + strings.Repeat(`}`, 9): fault.ValueLimitExceeded,
		`{"n": {"$in": [` + strings.Repeat("1,", 100) + `1]}}`:         fault.ValueLimitExceeded,
	} {
		b.refuse(ann, "data_query", `{"collection": "tasks", "filter": `+filter+`}`, code)
	}
}

func patches(t *testing.T, b *bench) {
	for i, c := range []struct{ before, patch, after string }{
		{`{"n": 1}`, `{"$set": {"title": "x", "meta.a.b": 2}}`, `{"n": 1, "title": "x", "meta": {"a": {"b": 2}}}`},
		{`{"n": 1, "title": "x"}`, `{"$unset": {"title": true, "due": true}}`, `{"n": 1}`},
		{`{"n": 1}`, `{"$inc": {"n": 4, "x": 0.5}}`, `{"n": 5, "x": 0.5}`},
		{`{"n": 3}`, `{"$mul": {"n": 4, "x": 2}}`, `{"n": 12, "x": 0}`},
		{`{"n": 3}`, `{"$min": {"n": 1}}`, `{"n": 1}`},
		{`{"n": 3}`, `{"$max": {"n": 1, "x": 2}}`, `{"n": 3, "x": 2}`},
		{`{"due": "2026-01-02T00:00:00Z"}`, `{"$max": {"due": "2026-01-02T02:00:00+01:00"}}`, `{"due": "2026-01-02T01:00:00.000Z"}`},
		{`{"tags": ["a"]}`, `{"$push": {"tags": "b"}}`, `{"tags": ["a", "b"]}`},
		{`{"tags": ["a", "b"]}`, `{"$push": {"tags": {"$each": ["c", "d"], "$slice": -3}}}`, `{"tags": ["b", "c", "d"]}`},
		{`{"tags": ["a"]}`, `{"$addToSet": {"tags": {"$each": ["a", "b"]}}}`, `{"tags": ["a", "b"]}`},
		{`{"tags": ["a", "b", "a"]}`, `{"$pull": {"tags": "a"}}`, `{"tags": ["b"]}`},
		{`{"tags": ["a", "b"]}`, `{"$pop": {"tags": 1}}`, `{"tags": ["a"]}`},
		{`{"tags": ["a", "b"]}`, `{"$pop": {"tags": -1}}`, `{"tags": ["b"]}`},
		{`{}`, `{"$currentDate": {"due": true}}`, `{"due": "2026-03-01T09:30:00.000Z"}`},
	} {
		id := fmt.Sprint("p", i)
		b.write(ann, `{"op": "insert", "collection": "tasks", "id": "`+id+`", "doc": `+c.before+`}`)
		r := b.write(ann, `{"op": "update", "collection": "tasks", "id": "`+id+`", "patch": `+c.patch+`, "returning": true}`)[0]
		doc := r["doc"].(map[string]any)
		for _, k := range []string{"_id", "_rev", "_created_at", "_updated_at", "state"} {
			delete(doc, k)
		}
		equalJSON(t, doc, c.after)
	}
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "q", "doc": {"n": 1, "title": "x", "fixed": "f", "meta": {"a": 1}}}`)
	for patch, code := range map[string]fault.Value{
		`{}`: fault.ValueInvalidArgument, `{"$rename": {"n": "m"}}`: fault.ValueUnsupportedOperator, `{"$set": {"n": 1, "n.x": 2}}`: fault.ValueInvalidArgument,
		`{"$set": {"n": 1}, "$inc": {"n": 1}}`: fault.ValueInvalidArgument, `{"$inc": {"title": 1}}`: fault.ValueValidationFailed,
		`{"$inc": {"n": 9223372036854775807}}`: fault.ValueValidationFailed, `{"$set": {"fixed": "g"}}`: fault.ValueValidationFailed,
		`{"$set": {"_rev": 9}}`: fault.ValueValidationFailed, `{"$set": {"ghost": 9}}`: fault.ValueValidationFailed, `{"$set": {"meta.a.b": 1}}`: fault.ValueValidationFailed,
		`{"$set": {"meta.x": {"$y": 1}}}`: fault.ValueValidationFailed, `{"$push": {"title": 1}}`: fault.ValueValidationFailed,
		`{"$setOnInsert": {"n": 1}}`: fault.ValueInvalidArgument, `{"$pop": {"tags": 2}}`: fault.ValueInvalidArgument,
	} {
		b.refuse(ann, "data_write", `{"ops": [{"op": "update", "collection": "tasks", "id": "q", "patch": `+patch+`}]}`, code)
	}
	same := b.write(ann, `{"op": "update", "collection": "tasks", "id": "q", "patch": {"$set": {"n": 1}}}`)[0]
	equalJSON(t, same, `{"matched": 1, "modified": 0, "more": false, "id": "q", "rev": 1}`)
	replaced := b.write(ann, `{"op": "update", "collection": "tasks", "id": "q", "doc": {"fixed": "f", "n": 7}, "returning": true}`)[0]["doc"].(map[string]any)
	if replaced["n"] != 7.0 || replaced["title"] != nil || replaced["_rev"] != 2.0 {
		t.Errorf("replaced: %v", replaced)
	}
}

// checksTexts finds what is wrong with the JSON within a document, by the same codes as the rest.
func checksTexts(t *testing.T, b *bench) {
	for doc, want := range map[string]string{
		`{"x": 1, "x": 2}`:                  "DUPLICATE_KEY $.ops[0].doc",
		`{"x": {"y": 9223372036854775808}}`: "NUMBER_RANGE $.ops[0].doc.x.y",
		`{"x": "\ud800"}`:                   "STRING_INVALID $.ops[0].doc.x",
		`{"x": "` + "\xff" + `"}`:           "STRING_INVALID $.ops[0].doc.x",
		`{"x": "\u0000"}`:                   "STRING_INVALID $.ops[0].doc.x",
		`{"x": {"$y": 1}}`:                  "STRING_INVALID $.ops[0].doc.x",
		`{"$x": 1}`:                         "STRING_INVALID $.ops[0].doc",
		`{"": 1}`:                           "STRING_INVALID $.ops[0].doc",
		`{"x": {"a\u0000": 1}}`:             "STRING_INVALID $.ops[0].doc.x",
		`{"_x": 1}`:                         "FIELD_RESERVED $.ops[0].doc._x",
		`{"x": ` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`: "DEPTH",
	} {
		d := b.refuse(ann, "data_write", `{"ops": [`+insert("free", doc)+`]}`, fault.ValueValidationFailed)
		e := d["errors"].([]any)[0].(map[string]any)
		if got := fmt.Sprint(e["code"], " ", e["path"]); !strings.HasPrefix(got, want) {
			t.Errorf("%.60q: got %s, want %s", doc, got, want)
		}
	}
}

// hostilePatches try to store through a patch what an insert would refuse.
func hostilePatches(t *testing.T, b *bench) {
	deep := strings.Repeat("[", 27) + strings.Repeat("]", 27)
	b.write(ann, `{"op": "insert", "collection": "free", "id": "a", "doc": {"n": 1, "s": "x", "l": ["a"], "z": null}}`)
	for patch, code := range map[string]string{
		`{"$set": {"a.b.c.d.e.f": ` + deep + `}}`: "DEPTH",
		`{"$push": {"a.b.c.d.e": ` + deep + `}}`:  "DEPTH",
		`{"$set": {"x": "\u0000"}}`:               "STRING_INVALID",
		`{"$set": {"_id": "b"}}`:                  "FIELD_RESERVED",
		`{"$unset": {"_rev": true}}`:              "FIELD_RESERVED",
		`{"$inc": {"n": 9223372036854775807}}`:    "NUMBER_RANGE",
		`{"$mul": {"n": 1e308, "m": 1, "s": 2}}`:  "TYPE",
		`{"$inc": {"l": 1}}`:                      "TYPE",
		`{"$push": {"n": 1}}`:                     "TYPE",
		`{"$set": {"s.x": 1}}`:                    "TYPE",
		`{"$addToSet": {"s": 1}}`:                 "TYPE",
	} {
		d := b.refuse(ann, "data_write", `{"ops": [{"op": "update", "collection": "free", "id": "a", "patch": `+patch+`}]}`, fault.ValueValidationFailed)
		if got := d["errors"].([]any)[0].(map[string]any)["code"]; got != code {
			t.Errorf("%s: got %v, want %s", patch, got, code)
		}
	}
	// The document, 4 objects within it and 27 lists are 32 levels: as deep as may be, and it reads back.
	r := b.write(ann, `{"op": "update", "collection": "free", "id": "a", "patch": {"$set": {"a.b.c.d.e": `+deep+`}}}`,
		`{"op": "update", "collection": "free", "id": "a", "patch": {"$unset": {"s.x": true, "none.y": true}, "$pull": {"z": 1, "none.l": 1}, "$pop": {"none.k": 1}}}`)
	if r[0]["modified"] != 1.0 || r[1]["modified"] != 0.0 {
		t.Errorf("got %v", r)
	}
	if doc := b.must(ann, "data_get", `{"collection": "free", "id": "a"}`)["doc"].(map[string]any); doc["n"] != 1.0 || doc["a"] == nil {
		t.Errorf("the document is %v", doc)
	}
	b.write(ann, `{"op": "insert", "collection": "people", "id": "p", "doc": {"seen": ["2026-01-01T01:00:00+01:00"]}}`)
	doc := b.write(ann, `{"op": "update", "collection": "people", "id": "p", "patch": {"$addToSet": {"seen": "2026-01-01T00:00:00Z"}, "$currentDate": {"born": true}}, "returning": true}`)[0]["doc"].(map[string]any)
	equalJSON(t, []any{doc["seen"], doc["born"]}, `[["2026-01-01T00:00:00.000Z"], "2026-03-01"]`)
	doc = b.write(ann, `{"op": "update", "collection": "people", "id": "p", "patch": {"$pull": {"seen": "2026-01-01T02:00:00+02:00"}}, "returning": true}`)[0]["doc"].(map[string]any)
	equalJSON(t, doc["seen"], `[]`)
}
