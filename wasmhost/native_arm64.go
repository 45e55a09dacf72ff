package wasmhost

import "golang.org/x/sys/cpu"

// nativeFeatures is what of the processor wazero's code depends on, as it numbers that.
func nativeFeatures() uint64 {
	if cpu.ARM64.HasATOMICS {
		return 1
	}
	return 0
}
