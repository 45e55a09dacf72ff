package meter

import "github.com/mozaiks/mozaiks/wasmhost/wasm"

// walker follows the instructions of a body, tells which are ever reached, and where segments begin. A segment is a run of
// instructions of which either all or none are executed, but for traps.
type walker struct {
	code    *wasm.Code
	in      wasm.Instruction
	blocks  []block
	begins  bool // the instruction at hand is the first of a segment
	live    bool // it can be reached
	next    bool // the next begins a segment
	running uint32
	opened  int   // blocks so far that can be reached
	closed  block // behind end and else: the one that was closed
	price   func(in *wasm.Instruction) uint32
}

// block is one that is open around the instruction at hand.
type block struct {
	op       wasm.Op
	id       int  // of those that can be reached, from 1 on; the body's own is 0
	dead     bool // what follows in it is never reached
	skipped  bool // it lies in code that is never reached
	branched bool // a branch names its end
}

func newWalker(m *wasm.Module, b wasm.Body, blocks []block, price func(*wasm.Instruction) uint32) walker {
	return walker{code: m.Code(b), blocks: append(blocks[:0], block{op: wasm.OpBlock}), next: true, price: price}
}

// step goes to the next instruction. Behind it, w.in is the instruction, w.live whether it can be reached, w.begins whether a
// segment begins with it; the blocks are those around it: behind block, loop, if and else they hold the new one, behind end the
// closed one is gone.
func (w *walker) step() bool {
	if len(w.blocks) == 0 || !w.code.Next(&w.in) {
		return false
	}
	top := &w.blocks[len(w.blocks)-1]
	w.live = !top.dead
	if w.begins = w.live && w.next; w.begins {
		w.next, w.running = false, 0
	}
	if w.live {
		if w.running += w.price(&w.in); w.running >= segmentMax {
			w.next = true
		}
	}
	switch w.in.Op {
	case wasm.OpBlock, wasm.OpLoop, wasm.OpIf:
		w.next = w.next || w.live && w.in.Op != wasm.OpBlock
		if w.live {
			w.opened++
		}
		w.blocks = append(w.blocks, block{op: w.in.Op, id: w.opened, dead: top.dead, skipped: top.dead})
	case wasm.OpElse:
		if w.closed = *top; !top.skipped {
			top.op, top.dead, w.next, w.live = wasm.OpElse, false, true, true
		}
	case wasm.OpEnd:
		closed := *top
		w.closed = closed
		w.blocks = w.blocks[:len(w.blocks)-1]
		if !closed.skipped {
			w.live = true
			w.next = w.next || closed.op == wasm.OpIf || closed.op == wasm.OpElse || closed.dead ||
				closed.branched && closed.op != wasm.OpLoop
		}
	case wasm.OpBr:
		w.branch(w.in.A)
		w.dead()
	case wasm.OpBrIf:
		w.branch(w.in.A)
		w.next = w.next || w.live
	case wasm.OpBrTable:
		if w.live {
			w.code.Labels(&w.in, w.branch)
		}
		w.dead()
	case wasm.OpReturn, wasm.OpUnreachable:
		w.dead()
	}
	return true
}

func (w *walker) branch(label uint32) {
	if w.live {
		w.blocks[len(w.blocks)-1-int(label)].branched = true
	}
}

func (w *walker) dead() { w.blocks[len(w.blocks)-1].dead = true }
