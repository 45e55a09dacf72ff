package persistencetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

func isolates(t *testing.T, b *bench) {
	callers := []who{{tenant: "acme", user: "ann", workspace: "w"}, {tenant: "acme", user: "bob", workspace: "v"},
		{tenant: "globex", user: "ann", workspace: "w"}, {tenant: "acmee", user: "ann", workspace: "w"}}
	for _, w := range callers {
		mark := w.tenant + "/" + w.user
		b.write(w, `{"op": "insert", "collection": "mine", "id": "same", "doc": {"k": "`+"same"+`"}}`,
			`{"op": "insert", "collection": "room", "id": "`+"same"+`", "doc": {"k": "`+mark+`"}}`)
		if w.user == "ann" {
			b.write(w, `{"op": "insert", "collection": "tasks", "id": "same", "doc": {"code": "same", "title": "`+mark+`", "n": 1, "state": "open"}}`)
		}
	}
	for _, w := range callers {
		for _, filter := range []string{`{}`, `{"k": "same"}`, `{"_id": "same"}`, `{"$or": [{"k": "same"}, {"user_id": "ann"}, {"user_id": "bob"}]}`,
			`{"$not": {"user_id": "` + w.user + `x"}}`} {
			v := b.must(w, "data_query", `{"collection": "mine", "filter": `+filter+`}`)
			docs := v["docs"].([]any)
			if len(docs) != 1 || docs[0].(map[string]any)["user_id"] != w.user {
				t.Errorf("%v %s: %v", w, filter, docs)
			}
		}
		foreign := "bob"
		if w.user == "bob" {
			foreign = "ann"
		}
		for _, filter := range []string{`{"user_id": "` + foreign + `"}`, `{"user_id": {"$in": ["` + foreign + `"]}}`, `{"user_id": {"$ne": "` + w.user + `"}}`} {
			if got := b.ids(w, `{"collection": "mine", "filter": `+filter+`}`); got != "" {
				t.Errorf("%v %s: %s", w, filter, got)
			}
		}
		for _, d := range b.must(w, "data_query", `{"collection": "tasks"}`)["docs"].([]any) {
			if title := d.(map[string]any)["title"].(string); !strings.HasPrefix(title, w.tenant+"/") {
				t.Errorf("%v sees %s", w, title)
			}
		}
		if n := b.must(w, "data_count", `{"collection": "room"}`)["count"]; n != 1.0 {
			t.Errorf("%v counts %v in its workspace", w, n)
		}
	}
	// Another's and nobody's are told apart by nothing.
	b.write(callers[0], `{"op": "insert", "collection": "tasks", "id": "secret", "doc": {}}`)
	for _, request := range []string{`{"collection": "tasks", "id": "%s"}`, `{"collection": "tasks", "ids": ["%s"]}`} {
		theirs := fmt.Sprint(b.must(callers[2], "data_get", fmt.Sprintf(request, "secret")))
		nobodys := fmt.Sprint(b.must(callers[2], "data_get", fmt.Sprintf(request, "nothing")))
		if theirs != nobodys {
			t.Errorf("%s and %s differ", theirs, nobodys)
		}
	}
	for _, op := range []string{`{"op": "update", "collection": "tasks", "id": "secret", "patch": {"$set": {"n": 9}}}`, `{"op": "delete", "collection": "tasks", "id": "secret"}`} {
		if r := b.write(callers[2], op)[0]; r["matched"] == 1.0 || r["deleted"] == 1.0 {
			t.Errorf("%s reached a foreign row: %v", op, r)
		}
	}
	if doc := b.must(callers[0], "data_get", `{"collection": "tasks", "id": "secret"}`)["doc"]; doc == nil || doc.(map[string]any)["_rev"] != 1.0 {
		t.Errorf("the row was changed: %v", doc)
	}
}

func missingIdentity(t *testing.T, b *bench) {
	for _, c := range []struct {
		w          who
		collection string
		need       string
	}{
		{who{user: "ann"}, "tasks", "tenant"}, {who{tenant: "*", user: "ann"}, "tasks", "tenant"}, {who{tenant: "acme"}, "mine", "user"},
		{who{tenant: "acme", user: "ann"}, "room", "workspace"},
	} {
		for op, request := range map[string]string{"data_get": `{"collection": "%s", "id": "x"}`, "data_query": `{"collection": "%s"}`,
			"data_count": `{"collection": "%s"}`, "data_write": `{"ops": [{"op": "insert", "collection": "%s", "doc": {}}]}`} {
			if d := b.refuse(c.w, op, fmt.Sprintf(request, c.collection), fault.ValueScopeDenied); d["need"] != c.need {
				t.Errorf("%+v %s: needs %v", c.w, op, d["need"])
			}
		}
	}
	b.must(who{}, "data_query", `{"collection": "common"}`) // app-wide rows need no identity
}

func hostFilled(t *testing.T, b *bench) {
	r := b.write(ann, `{"op": "insert", "collection": "mine", "id": "a", "doc": {"k": "1"}, "returning": true}`)[0]
	if r["doc"].(map[string]any)["user_id"] != "ann" {
		t.Errorf("the owner is %v", r["doc"])
	}
	b.write(ann, insert("mine", `{"k": "2", "user_id": "ann"}`)) // repeating is allowed
	for _, op := range []string{
		insert("mine", `{"k": "3", "user_id": "bob"}`), insert("mine", `{"k": "3", "user_id": ["ann"]}`), insert("mine", `{"k": "3", "user_id": null}`),
		`{"op": "update", "collection": "mine", "id": "a", "doc": {"user_id": "bob"}}`,
		`{"op": "update", "collection": "mine", "id": "a", "patch": {"$set": {"user_id": "bob"}}}`,
		`{"op": "update", "collection": "mine", "id": "a", "patch": {"$unset": {"user_id": true}}}`,
		`{"op": "update", "collection": "mine", "id": "a", "patch": {"$inc": {"user_id": 1}}}`,
		`{"op": "update", "collection": "mine", "id": "a", "patch": {"$min": {"user_id": "a"}}}`,
		`{"op": "update", "collection": "mine", "id": "a", "patch": {"$push": {"user_id": "a"}}}`,
		`{"op": "update", "collection": "mine", "id": "a", "patch": {"$set": {"user_id.x": "a"}}}`,
		`{"op": "upsert", "collection": "mine", "id": "z", "patch": {"$set": {"user_id": "bob"}}}`,
		`{"op": "upsert", "collection": "mine", "id": "z", "patch": {"$setOnInsert": {"user_id": "bob"}}}`,
	} {
		b.refuse(ann, "data_write", `{"ops": [`+op+`]}`, fault.ValueScopeDenied)
	}
	b.write(ann, `{"op": "update", "collection": "mine", "id": "a", "patch": {"$set": {"user_id": "ann", "k": "9"}}}`)
}

func sharing(t *testing.T, b *bench) {
	b.write(ann, insert("strict", `{"a": "1"}`), insert("common", `{"k": "c"}`))
	other := who{tenant: "acme", user: "ann", module: "other"}
	if n := b.must(other, "data_count", `{"collection": "tasks/strict"}`)["count"]; n != 1.0 {
		t.Errorf("read_by counts %v", n)
	}
	b.refuse(other, "data_write", `{"ops": [`+insert("tasks/strict", `{"a": "2"}`)+`]}`, fault.ValueReadOnly)
	for _, name := range []string{"theirs", "tasks/common"} {
		b.write(other, insert(name, `{"k": "o"}`))
	}
	if n := b.must(ann, "data_count", `{"collection": "common"}`)["count"]; n != 3.0 {
		t.Errorf("shared_with leaves %v rows", n)
	}
	hidden := b.refuse(other, "data_query", `{"collection": "tasks/tasks"}`, fault.ValueUndeclaredCollection)
	absent := b.refuse(other, "data_query", `{"collection": "tasks/nothing"}`, fault.ValueUndeclaredCollection)
	if fmt.Sprint(hidden) != fmt.Sprint(absent) {
		t.Errorf("hidden and absent differ: %v %v", hidden, absent)
	}
	if d := b.refuse(ann, "data_write", `{"ops": [`+insert("guarded", `{"k": "x"}`)+`]}`, fault.ValueReadOnly); d["reason"] != "app_wide" {
		t.Errorf("reason %v", d["reason"])
	}
}

// ownIdentities filters by identities, whether or not documents hold them: they are the caller's, and reach no further.
func ownIdentities(t *testing.T, b *bench) {
	other := who{tenant: "globex", user: "bob"}
	for _, w := range []who{ann, other} {
		b.write(w, `{"op": "insert", "collection": "free", "id": "`+w.tenant+`", "doc": {"tenant_id": "globex"}}`,
			`{"op": "insert", "collection": "mine", "id": "`+w.user+`", "doc": {"k": "1"}}`)
	}
	for filter, want := range map[string]string{
		`{"tenant_id": "acme"}`: "acme", `{"tenant_id": "globex"}`: "", `{"tenant_id": {"$ne": "acme"}}`: "", `{"app_id": "app"}`: "acme", `{"app_id": "other"}`: "",
		`{"tenant_id": {"$in": ["globex", "acme"]}}`: "acme", `{"$not": {"tenant_id": "globex"}}`: "acme", `{"tenant_id": {"$exists": true}}`: "acme",
		`{"$or": [{"tenant_id": "globex"}, {"app_id": "x"}]}`: "", `{"tenant_id": null}`: "", `{"tenant_id": ["acme"]}`: "", `{"tenant_id.x": null}`: "acme",
	} {
		if got := b.ids(ann, `{"collection": "free", "filter": `+filter+`}`); got != want {
			t.Errorf("%s: got %q, want %q", filter, got, want)
		}
	}
	for filter, want := range map[string]string{`{"user_id": "ann"}`: "ann", `{"user_id": "bob"}`: "", `{"user_id": {"$startsWith": "b"}}`: "",
		`{"user_id.x": {"$exists": false}}`: "ann", `{"user_id": {"$gt": "a"}, "k": "1"}`: "ann"} {
		if got := b.ids(ann, `{"collection": "mine", "filter": `+filter+`}`); got != want {
			t.Errorf("%s: got %q, want %q", filter, got, want)
		}
		n := b.must(ann, "data_count", `{"collection": "mine", "filter": `+filter+`}`)["count"]
		if n != float64(len(strings.Fields(want))) {
			t.Errorf("%s: counts %v", filter, n)
		}
	}
	for _, w := range []who{ann, {tenant: "acme", user: "bob"}, other} {
		tx, err := b.store.Begin(context.Background(), persistence.ReadOnly, w.whose())
		if err != nil {
			t.Fatal(err)
		}
		answer, err := b.session(tx, w).Do(context.Background(), "data_get", []byte(`{"collection": "mine", "id": "`+w.user+`", "fields": ["user_id"]}`))
		tx.Rollback()
		want := `{"doc":{"_id":"` + w.user + `","_rev":1,"user_id":"` + w.user + `"}}`
		if w.tenant == "acme" && w.user == "bob" {
			want = `{"doc":null}`
		}
		if err != nil || string(answer) != want {
			t.Errorf("%+v: %s %v", w, answer, err)
		}
	}
}
