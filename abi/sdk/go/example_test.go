package mozaiks_test

import (
	"fmt"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
)

// Counter is a document of the collection counters.
type Counter struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

type countInput struct {
	Name string `json:"name"`
}

type countOutput struct {
	Count int `json:"count"`
}

// count is a handler. In the module's main package it is exported so:
//
//	//go:wasmexport count_one
//	func countOne(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, count) }
func count(ctx mozaiks.Context, in countInput) (countOutput, error) {
	counters := mozaiks.NewCollection[Counter]("counters")
	key := mozaiks.Key{"name": in.Name}
	counter, found, err := counters.GetBy(ctx, key)
	if err != nil {
		return countOutput{}, err
	}
	if !found {
		return countOutput{}, mozaiks.Fail(mozaiks.CodeNotFound, "there is no such counter", nil)
	}
	if _, err := counters.Update(ctx, mozaiks.ID(counter.ID), mozaiks.Patch{}.Inc("count", 1), nil); err != nil {
		return countOutput{}, err
	}
	n := counter.Value.Count + 1
	_, err = ctx.Emit("domain.counters.counted", map[string]any{"name": in.Name, "count": n})
	return countOutput{n}, err
}

// oneCounter stands in for a host here. A module's own tests use package mozaikstest.
type oneCounter struct{}

func (oneCounter) Do(operation string, request []byte) []byte {
	fmt.Printf("%s %s\n", operation, request)
	switch operation {
	case "data_get":
		return []byte(`{"ok":{"doc":{"_id":"doc_1","_rev":4,"name":"visits","count":3}}}`)
	case "data_write":
		return []byte(`{"ok":{"results":[{"matched":1,"modified":1,"more":false,"id":"doc_1","rev":5}]}}`)
	}
	return []byte(`{"ok":{"event_id":"evt_1","duplicate":false}}`)
}

func Example() {
	ctx := mozaiks.NewContext(oneCounter{})
	fmt.Printf("%s\n", mozaiks.Serve(ctx, count, []byte(`{"name":"visits"}`)))
	// Output:
	// data_get {"collection":"counters","key":{"name":"visits"}}
	// data_write {"ops":[{"op":"update","collection":"counters","id":"doc_1","patch":{"$inc":{"count":1}}}]}
	// event_emit {"type":"domain.counters.counted","payload":{"count":4,"name":"visits"}}
	// {"ok":{"count":4}}
}

func ExampleFail() {
	err := mozaiks.Fail(mozaiks.CodeConflict, "the ticket is closed", map[string]any{"reason": "closed"})
	fmt.Println(err, mozaiks.CodeOf(err) == mozaiks.CodeConflict)
	// Output: conflict: the ticket is closed true
}

func ExampleParseTime() {
	at, err := mozaiks.ParseTime("2026-03-02T09:15:00+01:00")
	fmt.Println(at, at+8*mozaiks.Hour, err)
	// Output: 2026-03-02T08:15:00.000Z 2026-03-02T16:15:00.000Z <nil>
}
