package persistence

import (
	"fmt"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// planned is a collection as a driver answers it, with indexes for every rule of choosing.
func planned() *target {
	t := &target{Collection: &data.Collection{Module: "m", Name: "c"}, stored: &driver.Collection{Table: "t"}}
	add := func(name string, unique, sparse bool, parts ...data.Part) {
		x := driver.Index{Name: name, Unique: unique, Sparse: sparse}
		for _, p := range parts {
			k := driver.Key{Field: p.Field, Fold: p.Fold}
			at := -1
			for i, have := range t.stored.Keys {
				if have == k {
					at = i
				}
			}
			if at < 0 {
				at = len(t.stored.Keys)
				t.stored.Keys = append(t.stored.Keys, k)
			}
			x.Parts = append(x.Parts, driver.Part{Key: at, Desc: p.Desc})
		}
		t.stored.Indexes = append(t.stored.Indexes, x)
	}
	add("a", false, false, data.Part{Field: "a"})
	add("ab", false, false, data.Part{Field: "a"}, data.Part{Field: "b", Desc: true})
	add("abc", false, false, data.Part{Field: "a"}, data.Part{Field: "b"}, data.Part{Field: "c"})
	add("u", true, false, data.Part{Field: "u"}, data.Part{Field: "v"})
	add("s", true, true, data.Part{Field: "s"})
	add("f", false, false, data.Part{Field: "f", Fold: true})
	add("made", false, false, data.Part{Field: "_created_at"})
	return t
}

func TestPlansFollowTheirRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ filter, sort, want string }{
		// Points come first.
		{`{"_id": "x", "a": 1}`, ``, "id x"},
		{`{"_id": 5}`, ``, "primary 1 in order"},
		{`{"a": 1, "b": 2, "c": 3, "u": 1, "v": 2}`, `[["z", 1]]`, "u 1 in order"},
		{`{"u": 1, "v": null}`, ``, "u 2 in order whole"},
		{`{"s": "x"}`, ``, "s 1 in order whole"},
		// Then the most bound columns.
		{`{"a": 1}`, ``, "a 1 in order whole"},
		{`{"a": 1, "b": 2}`, ``, "ab 1 in order whole"},
		{`{"a": 1, "b": 2, "c": 3}`, ``, "abc 1 in order whole"},
		{`{"a": {"$in": [1, 2]}, "b": {"$in": [3, 4]}}`, ``, "a 2 in order"},
		{`{"a": {"$in": [1, 2, 2, null]}, "b": 3}`, ``, "ab 4 in order whole"},
		{`{"a": {"$in": []}}`, ``, "a 0 in order whole"},
		// Then one with a range next.
		{`{"a": 1, "b": {"$gt": 2}}`, ``, "ab 1 in order range whole"},
		{`{"a": 1, "b": {"$gt": 2, "$lte": 5}}`, `[["b", 1]]`, "ab 1 in order range whole"},
		{`{"a": {"$startsWith": "x"}}`, ``, "a 1 in order range whole"},
		{`{"f": {"$startsWithFold": "X"}}`, ``, "f 1 in order range whole"},
		{`{"f": {"$startsWith": "X"}}`, ``, "primary 1 in order"},
		{`{"a": {"$gt": [1]}}`, ``, "primary 1 in order"},
		{`{"a": 1, "b": {"$gt": 2, "$lt": "x"}}`, ``, "ab 1 in order range"},
		// Then one that gives the order, forward or backward.
		{`{"a": 1}`, `[["b", 1], ["c", 1]]`, "abc 1 in order whole"},
		{`{"a": 1}`, `[["b", -1], ["c", -1]]`, "abc 1 in order whole"},
		{`{"a": 1}`, `[["b", -1], ["c", 1]]`, "a 1 sorts whole"},
		{`{"a": 1}`, `[["_id", 1]]`, "a 1 in order whole"},
		{`{"a": 1, "b": {"$gt": 2}}`, `[["_id", 1]]`, "ab 1 sorts range whole"},
		{`{"a": 1}`, `[["a", -1], ["b", -1]]`, "ab 1 in order whole"},
		{`{"a": {"$in": [1, 2]}}`, `[["a", -1], ["b", 1]]`, "ab 2 in order whole"},
		{`{"a": {"$in": [1, 2]}}`, `[["b", 1]]`, "a 2 sorts whole"},
		// Nothing bound: an index for the order, else the primary key.
		{`{}`, ``, "primary 1 in order whole"},
		{`{}`, `[["_id", -1]]`, "primary 1 in order whole"},
		{`{}`, `[["a", -1]]`, "a 1 in order whole"},
		{`{}`, `[["_created_at", -1]]`, "made 1 in order whole"},
		{`{"z": 1}`, `[["z", 1]]`, "primary 1 in order"},
		{`{}`, `[["z", 1]]`, "primary 1 sorts whole"},
		{`{"z": 1}`, `[["a", 1]]`, "a 1 in order"},
		// A sparse index serves only rows that are in it; a folding one finds more than was asked.
		{`{"s": null}`, ``, "primary 1 in order"},
		{`{}`, `[["s", 1]]`, "primary 1 sorts whole"},
		{`{"s": {"$gt": "x"}}`, ``, "s 1 in order range whole"},
		{`{"f": "X"}`, ``, "f 1 in order"},
		{`{"f": {"$eqFold": "X"}}`, ``, "f 1 in order whole"},
		{`{"f": 5}`, ``, "f 1 in order whole"},
		// What not every match obeys chooses nothing.
		{`{"$or": [{"a": 1}, {"a": 2}]}`, ``, "primary 1 in order"},
		{`{"$not": {"a": 1}}`, ``, "primary 1 in order"},
		{`{"a": {"$ne": 1}}`, ``, "primary 1 in order"},
		{`{"$and": [{"a": 1}, {"$or": [{"b": 1}]}]}`, ``, "a 1 in order"},
		{`{"$and": [{"a": 1}, {"a": 2}]}`, ``, "a 1 in order"},
	} {
		target := planned()
		p := planOf(t, target, c.filter, c.sort)
		got := "primary"
		if p.index != nil {
			got = p.index.Name
		}
		got += fmt.Sprint(" ", len(p.ranges))
		if p.inOrder {
			got += " in order"
		} else {
			got += " sorts"
		}
		if p.rng.Low != nil || p.rng.High != nil {
			got += " range"
		}
		if p.whole {
			got += " whole"
		}
		if p.hasID {
			got = "id " + p.id
		}
		if got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.filter, c.sort, got, c.want)
		}
	}
}

func planOf(t *testing.T, target *target, filter, sort string) *plan {
	t.Helper()
	f, err := parseFilter(target.Collection, &Scope{Whose: Whose{App: "app", Tenant: "t"}}, parsed(t, filter), "$.filter")
	if err != nil {
		t.Fatal(err)
	}
	var by any
	if sort != "" {
		by = parsed(t, sort)
	}
	parts, err := parseSort(by)
	if err != nil {
		t.Fatal(err)
	}
	return makePlan(target, f, parts)
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := canonical.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
