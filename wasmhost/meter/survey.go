package meter

import "github.com/mozaiks/mozaiks/wasmhost/wasm"

// facts are what is known of a function of the module's own.
type facts struct {
	calls    []uint32 // functions of the module's own that it calls, by place, as often as it does
	sum      uint32   // units of all its instructions, its locals included, calls without what they reach
	frame    uint32   // bytes of stack
	looped   bool
	headed   bool   // it comes to a loop before anything that could leave or call
	outside  bool   // it calls an import, by pointer, or runs a bulk operation
	pointed  bool   // it may be called by pointer or from outside
	indirect bool   // it makes a call by pointer
	leaves   bool   // a branch or return names its end
	simple   bool   // no metering of its own: who calls it pays
	charged  bool   // it counts its stack
	depth    uint32 // bytes: its frame and the deepest chain below it that is not charged
}

// survey reads all bodies once.
func (w *writer) survey() {
	w.facts = make([]facts, len(w.Bodies))
	var blocks []block
	for i := range w.Bodies {
		blocks = w.surveyBody(i, blocks)
	}
}

func (w *writer) surveyBody(i int, blocks []block) []block {
	f, b, c := &w.facts[i], w.Bodies[i], w.options.Costs
	index := uint32(w.ImportedFuncs + i)
	f.pointed = int(index) < len(w.Referenced) && w.Referenced[index] || w.Start == int64(index)
	sum := uint64(c.locals(b.Locals))
	walk := newWalker(w.Module, b, blocks, func(in *wasm.Instruction) uint32 { return c.of(in.Op) })
	vectors, first := false, true
	for walk.step() {
		in := &walk.in
		if !walk.live {
			continue
		}
		sum += uint64(c.of(in.Op))
		vectors = vectors || in.Op >= 0xfd00
		switch in.Op {
		case wasm.OpLoop:
			f.looped = true
			f.headed = f.headed || first
		case wasm.OpCall:
			if int(in.A) < w.ImportedFuncs {
				f.outside = true
			} else {
				f.calls = append(f.calls, in.A-uint32(w.ImportedFuncs))
			}
		case wasm.OpCallIndirect:
			f.outside, f.indirect = true, true
		case wasm.OpReturn:
			f.leaves = true
		case wasm.OpBr, wasm.OpBrIf:
			f.leaves = f.leaves || int(in.A) == len(walk.blocks)-1
		case wasm.OpBrTable:
			walk.code.Labels(in, func(l uint32) { f.leaves = f.leaves || int(l) == len(walk.blocks)-1 })
		default:
			f.outside = f.outside || in.Op.Class() == wasm.ClassBulk
		}
		if first {
			switch in.Op {
			case wasm.OpLoop, wasm.OpIf, wasm.OpEnd, wasm.OpBr, wasm.OpBrIf, wasm.OpBrTable, wasm.OpReturn, wasm.OpCall, wasm.OpCallIndirect:
				first = false
			default:
				first = in.Op.Class() != wasm.ClassBulk
			}
		}
	}
	f.sum = uint32(min(sum, 1<<31))
	f.frame = frameOf(w.TypeOf(index), b, vectors)
	return walk.blocks
}

// frameOf estimates the stack that a call of a function takes. Values of 128 bits count twice; where a function has
// instructions on them, so do all its operands.
func frameOf(t wasm.FuncType, b wasm.Body, vectors bool) uint32 {
	slots := len(t.Params) + b.Locals + b.Height
	for i := range len(t.Params) {
		if t.Params[i] == wasm.V128 {
			slots++
		}
	}
	for _, g := range b.Groups {
		if g.Type == wasm.V128 {
			slots += int(g.Count)
		}
	}
	if vectors {
		slots += b.Height
	}
	return uint32(64 + 8*slots)
}
