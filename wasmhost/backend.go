package wasmhost

import (
	"context"

	"github.com/mozaiks/mozaiks/wasmhost/extism"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// backend is the native engine: what compiles a binary to machine code, or interprets it. It is small so that another
// can take the place of wazero; backend_test.go is the suite that each must pass.
type backend interface {
	// compile checks a binary and makes it ready to run, by so many goroutines. It may take long and may panic.
	compile(ctx context.Context, bin []byte, workers int) (code, error)
	// close frees everything. Nothing may run any more.
	close(ctx context.Context) error
}

// code is a compiled binary. Its methods may be called by several goroutines at once.
type code interface {
	// instantiate makes an instance with that memory. It runs nothing of the guest. imports takes the place of the host's
	// modules of those names.
	instantiate(ctx context.Context, mem *linear, imports map[string]instance) (instance, error)
	close(ctx context.Context) error
}

// instance is a sandbox of one binary; it serves one goroutine at a time. Its memory is the linear that it was made with.
type instance interface {
	// function answers the handle of an exported function, nil if there is none. A handle is not entered again while a
	// call by it runs.
	function(name string) function
	// global answers the handle of an exported global of a number type, nil if there is none.
	global(name string) global
	// memory answers the memory as the Extism kernel uses it.
	memory() extism.Memory
	// resized tells the instance, while it does not run, that its memory has another length than it knows. It answers false
	// if it cannot take that in; such an instance is of no use any more.
	resized() bool
	close(ctx context.Context) error
}

// function is a handle of an exported function. stack holds the parameters before and the results after the call, and
// is as long as the larger of both. ctx reaches host functions as it is.
type function interface {
	CallWithStack(ctx context.Context, stack []uint64) error
}

// global is a handle of a mutable global. Values are in the form of a function's parameters.
type global interface {
	Get() uint64
	Set(v uint64)
}

// hostFunction is a function that guests may import. call finds the parameters in stack and leaves the result there. It
// ends the guest's call by a panic with an *Error.
type hostFunction struct {
	name string
	sig  wasm.FuncType
	call func(ctx context.Context, stack []uint64)
}
