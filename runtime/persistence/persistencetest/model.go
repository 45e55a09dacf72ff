package persistencetest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// The model is plain maps of people by tenant and id, searched row by row. It shares nothing with what it checks.
type person = map[string]any

type model struct {
	b       *bench
	r       *rapid.T
	tenants map[string]map[string]person
}

// agreesWithModel runs random writes and queries of two tenants against the store and the model, and compares.
func agreesWithModel(t *testing.T, b *bench) {
	rapid.Check(t, func(r *rapid.T) {
		m := &model{b: b, r: r, tenants: map[string]map[string]person{"acme": {}, "globex": {}}}
		for tenant := range m.tenants {
			b.must(who{tenant: tenant}, "data_write", `{"ops": [{"op": "delete", "collection": "people", "filter": {}, "max": 1000}]}`)
		}
		for range rapid.IntRange(5, 40).Draw(r, "steps") {
			tenant := rapid.SampledFrom([]string{"acme", "globex"}).Draw(r, "tenant")
			w, docs := who{tenant: tenant}, m.tenants[tenant]
			switch rapid.SampledFrom([]string{"insert", "insert", "set", "upsert", "delete", "some", "query", "query", "count"}).Draw(r, "op") {
			case "insert":
				m.insert(w, docs)
			case "set":
				m.set(w, docs)
			case "upsert":
				m.upsert(w, docs)
			case "delete":
				id := m.id()
				res := b.write(w, fmt.Sprintf(`{"op": "delete", "collection": "people", "id": %q}`, id))[0]
				if _, there := docs[id]; (res["deleted"] == 1.0) != there {
					r.Fatalf("delete %s: %v, there=%v", id, res, there)
				}
				delete(docs, id)
			case "some":
				m.deleteSome(w, docs)
			case "query":
				m.query(w, docs)
			case "count":
				filter, holds := m.filter(2)
				want := len(slices.Collect(matching(docs, holds)))
				if got := b.must(w, "data_count", `{"collection": "people", "filter": `+filter+`}`)["count"]; got != float64(want) {
					r.Fatalf("%s counts %v, want %d", filter, got, want)
				}
			}
		}
	})
}

func (m *model) id() string { return fmt.Sprint("p", rapid.IntRange(0, 12).Draw(m.r, "id")) }

var (
	names  = []any{"ann", "Ann", "ANN", "bob", "Bobby", "ärger", ""}
	cities = []any{"Ulm", "Bonn", nil}
	ages   = []any{-1.0, 0.0, 1.0, 2.0, 9007199254740991.0}
	notes  = []any{"a", 1.0, true, nil, []any{1.0}, map[string]any{"x": 1.0}}
	values = map[string][]any{"name": names, "city": cities, "age": ages, "note": notes}
)

func (m *model) person() person {
	p := person{}
	for _, f := range []string{"name", "city", "age", "note"} {
		if rapid.Bool().Draw(m.r, "has") {
			p[f] = rapid.SampledFrom(values[f]).Draw(m.r, f)
		}
	}
	if rapid.IntRange(0, 3).Draw(m.r, "mail") == 0 {
		p["email"] = rapid.SampledFrom([]string{"a@x", "A@X", "b@x"}).Draw(m.r, "email")
	}
	return p
}

func text(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// clash tells whether another document has the same mail, in whatever case.
func clash(docs map[string]person, id string, p person) bool {
	mail, has := p["email"].(string)
	for other, q := range docs {
		if theirs, ok := q["email"].(string); has && ok && other != id && strings.EqualFold(mail, theirs) {
			return true
		}
	}
	return false
}

func (m *model) insert(w who, docs map[string]person) {
	id, p := m.id(), m.person()
	_, err := m.b.do(w, "data_write", fmt.Sprintf(`{"ops": [{"op": "insert", "collection": "people", "id": %q, "doc": %s}]}`, id, text(p)))
	_, there := docs[id]
	var e *fault.ValueError
	switch {
	case there || clash(docs, id, p):
		want := "u_email"
		if there {
			want = "_id"
		}
		if !errors.As(err, &e) || e.Code != fault.ValueUniqueConflict || e.Details["index"] != want {
			m.r.Fatalf("insert %s %s: %v, want a clash of %s", id, text(p), describe(err), want)
		}
	case err != nil:
		m.r.Fatalf("insert %s: %v", text(p), describe(err))
	default:
		docs[id] = p
	}
}

func (m *model) set(w who, docs map[string]person) {
	id, p := m.id(), m.person()
	if len(p) == 0 {
		return
	}
	res, err := m.b.do(w, "data_write", fmt.Sprintf(`{"ops": [{"op": "update", "collection": "people", "id": %q, "patch": {"$set": %s}}]}`, id, text(p)))
	old, there := docs[id]
	switch {
	case there && clash(docs, id, p):
		if err == nil {
			m.r.Fatalf("set %s %s ought to clash", id, text(p))
		}
	case err != nil:
		m.r.Fatalf("set %s: %v", text(p), describe(err))
	default:
		if matched := res["results"].([]any)[0].(map[string]any)["matched"] == 1.0; matched != there {
			m.r.Fatalf("set %s: matched=%v, there=%v", id, matched, there)
		}
		if there {
			next := maps.Clone(old)
			maps.Copy(next, p)
			docs[id] = next
		}
	}
}

func (m *model) upsert(w who, docs map[string]person) {
	mail := rapid.SampledFrom([]string{"a@x", "A@X", "b@x"}).Draw(m.r, "email")
	age := rapid.SampledFrom(ages).Draw(m.r, "age")
	res := m.b.write(w, fmt.Sprintf(`{"op": "upsert", "collection": "people", "key": {"email": %q}, "patch": {"$set": {"age": %s}}}`, mail, text(age)))[0]
	for id, q := range docs {
		if theirs, ok := q["email"].(string); ok && strings.EqualFold(mail, theirs) {
			if res["created"] != false || res["id"] != id {
				m.r.Fatalf("upsert %s: %v, want %s", mail, res, id)
			}
			next := maps.Clone(q)
			next["age"] = age
			docs[id] = next
			return
		}
	}
	if res["created"] != true {
		m.r.Fatalf("upsert %s: %v, nobody has it", mail, res)
	}
	docs[res["id"].(string)] = person{"email": mail, "age": age}
}

func (m *model) deleteSome(w who, docs map[string]person) {
	filter, holds := m.filter(1)
	res := m.b.write(w, fmt.Sprintf(`{"op": "delete", "collection": "people", "filter": %s, "max": 1000}`, filter))[0]
	n := 0
	for id := range matching(docs, holds) {
		delete(docs, id)
		n++
	}
	if res["deleted"] != float64(n) {
		m.r.Fatalf("delete %s: %v, want %d", filter, res, n)
	}
}

func (m *model) query(w who, docs map[string]person) {
	filter, holds := m.filter(2)
	type part struct {
		path string
		desc bool
	}
	var parts []part
	var sort []string
	for range rapid.IntRange(1, 3).Draw(m.r, "sorts") {
		p := part{rapid.SampledFrom([]string{"name", "city", "age", "note", "_id"}).Draw(m.r, "by"), rapid.Bool().Draw(m.r, "desc")}
		parts = append(parts, p)
		sort = append(sort, fmt.Sprintf(`[%q, %d]`, p.path, map[bool]int{false: 1, true: -1}[p.desc]))
	}
	var want []string
	for id := range matching(docs, holds) {
		want = append(want, id)
	}
	slices.SortFunc(want, func(a, b string) int {
		for _, p := range parts {
			c := compareValues(field(docs, a, p.path), field(docs, b, p.path))
			if p.desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return cmp.Compare(a, b)
	})
	request := fmt.Sprintf(`{"collection": "people", "filter": %s, "sort": [%s], "limit": %d`, filter, strings.Join(sort, ", "),
		rapid.IntRange(1, 6).Draw(m.r, "limit"))
	if got := m.b.walk(w, request); got != strings.Join(want, " ") {
		m.r.Fatalf("%s\n got %s\nwant %s\n%v", request, got, strings.Join(want, " "), docs)
	}
}

// walk reads all pages of a query, whose object is left open.
func (b *bench) walk(w who, request string) string {
	b.t.Helper()
	var ids []string
	cursor := ""
	for {
		v := b.must(w, "data_query", request+cursor+"}")
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
