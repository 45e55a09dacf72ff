package persistencetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

func aggregates(t *testing.T, b *bench) {
	for i, doc := range []string{
		`{"name": "a", "city": "Ulm", "age": 1}`, `{"name": "b", "city": "Ulm", "age": 9007199254740993}`, `{"name": "c", "city": "Bonn", "age": -4}`,
		`{"name": "d", "city": null, "age": 2}`, `{"name": "e", "age": 3, "note": 0.1}`, `{"name": "f", "age": 3, "note": 0.2}`,
		`{"name": "g", "city": "Bonn", "note": "text"}`, `{"name": "h", "city": "Bonn", "note": [1]}`, `{"name": "i", "city": "Bonn", "note": true}`,
	} {
		b.must(ann, "data_write", fmt.Sprintf(`{"ops": [{"op": "insert", "collection": "people", "id": "p%d", "doc": %s}]}`, i, doc))
	}
	for _, c := range []struct{ request, want string }{
		{`{"measures": {"n": {"op": "count"}}}`, `{"more":false,"rows":[{"group":{},"measures":{"n":9}}]}`},
		{`{"filter": {"name": "nobody"}, "measures": {"n": {"op": "count"}, "s": {"op": "sum", "field": "age"}, "a": {"op": "avg", "field": "age"}, "m": {"op": "min", "field": "age"}}}`,
			`{"more":false,"rows":[{"group":{},"measures":{"a":null,"m":null,"n":0,"s":0}}]}`},
		{`{"filter": {"name": "nobody"}, "group_by": ["city"], "measures": {"n": {"op": "count"}}}`, `{"more":false,"rows":[]}`},
		// Missing comes before null, null before texts; a group that misses the value does not name it.
		{`{"group_by": ["city"], "measures": {"n": {"op": "count"}, "s": {"op": "sum", "field": "age"}}}`,
			`{"more":false,"rows":[{"group":{},"measures":{"n":2,"s":6}},{"group":{"city":null},"measures":{"n":1,"s":2}},` +
				`{"group":{"city":"Bonn"},"measures":{"n":4,"s":-4}},{"group":{"city":"Ulm"},"measures":{"n":2,"s":9007199254740994}}]}`},
		{`{"group_by": ["city"], "limit": 2, "measures": {"n": {"op": "count"}}}`,
			`{"more":true,"rows":[{"group":{},"measures":{"n":2}},{"group":{"city":null},"measures":{"n":1}}]}`},
		// A sum is rounded once, at its end; a mean is the exact sum by the count.
		{`{"measures": {"s": {"op": "sum", "field": "note"}, "a": {"op": "avg", "field": "note"}, "n": {"op": "count", "field": "note"}}}`,
			`{"more":false,"rows":[{"group":{},"measures":{"a":0.15000000000000002,"n":4,"s":0.30000000000000004}}]}`},
		{`{"measures": {"low": {"op": "min", "field": "note"}, "high": {"op": "max", "field": "note"}, "first": {"op": "min", "field": "_id"}}}`,
			`{"more":false,"rows":[{"group":{},"measures":{"first":"p0","high":"text","low":true}}]}`},
		{`{"filter": {"city": "Bonn"}, "group_by": ["city", "name"], "limit": 1, "measures": {"a": {"op": "avg", "field": "age"}}}`,
			`{"more":true,"rows":[{"group":{"city":"Bonn","name":"c"},"measures":{"a":-4}}]}`},
	} {
		request := `{"collection": "people", ` + c.request[1:]
		if got, err := b.raw(ann, "data_aggregate", request); err != nil || string(got) != c.want {
			t.Errorf("%s\n got %s %s\nwant %s", request, got, describe(err), c.want)
		}
	}
	for _, c := range []struct{ request, path string }{
		{`{"filter": {}}`, "$.measures"}, {`{"measures": {}}`, "$.measures"}, {`{"measures": {"a": {"op": "median", "field": "age"}}}`, "$.measures.a.op"},
		{`{"measures": {"a": {"op": "sum"}}}`, "$.measures.a.field"}, {`{"measures": {"a": {"op": "sum", "field": "a..b"}}}`, "$.measures.a.field"},
		{`{"measures": {"a b": {"op": "count"}}}`, "$.measures.a b"}, {`{"measures": {"a": {"op": "count", "of": 1}}}`, "$.measures.a.of"},
		{`{"group_by": "city", "measures": {"a": {"op": "count"}}}`, "$.group_by"}, {`{"group_by": ["a", "a"], "measures": {"a": {"op": "count"}}}`, "$.group_by"},
		{`{"group_by": ["a", "b", "c", "d"], "measures": {"a": {"op": "count"}}}`, "$.group_by"}, {`{"limit": 1001, "measures": {"a": {"op": "count"}}}`, "$.limit"},
		{`{"sort": [], "measures": {"a": {"op": "count"}}}`, "$.sort"},
	} {
		request := `{"collection": "people", ` + c.request[1:]
		_, err := b.raw(ann, "data_aggregate", request)
		var e *fault.ValueError
		if !errors.As(err, &e) || e.Details["path"] != c.path {
			t.Errorf("%s: %s", request, describe(err))
		}
	}
	b.must(ann, "data_write", `{"ops": [{"op": "insert", "collection": "people", "doc": {"name": "x", "age": 9223372036854775807}}]}`)
	b.refuse(ann, "data_aggregate", `{"collection": "people", "measures": {"s": {"op": "sum", "field": "age"}}}`, fault.ValueLimitExceeded)
}

// Groups beyond those asked for are not kept, however many there are and in whatever order they come.
func manyGroups(t *testing.T, b *bench) {
	const n = 600
	for start := 0; start < n; start += 100 {
		var ops []string
		for i := start; i < start+100; i++ {
			at := i * 7 % n
			ops = append(ops, fmt.Sprintf(`{"op": "insert", "collection": "people", "doc": {"name": "n%03d", "age": %d}}`, at%300, at))
		}
		b.must(ann, "data_write", `{"ops": [`+strings.Join(ops, ", ")+`]}`)
	}
	for _, limit := range []int{1, 7, 299, 300, 301} {
		got := b.must(ann, "data_aggregate", fmt.Sprintf(`{"collection": "people", "group_by": ["name"], "limit": %d, "measures": {"n": {"op": "count"}, "s": {"op": "sum", "field": "age"}}}`, limit))
		rows := got["rows"].([]any)
		if len(rows) != min(limit, 300) || got["more"] != (limit < 300) {
			t.Fatalf("%d rows, more %v at limit %d", len(rows), got["more"], limit)
		}
		for i, row := range rows {
			r := row.(map[string]any)
			m := r["measures"].(map[string]any)
			if r["group"].(map[string]any)["name"] != fmt.Sprintf("n%03d", i) || m["n"] != 2.0 || m["s"] != float64(2*i+300) {
				t.Fatalf("limit %d, row %d: %v", limit, i, r)
			}
		}
	}
}

func largeGroups(t *testing.T, b *bench) {
	for i := range 20 {
		b.write(ann, insert("free", fmt.Sprintf(`{"k": "%040d"}`, i)))
	}
	b.refuse(ann, "data_aggregate", `{"collection": "free", "group_by": ["k"], "limit": 5, "measures": {"n": {"op": "count"}}}`, fault.ValueLimitExceeded)
	b.refuse(ann, "data_aggregate", `{"collection": "free", "group_by": ["k"], "limit": 6, "measures": {"n": {"op": "count"}}}`, fault.ValueLimitExceeded)
	b.must(ann, "data_aggregate", `{"collection": "free", "group_by": ["k"], "limit": 1, "measures": {"n": {"op": "count"}}}`)
}
