package meter

import "github.com/mozaiks/mozaiks/wasmhost/wasm"

// helper names a function that is added: it pays for an operation by its size and then runs it.
type helper struct {
	op   wasm.Op
	a, b uint32
}

// helper answers the index of the function that takes the place of a bulk operation.
func (w *writer) helper(in *wasm.Instruction) uint32 {
	h := helper{op: in.Op}
	switch in.Op {
	case wasm.OpMemoryInit, wasm.OpTableGrow, wasm.OpTableFill:
		h.a = in.A
	case wasm.OpTableInit, wasm.OpTableCopy:
		h.a, h.b = in.A, in.B
	}
	index, ok := w.helpers[h]
	if !ok {
		t, body := w.helperBody(h)
		index = w.add(wasm.FuncType{Params: t.Params + string([]byte{wasm.I64}), Results: t.Results + string([]byte{wasm.I64})}, body)
		w.helpers[h] = index
	}
	return index
}

// helperBody answers the type of the operation, without what is left, which its function takes and gives last, and the body.
func (w *writer) helperBody(h helper) (wasm.FuncType, code) {
	b := &bulk{writer: w}
	c := w.options.Costs
	switch h.op {
	case wasm.OpMemoryGrow:
		return wasm.Sig("i", "i"), b.grow()
	case wasm.OpMemoryFill, wasm.OpMemoryCopy, wasm.OpMemoryInit:
		return wasm.Sig("iii", ""), b.memory(h)
	case wasm.OpTableGrow:
		t := wasm.FuncType{Params: string([]byte{w.Tables[h.a].Element, wasm.I32}), Results: string([]byte{wasm.I32})}
		b.begin(2)
		b.sized(c.TableGrow, c.TableGrowItem, func() {
			b.i64(65_537)
			b.at(wasm.OpLocalGet, 1)
			b.op(i64ExtendU)
			b.i64(65_537)
			b.at(wasm.OpLocalGet, 1)
			b.op(i64ExtendU)
			b.op(i64LtS, wasm.OpSelect) // 65,537 < n ? 65,537 : n
		})
		b.get(0, 1)
		b.at(h.op, h.a)
		return t, b.finish()
	case wasm.OpTableFill:
		t := wasm.FuncType{Params: string([]byte{wasm.I32, w.Tables[h.a].Element, wasm.I32})}
		b.table(h)
		b.at(h.op, h.a)
		return t, b.finish()
	default: // table.init, table.copy
		b.table(h)
		b.at(h.op, h.a)
		b.u32(h.b)
		return wasm.Sig("iii", ""), b.finish()
	}
}

// bulk writes a helper. Behind its own parameters it has what is left as a parameter and an i32 as a local.
type bulk struct {
	*writer
	code
	params uint32
	left   uint32
}

func (b *bulk) begin(params uint32) {
	b.params, b.left = params, params
	b.code = append(b.code, 1, 1, wasm.I32) // one group of one local
}

func (b *bulk) finish() code {
	b.get(b.left) // the last result
	b.op(wasm.OpEnd)
	return b.code
}

func (b *bulk) get(locals ...uint32) {
	for _, l := range locals {
		b.at(wasm.OpLocalGet, l)
	}
}

// sized pays base and price for each of the items that count pushes.
func (b *bulk) sized(base, price uint32, count func()) {
	b.get(b.left)
	count()
	b.i64(int64(price))
	b.op(i64Mul)
	b.i64(int64(base))
	b.op(i64Add, i64Sub)
	b.pay()
}

// pay takes what is on the stack as what is left, refills it, and syncs, since what follows may trap.
func (b *bulk) pay() {
	b.at(wasm.OpLocalTee, b.left)
	b.op(i32Wrap)
	b.i32(0)
	b.op(i32LtS, wasm.OpIf, noResult)
	b.get(b.left)
	b.at(wasm.OpCall, b.refill())
	b.at(wasm.OpLocalSet, b.left)
	b.op(wasm.OpEnd)
	b.get(b.left)
	b.at(wasm.OpGlobalSet, b.leftGlobal())
}

// table begins a helper of table.fill, table.init and table.copy: pays, and pushes the operands.
func (b *bulk) table(helper) {
	b.begin(3)
	b.sized(b.options.Costs.TableBase, b.options.Costs.TableItem, func() {
		b.get(2)
		b.op(i64ExtendU)
	})
	b.get(0, 1, 2)
}

// grow is memory.grow. That it was refused is noted where the host sees it.
func (b *bulk) grow() code {
	c := b.options.Costs
	b.begin(1)
	result := b.left + 1
	limit := func() { // the call's limit and a page
		b.at(wasm.OpGlobalGet, b.pagesGlobal())
		b.i64(Refused - 1)
		b.op(i64And)
		b.i64(1)
		b.op(i64Add)
	}
	b.sized(c.GrowBase, c.GrowPage, func() {
		limit()
		b.get(0)
		b.op(i64ExtendU)
		limit()
		b.get(0)
		b.op(i64ExtendU)
		b.op(i64LtS, wasm.OpSelect) // limit < n ? limit : n
	})
	b.get(0)
	b.op(wasm.OpMemoryGrow)
	b.u32(0)
	b.at(wasm.OpLocalTee, result)
	b.i32(-1)
	b.op(i32Eq, wasm.OpIf, noResult)
	b.at(wasm.OpGlobalGet, b.pagesGlobal())
	b.i64(Refused)
	b.op(i64Or)
	b.at(wasm.OpGlobalSet, b.pagesGlobal())
	b.op(wasm.OpEnd)
	b.get(result)
	return b.finish()
}

// memory is memory.fill, memory.copy or memory.init: (to, from or value, length). Long ones run in pieces, each paid for by
// itself; one that fails is paid for as a whole and runs as a whole, so that nothing is written.
func (b *bulk) memory(h helper) code {
	const to, from, length = 0, 1, 2
	c := b.options.Costs
	b.begin(3)
	piece := b.left + 1
	blocks := func(n uint32) { // of 64 bytes begun
		b.get(n)
		b.op(i64ExtendU)
		b.i64(63)
		b.op(i64Add)
		b.i64(6)
		b.op(i64ShrU)
	}
	run := func(length uint32) {
		b.get(to, from, length)
		b.op(h.op)
		switch h.op {
		case wasm.OpMemoryInit:
			b.u32(h.a)
		case wasm.OpMemoryCopy:
			b.u32(0)
		}
		b.u32(0)
	}
	// Short, or out of bounds: at once.
	b.op(wasm.OpBlock, noResult) // 0: in pieces
	b.op(wasm.OpBlock, noResult) // 1: at once
	b.get(length)
	b.i32(pieceBytes)
	b.op(i32LeU)
	b.at(wasm.OpBrIf, 0)
	b.beyond(to, length, b.memoryBytes)
	b.at(wasm.OpBrIf, 0)
	switch h.op {
	case wasm.OpMemoryCopy:
		b.beyond(from, length, b.memoryBytes)
		b.at(wasm.OpBrIf, 0)
	case wasm.OpMemoryInit:
		b.beyond(from, length, func() { b.i64(int64(len(b.Data[h.a].Bytes))) })
		b.at(wasm.OpBrIf, 0)
	}
	b.at(wasm.OpBr, 1)
	b.op(wasm.OpEnd)
	b.sized(c.BulkBase, c.BulkBlock, func() { blocks(length) })
	run(length)
	b.get(b.left)
	b.op(wasm.OpReturn, wasm.OpEnd)

	b.get(b.left)
	b.i64(int64(c.BulkBase))
	b.op(i64Sub)
	b.pay()
	pieces := func(backward bool) {
		b.op(wasm.OpLoop, noResult)
		b.get(length)
		b.i32(pieceBytes)
		b.get(length)
		b.i32(pieceBytes)
		b.op(i32LtU, wasm.OpSelect) // the smaller
		b.at(wasm.OpLocalSet, piece)
		b.sized(0, c.BulkBlock, func() { blocks(piece) })
		if backward {
			for _, at := range []uint32{to, from} { // the last piece of what is left
				b.get(at, length)
				b.op(i32Add)
				b.get(piece)
				b.op(i32Sub)
			}
			b.get(piece)
			b.op(h.op)
			b.u32(0)
			b.u32(0)
		} else {
			run(piece)
			for _, at := range []uint32{to, from} {
				if at == from && h.op == wasm.OpMemoryFill {
					continue // the value
				}
				b.get(at, piece)
				b.op(i32Add)
				b.at(wasm.OpLocalSet, at)
			}
		}
		b.get(length, piece)
		b.op(i32Sub)
		b.at(wasm.OpLocalTee, length)
		b.at(wasm.OpBrIf, 0)
		b.op(wasm.OpEnd)
	}
	if h.op != wasm.OpMemoryCopy {
		pieces(false)
		return b.finish()
	}
	b.get(to, from)
	b.op(i32GtU, wasm.OpIf, noResult)
	pieces(true)
	b.op(wasm.OpElse)
	pieces(false)
	b.op(wasm.OpEnd)
	return b.finish()
}

func (b *bulk) memoryBytes() {
	b.op(wasm.OpMemorySize)
	b.u32(0)
	b.op(i64ExtendU)
	b.i64(16)
	b.op(i64Shl)
}

// beyond pushes whether start and length reach past what bound pushes.
func (b *bulk) beyond(start, length uint32, bound func()) {
	b.get(start)
	b.op(i64ExtendU)
	b.get(length)
	b.op(i64ExtendU, i64Add)
	bound()
	b.op(i64GtU)
}
