package wasmhost

import "golang.org/x/sys/cpu"

// nativeFeatures is what of the processor wazero's code depends on, as it numbers that.
func nativeFeatures() uint64 {
	features := uint64(0)
	if cpu.X86.HasSSE41 {
		features |= 1
	}
	if cpu.X86.HasBMI1 {
		features |= 2
		if cpu.X86.HasBMI2 && cpu.X86.HasPOPCNT {
			features |= 4
		}
	}
	return features
}
