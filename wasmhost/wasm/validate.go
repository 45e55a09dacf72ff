package wasm

import (
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// anyType stands on the stack for an operand of code that is never reached.
const anyType ValueType = 0

// frame is a block that is open.
type frame struct {
	op          Op
	params      string
	results     string
	height      int  // operands below it
	unreachable bool // the rest of it is never reached
}

// validator judges the instructions of one body by the types of their operands. Its slices are used for all bodies.
type validator struct {
	*decoder
	r        *reader
	path     func(at int) string
	locals   []ValueType
	operands []ValueType
	frames   []frame
	height   int
	at       int // of the instruction at hand
}

// validate judges a body and answers the most operands that its stack holds.
func (d *decoder) validate(r *reader, groups []LocalGroup, function uint32, path func(int) string) int {
	v := &d.check
	*v = validator{decoder: d, r: r, path: path, locals: v.locals[:0], operands: v.operands[:0], frames: v.frames[:0]}
	t := d.TypeOf(function)
	v.locals = append(v.locals, t.Params...)
	for _, g := range groups {
		for range g.Count {
			v.locals = append(v.locals, g.Type)
		}
	}
	v.frames = append(v.frames, frame{op: OpBlock, results: t.Results})
	var in Instruction
	for r.ok() && len(v.frames) > 0 {
		v.at = r.pos
		r.instruction(&in)
		if !r.ok() {
			v.unknown(&in)
			return v.height
		}
		c := lookup(in.Op)
		if d.features.NoVectors && in.Op >= 0xfd00 {
			d.feature(path(v.at), "the instruction "+c.name)
			return v.height
		}
		v.step(&in, c)
	}
	if r.ok() && r.left() > 0 {
		r.fail(r.pos, "%d bytes behind the last end", r.left())
	}
	if !r.ok() {
		at := v.at
		d.invalid(path(at), r)
	}
	return v.height
}

// unknown reports an instruction that cannot be read: a fault, or one of a proposal that is not accepted.
func (v *validator) unknown(in *Instruction) {
	what := ""
	switch op := in.Op; {
	case op >= 0x06 && op <= 0x0a, op == 0x18, op == 0x19, op == 0x1f:
		what = "exception handling"
	case op == 0x12, op == 0x13:
		what = "a tail call"
	case op == 0x14, op == 0x15, op >= 0xd3 && op <= 0xd6:
		what = "a typed function reference"
	case op == 0xfb:
		what = "an instruction of the GC proposal"
	case op == 0xfe:
		what = "an instruction of the threads proposal"
	case op == 0xfe00 && v.r.bin[v.at] == 0xfd:
		what = "an instruction of relaxed SIMD"
	}
	if what != "" {
		v.feature(v.path(v.at), what)
		return
	}
	v.invalid(v.path(v.at), v.r)
}

func (v *validator) fail(format string, args ...any) { v.r.fail(v.at, format, args...) }

func (v *validator) push(t ValueType) {
	v.operands = append(v.operands, t)
	if n := len(v.operands); n > v.height {
		if v.height = n; n == v.limits.Operands+1 {
			v.report(fault.BackendLimit, v.path(v.at), "more operands on a function's stack than the limit",
				"make the function smaller, or let the operator raise the limit")
		}
	}
}

func (v *validator) pushAll(types string) {
	for i := range len(types) {
		v.push(types[i])
	}
}

// pop takes an operand of that type, or of any for anyType, and answers what it was.
func (v *validator) pop(want ValueType) ValueType {
	f := &v.frames[len(v.frames)-1]
	if len(v.operands) == f.height {
		if !f.unreachable {
			v.fail("%s finds no operand", v.name())
		}
		return want
	}
	have := v.operands[len(v.operands)-1]
	v.operands = v.operands[:len(v.operands)-1]
	if have == anyType {
		return want
	}
	if want != anyType && have != want {
		v.fail("%s finds an operand of the type %s, not %s", v.name(), TypeName(have), TypeName(want))
	}
	return have
}

func (v *validator) popAll(types string) {
	for i := len(types) - 1; i >= 0; i-- {
		v.pop(types[i])
	}
}

// name is that of the instruction at hand.
func (v *validator) name() string {
	var in Instruction
	r := reader{bin: v.r.bin, pos: v.at, end: v.r.end}
	r.instruction(&in)
	return in.Op.String()
}

// dead marks the rest of the innermost block as never reached.
func (v *validator) dead() {
	f := &v.frames[len(v.frames)-1]
	v.operands = v.operands[:f.height]
	f.unreachable = true
}

func (v *validator) open(op Op, params, results string) {
	v.popAll(params)
	v.frames = append(v.frames, frame{op: op, params: params, results: results, height: len(v.operands)})
	if len(v.frames) == v.limits.Nesting+2 { // the function's own block is not counted
		v.report(fault.BackendLimit, v.path(v.at), "blocks are nested deeper than the limit",
			"make the function smaller, or let the operator raise the limit")
	}
	v.pushAll(params)
}

// close ends the innermost block.
func (v *validator) close() frame {
	f := v.frames[len(v.frames)-1]
	v.popAll(f.results)
	if v.r.ok() && len(v.operands) != f.height {
		v.fail("a block leaves %d operands too many", len(v.operands)-f.height)
	}
	v.frames = v.frames[:len(v.frames)-1]
	return f
}

// label answers the types that a branch to that label takes along.
func (v *validator) label(l uint32) (string, bool) {
	if int64(l) >= int64(len(v.frames)) {
		v.fail("label %d of %d", l, len(v.frames))
		return "", false
	}
	f := v.frames[len(v.frames)-1-int(l)]
	if f.op == OpLoop {
		return f.params, true
	}
	return f.results, true
}

func (v *validator) branchTable(in *Instruction) {
	if n := int(in.A); n > v.limits.BranchTable {
		v.above(v.path(v.at), "targets of a br_table", n, v.limits.BranchTable)
	}
	v.labels += int(in.A)
	v.pop(I32)
	r := reader{bin: v.r.bin, pos: in.List, end: in.End}
	var labels []uint32
	for range in.A {
		labels = append(labels, r.u32())
	}
	last := r.u32()
	want, ok := v.label(last)
	if !ok {
		return
	}
	seen := ""
	for _, l := range labels {
		types, ok := v.label(l)
		if !ok {
			return
		}
		if len(types) != len(want) {
			v.fail("br_table has targets with %d and %d operands", len(types), len(want))
			return
		}
		if types == seen { // most targets are alike
			continue
		}
		seen = types
		v.peek(types)
	}
	v.popAll(want)
}

// peek checks operands without taking them. What is on the stack of code that is never reached stays of any type.
func (v *validator) peek(types string) {
	saved := append([]ValueType(nil), v.operands...)
	v.popAll(types)
	v.operands = append(v.operands[:0], saved...)
}

// inRange answers whether an index exists.
func (v *validator) inRange(what string, index uint32, count int) bool {
	if int64(index) >= int64(count) {
		v.fail("%s %d of %d", what, index, count)
		return false
	}
	return true
}

// swap is what a select without types may choose between.
func (v *validator) selectAny() {
	v.pop(I32)
	a := v.pop(anyType)
	b := v.pop(anyType)
	if isReference(a) || isReference(b) {
		v.fail("select without a type between references")
		return
	}
	if a != b && a != anyType && b != anyType {
		v.fail("select between %s and %s", TypeName(b), TypeName(a))
	}
	if a == anyType {
		a = b
	}
	v.push(a)
}
