package hostile

import (
	"slices"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// bodyMost is the largest function body that is accepted.
const bodyMost = 1 << 20

// constantAllocator adds a mozaiks_alloc that gives the same block each time.
func constantAllocator(b *w.Builder) *w.Builder {
	return b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Alloc, nil, w.I32Const(1024)))
}

// run ends a module with a handler that answers null, if it comes to its end.
func run(b *w.Builder, body ...[]byte) []byte {
	f := b.Func(w.Handler, nil, append(body, w.I64Const(0))...)
	return b.Export("run", w.KindFunction, f).Bytes()
}

// doubling adds functions that call f 2^depth times without a loop, and answers the one that does.
func doubling(b *w.Builder, f uint32, depth int) uint32 {
	for range depth {
		f = b.Func(w.Plain, nil, w.Call(f), w.Call(f))
	}
	return f
}

// straight is a module of one body of straight code, as large as it may be, called in a tree. What it calculates is stored, so that
// a compiler cannot leave it out.
func straight(prepare, instruction, store []byte) []byte {
	b := constantAllocator(w.New())
	n := (bodyMost - len(prepare) - len(store) - 8) / len(instruction)
	leaf := b.Func(w.Plain, nil, w.I32Const(0), prepare, slices.Repeat(instruction, n), store)
	return run(b, w.Call(doubling(b, leaf, 40)))
}

// floods are code without a loop that is long by its size.
func floods() []Guest {
	return []Guest{
		built("straight-sqrt", `
			what: 1 MiB of f64.sqrt without a branch, called in a tree.
			d: yes
			units: 50000000`, func() []byte { return straight(w.F64Const(0x4008<<48), w.Op(0x9f), w.Op(0x39, 3, 0)) }),
		built("straight-div", `
			what: 1 MiB of divisions without a branch, called in a tree.
			d: yes
			units: 50000000`, func() []byte { return straight(w.I64Const(-1), slices.Concat(w.I64Const(1), w.Op(0x7f)), w.Store64(0)) }),
		built("straight-grow", `
			what: 1 MiB of memory.grow by nothing without a branch, called in a tree.
			d: yes
			units: 50000000`, func() []byte {
			return straight(w.I32Const(0), slices.Concat(w.Drop, w.I32Const(0), w.MemoryGrow), w.Store32(0))
		}),
		built("locals-10000", `
			what: A function of 10,000 locals, called in a loop.
			expect: FUEL_EXHAUSTED
			units: 50000000`, func() []byte {
			b := constantAllocator(w.New())
			f := b.Func(w.Plain, slices.Repeat([]byte{w.I64}, 10_000), w.LocalGet(9_999), w.Drop)
			return run(b, w.Loop(w.Call(f), w.Br(0)))
		}),
	}
}

// slow are what the compiler takes long for, by no more than its size.
func slow() []Guest {
	return []Guest{
		built("compile-slow", `
			what: Blocks 1,000 deep, 40 times in one body of 120 KiB: a compiler that takes the square of their number takes seconds.
			driver: TestCodeThatCompilesForLong
			note: a body of 1 MiB of the same takes minutes`, func() []byte {
			return run(constantAllocator(w.New()), slices.Repeat(bodies(1_000, w.Op(0x02, 0x40), w.Op(0x0b)), 40))
		}),
	}
}

// chains nest calls deeply.
func chains() []Guest {
	return []Guest{
		built("recursion-fat", `
			what: Recursion without end in frames of 10,000 locals.
			expect: GUEST_STACK`, func() []byte {
			b := constantAllocator(w.New())
			f := b.Func(w.Plain, slices.Repeat([]byte{w.I64}, 10_000), w.Call(1), w.LocalGet(9_999), w.Drop)
			return run(b, w.Call(f))
		}),
		built("recursion-operands", `
			what: Recursion without end in frames of 4,000 operands.
			expect: GUEST_STACK`, func() []byte {
			b := constantAllocator(w.New())
			f := b.Func(w.Plain, nil, slices.Repeat(w.I64Const(1), 4_000), w.Call(1), slices.Repeat(w.Drop, 4_000))
			return run(b, w.Call(f))
		}),
		built("chain-50000", `
			what: A chain of 49,998 functions without a cycle, in fat frames.
			expect: GUEST_STACK`, func() []byte {
			b := constantAllocator(w.New())
			fat := slices.Repeat([]byte{w.I64}, 19)
			for n := range uint32(49_997) {
				b.Func(w.Plain, fat, w.Call(n+2), w.LocalGet(18), w.Drop)
			}
			b.Func(w.Plain, fat)
			return run(b, w.Call(1))
		}),
		built("chain-50000-table", `
			what: The same chain, each call through the table.
			expect: GUEST_STACK`, func() []byte {
			const length = 49_998
			b := constantAllocator(w.New())
			b.Table(w.Funcref, length, length)
			kind := b.TypeIndex(w.Plain)
			fat := slices.Repeat([]byte{w.I64}, 19)
			functions := make([]uint32, length)
			for n := range int32(length) {
				next := slices.Concat(w.I32Const(n+1), w.CallIndirect(kind))
				if n == length-1 {
					next = nil
				}
				functions[n] = b.Func(w.Plain, fat, next, w.LocalGet(18), w.Drop)
			}
			b.Elements(0, functions...)
			return run(b, w.I32Const(0), w.CallIndirect(kind))
		}),
	}
}
