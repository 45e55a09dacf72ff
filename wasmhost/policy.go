package wasmhost

import (
	"github.com/mozaiks/mozaiks/abi"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// DefaultMemoryPages is the memory limit of a Policy that names none: 64 MiB.
const DefaultMemoryPages = 1024

// maxPages is the most that 32-bit addresses reach.
const maxPages = wasm.MaxPages

// Profiles of guests. In the strict one a binary gives the same bytes on every processor: it has no instructions of 128
// bits, and a NaN that arithmetic gives is always the same.
const (
	ProfileStandard = "standard"
	ProfileStrict   = "strict"
)

// Policy is what a manifest allows its binary.
type Policy struct {
	// ABI is the native import module that the binary must be built for. Defaults to mozaiks_v1.
	ABI string
	// Granted tells whether a grant is given; the argument is the Grant of an abi.Operation and never "". nil grants
	// nothing.
	Granted func(grant string) bool
	// Handlers are the exports that declarations name.
	Handlers []string
	// MemoryPages is the limit of linear memory, in pages of 64 KiB. Defaults to DefaultMemoryPages.
	MemoryPages uint32
	// Profile is what instructions are accepted: ProfileStandard, the default, or ProfileStrict.
	Profile string
	// MaxSize is the largest binary in bytes. Defaults to InspectLimits.Size.
	MaxSize int
}

func (p Policy) withDefaults(l InspectLimits) Policy {
	if p.ABI == "" {
		p.ABI = abi.Module
	}
	if p.MemoryPages == 0 {
		p.MemoryPages = DefaultMemoryPages
	}
	p.MemoryPages = min(p.MemoryPages, maxPages)
	if p.MaxSize <= 0 {
		p.MaxSize = l.Size
	}
	return p
}

func (p Policy) granted(grant string) bool {
	return grant == "" || p.Granted != nil && p.Granted(grant)
}

// handles tells whether an export of the guest's own can be called.
func (p Policy) handles(name string, t wasm.FuncType) bool {
	if p.ABI != ABIExtism {
		return t == handlerSignature && name != exportBoot
	}
	return (t == extismHandler || t == plainSignature) && name != exportInitialize && name != exportCtors && name != exportStart
}
