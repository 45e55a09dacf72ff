package persistencetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// matrixOptions let one transaction ask for as much as a test likes.
func matrixOptions() *persistence.Options {
	return &persistence.Options{MaxCalls: 1 << 20, MaxBatches: 1 << 20, MaxRows: 1 << 20, RateData: 1e9, RateDataBurst: 1 << 30}
}

// Both modules have a collection of each tenancy, by the same names. Those of one declare the identities that the host fills, too.
const matrixCollections = `[
  {"name": "per_tenant", "fields": [%[1]s %[2]s %[3]s},
  {"name": "per_workspace", "tenancy": "per_workspace", "owner_field": "workspace_id", "fields": [{"name": "workspace_id", "type": "string"}, %[1]s %[2]s %[3]s},
  {"name": "per_user", "tenancy": "per_user", "owner_field": "user_id", "fields": [{"name": "user_id", "type": "string"}, %[1]s %[2]s %[3]s},
  {"name": "app_wide", "tenancy": "app_wide", "writers": "any", "fields": [%[1]s %[3]s}]`

const matrixFields = `{"name": "k", "type": "string"}, {"name": "mark", "type": "string"}, {"name": "n", "type": "integer"}],
   "indexes": [{"name": "u_k", "keys": [["k", 1]], "unique": true}, {"name": "by_n", "keys": [["n", 1], ["mark", -1]]}]`

// spot is one caller at one collection.
type spot struct{ app, tenant, workspace, user, module, collection string }

// place names whose rows a spot is about: spots with the same place share their rows, and no others do.
func (s spot) place() string {
	switch s.collection {
	case "per_tenant":
		return strings.Join([]string{s.app, s.module, s.collection, s.tenant}, "-")
	case "per_workspace":
		return strings.Join([]string{s.app, s.module, s.collection, s.tenant, s.workspace}, "-")
	case "per_user":
		return strings.Join([]string{s.app, s.module, s.collection, s.tenant, s.user}, "-")
	default:
		return strings.Join([]string{s.app, s.module, s.collection}, "-")
	}
}

// own is the id, and the key, of a row that only this place has. Every place has a row "same", too.
func (s spot) own() string { return "own-" + s.place() }

// held are the fields that the host fills, with the spot's own values.
func (s spot) held() map[string]string {
	held := map[string]string{}
	if s.module == "tasks" {
		held["app_id"] = s.app
		if s.collection != "app_wide" {
			held["tenant_id"] = s.tenant
		}
	}
	switch s.collection {
	case "per_workspace":
		held["workspace_id"] = s.workspace
	case "per_user":
		held["user_id"] = s.user
	}
	return held
}

// The two of each kind resemble each other, and owners are called alike across kinds.
var pairs = [5][2]string{{"app", "app2"}, {"acme", "acme2"}, {"ann", "w"}, {"ann", "bob"}, {"tasks", "other"}}

// flipped is a spot that differs in one of five things.
func (s spot) flipped(i int) spot {
	p := [5]*string{&s.app, &s.tenant, &s.workspace, &s.user, &s.module}[i]
	if *p == pairs[i][0] {
		*p = pairs[i][1]
	} else {
		*p = pairs[i][0]
	}
	return s
}

func spots() []spot {
	var out []spot
	for n := range 32 {
		pick := func(i int) string { return pairs[i][n>>i&1] }
		for _, c := range []string{"per_tenant", "per_workspace", "per_user", "app_wide"} {
			out = append(out, spot{pick(0), pick(1), pick(2), pick(3), pick(4), c})
		}
	}
	return out
}

// matrix is the store with two apps.
type matrix struct {
	*bench
	cats    map[string]*persistence.Catalog
	cursors map[string]string // of each place, after its first row
	checks  int
}

// isolationMatrix tries every operation as every caller at every collection, with what names the rows of others.
func isolationMatrix(t *testing.T, b *bench) {
	m := &matrix{bench: b, cats: map[string]*persistence.Catalog{}, cursors: map[string]string{}}
	text := fmt.Sprintf(`{"version": "1", "surfaces": [{"surface_id": "tasks", "surface_kind": "module", "collections": %s},
		{"surface_id": "other", "surface_kind": "module", "collections": %s}]}`,
		fmt.Sprintf(matrixCollections, `{"name": "app_id", "type": "string"},`, `{"name": "tenant_id", "type": "string"},`, matrixFields),
		fmt.Sprintf(matrixCollections, "", "", matrixFields))
	// The suite's own contract has other collections in this app, and no rows.
	for _, app := range pairs[0] {
		c, findings := data.Decode([]byte(text), app, []string{"tasks", "other"}, data.Options{})
		for _, f := range findings {
			if f.Severity == "error" {
				t.Fatalf("the contract: %+v", f)
			}
		}
		cat, err := b.store.Apply(context.Background(), app, c)
		if err != nil {
			t.Fatal(err)
		}
		m.cats[app] = cat
	}
	all := spots()
	filled := map[string]spot{}
	for _, s := range all {
		if _, there := filled[s.place()]; !there {
			filled[s.place()] = s
			m.fill(s)
		}
	}
	for _, s := range all {
		m.reads(s)
		m.writes(s)
		m.cursor(s)
		m.owners(s)
		m.modules(s)
	}
	m.remain(all, filled)
	t.Logf("%d callers and collections, %d places, %d answers checked", len(all), len(filled), m.checks)
}

// visit runs operations of a spot in one transaction, which is committed only if asked.
func (m *matrix) visit(s spot, mode persistence.Mode, commit bool, f func(do func(op, request string) string)) {
	m.t.Helper()
	ctx := context.Background()
	tx, err := m.store.Begin(ctx, mode, persistence.Whose{App: s.app, Tenant: s.tenant, Workspace: s.workspace, User: s.user})
	if err != nil {
		m.t.Fatal(err)
	}
	defer tx.Rollback()
	session := tx.Session(m.cats[s.app].View(s.module), persistence.Call{Module: s.module, Now: m.now, IDs: func() string { m.next++; return fmt.Sprintf("doc_%06d", m.next) }})
	f(func(op, request string) string {
		m.t.Helper()
		m.checks++
		answer, err := session.Do(ctx, op, []byte(request))
		var value *fault.ValueError
		switch {
		case errors.As(err, &value):
			return refusal(value)
		case err != nil:
			m.t.Fatalf("%+v: %s %s: %v", s, op, request, err)
		}
		return string(answer)
	})
	if commit {
		if err := tx.Commit(ctx); err != nil {
			m.t.Fatal(err)
		}
	}
}

// batch is a request of one op, whose members but the collection are given.
func (s spot) batch(op string) string {
	return fmt.Sprintf(`{"ops": [{"collection": %q, %s}]}`, s.collection, op)
}

// ask is a request of one that reads.
func (s spot) ask(members string) string {
	return fmt.Sprintf(`{"collection": %q, %s}`, s.collection, members)
}

func (m *matrix) want(s spot, got, want, what string) {
	m.t.Helper()
	if got != want {
		m.t.Errorf("%+v: %s: got %.400s, want %.400s", s, what, got, want)
	}
}

// fill stores the two rows of a place. Their ids and keys are taken in no other, or in all.
func (m *matrix) fill(s spot) {
	m.t.Helper()
	m.visit(s, persistence.ReadWrite, true, func(do func(op, request string) string) {
		for _, id := range []string{"same", s.own()} {
			got := do("data_write", s.batch(fmt.Sprintf(`"op": "insert", "id": %q, "doc": {"k": %q, "mark": %q, "n": 0}`, id, id, s.place())))
			m.want(s, got, fmt.Sprintf(`{"results":[{"id":%q,"rev":1}]}`, id), "insert "+id)
		}
	})
	m.visit(s, persistence.ReadOnly, false, func(do func(op, request string) string) {
		_, next, err := readPage(do("data_query", s.ask(`"limit": 1`)))
		if err != nil || next == "" {
			m.t.Fatalf("%+v has no second page: %v", s, err)
		}
		m.cursors[s.place()] = next
	})
}

// hostile are filters, and whether they hold of all rows of the place or of none: never of another's.
func (s spot) hostile() map[string]bool {
	out := map[string]bool{`{}`: true, `{"$or": [{}, {"tenant_id": "*"}]}`: true, fmt.Sprintf(`{"mark": {"$ne": %q}}`, s.place()): false,
		fmt.Sprintf(`{"$not": {"mark": %q}}`, s.place()): false, `{"$or": [{"$not": {"k": "x"}}, {"$not": {"k": "y"}}]}`: true,
		`{"tenant": {"$ne": "x"}, "owner": {"$ne": "x"}}`: true, `{"tenant": "acme", "owner": "ann"}`: false, `{"$not": {"$and": [{"n": 1}, {"n": 2}]}}`: true}
	own := map[string]string{"app_id": s.app, "tenant_id": s.tenant}
	for name, value := range s.held() {
		own[name] = value
	}
	if s.collection == "app_wide" {
		delete(own, "tenant_id") // such rows have none
		out[fmt.Sprintf(`{"tenant_id": %q}`, s.tenant)] = false
	}
	foreign := map[string]string{}
	for i, name := range []string{"app_id", "tenant_id", "workspace_id", "user_id"} {
		foreign[name] = pairs[i][0]
		if own[name] == pairs[i][0] {
			foreign[name] = pairs[i][1]
		}
	}
	for name, mine := range own {
		for form, all := range map[string]bool{`{%[1]q: %[3]q}`: false, `{%[1]q: %[2]q}`: true, `{%[1]q: {"$in": [%[2]q, %[3]q]}}`: true, `{%[1]q: {"$ne": %[2]q}}`: false,
			`{%[1]q: {"$nin": [%[2]q]}}`: false, `{"$not": {%[1]q: %[2]q}}`: false, `{"$not": {"$not": {%[1]q: %[3]q}}}`: false, `{%[1]q: [%[3]q]}`: false,
			`{%[1]q: [%[2]q, %[3]q]}`: false, `{%[1]q: {"$contains": %[3]q}}`: false, `{%[1]q: {"$containsAny": [%[2]q, %[3]q]}}`: false, `{"%[1]s.x": {"$exists": false}}`: true,
			`{"%[1]s.x": %[3]q}`: false, `{"%[1]s.%[1]s": {"$ne": %[2]q}}`: true, `{%[1]q: null}`: false, `{%[1]q: {"$exists": false}}`: false,
			`{"$or": [{%[1]q: %[3]q}, {"k": "nothing"}]}`: false, `{"$or": [{%[1]q: %[3]q}, {%[1]q: %[2]q}]}`: true, `{"$and": [{}, {%[1]q: %[3]q}]}`: false,
			`{%[1]q: {"$gte": %[3]q, "$lte": %[3]q}}`: false, `{%[1]q: {"$eqFold": %[3]q}}`: false} {
			out[strings.NewReplacer("%[1]s", name, "%[1]q", `"`+name+`"`, "%[2]q", `"`+mine+`"`, "%[3]q", `"`+foreign[name]+`"`).Replace(form)] = all
		}
	}
	for i := range pairs {
		if f := s.flipped(i); f.place() != s.place() {
			out[fmt.Sprintf(`{"_id": %q}`, f.own())] = false
			out[fmt.Sprintf(`{"k": %q}`, f.own())] = false
			out[fmt.Sprintf(`{"$or": [{"k": %q}, {"mark": %q}]}`, f.own(), f.place())] = false
		}
	}
	return out
}

func (m *matrix) reads(s spot) {
	m.t.Helper()
	m.visit(s, persistence.ReadOnly, false, func(do func(op, request string) string) {
		for filter, all := range s.hostile() {
			rows, want := 0, 0
			if all {
				want = 2
			}
			docs, _, err := readPage(do("data_query", s.ask(`"filter": `+filter)))
			for _, d := range docs {
				if strings.Contains(d, `"mark":"`+s.place()+`"`) {
					rows++
				} else {
					m.t.Errorf("%+v: %s reads %s", s, filter, d)
				}
			}
			if err != nil || rows != want {
				m.t.Errorf("%+v: %s reads %d rows, want %d (%v)", s, filter, rows, want, err)
			}
			m.want(s, do("data_count", s.ask(`"filter": `+filter)), fmt.Sprintf(`{"capped":false,"count":%d}`, want), "count "+filter)
			var rest struct {
				Rows []struct {
					Group    map[string]string
					Measures struct{ All, Marks int }
				}
			}
			answer := do("data_aggregate", s.ask(`"group_by": ["mark"], "measures": {"all": {"op": "count"}}, "filter": `+filter))
			if err := json.Unmarshal([]byte(answer), &rest); err != nil || len(rest.Rows) != want/2 || want > 0 && (rest.Rows[0].Group["mark"] != s.place() || rest.Rows[0].Measures.All != 2) {
				m.t.Errorf("%+v: %s aggregates %s", s, filter, answer)
			}
		}
		for _, id := range []string{"same", s.own()} {
			for _, request := range []string{`"id": %q`, `"ids": [%q]`, `"key": {"k": %q}`} {
				if got := do("data_get", s.ask(fmt.Sprintf(request, id))); !strings.Contains(got, `"mark":"`+s.place()+`"`) || strings.Count(got, `"mark"`) != 1 {
					m.t.Errorf("%+v gets %s as %s", s, id, got)
				}
			}
		}
		for i := range pairs {
			f := s.flipped(i)
			if f.place() == s.place() {
				continue
			}
			for _, request := range []string{`"id": %q`, `"ids": [%q, "same"]`, `"key": {"k": %q}`} {
				theirs := do("data_get", s.ask(fmt.Sprintf(request, f.own())))
				for _, nobody := range []string{"nobody", "\x00"} {
					q, _ := json.Marshal(nobody)
					m.want(s, theirs, do("data_get", s.ask(strings.Replace(request, "%q", string(q), 1))), "get of "+f.own())
				}
			}
		}
	})
}

// writes are all undone, but for one that each spot does to all that it sees.
func (m *matrix) writes(s spot) {
	m.t.Helper()
	for _, op := range []string{`"op": "update", "patch": {"$inc": {"n": 100}}`, `"op": "delete"`} {
		result := map[string]string{`"op": "delete"`: `{"results":[{"deleted":%d,"more":false}]}`}[op]
		if result == "" {
			result = `{"results":[{"matched":%[1]d,"modified":%[1]d,"more":false}]}`
		}
		change := func(do func(op, request string) string, filter string, rows int) {
			got := do("data_write", s.batch(op+`, "max": 1000, "filter": `+filter))
			m.want(s, got, fmt.Sprintf(result, rows), op+" "+filter)
		}
		m.visit(s, persistence.ReadWrite, false, func(do func(op, request string) string) {
			for filter, all := range s.hostile() {
				if !all {
					change(do, filter, 0)
				} else if op != `"op": "delete"` {
					change(do, filter, 2)
				}
			}
			change(do, `{}`, 2)
		})
	}
	for i := range pairs {
		if f := s.flipped(i); f.place() != s.place() {
			m.foreign(s, f.own(), strings.Replace(f.own(), "own", "nil", 1))
		}
	}
	m.visit(s, persistence.ReadWrite, true, func(do func(op, request string) string) {
		got := do("data_write", s.batch(`"op": "update", "filter": {}, "max": 1000, "patch": {"$inc": {"n": 1}}`))
		m.want(s, got, `{"results":[{"matched":2,"modified":2,"more":false}]}`, "update of all")
	})
}

// foreign writes to an id, and a key, that another place has; the answers are those for one that nobody has.
func (m *matrix) foreign(s spot, theirs, nobodys string) {
	m.t.Helper()
	m.visit(s, persistence.ReadWrite, false, func(do func(op, request string) string) {
		for _, op := range []string{
			`"op": "update", "id": %q, "patch": {"$inc": {"n": 1}}`, `"op": "update", "key": {"k": %q}, "patch": {"$inc": {"n": 1}}, "returning": true`,
			`"op": "update", "id": %q, "doc": {"k": "new"}, "must_match": true`, `"op": "update", "filter": {"_id": %q}, "patch": {"$unset": {"n": true}}, "if_rev": 7`,
			`"op": "delete", "id": %q`, `"op": "delete", "key": {"k": %q}, "if_rev": 7`, `"op": "delete", "filter": {"k": %q}, "must_match": true`,
			`"op": "delete", "id": %q, "returning": true`} {
			m.want(s, do("data_write", s.batch(fmt.Sprintf(op, theirs))), do("data_write", s.batch(fmt.Sprintf(op, nobodys))), op+" of "+theirs)
		}
	})
	taking := []string{`"op": "insert", "id": %q, "doc": {"mark": "x"}, "returning": true`, `"op": "update", "id": "same", "patch": {"$set": {"k": %q}}, "returning": true`,
		`"op": "upsert", "key": {"k": %q}, "patch": {"$set": {"n": 5}}, "returning": true`, `"op": "upsert", "id": %q, "patch": {"$inc": {"n": 1}}, "returning": true`,
		`"op": "delete", "filter": {"$or": [{"k": %[1]q}, {"_id": %[1]q}]}, "max": 5`}
	var answers [2][]string
	for i, id := range []string{theirs, nobodys} {
		m.next = 0 // ids that are made up are alike, too
		m.visit(s, persistence.ReadWrite, false, func(do func(op, request string) string) {
			for _, op := range taking {
				answers[i] = append(answers[i], strings.ReplaceAll(do("data_write", s.batch(fmt.Sprintf(op, id))), id, "ID"))
			}
		})
	}
	for i, op := range taking {
		m.want(s, answers[0][i], answers[1][i], op+" of "+theirs)
		if !strings.HasPrefix(answers[0][i], "{") {
			m.t.Errorf("%+v: %s of %s is refused: %s", s, op, theirs, answers[0][i])
		}
	}
}

func (m *matrix) cursor(s spot) {
	m.t.Helper()
	m.visit(s, persistence.ReadOnly, false, func(do func(op, request string) string) {
		mine := do("data_query", s.ask(fmt.Sprintf(`"limit": 1, "cursor": %q`, m.cursors[s.place()])))
		if !strings.HasPrefix(mine, `{"docs":[{`) {
			m.t.Errorf("%+v: its own cursor: %s", s, mine)
		}
		madeUp := do("data_query", s.ask(`"limit": 1, "cursor": "AAAA"`))
		if !strings.HasPrefix(madeUp, "cursor_invalid") {
			m.t.Errorf("a cursor that was made up: %s", madeUp)
		}
		for place, cursor := range m.cursors {
			if place != s.place() {
				m.want(s, do("data_query", s.ask(fmt.Sprintf(`"limit": 1, "cursor": %q`, cursor))), madeUp, "the cursor of "+place)
			}
		}
	})
}

// owners tries every way to give a row to another, or to nobody.
func (m *matrix) owners(s spot) {
	m.t.Helper()
	m.visit(s, persistence.ReadWrite, false, func(do func(op, request string) string) {
		for name, mine := range s.held() {
			for _, patch := range []string{`{"$set": {%q: "acme3"}}`, `{"$set": {%q: null}}`, `{"$set": {%q: ["` + mine + `"]}}`, `{"$set": {%q: {"x": "` + mine + `"}}}`,
				`{"$unset": {%q: true}}`, `{"$inc": {%q: 1}}`, `{"$mul": {%q: 2}}`, `{"$min": {%q: "a"}}`, `{"$max": {%q: "z"}}`, `{"$min": {%q: "` + mine + `"}}`,
				`{"$push": {%q: "x"}}`, `{"$push": {%q: {"$each": ["x"], "$slice": 1}}}`, `{"$addToSet": {%q: "x"}}`, `{"$pull": {%q: "` + mine + `"}}`, `{"$pop": {%q: 1}}`,
				`{"$currentDate": {%q: true}}`, `{"$set": {"%s.x": "a"}}`, `{"$set": {"%s.x": "` + mine + `"}}`, `{"$unset": {"%s.x": true}}`, `{"$push": {"%s.x": "a"}}`, `{"$set": {"mark": "m", %q: "acme3"}}`} {
				patch = `"patch": ` + strings.NewReplacer("%q", `"`+name+`"`, "%s", name).Replace(patch)
				for _, op := range []string{`"op": "update", "id": %q, `, `"op": "upsert", "id": %q, `, `"op": "update", "key": {"k": %q}, `} {
					var answers []string
					for _, id := range []string{s.own(), "nobody", s.flipped(0).own()} {
						answers = append(answers, do("data_write", s.batch(fmt.Sprintf(op, id)+patch)))
					}
					m.denied(s, answers, op+patch)
				}
				m.denied(s, []string{do("data_write", s.batch(`"op": "update", "filter": {}, "max": 9, `+patch))}, patch)
			}
			m.denied(s, []string{do("data_write", s.batch(`"op": "upsert", "id": "nobody", "patch": {"$setOnInsert": {"`+name+`": "acme3"}}`))}, "$setOnInsert")
			for _, value := range []string{`"acme3"`, `null`, `["` + mine + `"]`, `{"x": 1}`, `1`} {
				doc := fmt.Sprintf(`{"k": "new", %q: %s}`, name, value)
				m.denied(s, []string{do("data_write", s.batch(`"op": "update", "id": "same", "doc": `+doc))}, "replace by "+doc)
				m.denied(s, []string{do("data_write", s.batch(`"op": "insert", "doc": `+doc))}, "insert "+doc)
			}
			// Its own value may be repeated.
			got := do("data_write", s.batch(fmt.Sprintf(`"op": "update", "id": "same", "patch": {"$set": {%q: %q}}`, name, mine)))
			if !strings.Contains(got, `"matched":1,"modified":0`) {
				m.t.Errorf("%+v: its own %s: %s", s, name, got)
			}
		}
	})
}

// denied holds answers to one refusal.
func (m *matrix) denied(s spot, answers []string, what string) {
	m.t.Helper()
	for _, a := range answers {
		if !strings.HasPrefix(a, string(fault.ValueScopeDenied)) {
			m.t.Errorf("%+v: %s: %s", s, what, a)
		}
		m.want(s, a, answers[0], what)
	}
}

// modules asks for the collection of the other module, and for one that there is not.
func (m *matrix) modules(s spot) {
	m.t.Helper()
	theirs := s.flipped(4).module + "/"
	m.visit(s, persistence.ReadWrite, false, func(do func(op, request string) string) {
		for _, r := range [][2]string{{"data_get", `{"collection": "%s", "id": "same"}`}, {"data_get", `{"collection": "%s", "ids": ["same"]}`},
			{"data_get", `{"collection": "%s", "key": {"k": "same"}}`}, {"data_query", `{"collection": "%s"}`}, {"data_count", `{"collection": "%s"}`},
			{"data_aggregate", `{"collection": "%s", "measures": {"n": {"op": "count"}}}`},
			{"data_write", `{"ops": [{"op": "insert", "collection": "%s", "id": "same", "doc": {}}]}`}, {"data_write", `{"ops": [{"op": "delete", "collection": "%s", "id": "same"}]}`},
			{"data_write", `{"ops": [{"op": "update", "collection": "%s", "id": "same", "patch": {"$inc": {"n": 1}}}]}`},
			{"data_write", `{"ops": [{"op": "upsert", "collection": "%s", "id": "same", "patch": {"$inc": {"n": 1}}}]}`}} {
			absent := do(r[0], fmt.Sprintf(r[1], theirs+"nothing"))
			if !strings.HasPrefix(absent, string(fault.ValueUndeclaredCollection)) {
				m.t.Errorf("%s: %s", r[1], absent)
			}
			m.want(s, do(r[0], fmt.Sprintf(r[1], theirs+s.collection)), absent, r[0]+" of the other module")
		}
	})
}

// remain holds what is stored to what each place's own callers did; then half of the places delete all that they see.
func (m *matrix) remain(all []spot, filled map[string]spot) {
	m.t.Helper()
	visits := map[string]int{}
	for _, s := range all {
		visits[s.place()]++
	}
	deleted := map[string]bool{}
	look := func() {
		for place, s := range filled {
			m.visit(s, persistence.ReadOnly, false, func(do func(op, request string) string) {
				got := do("data_query", s.ask(`"fields": ["mark", "n"], "sort": [["_id", -1]]`))
				want := fmt.Sprintf(`{"docs":[{"_id":"same","_rev":%[2]d,"mark":%[1]q,"n":%[3]d},{"_id":%[4]q,"_rev":%[2]d,"mark":%[1]q,"n":%[3]d}],"next_cursor":null}`,
					place, visits[place]+1, visits[place], s.own())
				if deleted[place] {
					want = `{"docs":[],"next_cursor":null}`
				}
				m.want(s, got, want, "what remains")
			})
		}
	}
	look()
	for place, s := range filled {
		if len(deleted)*2 < len(filled) {
			deleted[place] = true
			m.visit(s, persistence.ReadWrite, true, func(do func(op, request string) string) {
				m.want(s, do("data_write", s.batch(`"op": "delete", "filter": {}, "max": 1000`)), `{"results":[{"deleted":2,"more":false}]}`, "delete of all")
			})
		}
	}
	look()
}
