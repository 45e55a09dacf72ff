package persistencetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// agreesWithModel runs random writes and queries of two tenants against the store and a plain map, and compares.
func agreesWithModel(t *testing.T, b *bench) {
	rapid.Check(t, func(r *rapid.T) {
		model := map[string]map[string]int{"acme": {}, "globex": {}}
		for tenant := range model {
			b.must(who{tenant: tenant, user: "u"}, "data_write", `{"ops": [{"op": "delete", "collection": "tasks", "filter": {}, "max": 1000}]}`)
		}
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			tenant := rapid.SampledFrom([]string{"acme", "globex"}).Draw(r, "tenant")
			w, docs := who{tenant: tenant, user: "u"}, model[tenant]
			id := fmt.Sprint("d", rapid.IntRange(0, 8).Draw(r, "id"))
			n := rapid.IntRange(-3, 3).Draw(r, "n")
			old, there := docs[id]
			switch rapid.SampledFrom([]string{"insert", "inc", "upsert", "delete", "deleteMany", "query", "count"}).Draw(r, "op") {
			case "insert":
				_, err := b.do(w, "data_write", fmt.Sprintf(`{"ops": [{"op": "insert", "collection": "tasks", "id": %q, "doc": {"n": %d}}]}`, id, n))
				if (err == nil) == there {
					r.Fatalf("insert %s: %v though there=%v", id, err, there)
				}
				if !there {
					docs[id] = n
				}
			case "inc":
				res := b.write(w, fmt.Sprintf(`{"op": "update", "collection": "tasks", "id": %q, "patch": {"$inc": {"n": %d}}}`, id, n))[0]
				if (res["matched"] == 1.0) != there {
					r.Fatalf("inc %s: %v though there=%v", id, res, there)
				}
				if there {
					docs[id] = old + n
				}
			case "upsert":
				b.write(w, fmt.Sprintf(`{"op": "upsert", "collection": "tasks", "id": %q, "patch": {"$set": {"n": %d}}}`, id, n))
				docs[id] = n
			case "delete":
				b.write(w, fmt.Sprintf(`{"op": "delete", "collection": "tasks", "id": %q}`, id))
				delete(docs, id)
			case "deleteMany":
				b.write(w, fmt.Sprintf(`{"op": "delete", "collection": "tasks", "filter": {"state": "open", "n": {"$lt": %d}}, "max": 1000}`, n))
				for id, v := range docs {
					if v < n {
						delete(docs, id)
					}
				}
			case "query":
				desc := rapid.Bool().Draw(r, "desc")
				got := b.walk(w, n, desc, rapid.IntRange(1, 5).Draw(r, "limit"))
				if want := expect(docs, n, desc); got != want {
					r.Fatalf("n >= %d desc=%v: got %s, want %s", n, desc, got, want)
				}
			case "count":
				want := len(strings.Fields(expect(docs, n, false)))
				if got := b.must(w, "data_count", fmt.Sprintf(`{"collection": "tasks", "filter": {"n": {"$gte": %d}}}`, n))["count"]; got != float64(want) {
					r.Fatalf("counts %v, want %d", got, want)
				}
			}
		}
	})
}

// walk reads all pages of a query.
func (b *bench) walk(w who, n int, desc bool, limit int) string {
	direction := 1
	if desc {
		direction = -1
	}
	var ids []string
	cursor := ""
	for {
		v := b.must(w, "data_query", fmt.Sprintf(`{"collection": "tasks", "filter": {"state": "open", "n": {"$gte": %d}}, "sort": [["n", %d]], "limit": %d%s}`,
			n, direction, limit, cursor))
		for _, d := range v["docs"].([]any) {
			ids = append(ids, d.(map[string]any)["_id"].(string))
		}
		next, _ := v["next_cursor"].(string)
		if next == "" {
			return strings.Join(ids, " ")
		}
		cursor = `, "cursor": "` + next + `"`
	}
}

// expect answers the ids of the model's documents with at least n, in order.
func expect(docs map[string]int, n int, desc bool) string {
	var ids []string
	for id, v := range docs {
		if v >= n {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		c := docs[a] - docs[b]
		if desc {
			c = -c
		}
		if c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return strings.Join(ids, " ")
}
