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
	RefillImport = "refill" // (i64) -> i64: called when the fuel left is below 0; what is left then
	StackImport  = "stack"  // (i64) -> i64: called when the stack left is below 0; what is left then

	ExportPrefix = "mz:"
	LeftExport   = "mz:left"  // mutable i64: what was left at the last sync, see Left
	PagesExport  = "mz:pages" // mutable i64: the call's limit of memory in pages; Refused is added when growing was refused
	StartExport  = "mz:start" // the start function
	GlobalPrefix = "mz:g"     // and the index of a mutable global of a number type
)

// Left is the fuel and the stack that are left to a call, in one number that is handed from function to function: the stack in
// the upper half, the fuel in the lower. Both may fall below 0; each half is the number of its own plus what the other carries.
type Left int64

// NewLeft answers what is left of both; fuel must fit into 32 bits.
func NewLeft(fuel, stack int64) Left { return Left(stack<<32 + fuel) }

// Fuel answers the units that are left, without what the host holds.
func (l Left) Fuel() int64 { return int64(int32(l)) }

// Stack answers the bytes that are left.
func (l Left) Stack() int64 { return (int64(l) - l.Fuel()) >> 32 }

// Refused is added to mz:pages when memory.grow answered -1.
const Refused = 1 << 32

// Options of a rewrite.
type Options struct {
	Strict       bool        // each NaN that arithmetic gives is made the canonical one
	TableEntries uint32      // what tables may grow to, if their first size is not larger. Defaults to 65,536
	DetachData   bool        // active data segments are left out, for the host to write; their addresses must be constant
	FreeMemory   bool        // the memory loses its maximum, for an allocator to hold; see memorySection
	Limits       wasm.Limits // of Rewrite
	Costs        *Costs      // for tests; nil means those of CostVersion
}

// Rewrite decodes, validates and rewrites a binary of any size. Its error is a *fault.Error with the first finding.
func Rewrite(bin []byte, o Options) ([]byte, error) {
	limits := o.Limits
	limits.Size = len(bin) + 1
	d := wasm.Decode(bin, limits, wasm.Features{NoVectors: o.Strict})
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
	w := &writer{Module: m, options: o, helpers: map[helper]uint32{}, outers: map[uint32]uint32{}, declares: map[uint32]bool{}}
	w.survey()
	w.order()
	return w.binary()
}

// addedGlobals is how many globals are added behind the module's own.
const addedGlobals = 2

// addedImports is how far the indexes of a module's own functions move up.
const addedImports = 2

// writer holds what is known of a module while it is rewritten.
type writer struct {
	*wasm.Module
	options  Options
	facts    []facts // by function of the module's own
	types    []wasm.FuncType
	typeIDs  map[wasm.FuncType]uint32
	helpers  map[helper]uint32 // the functions that run bulk operations
	outers   map[uint32]uint32 // those that stand for another: for one of the module's own where hosts call it, for an import in tables
	declares map[uint32]bool   // functions whose references code takes
	pointers []uint32          // the same in the order in which they were found
	added    [][]byte          // the bodies of functions that are added
	addedAs  []uint32          // and their types
}

// Indexes of what is added.
func (w *writer) refill() uint32      { return uint32(w.ImportedFuncs) }
func (w *writer) growStack() uint32   { return uint32(w.ImportedFuncs) + 1 }
func (w *writer) leftGlobal() uint32  { return uint32(len(w.Globals)) }
func (w *writer) pagesGlobal() uint32 { return uint32(len(w.Globals)) + 1 }

// metered is the type of a function that is metered: behind its parameters it takes what is left, behind its results it gives
// what is left then. So it stays in a register from call to call.
func metered(t wasm.FuncType) wasm.FuncType {
	return wasm.FuncType{Params: t.Params + string([]byte{wasm.I64}), Results: t.Results + string([]byte{wasm.I64})}
}

// add appends a function and answers its index.
func (w *writer) add(t wasm.FuncType, body code) uint32 {
	w.added, w.addedAs = append(w.added, body), append(w.addedAs, w.typeID(t))
	return uint32(w.ImportedFuncs + addedImports + len(w.Bodies) + len(w.added) - 1)
}

// outer answers the function that hosts call for one of the module's own: it has the original's type, and carries what is left from
// and to where the host sees it.
func (w *writer) outer(function uint32) uint32 {
	if int64(function) < int64(w.ImportedFuncs) {
		return function
	}
	if index, ok := w.outers[function]; ok {
		return index
	}
	t := w.TypeOf(function)
	c := code{0} // no locals
	for i := range len(t.Params) {
		c.at(wasm.OpLocalGet, uint32(i))
	}
	c.at(wasm.OpGlobalGet, w.leftGlobal())
	c.at(wasm.OpCall, w.moved(function))
	c.at(wasm.OpGlobalSet, w.leftGlobal())
	c.op(wasm.OpEnd)
	w.outers[function] = w.add(t, c)
	return w.outers[function]
}

// pointer answers the function that tables hold for another, with a metered type. For an import that is one which calls it.
func (w *writer) pointer(function uint32) uint32 {
	if int64(function) >= int64(w.ImportedFuncs) {
		return w.moved(function)
	}
	if index, ok := w.outers[function]; ok {
		return index
	}
	t := w.TypeOf(function)
	left := uint32(len(t.Params))
	c := code{0}
	for i := range len(t.Params) {
		c.at(wasm.OpLocalGet, uint32(i))
	}
	c.at(wasm.OpLocalGet, left)
	c.at(wasm.OpGlobalSet, w.leftGlobal())
	c.at(wasm.OpCall, function)
	c.at(wasm.OpGlobalGet, w.leftGlobal())
	c.op(wasm.OpEnd)
	w.outers[function] = w.add(metered(t), c)
	return w.outers[function]
}

// declared is pointer for an instruction, which may only name functions that something outside of code names.
func (w *writer) declared(function uint32) uint32 {
	index := w.pointer(function)
	if !w.declares[index] {
		w.declares[index] = true
		w.pointers = append(w.pointers, index)
	}
	return index
}

// moved answers the new index of a function.
func (w *writer) moved(f uint32) uint32 {
	if int64(f) < int64(w.ImportedFuncs) {
		return f
	}
	return f + addedImports
}

// Original answers the index that a function of the rewritten binary has in the module, false for one that was added.
func Original(m *wasm.Module, function int) (int, bool) {
	switch {
	case function < m.ImportedFuncs:
		return function, true
	case function < m.ImportedFuncs+addedImports, function >= len(m.Functions)+addedImports:
		return 0, false
	}
	return function - addedImports, true
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
