package wasm

// step judges one instruction.
func (v *validator) step(in *Instruction, c *opcode) {
	switch c.imm {
	case immMemory, immMemLane, immZero, immZeros, immIndexZero:
		if len(v.Memories) == 0 {
			v.fail("%s without a memory", c.name)
			return
		}
	}
	switch c.imm {
	case immMemory:
		v.aligned(in.A, c)
	case immMemLane:
		v.aligned(in.A, c)
		v.lane(uint32(v.r.bin[in.List]), c.lanes)
	case immLane:
		v.lane(in.A, c.most)
	}
	if c.typed && c.class != ClassBulk && c.class != ClassTable && in.Op != OpTableSize && in.Op != 0xfd0d {
		v.popAll(c.params)
		v.pushAll(c.results)
		return
	}
	switch in.Op {
	case OpTableSet, OpTableGrow, OpTableFill, OpTableCopy, OpTableInit, OpElemDrop, OpDataDrop:
		if v.Unfrozen == "" {
			v.Unfrozen = c.name + " in " + v.path(v.at)
		}
	}
	v.special(in, c)
}

func (v *validator) aligned(log uint32, c *opcode) {
	if log > uint32(c.most) {
		v.fail("%s is aligned to 2^%d, at most 2^%d is right", c.name, log, c.most)
	}
}

func (v *validator) lane(n uint32, lanes byte) {
	if n >= uint32(lanes) {
		v.fail("lane %d of %d", n, lanes)
	}
}

// special judges the instructions whose operands depend on more than themselves.
func (v *validator) special(in *Instruction, c *opcode) {
	switch in.Op {
	case OpUnreachable:
		v.dead()
	case OpBlock, OpLoop, OpIf:
		if in.Op == OpIf {
			v.pop(I32)
		}
		if in.Type.Index >= 0 && !v.inRange("type", uint32(in.Type.Index), len(v.Types)) {
			return
		}
		if v.features.NoVectors && in.Type.One == V128 {
			v.feature(v.path(v.at), "a value of 128 bits")
		}
		params, results := in.Type.Of(v.Types)
		v.open(in.Op, params, results)
	case OpElse:
		if v.frames[len(v.frames)-1].op != OpIf {
			v.fail("else without if")
			return
		}
		f := v.close()
		v.frames = append(v.frames, frame{op: OpElse, params: f.params, results: f.results, height: len(v.operands)})
		v.pushAll(f.params)
	case OpEnd:
		f := v.close()
		if f.op == OpIf && f.params != f.results {
			v.fail("an if without else gives other types than it takes")
		}
		if len(v.frames) > 0 {
			v.pushAll(f.results)
		}
	case OpBr:
		if types, ok := v.label(in.A); ok {
			v.popAll(types)
			v.dead()
		}
	case OpBrIf:
		v.pop(I32)
		if types, ok := v.label(in.A); ok {
			v.popAll(types)
			v.pushAll(types)
		}
	case OpBrTable:
		v.branchTable(in)
		v.dead()
	case OpReturn:
		v.popAll(v.frames[0].results)
		v.dead()
	case OpCall:
		if v.inRange("function", in.A, len(v.Functions)) {
			t := v.TypeOf(in.A)
			v.popAll(t.Params)
			v.pushAll(t.Results)
		}
	case OpCallIndirect:
		if !v.inRange("type", in.A, len(v.Types)) || !v.inRange("table", in.B, len(v.Tables)) {
			return
		}
		if v.Tables[in.B].Element != Funcref {
			v.fail("call_indirect through a table of %s", TypeName(v.Tables[in.B].Element))
		}
		v.pop(I32)
		v.popAll(v.Types[in.A].Params)
		v.pushAll(v.Types[in.A].Results)
	case OpDrop:
		v.pop(anyType)
	case OpSelect:
		v.selectAny()
	case OpSelectTyped:
		v.selectTyped(in)
	case OpLocalGet, OpLocalSet, OpLocalTee, OpGlobalGet, OpGlobalSet:
		v.variable(in)
	case OpRefNull:
		if !isReference(byte(in.A)) {
			v.fail("ref.null of 0x%02x", in.A)
			return
		}
		v.push(byte(in.A))
	case OpRefIsNull:
		if t := v.pop(anyType); t != anyType && !isReference(t) {
			v.fail("ref.is_null of %s", TypeName(t))
		}
		v.push(I32)
	case OpRefFunc:
		if !v.inRange("function", in.A, len(v.Functions)) {
			return
		}
		if !v.Referenced[in.A] {
			v.fail("ref.func of function %d, which nothing declares", in.A)
		}
		v.push(Funcref)
	case 0xfd0d: // i8x16.shuffle
		for _, lane := range v.r.bin[in.List : in.List+16] {
			v.lane(uint32(lane), 32)
		}
		v.popAll(c.params)
		v.pushAll(c.results)
	default:
		v.bulk(in, c)
	}
}

func (v *validator) selectTyped(in *Instruction) {
	if in.A != 1 {
		v.fail("select of %d types", in.A)
		return
	}
	t := v.r.bin[in.List]
	if TypeName(t) == "?" {
		v.fail("0x%02x is no type of a value", t)
		return
	}
	if t == V128 && v.features.NoVectors {
		v.feature(v.path(v.at), "a value of 128 bits")
	}
	v.pop(I32)
	v.pop(t)
	v.pop(t)
	v.push(t)
}

func (v *validator) variable(in *Instruction) {
	var t ValueType
	switch in.Op {
	case OpLocalGet, OpLocalSet, OpLocalTee:
		if !v.inRange("local", in.A, len(v.locals)) {
			return
		}
		t = v.locals[in.A]
	default:
		if !v.inRange("global", in.A, len(v.Globals)) {
			return
		}
		t = v.Globals[in.A].Type
		if in.Op == OpGlobalSet && !v.Globals[in.A].Mutable {
			v.fail("global.set of global %d, which is constant", in.A)
			return
		}
	}
	if in.Op != OpLocalGet && in.Op != OpGlobalGet {
		v.pop(t)
	}
	if in.Op != OpLocalSet && in.Op != OpGlobalSet {
		v.push(t)
	}
}

// bulk judges operations on tables, segments and ranges of memory.
func (v *validator) bulk(in *Instruction, c *opcode) {
	table := func(i uint32) (ValueType, bool) {
		if !v.inRange("table", i, len(v.Tables)) {
			return 0, false
		}
		return v.Tables[i].Element, true
	}
	switch in.Op {
	case OpMemoryGrow, OpMemoryCopy, OpMemoryFill:
	case OpMemoryInit, OpDataDrop:
		if v.DataCount < 0 {
			v.fail("%s without a data count section", c.name)
			return
		}
		if !v.inRange("data segment", in.A, v.DataCount) {
			return
		}
	case OpElemDrop:
		if !v.inRange("element segment", in.A, len(v.Elems)) {
			return
		}
	case OpTableInit: // the segment stands first
		t, ok := table(in.B)
		if !ok || !v.inRange("element segment", in.A, len(v.Elems)) {
			return
		}
		if v.Elems[in.A].Type != t {
			v.fail("table.init of a table of %s with %s", TypeName(t), TypeName(v.Elems[in.A].Type))
		}
	case OpTableCopy:
		to, ok := table(in.A)
		from, ok2 := table(in.B)
		if !ok || !ok2 {
			return
		}
		if to != from {
			v.fail("table.copy from a table of %s to one of %s", TypeName(from), TypeName(to))
		}
	default:
		t, ok := table(in.A)
		if !ok {
			return
		}
		switch in.Op {
		case OpTableGet:
			v.pop(I32)
			v.push(t)
			return
		case OpTableSet:
			v.pop(t)
			v.pop(I32)
			return
		case OpTableGrow:
			v.pop(I32)
			v.pop(t)
			v.push(I32)
			return
		case OpTableFill:
			v.pop(I32)
			v.pop(t)
			v.pop(I32)
			return
		case OpTableSize:
		}
	}
	v.popAll(c.params)
	v.pushAll(c.results)
}
