// Package meter rewrites a valid module so that it counts what it executes. The counting is exact, the same on every machine
// and for every engine, and independent of how much fuel is handed out at a time. DESIGN.md says how it works.
package meter

import (
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// Version names the form of the rewritten binary, CostVersion the prices. Fuel of two runs is compared only under the same
// CostVersion; a price is never changed within one.
const (
	Version     = 1
	CostVersion = 1
)

// What is added to a module. A guest cannot name any of it: its own imports, exports and indexes are checked before.
const (
	EngineModule = "mozaiks_engine"
	RefillImport = "refill" // (i64) -> i64: the fuel left, below 0, and what it is then
	StackImport  = "stack"  // (i64) -> i64: the stack left, below 0, and what it is then

	ExportPrefix = "mz:"
	FuelExport   = "mz:fuel"  // mutable i64: fuel left at the last sync, without what the host holds
	StackExport  = "mz:stack" // mutable i64: stack left
	PagesExport  = "mz:pages" // mutable i64: the call's limit of memory in pages; Refused is added when growing was refused
	StartExport  = "mz:start" // the start function
	GlobalPrefix = "mz:g"     // and the index of a mutable global of a number type
)

// Refused is added to mz:pages when memory.grow answered -1.
const Refused = 1 << 32

// Options of a rewrite.
type Options struct {
	Strict       bool   // each NaN that arithmetic gives is made the canonical one
	TableEntries uint32 // what tables may grow to, if their first size is not larger. Defaults to 65,536
	DetachData   bool   // active data segments are left out, for the host to write; their addresses must be constant
	Costs        *Costs // for tests; nil means those of CostVersion
}

// Rewrite decodes, validates and rewrites a binary of any size. Its error is a *fault.Error with the first finding.
func Rewrite(bin []byte, o Options) ([]byte, error) {
	d := wasm.Decode(bin, wasm.Limits{Size: len(bin) + 1}, wasm.Features{NoVectors: o.Strict})
	if len(d.Findings) > 0 {
		f := d.Findings[0]
		return nil, fault.New(f.Code, "%s", f.Message).WithHint(f.Hint)
	}
	return Module(d.Module, o), nil
}

// Module rewrites a module that was decoded without findings. The same module and options give the same bytes.
func Module(m *wasm.Module, o Options) []byte {
	if o.TableEntries == 0 {
		o.TableEntries = 65_536
	}
	if o.Costs == nil {
		o.Costs = &costs
	}
	w := &writer{Module: m, options: o, helpers: map[helper]uint32{}}
	w.survey()
	w.order()
	return w.binary()
}

// addedImports is how far the indexes of a module's own functions move up.
const addedImports = 2

// writer holds what is known of a module while it is rewritten.
type writer struct {
	*wasm.Module
	options  Options
	facts    []facts // by function of the module's own
	types    []wasm.FuncType
	typeIDs  map[wasm.FuncType]uint32
	helpers  map[helper]uint32 // their places among the functions that are added
	added    [][]byte          // the bodies of functions that are added
	addedAs  []uint32          // and their types
	joinable bool              // no instruction names a data segment
}

// Indexes of what is added.
func (w *writer) refill() uint32      { return uint32(w.ImportedFuncs) }
func (w *writer) growStack() uint32   { return uint32(w.ImportedFuncs) + 1 }
func (w *writer) fuelGlobal() uint32  { return uint32(len(w.Globals)) }
func (w *writer) stackGlobal() uint32 { return uint32(len(w.Globals)) + 1 }
func (w *writer) pagesGlobal() uint32 { return uint32(len(w.Globals)) + 2 }

// moved answers the new index of a function.
func (w *writer) moved(f uint32) uint32 {
	if int64(f) < int64(w.ImportedFuncs) {
		return f
	}
	return f + addedImports
}

// typeID answers the index of a type, which is added behind the module's own if none of those added is it.
func (w *writer) typeID(t wasm.FuncType) uint32 {
	if id, ok := w.typeIDs[t]; ok {
		return id
	}
	if w.typeIDs == nil {
		w.typeIDs = map[wasm.FuncType]uint32{}
	}
	id := uint32(len(w.Types) + len(w.types))
	w.types = append(w.types, t)
	w.typeIDs[t] = id
	return id
}
