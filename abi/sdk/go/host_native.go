//go:build !wasip1

package mozaiks

// Host answers operations in place of a real host, for tests on the developer's machine. Package mozaikstest has one.
type Host interface {
	// Do answers the document of the operation: {"ok": …} or {"error": …}; nil for {"ok": null}.
	Do(operation string, request []byte) []byte
}

type bridge struct{ host Host }

// NewContext makes a context whose operations go to host. It is not there in a guest.
func NewContext(host Host) Context { return Context{bridge{host}} }

// Handle runs only in a guest, where the host has put an input at ptr. A test calls the handler itself, or [Serve].
func Handle[In, Out any](ptr, n uint32, h Handler[In, Out]) uint64 {
	panic("mozaiks: Handle runs only in a guest; call the handler, or mozaiks.Serve")
}
