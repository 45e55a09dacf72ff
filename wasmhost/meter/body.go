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
	charged bool   // the segment that begins next is paid already
	opened  []open // the blocks around the instruction at hand
	depth   int32  // how many blocks of the new code lie around it
	since   uint32 // the most units' worth of code since the last check

	fuel, stack  uint32 // locals
	nan32, nan64 uint32 // locals, for results that may be a NaN
}

// open is a block of the original as it stands in the new code.
type open struct {
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
	b.from, b.segment, b.depth, b.since = original.Code.From, 0, 0, 0
	b.opened = append(b.opened[:0], open{})
	t := b.TypeOf(uint32(b.ImportedFuncs + i))
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
	if b.f.leaves {
		b.op(wasm.OpEnd)
	}
	b.sync()
	if b.f.charged {
		b.at(wasm.OpGlobalGet, b.stackGlobal())
		b.i64(int64(b.f.depth))
		b.op(i64Add)
		b.at(wasm.OpGlobalSet, b.stackGlobal())
	}
	b.op(wasm.OpEnd)
}

// total computes what each segment costs.
func (b *body) total(original wasm.Body) {
	b.costs = b.costs[:0]
	walk := newWalker(b.Module, original, b.walk.blocks, b.price)
	for walk.step() {
		if walk.begins {
			b.costs = append(b.costs, 0)
		}
		if n := len(b.costs); walk.live && n > 0 {
			b.costs[n-1] += b.price(&walk.in)
		}
	}
	b.costs[0] += b.options.Costs.locals(original.Locals)
	b.walk.blocks = walk.blocks
}

// locals writes the declaration of locals and adds those of the rewriter behind them.
func (b *body) locals(original wasm.Body, params uint32) {
	next := params + uint32(original.Locals)
	var extra []wasm.LocalGroup
	add := func(t wasm.ValueType) uint32 {
		extra = append(extra, wasm.LocalGroup{Count: 1, Type: t})
		next++
		return next - 1
	}
	if !b.f.simple {
		b.fuel = add(wasm.I64)
		if b.f.charged {
			b.stack = add(wasm.I64)
		}
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
			case in.Op == wasm.OpCall || in.Op == wasm.OpRefFunc:
				b.replace(in)
				b.at(in.Op, b.moved(in.A))
			case b.options.Strict:
				b.canonical(in)
			}
		} else {
			b.replace(in)
		}
	}
	b.copyTo(original.Code.To)
}

// enter takes the fuel of the first segment, and the stack of the function.
func (b *body) enter() {
	b.at(wasm.OpGlobalGet, b.fuelGlobal())
	b.i64(int64(b.costs[0]))
	b.op(i64Sub)
	b.at(wasm.OpLocalTee, b.fuel)
	b.since, b.segment, b.charged = b.costs[0], 1, true
	if b.f.charged {
		b.at(wasm.OpGlobalGet, b.stackGlobal())
		b.i64(int64(b.f.depth))
		b.op(i64Sub)
		b.at(wasm.OpLocalTee, b.stack)
		b.at(wasm.OpGlobalSet, b.stackGlobal())
		b.at(wasm.OpLocalGet, b.stack)
		b.op(i64Or) // below 0 if either is
	}
	b.i64(0)
	b.op(i64LtS, wasm.OpIf, noResult)
	if !b.f.charged {
		b.refuel(0)
		b.op(wasm.OpEnd)
		return
	}
	b.at(wasm.OpLocalGet, b.stack)
	b.i64(0)
	b.op(i64LtS, wasm.OpIf, noResult)
	b.at(wasm.OpLocalGet, b.stack)
	b.at(wasm.OpCall, b.growStack())
	b.at(wasm.OpGlobalSet, b.stackGlobal())
	b.op(wasm.OpEnd)
	b.check()
	b.op(wasm.OpEnd)
}

// check calls refill if no fuel is left.
func (b *body) check() {
	b.at(wasm.OpLocalGet, b.fuel)
	b.i64(0)
	b.op(i64LtS, wasm.OpIf, noResult)
	b.refuel(0)
	b.op(wasm.OpEnd)
}

// refuel calls refill for what the local holds less ahead, and adds that again.
func (b *body) refuel(ahead int64) {
	b.at(wasm.OpLocalGet, b.fuel)
	if ahead > 0 {
		b.i64(ahead)
		b.op(i64Sub)
	}
	b.at(wasm.OpCall, b.refill())
	if ahead > 0 {
		b.i64(ahead)
		b.op(i64Add)
	}
	b.at(wasm.OpLocalSet, b.fuel)
}

// sync writes the fuel that is left where the host and other functions see it.
func (b *body) sync() {
	b.at(wasm.OpLocalGet, b.fuel)
	b.at(wasm.OpGlobalSet, b.fuelGlobal())
}

func (b *body) reload() {
	b.at(wasm.OpGlobalGet, b.fuelGlobal())
	b.at(wasm.OpLocalSet, b.fuel)
}

// charge takes the fuel of the segment that begins, and checks if there was no check for long.
func (b *body) charge() {
	units := b.costs[b.segment]
	b.segment++
	b.since += units
	if units > 0 {
		b.spend(uint32(units))
	}
	if b.since >= uncheckMax {
		b.check()
		b.since = 0
	}
}

func (b *body) spend(units uint32) {
	b.at(wasm.OpLocalGet, b.fuel)
	b.i64(int64(units))
	b.op(i64Sub)
	b.at(wasm.OpLocalSet, b.fuel)
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
	if in.Op == wasm.OpEnd && len(w.blocks) == 0 {
		return // the function's own
	}
	if !w.live {
		b.replace(in) // what is never reached is left out
		return
	}
	if w.begins {
		if !b.charged {
			b.copyTo(in.At)
			b.charge()
		}
		b.charged = false
	}
	switch in.Op {
	case wasm.OpBlock, wasm.OpIf:
		b.depth++
		b.opened = append(b.opened, open{depth: b.depth, entry: b.since})
	case wasm.OpElse:
		o := &b.opened[len(b.opened)-1]
		o.worst = max(o.worst, b.since)
		b.since = o.entry
	case wasm.OpLoop:
		b.replace(in)
		b.loop(in)
	case wasm.OpEnd:
		b.end(in)
	case wasm.OpBr, wasm.OpBrIf:
		b.replace(in)
		b.at(in.Op, b.label(in.A))
	case wasm.OpBrTable:
		b.replace(in)
		b.at(in.Op, in.A)
		w.code.Labels(in, func(l uint32) { b.u32(b.label(l)) })
	case wasm.OpReturn:
		b.replace(in)
		b.at(wasm.OpBr, uint32(b.depth))
	case wasm.OpCall:
		b.call(in)
	case wasm.OpCallIndirect:
		b.copyTo(in.At)
		b.sync()
		b.copyTo(in.End)
		b.reload()
	case wasm.OpRefFunc:
		b.replace(in)
		b.at(in.Op, b.moved(in.A))
	default:
		if in.Op.Class() == wasm.ClassBulk {
			b.replace(in)
			b.sync()
			b.at(wasm.OpCall, b.helper(in))
			b.reload()
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

// loop opens two loops around the original's body. Code that runs often is in the inner one, which has no call of its own for
// the sake of metering: where fuel is short it goes to the head of the outer, which calls refill. A call inside the inner loop
// would cost registers in every round.
func (b *body) loop(in *wasm.Instruction) {
	units := int64(b.costs[b.segment])
	b.segment++
	b.openLoop(in)
	b.at(wasm.OpLocalGet, b.fuel)
	b.i64(units)
	b.op(i64LtS, wasm.OpIf, noResult)
	b.refuel(units)
	b.op(wasm.OpEnd)
	b.openLoop(in)
	b.at(wasm.OpLocalGet, b.fuel)
	b.i64(units)
	b.op(i64LtS)
	b.at(wasm.OpBrIf, 1)
	if units > 0 {
		b.spend(uint32(units))
	}
	b.sync()
	b.since = uint32(units)
	b.depth += 2
	b.opened = append(b.opened, open{depth: b.depth, entry: b.since})
	b.charged = true
}

func (b *body) openLoop(in *wasm.Instruction) {
	b.op(wasm.OpLoop)
	at := in.At + 1
	b.code = append(b.code, b.Bytes()[at:in.End]...)
}

// end closes a block; a loop has two.
func (b *body) end(in *wasm.Instruction) {
	last := len(b.opened) - 1
	b.copyTo(in.End)
	o := b.opened[last]
	if o.depth-b.opened[last-1].depth == 2 {
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
	b.sync()
	b.at(in.Op, b.moved(in.A))
	b.reload()
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
