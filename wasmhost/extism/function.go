package extism

import (
	"slices"

	"github.com/mozaiks/mozaiks/abi"
)

// The import modules of the Extism ABI.
const (
	// Module is what every PDK imports.
	Module = "extism:host/env"
	// UserModule is where Extism expects a host's own functions.
	UserModule = "extism:host/user"
	// UserPrefix stands before the name of an operation in UserModule: mozaiks_v1_context.
	UserPrefix = abi.Module + "_"
)

// Value types as the binary format writes them.
const (
	i32 = 0x7f
	i64 = 0x7e
)

// Function is one function that a guest may import.
type Function struct {
	Module, Name    string
	Params, Results []byte // value types as the binary format writes them
	Grant           string // what must be granted for it, as module.Grants.Allows names it; "" for none
	// Call runs it: stack holds the parameters before and the result after, and is as long as the larger of both.
	Call func(k *Kernel, stack []uint64)
}

// Functions answers every function: those of Extism, and one for each operation of the ABI. The caller may change the
// answer.
func Functions() []Function {
	return slices.Concat(memoryFunctions(), rangeFunctions(), hostFunctions(), operationFunctions())
}

// Costs in units; 1 for each 8 bytes moved comes on top.
const (
	costFunction = 20
	costBlock    = 40 // alloc and free
	costLookup   = 200
	bytesPerUnit = 8
)

func env(name string, params, results []byte, call func(*Kernel, []uint64)) Function {
	return Function{Module: Module, Name: name, Params: params, Results: results, Call: call}
}

var (
	none  = []byte{}
	one32 = []byte{i32}
	one64 = []byte{i64}
	two64 = []byte{i64, i64}
)
