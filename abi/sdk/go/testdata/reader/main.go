// Reader is a guest that only reads: its import section must show it.
package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

type input struct {
	ID string `json:"id"`
}

type note struct {
	Text string `json:"text"`
}

//go:wasmexport read
func read(ptr, n uint32) uint64 {
	return mozaiks.Handle(ptr, n, func(ctx mozaiks.Context, in input) (note, error) {
		doc, found, err := mozaiks.NewCollection[note]("notes").Get(ctx, in.ID)
		if err == nil && !found {
			err = mozaiks.Fail(mozaiks.CodeNotFound, "no such note", nil)
		}
		return doc.Value, err
	})
}

func main() {}
