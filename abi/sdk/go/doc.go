// Package mozaiks is what a guest module in Go is written with: typed handlers, the operations of the host, and errors.
//
// A handler takes the call's [Context] and its input, and answers an output or an error. It is exported by name from the
// module's main package:
//
//	//go:wasmexport open_ticket
//	func openTicket(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, open) }
//
//	func open(ctx mozaiks.Context, in OpenInput) (OpenOutput, error) { … }
//
// Every call begins in a fresh copy of the module as it was after its initialisation: nothing that a handler leaves in
// memory is there in the next call. A module is linked with the operations that it uses and no others, so that its import
// section shows what it can do.
//
// Input, output, documents and payloads are Go values with the struct tags of encoding/json. nil slices and maps are
// written as [] and {}; null sets the zero value; whole numbers in an any are int64.
//
// A call sees a frozen clock and a random stream of its own: [Context.Now] and [Context.Random]. math/rand and the seeds of
// maps are set during initialisation and so give the same in every call; draw from the host wherever chance matters.
package mozaiks
