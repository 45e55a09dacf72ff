package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// What a unit of fuel may take, in nanoseconds: the slowest code, and the median of all kinds.
const (
	unitMost   = 512
	unitMedian = 1
)

// unitTimes measures B18: how long a unit of fuel takes, over classes of instructions and ways of using memory. A price that is too
// low for its instruction shows here.
func (b *bench) unitTimes(ctx context.Context) ([]Row, error) {
	e, err := newEngine(ctx, options{})
	if err != nil {
		return nil, err
	}
	defer e.close(ctx)
	var rows []Row
	var failures []error
	for _, g := range slices.Concat(endless(), kernels()) {
		r, err := b.unitTime(ctx, e, g)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", g.name, err))
			continue
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, errors.Join(failures...)
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return strings.Compare(a.Metric, b.Metric) })
	rates := make([]float64, len(rows))
	for i := range rows {
		rates[i] = rows[i].Ours
	}
	slices.Sort(rates)
	rows = append(rows,
		figure("B18", fmt.Sprintf("time of a unit, worst of %d kinds of code", len(rates)), "ns", rates[len(rates)-1]).atMost(unitMost),
		figure("B18", fmt.Sprintf("time of a unit, median of %d kinds of code", len(rates)), "ns", rates[len(rates)/2]).atMost(unitMedian))
	return rows, errors.Join(failures...)
}

// unitTime is the median over the rounds of the time of a unit, with its bounds.
func (b *bench) unitTime(ctx context.Context, e *engine, g assembled) (Row, error) {
	m, err := e.large(ctx, g.bin)
	if err != nil {
		return Row{}, err
	}
	c := callOf("run", nil, nil)
	c.Timeout = 30 * time.Millisecond
	rates := make([]float64, 0, b.rounds)
	for range b.rounds {
		r, err := m.Call(ctx, c)
		if err := mustPassDeadline(err); err != nil {
			return Row{}, err
		}
		if r.Fuel == 0 {
			return Row{}, errors.New("no fuel was used")
		}
		rates = append(rates, float64(r.Elapsed.Nanoseconds())/float64(r.Fuel))
	}
	slices.Sort(rates)
	row := figure("B18", "time of a unit: "+g.name, "ns", rates[len(rates)/2]).atMost(unitMost)
	row.OursMin, row.OursMax = &rates[0], &rates[len(rates)-1]
	return row, nil
}

const unroll = 64

// kernel is a guest that repeats a step. Its locals are 0: i64, 1: f64, 2: v128, 3: i32, 4: f32; each step goes on from what the last
// one left in them, and all are stored now and then, so that no compiler can leave a step out.
func kernel(name string, step ...[]byte) assembled { return kernelOf(name, w.New(), 0, step...) }

// kernelOf is kernel in a module that has functions or tables already.
func kernelOf(name string, b *w.Builder, mebibytes uint32, step ...[]byte) assembled {
	if mebibytes > 0 {
		b.Memory(mebibytes*mebibyte/pageBytes, 0)
	}
	b.Allocator()
	i := w.I32Const
	f := b.Func(w.Plain, []byte{w.I64, w.F64, v128, w.I32, w.F32},
		w.I64Const(0x123456789abcdef), w.LocalSet(0), w.F64Const(0x3ff8<<48), w.LocalSet(1),
		w.Op(0x43, 0, 0, 0xc0, 0x3f), w.LocalSet(4), // 1.5
		vector(0x3ff8<<48, 0x3ff4<<48), w.LocalSet(2),
		w.Loop(slices.Repeat(slices.Concat(step...), unroll),
			i(0), w.LocalGet(0), w.Store64(0), i(0), w.LocalGet(1), w.Op(0x39, 3, 8), i(0), w.LocalGet(2), w.Op(0xfd, 11, 4, 16),
			i(0), w.LocalGet(3), w.Store32(32), i(0), w.LocalGet(4), w.Op(0x38, 2, 36),
			w.Br(0)))
	return calling(name, b, f)
}

// vector pushes a constant of 128 bits.
func vector(low, high uint64) []byte {
	return slices.Concat(w.Op(0xfd, 12), w.F64Const(low)[1:], w.F64Const(high)[1:])
}

// on is a step that applies an instruction to a local, with further operands before it.
func on(local uint32, op []byte, operands ...[]byte) []byte {
	return slices.Concat(w.LocalGet(local), slices.Concat(operands...), op, w.LocalSet(local))
}

// kernels are a guest for each class of instructions.
func kernels() []assembled {
	const large = 0x7123456789abcdef
	i, l, d := w.I32Const, w.I64Const, w.F64Const
	half, tiny := d(0x3fe0<<48), d(0x000f<<48) // 0.5, and a number that is not normal
	ones := vector(0x3ff0000000000001, 0x3ff0000000000001)
	out := []assembled{
		kernel("add, xor and rotate", on(0, w.Op(0x7c), l(large)), on(0, w.Op(0x85), l(large)), on(0, w.Op(0x89), l(7))),
		kernel("clz, ctz and popcnt", on(0, w.Op(0x79)), on(0, w.Op(0x7a)), on(0, w.Op(0x7b))),
		kernel("i32.mul", on(3, w.Op(0x6c), i(1664525))),
		kernel("i64.mul", on(0, w.Op(0x7e), l(large))),
		kernel("i32.div_u", i(-1), w.LocalGet(3), i(3), w.Op(0x72), w.Op(0x6e), w.LocalSet(3)),
		kernel("i64.div_s", l(large), w.LocalGet(0), l(3), w.Op(0x84), l(7), w.Op(0x83), w.Op(0x7f), w.LocalSet(0)),
		kernel("i64.rem_u", l(-1), w.LocalGet(0), l(3), w.Op(0x84), l(0xffff), w.Op(0x83), w.Op(0x82), w.LocalSet(0)),
		kernel("select", w.LocalGet(0), l(large), w.LocalGet(3), w.Op(0x1b), w.LocalSet(0), on(3, w.Op(0x6a), i(1))),
		kernel("memory.size", w.MemorySize, w.LocalGet(3), w.Op(0x6a), w.LocalSet(3)),
		kernel("if", on(3, w.Op(0x6a), i(1)), w.LocalGet(3), i(1), w.Op(0x71), w.If(w.Nop)),
		kernel("br_if", on(0, w.Op(0x7c), l(large)), w.Block(w.LocalGet(0), l(0), w.Op(0x53), w.BrIf(0), l(1), w.LocalSet(0))),
		kernel("br_table", on(0, w.Op(0x7e), l(large)), on(0, w.Op(0x7c), l(12345)), w.Block(w.Block(w.Block(
			w.LocalGet(0), l(61), w.Op(0x88), w.Op(0xa7), w.Op(0x0e, 2, 0, 1, 2))))),
		kernel("load, one after the other", w.LocalGet(3), i(0xfff0), w.Op(0x71), w.Load32(0), w.LocalSet(3)),
		kernel("load across cache lines", w.LocalGet(0), w.Op(0xa7), i(0), w.Op(0x71), w.Load64(4093), w.LocalSet(0)),
		kernel("store", i(64), w.LocalGet(0), w.Store64(0)),
		kernel("store across pages", i(4093), w.LocalGet(0), w.Store64(0)),
		kernelOf("load, anywhere in 64 MiB", w.New(), 64, somewhere(3, 64*mebibyte), w.Load64(0), w.LocalSet(0)),
		kernelOf("store, anywhere in 64 MiB", w.New(), 64, somewhere(3, 64*mebibyte), w.LocalGet(0), w.Store64(0)),
		kernelOf("store of 128 bits, anywhere in 64 MiB", w.New(), 64, somewhere(3, 64*mebibyte), w.LocalGet(2), w.Op(0xfd, 11, 0, 9)),
		kernel("f64.add and mul", on(1, w.Op(0xa0), half), on(1, w.Op(0xa2), half)),
		kernel("f64.mul, not normal", on(1, w.Op(0xa2), half), on(1, w.Op(0xa5), tiny)),
		kernel("f64.min and max", on(1, w.Op(0xa4), d(0x4000<<48)), on(1, w.Op(0xa5), half)),
		kernel("f64.ceil, nearest and copysign", on(1, w.Op(0x9b)), on(1, w.Op(0x9e)), on(1, w.Op(0xa6), half)),
		kernel("f64.div", d(0x4008<<48), w.LocalGet(1), w.Op(0xa3), w.LocalSet(1)),
		kernel("f64.div, not normal", tiny, w.LocalGet(1), w.Op(0xa3), d(0x3ff8<<48), w.Op(0xa5), w.LocalSet(1)),
		kernel("f64.sqrt", on(1, w.Op(0x9f)), on(1, w.Op(0xa0), d(0x4008<<48))),
		kernel("f32.div and sqrt", w.Op(0x43, 0, 0, 0x40, 0x40), w.LocalGet(4), w.Op(0x95), w.Op(0x91), w.LocalSet(4)),
		kernel("promote and demote", w.LocalGet(4), w.Op(0xbb), w.Op(0xb6), w.LocalSet(4)),
		kernel("float from and to integer", w.LocalGet(0), w.Op(0xb9), w.Op(0xfc, 6), l(12345), w.Op(0x85), w.LocalSet(0)),
		kernel("float from and to unsigned integer", w.LocalGet(0), w.Op(0xba), w.Op(0xfc, 7), l(12345), w.Op(0x85), w.LocalSet(0)),
		kernel("128 bits: add", on(2, w.Op(0xfd, 0xce, 1), ones)),
		kernel("128 bits: swizzle", on(2, w.Op(0xfd, 14), ones)),
		kernel("128 bits: i64x2.mul", on(2, w.Op(0xfd, 0xd5, 1), ones)),
		kernel("128 bits: i8x16.popcnt", on(2, w.Op(0xfd, 0x62))),
		kernel("128 bits: f64x2.add and mul", on(2, w.Op(0xfd, 0xf0, 1), ones), on(2, w.Op(0xfd, 0xf2, 1), ones)),
		kernel("128 bits: f64x2.min and nearest", on(2, w.Op(0xfd, 0xf4, 1), ones), on(2, w.Op(0xfd, 0x94, 1))),
		kernel("128 bits: f64x2.div", ones, w.LocalGet(2), w.Op(0xfd, 0xf3, 1), w.LocalSet(2)),
		kernel("128 bits: f64x2.sqrt", on(2, w.Op(0xfd, 0xef, 1))),
		kernel("128 bits: load and store", i(64), w.LocalGet(2), w.Op(0xfd, 11, 0, 1), i(64), w.Op(0xfd, 0, 0, 1), w.LocalSet(2)),
		kernel("memory.fill of 1", i(64), i(1), i(1), w.Op(0xfc, 11, 0)),
		kernel("memory.fill of 4 KiB", i(64), i(1), i(4096), w.Op(0xfc, 11, 0)),
		kernel("memory.copy of 1", i(64), i(128), i(1), w.Op(0xfc, 10, 0, 0)),
		kernelOf("memory.copy of 16 KiB, anywhere in 64 MiB", w.New(), 64, somewhere(3, 32*mebibyte), somewhere(3, 32*mebibyte),
			i(16<<10), w.Op(0xfc, 10, 0, 0)),
		kernel("memory.grow by 0", i(0), w.MemoryGrow, w.Drop),
	}
	return append(out, calls()...)
}

// calls are kernels of functions, tables, globals and the host.
func calls() []assembled {
	i := w.I32Const
	var out []assembled

	b := w.New()
	g := b.Global(w.I64, true, w.I64Const(1))
	out = append(out, kernelOf("global", b, 0, w.GlobalGet(g), w.I64Const(3), w.Op(0x7c), w.GlobalSet(g)))

	step := w.Type{Params: []byte{w.I64}, Results: []byte{w.I64}}
	b = w.New()
	simple := b.Func(step, nil, w.LocalGet(0), w.I64Const(3), w.Op(0x7c))
	out = append(out, kernelOf("call of a leaf", b, 0, on(0, w.Call(simple))))

	b = w.New()
	loop := b.Func(step, nil, w.Loop(on(0, w.Op(0x7c), w.I64Const(3)), w.LocalGet(0), w.Op(0x50), w.BrIf(0)), w.LocalGet(0))
	out = append(out, kernelOf("call of a function with a loop", b, 0, on(0, w.Call(loop))))

	b = w.New()
	wide := b.Func(step, slices.Repeat([]byte{w.I64}, 10_000), w.LocalGet(0), w.LocalGet(9_999), w.Op(0x7c), w.LocalSet(7_777),
		w.Loop(w.LocalGet(7_777), w.Op(0x50), w.BrIf(0)), w.LocalGet(7_777))
	out = append(out, kernelOf("call of a function of 10,000 locals", b, 0, on(0, w.Call(wide))))

	b = w.New()
	b.Table(w.Funcref, 16, 0)
	target := b.Func(step, nil, w.LocalGet(0), w.I64Const(3), w.Op(0x7c))
	kind := b.TypeIndex(step)
	b.Elements(0, slices.Repeat([]uint32{target}, 16)...)
	out = append(out, kernelOf("call_indirect", b, 0, w.LocalGet(0), w.LocalGet(0), w.Op(0xa7), i(15), w.Op(0x71), w.CallIndirect(kind),
		w.LocalSet(0)))

	table := func(name string, step ...[]byte) {
		b := w.New()
		b.Table(w.Funcref, 4096, 0)
		b.Elements(0, b.Func(w.Plain, nil))
		out = append(out, kernelOf(name, b, 0, step...))
	}
	table("table.get and set", i(0), i(0), w.Op(0x25, 0), w.Op(0x26, 0))
	table("table.fill of 1", i(0), w.Op(0xd0, 0x70), i(1), w.Op(0xfc, 17, 0))
	table("table.fill of 4,096", i(0), w.Op(0xd0, 0x70), i(4096), w.Op(0xfc, 17, 0))
	table("table.copy of 2,048", i(0), i(1), i(2048), w.Op(0xfc, 14, 0, 0))
	table("table.grow by 0", w.Op(0xd0, 0x70), i(0), w.Op(0xfc, 15, 0), w.Drop)
	table("table.grow by 1", w.Op(0xd0, 0x70), i(1), w.Op(0xfc, 15, 0), w.Drop)

	wasi := func(function string, params []byte, arguments ...[]byte) {
		b := w.New()
		f := b.Import("wasi_snapshot_preview1", function, w.Type{Params: params, Results: []byte{w.I32}})
		out = append(out, kernelOf(function, b, 0, slices.Concat(arguments...), w.Call(f), w.Drop))
	}
	wasi("sched_yield", nil)
	wasi("clock_time_get", []byte{w.I32, w.I64, w.I32}, i(0), w.I64Const(1), i(64))
	wasi("random_get", []byte{w.I32, w.I32}, i(64), i(16))
	wasi("fd_write", []byte{w.I32, w.I32, w.I32, w.I32}, i(1), i(128), i(1), i(64))

	b = w.New()
	clock := b.Operation("clock")
	return append(out, kernelOf("operation", b, 0, i(64), i(0), w.Call(clock), w.Drop))
}
