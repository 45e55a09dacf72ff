package mozaiks_test

import (
	"reflect"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
	"github.com/mozaiks/mozaiks/abi/sdk/go/mozaikstest"
)

// Task is the document of these tests.
type Task struct {
	Title string   `json:"title"`
	Due   string   `json:"due,omitempty"`
	Tags  []string `json:"tags,omitempty"`
}

var tasks = mozaiks.NewCollection[Task]("tasks")

const milk = `{"_id":"t1","_rev":3,"_created_at":"2026-01-01T00:00:00.000Z","_updated_at":"2026-01-02T00:00:00.000Z","title":"Milk","due":null}`

func milkDoc() mozaiks.Doc[Task] {
	return mozaiks.Doc[Task]{ID: "t1", Rev: 3, CreatedAt: 1767225600000, UpdatedAt: 1767312000000, Value: Task{Title: "Milk"}}
}

func TestGetReadsByIDAndByKey(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	ctx := h.Context()
	h.Expect("data_get", `{"collection":"tasks","id":"t1"}`).Answer(`{"doc":` + milk + `}`)
	if doc, found, err := tasks.Get(ctx, "t1"); err != nil || !found || !reflect.DeepEqual(doc, milkDoc()) {
		t.Errorf("by id: got %+v, %v, %v", doc, found, err)
	}
	h.Expect("data_get", `{"collection":"tasks","key":{"title":"Milk"},"fields":["title"]}`).Answer(`{"doc":{"_id":"t1","_rev":3,"title":"Milk"}}`)
	doc, found, err := tasks.GetBy(ctx, mozaiks.Key{"title": "Milk"}, "title")
	if want := (mozaiks.Doc[Task]{ID: "t1", Rev: 3, Value: Task{Title: "Milk"}}); err != nil || !found || !reflect.DeepEqual(doc, want) {
		t.Errorf("by key: got %+v, %v, %v", doc, found, err)
	}
	h.Expect("data_get", `{"collection":"tasks","id":"none"}`).Answer(`{"doc":null}`)
	if doc, found, err := tasks.Get(ctx, "none"); err != nil || found || doc.ID != "" {
		t.Errorf("for none: got %+v, %v, %v", doc, found, err)
	}
}

func TestGetManyKeepsThePlacesOfWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_get", `{"collection":"tasks","ids":["t1","none"],"fields":["title"]}`).Answer(`{"docs":[` + milk + `,null]}`)
	docs, err := tasks.GetMany(h.Context(), []string{"t1", "none"}, "title")
	if err != nil || len(docs) != 2 || !reflect.DeepEqual(*docs[0], milkDoc()) || docs[1] != nil {
		t.Errorf("got %v, %v", docs, err)
	}
	h.Expect("data_get", `{"collection":"tasks","ids":[]}`).Answer(`{"docs":[]}`)
	if docs, err := tasks.GetMany(h.Context(), nil); err != nil || len(docs) != 0 {
		t.Errorf("for no ids: got %v, %v", docs, err)
	}
}

func TestADocumentMayBeAMapOrRaw(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_get", "").Answer(`{"doc":` + milk + `}`)
	h.Expect("data_get", "").Answer(`{"doc":` + milk + `}`)
	asMap, _, err := mozaiks.NewCollection[map[string]any]("tasks").Get(h.Context(), "t1")
	if want := map[string]any{"title": "Milk", "due": nil}; err != nil || asMap.Rev != 3 || !reflect.DeepEqual(asMap.Value, want) {
		t.Errorf("as a map: got %+v, %v", asMap, err)
	}
	raw, _, err := mozaiks.NewCollection[mozaiks.RawJSON]("tasks").Get(h.Context(), "t1")
	var task Task
	if err != nil || string(raw.Value) != milk || raw.Value.Decode(&task) != nil || task.Title != "Milk" {
		t.Errorf("raw: got %s, %v", raw.Value, err)
	}
}

func TestADocumentThatDoesNotFitSaysWhere(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_query", "").Answer(`{"docs":[{"_id":"t1","_rev":1,"tags":[1]}],"next_cursor":null}`)
	_, err := tasks.Query(h.Context(), mozaiks.Query{})
	if want := "internal: the host's answer does not fit the Go type: $.ok.docs[0].tags[0]: want a text, found a number"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestQuerySendsOnlyWhatIsSet(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_query", `{"collection":"tasks"}`).Answer(`{"docs":[],"next_cursor":null}`)
	h.Expect("data_query", `{"collection":"tasks","filter":{"title":{"$eq":"Milk"}},"sort":[["due",-1],["title",1]],"limit":2,"cursor":"c","fields":["title"]}`).
		Answer(`{"docs":[` + milk + `],"next_cursor":"d"}`)
	page, err := tasks.Query(h.Context(), mozaiks.Query{})
	if err != nil || len(page.Docs) != 0 || page.NextCursor != "" {
		t.Errorf("got %+v, %v", page, err)
	}
	page, err = tasks.Query(h.Context(), mozaiks.Query{Filter: mozaiks.Eq("title", "Milk"), Limit: 2, Cursor: "c",
		Sort: []mozaiks.Order{mozaiks.Desc("due"), mozaiks.Asc("title")}, Fields: []string{"title"}})
	if err != nil || page.NextCursor != "d" || len(page.Docs) != 1 || !reflect.DeepEqual(page.Docs[0], milkDoc()) {
		t.Errorf("got %+v, %v", page, err)
	}
}

func TestAllGoesThroughEveryPage(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_query", `{"collection":"tasks","limit":2}`).Answer(`{"docs":[{"_id":"a"},{"_id":"b"}],"next_cursor":"c1"}`)
	h.Expect("data_query", `{"collection":"tasks","limit":2,"cursor":"c1"}`).Answer(`{"docs":[{"_id":"c"}],"next_cursor":"c2"}`)
	refused(h.Expect("data_query", `{"collection":"tasks","limit":2,"cursor":"c2"}`))
	var ids []string
	var last error
	for doc, err := range tasks.All(h.Context(), mozaiks.Query{Limit: 2}) {
		ids, last = append(ids, doc.ID), err
	}
	if !reflect.DeepEqual(ids, []string{"a", "b", "c", ""}) {
		t.Errorf("got %q", ids)
	}
	wantBusy(t, last)
}

func TestAllStopsWhenItsReaderDoes(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_query", "").Answer(`{"docs":[{"_id":"a"},{"_id":"b"}],"next_cursor":"c1"}`)
	for doc := range tasks.All(h.Context(), mozaiks.Query{}) {
		if doc.ID == "b" {
			break // the second page must not be asked for
		}
	}
	h.Expect("data_query", "").Answer(`{"docs":[],"next_cursor":null}`)
	for range tasks.All(h.Context(), mozaiks.Query{}) {
		t.Error("an empty page gave a document")
	}
}

func TestCountSendsFilterAndCap(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_count", `{"collection":"tasks"}`).Answer(`{"count":3,"capped":false}`)
	h.Expect("data_count", `{"collection":"tasks","filter":{"title":"x"},"cap":5}`).Answer(`{"count":5,"capped":true}`)
	all, err1 := tasks.Count(h.Context(), nil, 0)
	some, err2 := tasks.Count(h.Context(), mozaiks.Filter{"title": "x"}, 5)
	if err1 != nil || err2 != nil || all != (mozaiks.Counted{Count: 3}) || some != (mozaiks.Counted{Count: 5, Capped: true}) {
		t.Errorf("got %v %v, %v %v", all, some, err1, err2)
	}
}

func TestFiltersAndPatchesWriteTheirOperators(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		op   mozaiks.Op
		want string
	}{
		{"comparisons", where(mozaiks.And(mozaiks.Eq("a", 1), mozaiks.Ne("a", nil), mozaiks.Gt("a", 1.5), mozaiks.Gte("a", 2), mozaiks.Lt("a", "x"), mozaiks.Lte("a", true))),
			`{"$and":[{"a":{"$eq":1}},{"a":{"$ne":null}},{"a":{"$gt":1.5}},{"a":{"$gte":2}},{"a":{"$lt":"x"}},{"a":{"$lte":true}}]}`},
		{"lists", where(mozaiks.Or(mozaiks.In("a", 1, 2), mozaiks.NotIn("a", "x"), mozaiks.Contains("a", 1), mozaiks.ContainsAny("a", "x", "y"))),
			`{"$or":[{"a":{"$in":[1,2]}},{"a":{"$nin":["x"]}},{"a":{"$contains":1}},{"a":{"$containsAny":["x","y"]}}]}`},
		{"texts", where(mozaiks.Not(mozaiks.Or(mozaiks.StartsWith("a", "x"), mozaiks.EqFold("a", "x"), mozaiks.StartsWithFold("a", "x"), mozaiks.Exists("a", false)))),
			`{"$not":{"$or":[{"a":{"$startsWith":"x"}},{"a":{"$eqFold":"x"}},{"a":{"$startsWithFold":"x"}},{"a":{"$exists":false}}]}}`},
		{"a map", where(mozaiks.Filter{"state": "open", "due": mozaiks.Filter{"$lt": "2026"}}), `{"state":"open","due":{"$lt":"2026"}}`},
		{"none", where(nil), `{}`},
		{"setting", patch(mozaiks.Patch{}.Set("a", 1).Set("b.c", nil).Unset("d").CurrentDate("e").SetOnInsert("f", "x")),
			`{"$set":{"a":1,"b.c":null},"$unset":{"d":true},"$currentDate":{"e":true},"$setOnInsert":{"f":"x"}}`},
		{"numbers", patch(mozaiks.Patch{}.Inc("a", 1).Mul("b", 1.5).Min("c", 3).Max("d", "x")),
			`{"$inc":{"a":1},"$mul":{"b":1.5},"$min":{"c":3},"$max":{"d":"x"}}`},
		{"lists of a patch", patch(mozaiks.Patch{}.Push("a", 1).PushEach("b", 1, 2).PushCut("c", -5, "x").AddToSet("d", "x", "y").Pull("e", 2).PopLast("f").PopFirst("g")),
			`{"$push":{"a":1,"b":{"$each":[1,2]},"c":{"$each":["x"],"$slice":-5}},"$addToSet":{"d":{"$each":["x","y"]}},"$pull":{"e":2},"$pop":{"f":1,"g":-1}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			member := "patch"
			if c.op.Patch == nil {
				member = "filter"
			}
			want := `{"ops":[{"op":"update","collection":"tasks","` + member + `":` + c.want + `}]}`
			h := mozaikstest.New(t)
			h.Expect("data_write", want).Answer(`{"results":[{}]}`)
			if _, err := h.Context().Write(c.op); err != nil {
				t.Error(err)
			}
		})
	}
}

func where(f mozaiks.Filter) mozaiks.Op { return tasks.UpdateOp(mozaiks.Where(f), nil, nil) }

func patch(p mozaiks.Patch) mozaiks.Op { return tasks.UpdateOp(mozaiks.Target{}, p, nil) }
