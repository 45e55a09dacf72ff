package wasmhost

import "context"

// backend is the native engine: what compiles a binary to machine code, or interprets it. It is small so that another
// can take the place of wazero; backend_test.go is the suite that each must pass.
type backend interface {
	// compile checks a binary and makes it ready to run. It may take long and may panic.
	compile(ctx context.Context, bin []byte) (code, error)
	// close frees everything. Nothing may run any more.
	close(ctx context.Context) error
}

// code is a compiled binary. Its methods may be called by several goroutines at once.
type code interface {
	// instantiate makes an instance with that memory and runs its start function, if there is one, under ctx.
	instantiate(ctx context.Context, mem *linear) (instance, error)
	close(ctx context.Context) error
}

// instance is a sandbox of one binary; it serves one goroutine at a time.
type instance interface {
	guest
	close(ctx context.Context) error
}

// guest is what a host function, or the caller of an export, may do with an instance.
type guest interface {
	// function answers the handle of an exported function, nil if there is none. A handle is not entered again while a
	// call by it runs.
	function(name string) function
	// memory answers the linear memory as it is now. What it answers must not be kept across a call of the guest.
	memory() memory
}

// function is a handle of an exported function. stack holds the parameters before and the results after the call, and
// is as long as the larger of both. When ctx ends, so does the call.
type function interface {
	CallWithStack(ctx context.Context, stack []uint64) error
}

// memory reads and writes linear memory by address; each answers false outside of it. What Read answers is the guest's
// own memory, valid until the guest runs again.
type memory interface {
	Size() uint32
	Read(address, length uint32) ([]byte, bool)
	Write(address uint32, data []byte) bool
	ReadUint32Le(address uint32) (uint32, bool)
	WriteUint32Le(address, v uint32) bool
	WriteUint64Le(address uint32, v uint64) bool
}

// hostFunction is a function that guests may import. call finds the parameters in stack and leaves the result there. It
// ends the guest's call by a panic with an *Error.
type hostFunction struct {
	name string
	sig  signature
	call func(ctx context.Context, g guest, stack []uint64)
}
