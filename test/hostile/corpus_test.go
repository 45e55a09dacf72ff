package hostile_test

import (
	"slices"

	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// guest is a hostile module and what must become of its calls.
type guest struct {
	name  string
	pages uint32 // limit of its memory, 0 for the default
	make  func() *w.Builder
	want  fault.Code // "" for an answer
	value string     // the answer
}

var i32 = w.I32Const

// handler is a module with an allocator and a handler of that body, which answers null if it comes to its end.
func handler(pages uint32, body ...[]byte) *w.Builder {
	b := w.New().Memory(pages, 0).Allocator()
	return b.Handler("run", append(body, w.I64Const(0))...)
}

func forever(body ...[]byte) []byte { return w.Loop(append(body, w.Br(0))...) }

func repeat(n int, body ...[]byte) []byte { return slices.Repeat(slices.Concat(body...), n) }

// tree calls a leaf 2^depth times without a loop.
func tree(depth int, leaf []byte) *w.Builder {
	b := w.New().Allocator()
	f := b.Func(w.Plain, nil, leaf)
	for range depth {
		f = b.Func(w.Plain, nil, w.Call(f), w.Call(f))
	}
	return b.Handler("run", w.Call(f), w.I64Const(0))
}

const all = 1000 * 65536

// endless are guests that never end by themselves, each in another way. They are called twice: with little fuel they end with
// FUEL_EXHAUSTED, with ample fuel with DEADLINE.
var endless = []guest{
	{name: "a loop", make: func() *w.Builder { return handler(1, forever(i32(1), w.Drop)) }},
	{name: "a loop with an empty body", make: func() *w.Builder { return handler(1, forever()) }},
	{name: "a loop by br_table", make: func() *w.Builder {
		return handler(1, w.Loop(i32(0), w.Op(0x0e, 1, 0, 0)))
	}},
	{name: "a tree of calls", make: func() *w.Builder { return tree(60, nil) }},
	{name: "a tree of calls by pointer", make: func() *w.Builder {
		b := w.New().Allocator()
		b.Table(w.Funcref, 61, 0)
		kind := b.TypeIndex(w.Plain)
		leaf := b.Func(w.Plain, nil)
		for n := range int32(60) {
			b.Func(w.Plain, nil, i32(n), w.CallIndirect(kind), i32(n), w.CallIndirect(kind))
		}
		functions := make([]uint32, 61)
		for n := range functions {
			functions[n] = leaf + uint32(n)
		}
		b.Elements(0, functions...)
		return b.Handler("run", i32(60), w.CallIndirect(kind), w.I64Const(0))
	}},
	{name: "a tree of mutual recursion", make: func() *w.Builder {
		b := w.New().Allocator()
		t := w.Type{Params: []byte{w.I32}}
		f := b.Func(t, nil, w.LocalGet(0), w.If(w.LocalGet(0), i32(1), w.Op(0x6b), w.Call(2), w.LocalGet(0), i32(1), w.Op(0x6b), w.Call(2)))
		b.Func(t, nil, w.LocalGet(0), w.If(w.LocalGet(0), i32(1), w.Op(0x6b), w.Call(1), w.LocalGet(0), i32(1), w.Op(0x6b), w.Call(1)))
		return b.Handler("run", i32(60), w.Call(f), w.I64Const(0))
	}},
	{name: "straight code of square roots, called in a tree", make: func() *w.Builder {
		return tree(40, slices.Concat(w.F64Const(0x4000<<48), repeat(1_000_000, w.Op(0x9f)), w.Drop))
	}},
	{name: "memory.fill", make: func() *w.Builder { return handler(1000, forever(i32(0), i32(1), i32(all-1), w.Op(0xfc, 11, 0))) }},
	{name: "memory.copy up", make: func() *w.Builder { return handler(1000, forever(i32(1), i32(0), i32(all-1), w.Op(0xfc, 10, 0, 0))) }},
	{name: "memory.copy down", make: func() *w.Builder { return handler(1000, forever(i32(0), i32(1), i32(all-1), w.Op(0xfc, 10, 0, 0))) }},
	{name: "a store to each page", make: func() *w.Builder {
		return handler(1000, forever(i32(0), w.LocalSet(2), w.Loop(w.LocalGet(2), i32(1), w.Store32(0),
			w.LocalGet(2), i32(4096), w.Op(0x6a), w.Op(0x22, 2), i32(all-4), w.Op(0x49), w.BrIf(0))))
	}},
	{name: "fast code and slow code", make: func() *w.Builder {
		return handler(1000, forever(i32(200_000), w.LocalSet(2), w.Loop(w.LocalGet(2), i32(1), w.Op(0x6b), w.Op(0x22, 2), w.BrIf(0)),
			i32(0), i32(7), i32(all-1), w.Op(0xfc, 11, 0)))
	}},
	{name: "memory.grow by a page", make: func() *w.Builder { return handler(1, forever(i32(1), w.MemoryGrow, w.Drop)) }},
	{name: "memory.grow by all there is", make: func() *w.Builder { return handler(1, forever(i32(65_536), w.MemoryGrow, w.Drop)) }},
	{name: "sched_yield", make: func() *w.Builder {
		b := w.New()
		yield := b.Import("wasi_snapshot_preview1", "sched_yield", w.Type{Results: []byte{w.I32}})
		b.Allocator()
		return b.Handler("run", forever(w.Call(yield), w.Drop), w.I64Const(0))
	}},
	{name: "a function of 10,000 locals", make: func() *w.Builder {
		b := w.New().Allocator()
		f := b.Func(w.Plain, slices.Repeat([]byte{w.I64}, 10_000), w.LocalGet(9_999), w.Drop)
		return b.Handler("run", forever(w.Call(f)), w.I64Const(0))
	}},
}

// once are guests whose calls end in their own way.
var once = []guest{
	{name: "recursion", want: fault.GuestStack, make: func() *w.Builder {
		b := w.New().Allocator()
		f := b.Func(w.Plain, nil, w.Call(1))
		return b.Handler("run", w.Call(f), w.I64Const(0))
	}},
	{name: "recursion with frames of 10,000 locals", want: fault.GuestStack, make: func() *w.Builder {
		b := w.New().Allocator()
		f := b.Func(w.Plain, slices.Repeat([]byte{w.I64}, 10_000), w.Call(1))
		return b.Handler("run", w.Call(f), w.I64Const(0))
	}},
	{name: "recursion through the table", want: fault.GuestStack, make: func() *w.Builder {
		b := w.New().Allocator()
		b.Table(w.Funcref, 1, 0)
		f := b.Func(w.Plain, nil, i32(0), w.CallIndirect(b.TypeIndex(w.Plain)))
		b.Elements(0, f)
		return b.Handler("run", w.Call(f), w.I64Const(0))
	}},
	{name: "a chain of 49,000 functions", want: fault.GuestStack, make: func() *w.Builder {
		b := w.New().Allocator()
		fat := slices.Repeat([]byte{w.I64}, 10)
		for n := range uint32(49_000) {
			b.Func(w.Plain, fat, w.Call(n+2))
		}
		b.Func(w.Plain, nil)
		return b.Handler("run", w.Call(1), w.I64Const(0))
	}},
	{name: "table.grow far beyond", value: "null", make: func() *w.Builder {
		b := w.New().Allocator()
		b.Table(w.Funcref, 1, 0)
		return b.Handler("run", w.Op(0xd0, 0x70), i32(100_000_000), w.Op(0xfc, 15, 0), i32(-1), w.Op(0x47), w.If(w.Unreachable), w.I64Const(0))
	}},
	{name: "table.grow and table.fill of all", value: "null", make: func() *w.Builder {
		b := w.New().Allocator()
		b.Table(w.Funcref, 0, 0)
		return b.Handler("run", w.Op(0xd0, 0x70), i32(65_536), w.Op(0xfc, 15, 0), w.Drop,
			i32(0), w.Op(0xd0, 0x70), i32(65_536), w.Op(0xfc, 17, 0), w.I64Const(0))
	}},
	{name: "unreachable", want: fault.GuestUnreachable, make: func() *w.Builder { return handler(1, w.Unreachable) }},
	{name: "a load beyond", want: fault.GuestMemoryBounds, make: func() *w.Builder { return handler(1, i32(65_533), w.Load32(0), w.Drop) }},
	{name: "a store beyond by its offset", want: fault.GuestMemoryBounds, make: func() *w.Builder {
		return handler(1, i32(-1), i32(1), w.Store32(0xffffffff))
	}},
	{name: "memory.fill beyond", want: fault.GuestMemoryBounds, make: func() *w.Builder {
		return handler(1, i32(65_000), i32(1), i32(1_000_000), w.Op(0xfc, 11, 0))
	}},
	{name: "a call beyond the table", want: fault.GuestTableBounds, make: func() *w.Builder {
		b := w.New().Allocator()
		b.Table(w.Funcref, 1, 0)
		return b.Handler("run", i32(7), w.CallIndirect(b.TypeIndex(w.Plain)), w.I64Const(0))
	}},
	{name: "a call of another type", want: fault.GuestCallType, make: func() *w.Builder {
		b := w.New().Allocator()
		b.Table(w.Funcref, 1, 0)
		b.Elements(0, 0)
		return b.Handler("run", i32(0), w.CallIndirect(b.TypeIndex(w.Plain)), w.I64Const(0))
	}},
	{name: "division by zero", want: fault.GuestDivZero, make: func() *w.Builder { return handler(1, i32(1), i32(0), w.Op(0x6d), w.Drop) }},
	{name: "division that overflows", want: fault.GuestIntOverflow, make: func() *w.Builder {
		return handler(1, i32(-2147483648), i32(-1), w.Op(0x6d), w.Drop)
	}},
	{name: "conversion of what is no number", want: fault.GuestConversion, make: func() *w.Builder {
		return handler(1, w.F64Const(0x7ff8<<48), w.Op(0xaa), w.Drop)
	}},
	{name: "proc_exit", want: fault.GuestExit, make: func() *w.Builder {
		b := w.New()
		exit := b.Import("wasi_snapshot_preview1", "proc_exit", w.Type{Params: []byte{w.I32}})
		b.Allocator()
		return b.Handler("run", i32(0), w.Call(exit), w.I64Const(0))
	}},
	{name: "memory to its limit, then a trap", pages: 100, want: fault.MemoryExceeded, make: func() *w.Builder {
		return handler(1, w.Loop(i32(10), w.MemoryGrow, i32(-1), w.Op(0x47), w.BrIf(0)), w.Unreachable)
	}},
	{name: "an allocator that answers 0", want: fault.GuestAlloc, make: func() *w.Builder { return allocator(i32(0)) }},
	{name: "an allocator that answers the last address", want: fault.GuestAlloc, make: func() *w.Builder { return allocator(i32(-1)) }},
	{name: "an allocator that traps", want: fault.GuestUnreachable, make: func() *w.Builder { return allocator(w.Unreachable) }},
	{name: "an allocator that loops", want: fault.FuelExhausted, make: func() *w.Builder { return allocator(forever(), i32(8)) }},
	{name: "an allocator that asks the host", want: fault.GuestReentry, make: func() *w.Builder {
		b := w.New()
		clock := b.Operation("clock")
		b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Alloc, nil, i32(0), i32(0), w.Call(clock), w.Drop, i32(8)))
		return b.Handler("run", w.I64Const(0))
	}},
	{name: "an allocator that grows memory each time", value: "7", make: func() *w.Builder {
		b := w.New()
		b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Alloc, nil, i32(1), w.MemoryGrow, i32(16), w.Op(0x74)))
		b.Data(64, `{"ok":7}`)
		return b.Handler("run", w.Packed(64, 8))
	}},
	{name: "a request at the last address", want: fault.GuestRange, make: func() *w.Builder { return asking(i32(-1), i32(1)) }},
	{name: "a request of all bytes", want: fault.GuestRange, make: func() *w.Builder { return asking(i32(0), i32(-1)) }},
	{name: "a request that ends a byte outside", want: fault.GuestRange, make: func() *w.Builder { return asking(i32(65_000), i32(537)) }},
	{name: "an answer outside", want: fault.GuestRange, make: func() *w.Builder { return answering("", w.Packed(65_536, 1)) }},
	{name: "an answer of 3 MiB", want: fault.OutputTooLarge, make: func() *w.Builder {
		b := w.New().Memory(64, 0).Allocator()
		return b.Handler("run", w.Packed(8, 3<<20))
	}},
	{name: "an answer that is no JSON", want: fault.OutputNotJson, make: func() *w.Builder { return answering(`{"ok":NaN}`, nil) }},
	{name: "an answer of much depth", want: fault.OutputNotJson, make: func() *w.Builder {
		return answering(`{"ok":`+string(repeat(10_000, []byte{'['})), nil)
	}},
	{name: "an answer with both", want: fault.OutputShape, make: func() *w.Builder { return answering(`{"error":{"code":"failed"},"ok":1}`, nil) }},
	{name: "an answer with neither", want: fault.OutputShape, make: func() *w.Builder { return answering(`{}`, nil) }},
	{name: "poll_oneoff for a year", value: "null", make: func() *w.Builder {
		b := w.New()
		poll := b.Import("wasi_snapshot_preview1", "poll_oneoff", w.Type{Params: []byte{w.I32, w.I32, w.I32, w.I32}, Results: []byte{w.I32}})
		b.Allocator()
		return b.Handler("run", i32(1024+24), w.I64Const(365*24*3600*1_000_000_000), w.Store64(0),
			i32(1024), i32(2048), i32(1), i32(3000), w.Call(poll), w.If(w.Unreachable), w.I64Const(0))
	}},
	{name: "a million operations", value: "null", make: func() *w.Builder {
		b := w.New()
		clock := b.Operation("clock")
		b.Allocator()
		return b.Handler("run", i32(100_000), w.LocalSet(2), w.Loop(i32(0), i32(0), w.Call(clock), w.Drop,
			w.LocalGet(2), i32(1), w.Op(0x6b), w.Op(0x22, 2), w.BrIf(0)), w.I64Const(0))
	}},
	{name: "single bytes to standard output", value: "null", make: func() *w.Builder {
		b := w.New()
		write := b.Import("wasi_snapshot_preview1", "fd_write", w.Type{Params: []byte{w.I32, w.I32, w.I32, w.I32}, Results: []byte{w.I32}})
		b.Allocator()
		return b.Handler("run", i32(1024), i32(1040), w.Store32(0), i32(1028), i32(1), w.Store32(0), i32(1040), i32('\n'), w.Store8(0),
			i32(100_000), w.LocalSet(2), w.Loop(i32(1), i32(1024), i32(1), i32(1032), w.Call(write), w.Drop,
				w.LocalGet(2), i32(1), w.Op(0x6b), w.Op(0x22, 2), w.BrIf(0)), w.I64Const(0))
	}},
}

// allocator is a module whose mozaiks_alloc has that body.
func allocator(body ...[]byte) *w.Builder {
	b := w.New()
	b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Alloc, nil, body...))
	return b.Handler("run", w.I64Const(0))
}

// asking sends a request that lies at an address.
func asking(at, length []byte) *w.Builder {
	b := w.New()
	op := b.Operation("context")
	b.Allocator()
	return b.Handler("run", at, length, w.Call(op))
}

// answering answers a document, or what is packed.
func answering(doc string, packed []byte) *w.Builder {
	b := w.New().Allocator()
	if packed == nil {
		b.Data(8192, doc)
		packed = w.Packed(8192, uint32(len(doc)))
	}
	return b.Handler("run", packed)
}

// refused are binaries that must not be loaded, and with which code.
var refused = []struct {
	name string
	want fault.Code
	make func() []byte
}{
	{"empty", fault.BackendInvalid, func() []byte { return nil }},
	{"cut off", fault.BackendInvalid, func() []byte { b := handler(1).Bytes(); return b[:len(b)-3] }},
	{"a section of 4 GiB", fault.BackendInvalid, func() []byte { return append([]byte("\x00asm\x01\x00\x00\x00"), 1, 0xff, 0xff, 0xff, 0xff, 0x0f) }},
	{"counts of 2^32 - 1", fault.BackendInvalid, func() []byte {
		return append([]byte("\x00asm\x01\x00\x00\x00"), w.Section(1, []byte{0xff, 0xff, 0xff, 0xff, 0x0f})...)
	}},
	{"numbers of six bytes", fault.BackendInvalid, func() []byte {
		return append([]byte("\x00asm\x01\x00\x00\x00"), w.Section(1, []byte{0x81, 0x80, 0x80, 0x80, 0x80, 0})...)
	}},
	{"a name that is not UTF-8", fault.BackendInvalid, func() []byte { return handler(1).Export("\xff", w.KindFunction, 0).Bytes() }},
	{"a global beyond its own", fault.BackendInvalid, func() []byte { return handler(1, w.GlobalGet(1), w.Drop).Bytes() }},
	{"a function beyond its own", fault.BackendInvalid, func() []byte { return handler(1, w.Call(2)).Bytes() }},
	{"a type beyond its own", fault.BackendInvalid, func() []byte {
		b := w.New().Allocator()
		b.Table(w.Funcref, 1, 0)
		return b.Handler("run", i32(0), w.CallIndirect(9), w.I64Const(0)).Bytes()
	}},
	{"a local beyond its own", fault.BackendInvalid, func() []byte { return handler(1, w.LocalGet(5), w.Drop).Bytes() }},
	{"a label beyond its own", fault.BackendInvalid, func() []byte { return handler(1, w.Br(2)).Bytes() }},
	{"the engine's own module", fault.BackendReserved, func() []byte {
		b := w.New()
		b.Import("mozaiks_engine", "refill", w.Type{Params: []byte{w.I64}, Results: []byte{w.I64}})
		return b.Allocator().Bytes()
	}},
	{"the engine's own export", fault.BackendReserved, func() []byte { return handler(1).Export("mz:left", w.KindFunction, 0).Bytes() }},
	{"an operation that is not granted", fault.BackendImportDenied, func() []byte {
		b := w.New()
		b.Operation("data_write")
		return b.Allocator().Bytes()
	}},
	{"an operation that is not there", fault.BackendImportUnknown, func() []byte {
		b := w.New()
		b.Operation("become_root")
		return b.Allocator().Bytes()
	}},
	{"an operation of another type", fault.BackendImportSignature, func() []byte {
		b := w.New()
		b.Import("mozaiks_v1", "clock", w.Plain)
		return b.Allocator().Bytes()
	}},
	{"a memory of 4 GiB at first", fault.BackendMemory, func() []byte { return w.New().Memory(65_536, 0).Allocator().Bytes() }},
	{"tables of 70,000 entries", fault.BackendTable, func() []byte {
		b := handler(1)
		b.Table(w.Funcref, 70_000, 0)
		return b.Bytes()
	}},
	{"threads", fault.BackendFeature, func() []byte { return handler(1, w.Op(0xfe, 3, 0)).Bytes() }},
	{"relaxed vectors", fault.BackendFeature, func() []byte { return handler(1, w.Op(0xfd, 0x80, 2)).Bytes() }},
	{"exceptions", fault.BackendFeature, func() []byte { return handler(1, w.Op(0x08, 0)).Bytes() }},
	{"a tail call", fault.BackendFeature, func() []byte { return handler(1, w.Op(0x12, 0)).Bytes() }},
	{"a 64-bit memory", fault.BackendFeature, func() []byte { return w.New().RawMemory([]byte{4, 1}).Allocator().Bytes() }},
	{"blocks nested 100,000 deep", fault.BackendLimit, func() []byte {
		return handler(1, repeat(100_000, w.Op(0x02, 0x40)), repeat(100_000, w.Op(0x0b))).Bytes()
	}},
	{"100,000 operands", fault.BackendLimit, func() []byte { return handler(1, repeat(100_000, i32(0)), repeat(100_000, w.Drop)).Bytes() }},
	{"a br_table of 300,000 targets", fault.BackendLimit, func() []byte {
		return handler(1, w.Block(i32(0), w.Op(0x0e), w.U32(300_000), repeat(300_001, w.Op(0)))).Bytes()
	}},
	{"a million locals", fault.BackendLimit, func() []byte {
		b := w.New().Allocator()
		b.Func(w.Plain, slices.Repeat([]byte{w.I32}, 500_000))
		return b.Bytes()
	}},
	{"1,000 custom sections", fault.BackendLimit, func() []byte {
		b := handler(1)
		for range 1000 {
			b.Custom("x", "y")
		}
		return b.Bytes()
	}},
	{"200,000 data segments", fault.BackendLimit, func() []byte {
		b := handler(1)
		for range 200_000 {
			b.Data(0, "")
		}
		return b.Bytes()
	}},
	{"8 MiB and more", fault.BackendSize, func() []byte { return handler(1).Custom("x", string(make([]byte, 9<<20))).Bytes() }},
}

// failing are modules that do not initialise.
var failing = []struct {
	name string
	body []byte
}{
	{"a loop", forever()}, {"a trap", w.Unreachable}, {"memory and a trap", slices.Concat(i32(65_536), w.MemoryGrow, w.Drop, w.Unreachable)},
	{"recursion", w.Call(1)},
}
