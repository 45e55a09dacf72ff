package wasm

// Instruction is one instruction of a body with what stands behind it.
type Instruction struct {
	Op   Op
	At   int // where it begins in the binary
	End  int // where the next begins
	A, B uint32
	// Type is the block type of block, loop and if.
	Type BlockType
	// List is where the labels of br_table, or the types of select, begin behind their count, which is A.
	List int
}

// BlockType is the type of a block: an index, one result or none.
type BlockType struct {
	Index int64 // of a type, -1 if it is written out
	One   ValueType
}

// Of answers the parameters and results of a block.
func (b BlockType) Of(types []FuncType) (params, results string) {
	switch {
	case b.Index >= 0:
		return types[b.Index].Params, types[b.Index].Results
	case b.One != 0:
		return "", string([]byte{b.One})
	}
	return "", ""
}

// Code reads the instructions of a body that is valid. The zero value is not usable.
type Code struct{ r reader }

// Code answers a reader of a body's instructions.
func (m *Module) Code(b Body) *Code {
	return &Code{reader{bin: m.bin, pos: b.Code.From, end: b.Code.To}}
}

// Next reads the next instruction and tells whether there was one.
func (c *Code) Next(in *Instruction) bool {
	if c.r.done() {
		return false
	}
	c.r.instruction(in)
	return c.r.ok()
}

// Labels calls f with each label of a br_table, the default last.
func (c *Code) Labels(in *Instruction, f func(label uint32)) {
	r := reader{bin: c.r.bin, pos: in.List, end: in.End}
	for range in.A + 1 {
		f(r.u32())
	}
}

// instruction reads one instruction. What it does not know is a flaw; whether immediates are in range is for the validator.
func (r *reader) instruction(in *Instruction) {
	*in = Instruction{At: r.pos}
	op := Op(r.byte())
	if op == 0xfc || op == 0xfd {
		sub := r.u32()
		if sub > 0xff {
			r.fail(in.At, "instruction 0x%02x 0x%x", byte(op), sub)
			in.Op = 0xfe00 // beyond all tables
			return
		}
		if bytes := r.pos - in.At - 1; op == 0xfd && bytes != 1+int(sub>>7) {
			r.fail(in.At, "instruction 0xfd 0x%x is written longer than it needs", sub) // wazero reads its first byte alone
			in.Op = 0xfe00
			return
		}
		op = op<<8 | Op(sub)
	}
	in.Op = op
	c := lookup(op)
	if c == nil || c.name == "" {
		r.fail(in.At, "instruction 0x%02x", uint16(op))
		return
	}
	switch c.imm {
	case immNone:
	case immBlock:
		r.blockType(in)
	case immIndex:
		in.A = r.u32()
	case immIndexes:
		in.A, in.B = r.u32(), r.u32()
	case immTable:
		in.A = uint32(r.count())
		in.List = r.pos
		for range in.A {
			r.u32()
		}
		r.u32()
	case immTypes:
		in.A = uint32(r.count())
		in.List = r.pos
		r.take(in.A)
	case immType, immLane:
		in.A = uint32(r.byte())
	case immS32:
		r.s64(32)
	case immS64:
		r.s64(64)
	case immBytes4:
		r.take(4)
	case immBytes8:
		r.take(8)
	case immBytes16:
		in.List = r.pos
		r.take(16)
	case immMemory:
		in.A, in.B = r.u32(), r.u32()
	case immMemLane:
		in.A, in.B = r.u32(), r.u32()
		in.List = r.pos
		r.byte()
	case immZero:
		r.zero()
	case immZeros:
		r.zero()
		r.zero()
	case immIndexZero:
		in.A = r.u32()
		r.zero()
	}
	in.End = r.pos
}

func (r *reader) zero() {
	at := r.pos
	if b := r.byte(); r.ok() && b != 0 {
		r.fail(at, "0x%02x where a zero stands for the memory", b)
	}
}

func (r *reader) blockType(in *Instruction) {
	in.Type.Index = -1
	at := r.pos
	if at < r.end {
		switch b := r.bin[at]; b {
		case 0x40:
			r.pos++
			return
		case I32, I64, F32, F64, V128, Funcref, Externref:
			r.pos++
			in.Type.One = b
			return
		}
	}
	v := r.s64(33)
	if r.ok() && v < 0 {
		r.fail(at, "0x%02x is no type of a block", r.bin[at])
	}
	in.Type.Index = v
}
