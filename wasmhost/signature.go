package wasmhost

import "github.com/mozaiks/mozaiks/wasmhost/wasm"

// The types of functions that the native ABI fixes.
var (
	handlerSignature = wasm.Sig("ii", "I")
	allocSignature   = wasm.Sig("i", "i")
	abiSignature     = wasm.Sig("", "i")
	plainSignature   = wasm.Sig("", "")
	meterSignature   = wasm.Sig("I", "I")
)
