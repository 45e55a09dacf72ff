package persistencetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

func pages(t *testing.T, b *bench) {
	for i := range 40 {
		b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "d%02d", "doc": {"n": %d}}`, i, i/2))
	}
	for _, sort := range []string{``, `, "sort": [["_id", -1]]`, `, "filter": {"state": "open"}, "sort": [["n", -1]]`,
		`, "filter": {"state": "open"}, "sort": [["n", 1]]`, `, "sort": [["title", 1], ["n", -1]]`} {
		var seen []string
		cursor := ""
		for page := 0; ; page++ {
			v := b.must(ann, "data_query", `{"collection": "tasks", "limit": 7`+sort+cursor+`}`)
			for _, d := range v["docs"].([]any) {
				seen = append(seen, d.(map[string]any)["_id"].(string))
			}
			// Rows come and go behind and before the cursor; those that stay are seen once each.
			b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "x%d", "doc": {"n": %d, "state": "done"}}`, page, page*9%20))
			next, _ := v["next_cursor"].(string)
			if next == "" {
				break
			}
			cursor = `, "cursor": "` + next + `"`
		}
		b.write(ann, `{"op": "delete", "collection": "tasks", "filter": {"state": "done"}, "max": 100}`)
		stayed := slices.DeleteFunc(seen, func(id string) bool { return id[0] == 'x' })
		if n := len(stayed); n != 40 {
			t.Errorf("%q: %d of the 40 that stayed were seen", sort, n)
		}
		slices.Sort(stayed)
		if len(slices.Compact(stayed)) != 40 {
			t.Errorf("%q: a row was seen twice", sort)
		}
	}
}

func cursors(t *testing.T, b *bench) {
	for i := range 5 {
		b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "d%d", "doc": {"n": %d}}`, i, i))
		b.write(who{tenant: "globex", user: "ann"}, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "d%d", "doc": {"n": %d}}`, i, i))
	}
	query := func(rest string) string {
		return `{"collection": "tasks", "limit": 2, "filter": {"n": {"$gte": 0}}` + rest + `}`
	}
	cursor := b.must(ann, "data_query", query(""))["next_cursor"].(string)
	with := `, "cursor": "` + cursor + `"`
	if got := b.ids(ann, query(with)); got != "d2 d3" {
		t.Errorf("the second page: %s", got)
	}
	bad := []byte(cursor)
	bad[len(bad)/2] ^= 1
	for name, c := range map[string]struct {
		w       who
		request string
	}{
		"another tenant":     {who{tenant: "globex", user: "ann"}, query(with)},
		"another filter":     {ann, `{"collection": "tasks", "limit": 2, "filter": {"n": {"$gte": 1}}` + with + `}`},
		"another sort":       {ann, query(`, "sort": [["n", 1]]` + with)},
		"another collection": {ann, `{"collection": "free", "limit": 2, "filter": {"n": {"$gte": 0}}` + with + `}`},
		"altered":            {ann, query(`, "cursor": "` + string(bad) + `"`)},
		"made up":            {ann, query(`, "cursor": "AAAA"`)},
		"not base64":         {ann, query(`, "cursor": "%"`)},
	} {
		t.Run(name, func(*testing.T) { b.refuse(c.w, "data_query", c.request, fault.ValueCursorInvalid) })
	}
}

func sortsInMemory(t *testing.T, b *bench) {
	b.write(ann, `{"op": "insert", "collection": "tasks", "id": "a", "doc": {"x": 2, "title": "q"}}`,
		`{"op": "insert", "collection": "tasks", "id": "b", "doc": {"title": "p"}}`,
		`{"op": "insert", "collection": "tasks", "id": "c", "doc": {"x": 1.5, "title": "p"}}`)
	for sort, want := range map[string]string{`[["x", 1]]`: "b c a", `[["x", -1]]`: "a c b", `[["title", 1], ["x", -1]]`: "c b a",
		`[["title", 1]]`: "b c a", `[["title", -1]]`: "a b c"} {
		if got := b.ids(ann, `{"collection": "tasks", "sort": `+sort+`}`); got != want {
			t.Errorf("%s: got %s, want %s", sort, got, want)
		}
	}
	for _, sort := range []string{`"x"`, `[["x"]]`, `[["x", 2]]`, `[["", 1]]`, `["x"]`} {
		b.refuse(ann, "data_query", `{"collection": "tasks", "sort": `+sort+`}`, fault.ValueInvalidArgument)
	}
	b.refuse(ann, "data_query", `{"collection": "tasks", "sort": [["a",1],["b",1],["c",1],["d",1],["e",1]]}`, fault.ValueLimitExceeded)
}

func counts(t *testing.T, b *bench) {
	for i := range 30 {
		b.write(ann, insert("tasks", fmt.Sprintf(`{"n": %d, "x": %d}`, i, i%3)))
	}
	for request, want := range map[string]string{
		`{"collection": "tasks"}`:                                                  `{"count": 30, "capped": false}`,
		`{"collection": "tasks", "cap": 10}`:                                       `{"count": 10, "capped": true}`,
		`{"collection": "tasks", "cap": 30}`:                                       `{"count": 30, "capped": false}`,
		`{"collection": "tasks", "filter": {"state": "open", "n": {"$lt": 7}}}`:    `{"count": 7, "capped": false}`,
		`{"collection": "tasks", "filter": {"x": 0}}`:                              `{"count": 10, "capped": false}`,
		`{"collection": "tasks", "filter": {"x": 0}, "cap": 4}`:                    `{"count": 4, "capped": true}`,
		`{"collection": "tasks", "filter": {"state": "open", "n": {"$gt": 28.5}}}`: `{"count": 1, "capped": false}`,
	} {
		equalJSON(t, b.must(ann, "data_count", request), want)
	}
	b.refuse(ann, "data_count", `{"collection": "tasks", "cap": 100001}`, fault.ValueLimitExceeded)
}

func closedRequests(t *testing.T, b *bench) {
	for op, requests := range map[string][]string{
		"data_get":   {`{"collection": "tasks", "id": "x", "tenant": "globex"}`, `[]`, `{"collection": 1, "id": "x"}`, `{"id": "x"}`, `{"collection": "tasks", "id": "x", "key": {}}`},
		"data_query": {`{"collection": "tasks", "user": "x"}`, `{"collection": "tasks", "fields": "x"}`, `{"collection": "tasks", "fields": ["$x"]}`, `{"collection": "tasks", "limit": "5"}`},
		"data_count": {`{"collection": "tasks", "limit": 1}`},
		"data_write": {`{"ops": []}`, `{"ops": {}}`, `{}`, `{"ops": [1]}`, `{"ops": [{"op": "drop", "collection": "tasks"}]}`,
			`{"ops": [{"op": "insert", "collection": "tasks", "doc": {}, "tenant": "globex"}]}`, `{"ops": [{"op": "insert", "collection": "tasks"}]}`,
			`{"ops": [{"op": "update", "collection": "tasks", "id": "x"}]}`, `{"ops": [{"op": "update", "collection": "tasks", "filter": {}, "patch": {"$set": {"n": 1}}}]}`,
			`{"ops": [{"op": "insert", "collection": "tasks", "doc": {}}]} x`},
	} {
		for _, r := range requests {
			b.refuse(ann, op, r, fault.ValueInvalidArgument)
		}
	}
	if d := b.refuse(ann, "data_query", `{"collection": "tasks", "filter": {"n": {"$near": 1}}}`, fault.ValueUnsupportedOperator); d["path"] != "$.filter.n.$near" {
		t.Errorf("the path is %v", d["path"])
	}
	if strings.Contains(fmt.Sprint(b.refuse(ann, "data_query", `{"collection": "tasks", "limit": 101}`, fault.ValueLimitExceeded)), "101") {
		t.Error("the rejected value is repeated")
	}
}

func folds(t *testing.T, b *bench) {
	b.write(ann, `{"op": "insert", "collection": "people", "id": "a", "doc": {"email": "Ann@X.org", "name": "Ärger", "age": 1}}`,
		`{"op": "insert", "collection": "people", "id": "b", "doc": {"email": "bob@x.org", "name": "ÄRGER", "age": 2}}`,
		`{"op": "insert", "collection": "people", "id": "c", "doc": {"name": "ärgerlich", "age": 3}}`)
	for filter, want := range map[string]string{
		`{"email": {"$eqFold": "ANN@x.ORG"}}`: "a", `{"email": "ann@x.org"}`: "", `{"email": "Ann@X.org"}`: "a", `{"name": {"$eqFold": "ärger"}}`: "a b",
		`{"name": "ÄRGER"}`: "b", `{"name": {"$startsWithFold": "ÄR"}}`: "a b c", `{"name": {"$startsWith": "ÄR"}}`: "b", `{"email": null}`: "c",
		`{"name": {"$in": ["ÄRGER", "ärgerlich"]}}`: "b c", `{"name": {"$eqFold": "ärger"}, "age": {"$gt": 1}}`: "b", `{"name": {"$gt": "z"}}`: "a b c",
	} {
		if got := b.ids(ann, `{"collection": "people", "sort": [["_id", 1]], "filter": `+filter+`}`); got != want {
			t.Errorf("%s: got %q, want %q", filter, got, want)
		}
		if n := b.must(ann, "data_count", `{"collection": "people", "filter": `+filter+`}`)["count"]; n != float64(len(strings.Fields(want))) {
			t.Errorf("%s: counts %v", filter, n)
		}
	}
	if d := b.refuse(ann, "data_write", `{"ops": [`+insert("people", `{"email": "BOB@X.ORG"}`)+`]}`, fault.ValueUniqueConflict); d["index"] != "u_email" || d["op"] != int64(0) {
		t.Errorf("details %v", d)
	}
}

// keys finds documents by unique indexes: over two parts, sparse, folded, with null.
func keys(t *testing.T, b *bench) {
	b.write(ann, `{"op": "insert", "collection": "strict", "id": "a", "doc": {"a": "1", "c": "x"}}`,
		`{"op": "insert", "collection": "people", "id": "p", "doc": {"email": "Ann@X.org"}}`, insert("people", `{}`))
	for request, want := range map[string]string{
		`{"collection": "strict", "key": {"a": "1", "b": null}}`:                     "a",
		`{"collection": "strict", "key": {"a": "1", "b": "2"}}`:                      "",
		`{"collection": "strict", "key": {"c": "x"}}`:                                "a",
		`{"collection": "strict", "key": {"c": "y"}}`:                                "",
		`{"collection": "strict", "key": {"c": 1}}`:                                  "",
		`{"collection": "people", "key": {"email": "ANN@x.org"}}`:                    "p",
		`{"collection": "people", "key": {"email": "nobody@x.org"}}`:                 "",
		`{"collection": "strict", "key": {"c": "` + strings.Repeat("x", 600) + `"}}`: "",
	} {
		got := ""
		if doc, ok := b.must(ann, "data_get", request)["doc"].(map[string]any); ok {
			got = doc["_id"].(string)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", request, got, want)
		}
	}
	b.refuse(ann, "data_get", `{"collection": "strict", "key": {"c": ["x"]}}`, fault.ValueInvalidArgument)
	b.refuse(ann, "data_get", `{"collection": "strict", "key": {"c": "x", "d": 1}}`, fault.ValueInvalidArgument)
	up := b.write(ann, `{"op": "upsert", "collection": "strict", "key": {"a": "1", "b": null}, "patch": {"$set": {"c": "y"}}}`,
		`{"op": "upsert", "collection": "people", "key": {"email": "ANN@X.ORG"}, "patch": {"$set": {"age": 7}}}`,
		`{"op": "update", "collection": "strict", "key": {"c": "y"}, "patch": {"$set": {"b": "2"}}}`,
		`{"op": "delete", "collection": "strict", "key": {"c": "y"}}`)
	if up[0]["created"] != false || up[0]["id"] != "a" || up[1]["id"] != "p" || up[2]["modified"] != 1.0 || up[3]["deleted"] != 1.0 {
		t.Errorf("got %v", up)
	}
}

// lists binds a column to several values, with every order and small pages.
func lists(t *testing.T, b *bench) {
	city := map[string]string{"a": `"Ulm"`, "b": `"Bonn"`, "c": `null`, "d": `"Ulm"`, "e": `"Jena"`, "f": `"Bonn"`}
	for id, c := range city {
		b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "people", "id": %q, "doc": {"city": %s, "age": %d}}`, id, c, id[0]%3))
	}
	b.write(ann, `{"op": "insert", "collection": "people", "id": "g", "doc": {"age": 1}}`)
	for query, want := range map[string]string{
		`"filter": {"city": {"$in": ["Ulm", "Bonn", "Ulm", 7]}}`:                                          "b f a d",
		`"filter": {"city": {"$in": ["Ulm", "Bonn"]}}, "sort": [["city", 1], ["age", -1]]`:                "b f a d",
		`"filter": {"city": {"$in": ["Ulm", "Bonn"]}}, "sort": [["city", -1], ["age", 1]]`:                "a d f b",
		`"filter": {"city": {"$in": ["Ulm", "Bonn"]}}, "sort": [["age", 1]]`:                              "f a d b",
		`"filter": {"city": {"$in": ["Ulm", "Bonn"]}}, "sort": [["_id", -1]]`:                             "f d b a",
		`"filter": {"city": null}, "sort": [["city", 1], ["age", -1]]`:                                    "g c",
		`"filter": {"city": null}, "sort": [["_id", 1]]`:                                                  "c g",
		`"filter": {"city": {"$in": [null, "Jena"]}}, "sort": [["city", -1]]`:                             "e c g",
		`"filter": {"city": {"$in": []}}`:                                                                 "",
		`"filter": {"city": {"$in": [["Ulm"]]}}`:                                                          "",
		`"filter": {"city": {"$in": ["Ulm", "Bonn"]}, "age": {"$in": [1, 0]}}`:                            "f a d",
		`"filter": {"city": "Ulm", "age": {"$in": [1, 2]}}, "sort": [["city", 1], ["_id", 1]]`:            "a d",
		`"filter": {"$and": [{"city": {"$in": ["Ulm", "Bonn"]}}, {"city": "Ulm"}]}, "sort": [["_id", 1]]`: "a d",
	} {
		for _, limit := range []int{1, 2, 100} {
			if got := b.walk(ann, fmt.Sprintf(`{"collection": "people", %s, "limit": %d`, query, limit)); got != want {
				t.Errorf("%s by %d: got %q, want %q", query, limit, got, want)
			}
		}
	}
}

// longWalk reads thousands of rows in pages, by index and in memory, while others insert and delete.
func longWalk(t *testing.T, b *bench) {
	const rows = 2000
	for from := 0; from < rows; from += 100 {
		var ops []string
		for i := from; i < from+100; i++ {
			ops = append(ops, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "id": "d%04d", "doc": {"n": %d, "x": %d}}`, i, i%7, i%11))
		}
		b.write(ann, ops...)
	}
	for _, sort := range []string{`[["state", 1], ["n", -1]]`, `[["state", -1], ["n", 1]]`, `[["x", 1]]`, `[["_id", -1]]`} {
		seen := map[string]int{}
		cursor := ""
		for page := 0; ; page++ {
			v := b.must(ann, "data_query", `{"collection": "tasks", "limit": 100, "fields": [], "sort": `+sort+cursor+`}`)
			for _, d := range v["docs"].([]any) {
				seen[d.(map[string]any)["_id"].(string)]++
			}
			b.write(ann, fmt.Sprintf(`{"op": "insert", "collection": "tasks", "doc": {"n": %d, "x": %d, "code": "gone%d"}}`, page%7, page%11, page),
				fmt.Sprintf(`{"op": "delete", "collection": "tasks", "key": {"code": "gone%d"}}`, page-3))
			next, _ := v["next_cursor"].(string)
			if next == "" {
				break
			}
			cursor = `, "cursor": "` + next + `"`
		}
		for i := range rows {
			if n := seen[fmt.Sprintf("d%04d", i)]; n != 1 {
				t.Fatalf("%s: row %d came %d times", sort, i, n)
			}
		}
		b.write(ann, `{"op": "delete", "collection": "tasks", "filter": {"code": {"$startsWith": "gone"}}, "max": 1000}`)
	}
}
