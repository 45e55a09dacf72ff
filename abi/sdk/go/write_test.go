package mozaiks_test

import (
	"reflect"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
	"github.com/mozaiks/mozaiks/abi/sdk/go/mozaikstest"
)

func TestEachChangeSendsItsRequestAndReadsItsResult(t *testing.T) {
	t.Parallel()
	set := mozaiks.Patch{}.Set("title", "Bread")
	all := &mozaiks.ChangeOptions{IfRev: 3, Max: 1, MustMatch: true, Returning: true}
	cases := []struct {
		name, op, result string
		run              func(mozaiks.Context) (mozaiks.Result, error)
		want             mozaiks.Result
	}{
		{"insert", `{"op":"insert","collection":"tasks","doc":{"title":"Milk"}}`, `{"id":"doc_1","rev":1}`,
			func(c mozaiks.Context) (mozaiks.Result, error) { return tasks.Insert(c, Task{Title: "Milk"}) },
			mozaiks.Result{ID: "doc_1", Rev: 1}},
		{"insert under an id", `{"op":"insert","collection":"tasks","id":"t1","doc":{"title":"Milk"}}`, `{"id":"t1","rev":1}`,
			func(c mozaiks.Context) (mozaiks.Result, error) { return tasks.InsertAs(c, "t1", Task{Title: "Milk"}) },
			mozaiks.Result{ID: "t1", Rev: 1}},
		{"update by id", `{"op":"update","collection":"tasks","id":"t1","patch":{"$set":{"title":"Bread"}}}`,
			`{"matched":1,"modified":0,"more":false,"id":"t1","rev":3}`,
			func(c mozaiks.Context) (mozaiks.Result, error) { return tasks.Update(c, mozaiks.ID("t1"), set, nil) },
			mozaiks.Result{ID: "t1", Rev: 3, Matched: 1}},
		{"update with all options", `{"op":"update","collection":"tasks","key":{"title":"Milk"},"patch":{"$set":{"title":"Bread"}},
			"if_rev":3,"max":1,"must_match":true,"returning":true}`, `{"matched":1,"modified":1,"more":true,"id":"t1","rev":4,"doc":{"title":"Bread"}}`,
			func(c mozaiks.Context) (mozaiks.Result, error) {
				return tasks.Update(c, mozaiks.ByKey(mozaiks.Key{"title": "Milk"}), set, all)
			},
			mozaiks.Result{ID: "t1", Rev: 4, Matched: 1, Modified: 1, More: true, Doc: mozaiks.RawJSON(`{"title":"Bread"}`)}},
		{"replace", `{"op":"update","collection":"tasks","id":"t1","doc":{"title":"Eggs","tags":["a"]}}`, `{"matched":1,"modified":1}`,
			func(c mozaiks.Context) (mozaiks.Result, error) {
				return tasks.Replace(c, mozaiks.ID("t1"), Task{Title: "Eggs", Tags: []string{"a"}}, nil)
			},
			mozaiks.Result{Matched: 1, Modified: 1}},
		{"upsert", `{"op":"upsert","collection":"tasks","key":{"title":"Milk"},"patch":{"$set":{"title":"Bread"}}}`, `{"id":"t1","rev":1,"created":true}`,
			func(c mozaiks.Context) (mozaiks.Result, error) {
				return tasks.Upsert(c, mozaiks.ByKey(mozaiks.Key{"title": "Milk"}), set)
			},
			mozaiks.Result{ID: "t1", Rev: 1, Created: true}},
		{"delete", `{"op":"delete","collection":"tasks","filter":{"title":"x"},"max":1000}`, `{"deleted":7,"more":true}`,
			func(c mozaiks.Context) (mozaiks.Result, error) {
				return tasks.Delete(c, mozaiks.Where(mozaiks.Filter{"title": "x"}), &mozaiks.ChangeOptions{Max: 1000})
			},
			mozaiks.Result{Deleted: 7, More: true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := mozaikstest.New(t)
			h.Expect("data_write", `{"ops":[`+c.op+`]}`).Answer(`{"results":[` + c.result + `]}`)
			if got, err := c.run(h.Context()); err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestWriteAnswersAResultForEachOp(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_write", `{"ops":[{"op":"insert","collection":"tasks","doc":{"title":"a"}},{"op":"delete","collection":"tasks","id":"t1"}]}`).
		Answer(`{"results":[{"id":"doc_1","rev":1},{"deleted":1,"more":false}]}`)
	got, err := h.Context().Write(tasks.InsertOp("", Task{Title: "a"}), tasks.DeleteOp(mozaiks.ID("t1"), nil))
	if want := []mozaiks.Result{{ID: "doc_1", Rev: 1}, {Deleted: 1}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWriteRefusesAnAnswerWithTooFewResults(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_write", "").Answer(`{"results":[]}`)
	if _, err := tasks.Insert(h.Context(), Task{}); mozaiks.CodeOf(err) != mozaiks.CodeInternal {
		t.Errorf("got %v", err)
	}
}
