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
			`{"ops": [{"op": "insert", "collection": "tasks", "doc": {"a": 1, "a": 2}}]}`, `{"ops": [{"op": "insert", "collection": "tasks", "doc": {}}]} x`},
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
