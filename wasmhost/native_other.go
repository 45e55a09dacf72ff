//go:build !amd64 && !arm64

package wasmhost

// nativeFeatures is what of the processor wazero's code depends on: there is none.
func nativeFeatures() uint64 { return 0 }
