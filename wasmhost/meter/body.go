package meter

import (
	"encoding/binary"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// body writes the body of one function anew.
type body struct {
	*writer
	code
	f       *facts
	walk    walker
	from    int // what lies before it in the binary is written
	costs   []uint32
	segment int
	due     int64   // units of segments that were entered which the local still holds
	shapes  []shape // by block
	opened  []open  // the blocks around the instruction at hand
	depth   int32   // how many blocks of the new code lie around it
	since   uint32  // the most units' worth of code since the last check

	left         uint32 // parameter: what is left, and what is due of it
	entry        uint32 // local: the entry of a table that is called
	nan32, nan64 uint32 // locals, for results that may be a NaN
}

// shape is what must be known of a block before it is written.
type shape struct {
	tabled bool // a br_table names it
	forked bool // an if with an else
}

// unset is the due of a block's end before anything leads there.
const unset = -1

// open is a block of the original as it stands in the new code.
type open struct {
	loop  bool
	arity int    // operands that a branch takes along
	due   int64  // units due at its end, or at the head of a loop; all ways there must bring as much
	fork  int64  // units due where an if began
	depth int32  // blocks around what is in it
	entry uint32 // units since the last check where it began
	worst uint32 // and at the branches to its end
}

// bodies answers all bodies, for the code section; the helpers that they need are known then.
func (w *writer) bodies() code {
	var out code
	b := &body{writer: w}
	for i := range w.Bodies {
		b.write(i)
		out.u32(uint32(len(b.code)))
		out = append(out, b.code...)
	}
	return out
}

// price is what an instruction costs in its segment; calling a simple function costs all that it does.
func (b *body) price(in *wasm.Instruction) uint32 {
	units := b.options.Costs.of(in.Op)
	if in.Op == wasm.OpCall {
		if g := b.callee(in.A); g != nil && g.simple {
			units += g.sum
		}
	}
	return units
}

func (w *writer) callee(function uint32) *facts {
	if int(function) < w.ImportedFuncs {
		return nil
	}
	return &w.facts[int(function)-w.ImportedFuncs]
}

func (b *body) write(i int) {
	original := b.Bodies[i]
	b.f, b.code = &b.facts[i], b.code[:0]
	b.from, b.segment, b.depth, b.since, b.due = original.Code.From, 0, 0, 0, 0
	t := b.TypeOf(uint32(b.ImportedFuncs + i))
	b.opened = append(b.opened[:0], open{arity: len(t.Results), due: unset})
	b.locals(original, uint32(len(t.Params)))
	if b.f.simple {
		b.plain(original)
		return
	}
	b.total(original)
	b.enter()
	if b.f.leaves {
		b.op(wasm.OpBlock)
		b.blockType(t.Results)
	}
	b.walk = newWalker(b.Module, original, b.walk.blocks, b.price)
	for b.walk.step() {
		b.instruction()
	}
	b.copyTo(original.Code.To - 1) // all but the last end
	b.arrive(&b.opened[0], b.walk.closed.dead)
	if b.f.leaves {
		b.op(wasm.OpEnd)
	}
	if b.f.charged {
		b.due -= int64(b.f.depth) << 32 // the stack is given back
	}
	b.settle()
	b.at(wasm.OpLocalGet, b.left) // the last result
	b.op(wasm.OpEnd)
}

// total computes what each segment costs, and what must be known of blocks.
func (b *body) total(original wasm.Body) {
	b.costs, b.shapes = b.costs[:0], append(b.shapes[:0], shape{})
	walk := newWalker(b.Module, original, b.walk.blocks, b.price)
	for walk.step() {
		if walk.begins {
			b.costs = append(b.costs, 0)
		}
		if !walk.live {
			continue
		}
		b.costs[len(b.costs)-1] += b.price(&walk.in)
		switch walk.in.Op {
		case wasm.OpBlock, wasm.OpLoop, wasm.OpIf:
			b.shapes = append(b.shapes, shape{})
		case wasm.OpElse:
			b.shapes[walk.blocks[len(walk.blocks)-1].id].forked = true
		case wasm.OpBrTable:
			walk.code.Labels(&walk.in, func(l uint32) { b.shapes[walk.blocks[len(walk.blocks)-1-int(l)].id].tabled = true })
		}
	}
	b.costs[0] += b.options.Costs.locals(original.Locals)
	b.walk.blocks = walk.blocks
}

// addedParams is how far locals that are no parameters move up.
const addedParams = 1

// locals writes the declaration of locals and adds those of the rewriter behind them.
func (b *body) locals(original wasm.Body, params uint32) {
	b.left = params
	next := params + uint32(original.Locals)
	if !b.f.simple {
		next += addedParams
	}
	var extra []wasm.LocalGroup
	add := func(t wasm.ValueType) uint32 {
		extra = append(extra, wasm.LocalGroup{Count: 1, Type: t})
		next++
		return next - 1
	}
	if b.f.indirect {
		b.entry = add(wasm.I32)
	}
	if b.options.Strict {
		b.nan32, b.nan64 = add(wasm.F32), add(wasm.F64)
	}
	b.u32(uint32(len(original.Groups) + len(extra)))
	for _, g := range append(original.Groups[:len(original.Groups):len(original.Groups)], extra...) {
		b.u32(g.Count)
		b.code = append(b.code, g.Type)
	}
}

// plain copies a simple function: its calls move, its results may have to be made canonical.
func (b *body) plain(original wasm.Body) {
	b.walk = newWalker(b.Module, original, b.walk.blocks, b.price)
	for b.walk.step() {
		if in := &b.walk.in; b.walk.live {
			switch {
			case in.Op == wasm.OpCall:
				b.replace(in)
				b.at(in.Op, b.moved(in.A))
			case in.Op == wasm.OpRefFunc:
				b.replace(in)
				b.at(in.Op, b.declared(in.A))
			case b.options.Strict:
				b.canonical(in)
			}
		} else {
			b.replace(in)
		}
	}
	b.copyTo(original.Code.To)
}

// enter sees that fuel and stack are left.
func (b *body) enter() {
	if b.shapes[0].tabled {
		b.opened[0].due = 0
	}
	if !b.f.charged {
		if !b.f.headed {
			b.check()
		}
		return
	}
	b.take(int64(b.f.depth) << 32)
	b.at(wasm.OpLocalGet, b.left)
	b.i64(0)
	b.op(i64LtS, wasm.OpIf, noResult)
	b.ask(b.growStack())
	b.op(wasm.OpEnd)
	if !b.f.headed {
		b.check()
	}
}

// take takes from what is left; the upper half of the amount is stack, the lower fuel.
func (b *body) take(amount int64) {
	b.at(wasm.OpLocalGet, b.left)
	b.i64(amount)
	b.op(i64Sub)
	b.at(wasm.OpLocalSet, b.left)
}

// fuelShort pushes whether fuel is left no more.
func (b *body) fuelShort() {
	b.at(wasm.OpLocalGet, b.left)
	b.op(i32Wrap)
	b.i32(0)
	b.op(i32LtS)
}

// check calls refill if no fuel is left.
func (b *body) check() {
	b.fuelShort()
	b.op(wasm.OpIf, noResult)
	b.ask(b.refill())
	b.op(wasm.OpEnd)
}

// ask calls the host for more.
func (b *body) ask(function uint32) {
	b.at(wasm.OpLocalGet, b.left)
	b.at(wasm.OpCall, function)
	b.at(wasm.OpLocalSet, b.left)
}

// sync writes what is left where the host sees it.
func (b *body) sync() {
	b.at(wasm.OpLocalGet, b.left)
	b.at(wasm.OpGlobalSet, b.leftGlobal())
}

func (b *body) reload() {
	b.at(wasm.OpGlobalGet, b.leftGlobal())
	b.at(wasm.OpLocalSet, b.left)
}

// begin counts a segment that is entered as due, and checks if there was no check for long. What is due is taken from the local
// only where it must be right: an instruction for each segment would cost more than all the rest of metering.
func (b *body) begin() {
	units := b.costs[b.segment]
	b.segment++
	b.due += int64(units)
	if b.since += units; b.since >= uncheckMax {
		b.settle()
		b.check()
		b.since = 0
	}
}

// settle takes what is due.
func (b *body) settle() { b.leave(0) }

// leave takes so much that only to is due.
func (b *body) leave(to int64) {
	if units := b.due - to; units != 0 {
		b.take(units)
	}
	b.due = to
}

// meet brings to the end of a block, or the head of a loop, what must be due there.
func (b *body) meet(o *open) {
	if o.due == unset {
		o.due = b.due
	}
	b.leave(o.due)
}

// arrive is meet for what comes to the end of a block by itself, and goes on behind it.
func (b *body) arrive(o *open, dead bool) {
	if !dead {
		b.meet(o)
	}
	b.due = max(o.due, 0)
}

// copyTo copies the original as far as at.
func (b *body) copyTo(at int) {
	if at > b.from {
		b.code = append(b.code, b.Bytes()[b.from:at]...)
		b.from = at
	}
}

// replace copies what lies before the instruction at hand and leaves that out.
func (b *body) replace(in *wasm.Instruction) {
	b.copyTo(in.At)
	b.from = in.End
}

// instruction writes one instruction.
func (b *body) instruction() {
	w, in := &b.walk, &b.walk.in
	if !w.live {
		b.replace(in) // what is never reached is left out
		return
	}
	if w.begins {
		b.copyTo(in.At)
		b.begin()
	}
	if in.Op == wasm.OpEnd && len(w.blocks) == 0 {
		return // the function's own
	}
	switch in.Op {
	case wasm.OpBlock, wasm.OpIf:
		b.block(in)
	case wasm.OpElse:
		o := &b.opened[len(b.opened)-1]
		if !w.closed.dead { // the first branch comes to its end
			b.copyTo(in.At)
			b.meet(o)
		}
		o.worst = max(o.worst, b.since)
		b.since, b.due = o.entry, o.fork
	case wasm.OpLoop:
		b.replace(in)
		b.loop(in)
	case wasm.OpEnd:
		b.end(in)
	case wasm.OpBr:
		b.replace(in)
		b.branch(in.A)
	case wasm.OpBrIf:
		b.replace(in)
		b.branchIf(in.A)
	case wasm.OpBrTable:
		b.replace(in)
		b.settle()
		b.at(in.Op, in.A)
		w.code.Labels(in, func(l uint32) { b.u32(b.label(l)) })
	case wasm.OpReturn:
		b.replace(in)
		b.branch(uint32(len(b.opened) - 1))
	case wasm.OpCall:
		b.call(in)
	case wasm.OpCallIndirect:
		b.indirect(in)
	case wasm.OpRefFunc:
		b.replace(in)
		b.at(in.Op, b.declared(in.A))
	case wasm.OpLocalGet, wasm.OpLocalSet, wasm.OpLocalTee:
		if in.A >= b.left {
			b.replace(in)
			b.at(in.Op, in.A+addedParams)
		}
	default:
		if in.Op.Class() == wasm.ClassBulk {
			b.replace(in)
			b.settle()
			b.at(wasm.OpLocalGet, b.left)
			b.at(wasm.OpCall, b.helper(in))
			b.at(wasm.OpLocalSet, b.left)
		} else if b.options.Strict {
			b.canonical(in)
		}
	}
}

// label answers what the label of a branch is in the new code.
func (b *body) label(l uint32) uint32 {
	o := &b.opened[len(b.opened)-1-int(l)]
	o.worst = max(o.worst, b.since)
	return uint32(b.depth - o.depth)
}

// branch goes to a label.
func (b *body) branch(l uint32) {
	b.meet(&b.opened[len(b.opened)-1-int(l)])
	b.at(wasm.OpBr, b.label(l))
}

// branchIf goes to a label if the operand is not 0. As an if with a branch in it, the compiler makes one jump out of it where
// br_if would take three instructions more, and what must be taken is only taken by what leaves.
func (b *body) branchIf(l uint32) {
	o := &b.opened[len(b.opened)-1-int(l)]
	if o.arity > 0 {
		b.meet(o)
		b.at(wasm.OpBrIf, b.label(l))
		return
	}
	due := b.due
	b.op(wasm.OpIf, noResult)
	b.depth++
	b.branch(l)
	b.depth--
	b.op(wasm.OpEnd)
	b.due = due
}

// block opens a block or an if.
func (b *body) block(in *wasm.Instruction) {
	s := b.shapes[b.walk.blocks[len(b.walk.blocks)-1].id]
	_, results := in.Type.Of(b.Types)
	o := open{arity: len(results), due: unset, entry: b.since}
	if s.tabled {
		o.due = 0
		b.copyTo(in.At)
		b.settle() // so that an if without else comes to its end with nothing due
	}
	if in.Op == wasm.OpIf {
		if o.fork = b.due; !s.forked {
			o.due = b.due
		}
	}
	b.depth++
	o.depth = b.depth
	b.opened = append(b.opened, o)
}

// loop opens two loops around the original's body. Code that runs often is in the inner one, which has no call of its own for
// the sake of metering: where fuel is short it goes to the head of the outer, which calls refill. The values that live on are new
// ones there, so that the compiler keeps those of the inner loop in registers; a call inside of it would cost some in every round.
func (b *body) loop(in *wasm.Instruction) {
	b.settle()
	b.openLike(wasm.OpLoop, in)
	b.check()
	b.openLike(wasm.OpLoop, in)
	params, _ := in.Type.Of(b.Types)
	b.fuelShort()
	if len(params) > 0 {
		b.at(wasm.OpBrIf, 1)
	} else {
		b.op(wasm.OpIf, noResult)
		b.at(wasm.OpBr, 2)
		b.op(wasm.OpEnd)
	}
	b.sync()
	b.since = 0
	b.depth += 2
	b.opened = append(b.opened, open{loop: true, arity: len(params), depth: b.depth})
}

// openLike opens a block or a loop of the type of an original one.
func (b *body) openLike(op wasm.Op, in *wasm.Instruction) {
	b.op(op)
	at := in.At + 1
	b.code = append(b.code, b.Bytes()[at:in.End]...)
}

// end closes a block.
func (b *body) end(in *wasm.Instruction) {
	last := len(b.opened) - 1
	o := b.opened[last]
	b.copyTo(in.At)
	switch dead := b.walk.closed.dead; {
	case !o.loop:
		b.arrive(&o, dead)
	case dead:
		b.due = 0
	}
	b.copyTo(in.End)
	if o.loop { // there are two
		b.op(wasm.OpEnd)
	}
	b.since = max(b.since, o.worst, o.entry)
	b.depth = b.opened[last-1].depth
	b.opened = b.opened[:last]
}

func (b *body) call(in *wasm.Instruction) {
	b.replace(in)
	g := b.callee(in.A)
	if g != nil && g.simple {
		b.at(in.Op, b.moved(in.A))
		return
	}
	b.settle()
	b.sync()
	if g == nil { // the host takes fuel by itself
		b.at(in.Op, in.A)
		b.reload()
		return
	}
	b.at(wasm.OpLocalGet, b.left)
	b.at(in.Op, b.moved(in.A))
	b.at(wasm.OpLocalSet, b.left)
}

func (b *body) indirect(in *wasm.Instruction) {
	b.replace(in)
	b.settle()
	b.sync()
	b.at(wasm.OpLocalSet, b.entry)
	b.at(wasm.OpLocalGet, b.left)
	b.at(wasm.OpLocalGet, b.entry)
	b.at(in.Op, b.typeID(metered(b.Types[in.A])))
	b.u32(in.B)
	b.at(wasm.OpLocalSet, b.left)
}

// blockType writes the type of a block without parameters.
func (b *body) blockType(results string) {
	switch len(results) {
	case 0:
		b.code = append(b.code, noResult)
	case 1:
		b.code = append(b.code, results[0])
	default:
		b.s64(int64(b.typeID(wasm.FuncType{Results: results})))
	}
}

// canonical makes the result of float arithmetic the canonical NaN if it is one, unless the next instruction cannot tell.
func (b *body) canonical(in *wasm.Instruction) {
	local := b.nan32
	switch floatResult(in.Op) {
	case 0:
		return
	case wasm.F64:
		local = b.nan64
	}
	if blind(wasm.Op(b.Bytes()[in.End])) {
		return
	}
	b.copyTo(in.End)
	b.at(wasm.OpLocalTee, local)
	if local == b.nan64 {
		b.op(f64Const)
		b.code = binary.LittleEndian.AppendUint64(b.code, 0x7ff8000000000000)
	} else {
		b.op(f32Const)
		b.code = binary.LittleEndian.AppendUint32(b.code, 0x7fc00000)
	}
	b.at(wasm.OpLocalGet, local)
	b.at(wasm.OpLocalGet, local)
	if local == b.nan64 {
		b.op(f64Eq)
	} else {
		b.op(f32Eq)
	}
	b.op(wasm.OpSelect)
}

// floatResult answers the type of what arithmetic gives, 0 for what cannot make a NaN out of numbers.
func floatResult(op wasm.Op) wasm.ValueType {
	switch {
	case op >= 0x8d && op <= 0x97, op == 0xb6: // f32: ceil to max without abs and neg, demote
		return wasm.F32
	case op >= 0x9b && op <= 0xa5, op == 0xbb: // f64: ceil to max, promote
		return wasm.F64
	}
	return 0
}

// blind tells whether an instruction treats all NaN alike: arithmetic whose result is made canonical, comparisons, conversions
// to integers.
func blind(op wasm.Op) bool {
	return floatResult(op) != 0 || op >= 0x5b && op <= 0x66 || op >= 0xa8 && op <= 0xab || op >= 0xae && op <= 0xb1
}
