package main

import (
	"slices"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// assembled is a guest that is made of single instructions, and never ends.
type assembled struct {
	name string
	bin  []byte
}

const (
	pageBytes = 64 << 10
	mebibyte  = 1 << 20

	v128 byte = 0x7b // type of a value of 128 bits
)

// forever is a guest with a memory of so many MiB whose handler repeats a body. Locals 0 to 3 of the body are of i32, 4 of i64.
func forever(name string, mebibytes uint32, body ...[]byte) assembled {
	b := w.New().Memory(max(1, mebibytes*mebibyte/pageBytes), 0).Allocator()
	return assembled{name, b.Handler("run", w.Loop(append(body, w.Br(0))...), w.I64Const(0)).Bytes()}
}

// calling is a guest whose handler calls a function, and calls it again when it should return.
func calling(name string, b *w.Builder, function uint32) assembled {
	return assembled{name, b.Handler("run", w.Loop(w.Call(function), w.Br(0)), w.I64Const(0)).Bytes()}
}

// count adds to an i32 local and leaves it on the stack.
func count(local uint32, by int32) []byte {
	return slices.Concat(w.LocalGet(local), w.I32Const(by), w.Op(0x6a), w.Op(0x22), w.U32(local))
}

// below repeats a body until an i32 local, which the body counts last, has reached a limit. It begins with what the local holds.
func below(limit int32, body ...[]byte) []byte {
	return w.Loop(append(body, w.I32Const(limit), w.Op(0x49), w.BrIf(0))...)
}

// somewhere makes an i32 local another address below a power of two, in no order.
func somewhere(local uint32, size int32) []byte {
	return slices.Concat(w.LocalGet(local), w.I32Const(1664525), w.Op(0x6c), w.I32Const(1013904223), w.Op(0x6a), w.LocalSet(local),
		w.LocalGet(local), w.I32Const(size-16), w.Op(0x71))
}

// chase goes to the address that what was loaded last decides, which no processor can know before.
func chase(local uint32, size int32) []byte {
	return slices.Concat(somewhere(local, size), w.Load32(0), w.LocalGet(local), w.Op(0x6a), w.LocalSet(local))
}

// endless are guests that end only because they are ended: calls, loops and operations that cost by size.
func endless() []assembled {
	const quarter = 256 * mebibyte
	i := w.I32Const
	fill, copying := w.Op(0xfc, 11, 0), w.Op(0xfc, 10, 0, 0)
	pages := slices.Concat(i(0), w.LocalSet(2), below(quarter-4096, w.LocalGet(2), i(1), w.Store32(0), count(2, 4096)))
	return []assembled{
		forever("loop", 0, count(2, 1), w.Drop),
		forever("loop with an empty body", 0),
		forever("br_table loop", 0, w.Block(w.Block(count(2, 1), i(3), w.Op(0x71), w.Op(0x0e, 2, 0, 1, 2)))),
		callTree(),
		indirectTree(),
		mutualTree(),
		straightTree(),
		forever("memory.fill", 256, i(0), i(1), i(quarter-1), fill),
		forever("memory.copy, overlapping upwards", 256, i(1), i(0), i(quarter-1), copying),
		forever("memory.copy, overlapping downwards", 256, i(0), i(1), i(quarter-1), copying),
		forever("store to each page", 256, pages),
		forever("pointer chase", 128, chase(2, 128*mebibyte)),
		forever("fast and slow code in turn", 128, i(0), w.LocalSet(2), below(500_000, count(2, 1)),
			i(0), w.LocalSet(2), below(5_000, chase(3, 128*mebibyte), count(2, 1))),
		forever("memory.grow by a page", 0, i(1), w.MemoryGrow, w.Drop),
		forever("memory.grow by 65,536 pages", 0, i(65_536), w.MemoryGrow, w.Drop),
	}
}

const treeDepth = 60

// callTree calls 2^60 times, without a loop.
func callTree() assembled {
	b := w.New().Allocator()
	f := b.Func(w.Plain, nil)
	for range treeDepth {
		f = b.Func(w.Plain, nil, w.Call(f), w.Call(f))
	}
	return calling("call tree", b, f)
}

func indirectTree() assembled {
	b := w.New().Allocator()
	b.Table(w.Funcref, treeDepth+1, 0)
	kind := b.TypeIndex(w.Plain)
	functions := []uint32{b.Func(w.Plain, nil)}
	for n := range int32(treeDepth) {
		functions = append(functions, b.Func(w.Plain, nil, w.I32Const(n), w.CallIndirect(kind), w.I32Const(n), w.CallIndirect(kind)))
	}
	return calling("call tree through a table", b.Elements(0, functions...), functions[treeDepth])
}

func mutualTree() assembled {
	b := w.New().Allocator()
	down := w.Type{Params: []byte{w.I32}}
	next := slices.Concat(w.LocalGet(0), w.I32Const(1), w.Op(0x6b))
	leaf := slices.Concat(w.LocalGet(0), w.Op(0x45), w.If(w.Return))
	const first, second = 1, 2 // 0 is the allocator
	b.Func(down, nil, leaf, next, w.Call(second), next, w.Call(second))
	b.Func(down, nil, leaf, next, w.Call(first), next, w.Call(first))
	return calling("call tree by mutual recursion", b, b.Func(w.Plain, nil, w.I32Const(treeDepth), w.Call(first)))
}

// straightTree calls a body of 1 MiB of square roots again and again.
func straightTree() assembled {
	b := w.New().Allocator()
	roots := slices.Repeat(w.Op(0x9f), mebibyte-64)
	f := b.Func(w.Plain, nil, w.I32Const(64), w.F64Const(0x4000<<48), roots, w.Op(0x39, 3, 0)) // stores what they give
	for range treeDepth {
		f = b.Func(w.Plain, nil, w.Call(f), w.Call(f))
	}
	return calling("call tree of 1 MiB of square roots", b, f)
}
