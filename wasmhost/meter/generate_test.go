package meter

import (
	"encoding/binary"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// generator makes a valid module out of any bytes: each choice takes one, and when they are used up the simplest is made.
type generator struct {
	choices []byte
	code    code
	globals []wasm.ValueType
	types   []wasm.FuncType // of functions; the last is that of run
	self    int             // function that is written
	locals  []wasm.ValueType
	labels  []label
	counter uint32 // local that bounds loops
}

type label struct {
	results string // that a branch takes along
	loop    bool
}

var valueTypes = []wasm.ValueType{wasm.I32, wasm.I64, wasm.F32, wasm.F64, wasm.V128}

// byResult are the instructions that give one value of a type and depend on nothing else.
var byResult = func() map[string][]wasm.Op {
	out := map[string][]wasm.Op{}
	for _, op := range wasm.Ops() {
		if f, ok := op.Form(); ok {
			out[f.Results] = append(out[f.Results], op)
		}
	}
	return out
}()

func (g *generator) choose(n int) int {
	if len(g.choices) == 0 || n <= 1 {
		return 0
	}
	c := int(g.choices[0])
	g.choices = g.choices[1:]
	return c % n
}

// generate answers a module whose export run takes an i32 and gives one.
func generate(choices []byte) []byte {
	g := &generator{choices: choices}
	for range 1 + g.choose(4) {
		t := wasm.FuncType{}
		for range g.choose(4) {
			t.Params += string([]byte{valueTypes[g.choose(5)]})
		}
		for range g.choose(3) {
			t.Results += string([]byte{valueTypes[g.choose(5)]})
		}
		g.types = append(g.types, t)
	}
	g.types = append(g.types, wasm.Sig("i", "i"))
	for range g.choose(4) {
		g.globals = append(g.globals, valueTypes[g.choose(4)])
	}
	var types, functions, globals, bodies code
	types.u32(uint32(len(g.types)))
	functions.u32(uint32(len(g.types)))
	for i, t := range g.types {
		types = append(types, 0x60)
		types.text(t.Params)
		types.text(t.Results)
		functions.u32(uint32(i))
	}
	globals.u32(uint32(len(g.globals)))
	for _, t := range g.globals {
		globals = append(globals, t, 1)
		globals = append(globals, zero(t)...)
		globals.op(wasm.OpEnd)
	}
	bodies.u32(uint32(len(g.types)))
	for i := range g.types {
		body := g.function(i)
		bodies.u32(uint32(len(body)))
		bodies = append(bodies, body...)
	}
	last := uint32(len(g.types) - 1)
	out := code("\x00asm\x01\x00\x00\x00")
	out.section(wasm.SectionType, types)
	out.section(wasm.SectionFunction, functions)
	out.section(wasm.SectionTable, code{1, wasm.Funcref, 1, 8, 16})
	out.section(wasm.SectionMemory, code{1, 1, 1, 3})
	out.section(wasm.SectionGlobal, globals)
	var exports code
	exports.u32(2)
	exports.text("run")
	exports = append(exports, byte(wasm.KindFunction))
	exports.u32(last)
	exports.text("memory")
	exports = append(exports, byte(wasm.KindMemory), 0)
	out.section(wasm.SectionExport, exports)
	elements := code{2, 0, wasmI32Const, 1, wasmEnd}
	elements.u32(last)
	for i := range last {
		elements.u32(i)
	}
	elements = append(elements, 1, 0) // a passive segment
	elements.u32(1)
	elements.u32(last)
	out.section(wasm.SectionElement, elements)
	out.section(wasm.SectionDataCount, code{2})
	out.section(wasm.SectionCode, bodies)
	out.section(wasm.SectionData, code{2, 0, wasmI32Const, 7, wasmEnd, 3, 'a', 'b', 'c', 1, 4, 1, 2, 3, 4})
	return out
}

const (
	wasmI32Const = 0x41
	wasmEnd      = 0x0b
)

// zero is the constant that a type begins with.
func zero(t wasm.ValueType) code {
	switch t {
	case wasm.I32, wasm.I64:
		return code{wasmI32Const + wasm.I32 - t, 0}
	case wasm.F32:
		return code{0x43, 0, 0, 0x80, 0x3f}
	case wasm.F64:
		return code{0x44, 0, 0, 0, 0, 0, 0, 0, 0x40}
	}
	return append(code{0xfd, 0x0c}, make([]byte, 16)...)
}

func (g *generator) function(i int) code {
	t := g.types[i]
	g.self, g.code, g.labels = i, nil, []label{{results: t.Results}}
	g.locals = append(append(g.locals[:0], t.Params...), wasm.I32)
	g.counter = uint32(len(t.Params))
	var extra []wasm.ValueType
	for range g.choose(4) {
		extra = append(extra, valueTypes[g.choose(5)])
	}
	g.locals = append(g.locals, extra...)
	for range 1 + g.choose(4) {
		g.statement(4)
	}
	g.values(t.Results, 3)
	g.code.op(wasm.OpEnd)
	var out code
	out.u32(uint32(1 + len(extra)))
	out = append(out, 1, wasm.I32)
	for _, t := range extra {
		out = append(out, 1, t)
	}
	return append(out, g.code...)
}

func (g *generator) values(types string, depth int) {
	for i := range len(types) {
		g.value(types[i], depth)
	}
}

// value writes code that leaves a value.
func (g *generator) value(t wasm.ValueType, depth int) {
	if depth <= 0 {
		g.simple(t)
		return
	}
	switch g.choose(8) {
	case 0:
		g.simple(t)
	case 1:
		g.nested(wasm.OpBlock, string([]byte{t}), depth)
	case 2:
		g.value(wasm.I32, depth-1)
		g.nested(wasm.OpIf, string([]byte{t}), depth)
	case 3:
		g.value(t, depth-1)
		g.value(t, depth-1)
		g.value(wasm.I32, depth-1)
		if g.choose(2) == 0 && t != wasm.V128 {
			g.code.op(wasm.OpSelect)
		} else {
			g.code.op(wasm.OpSelectTyped)
			g.code = append(g.code, 1, t)
		}
	case 4:
		g.call(t, depth)
	default:
		g.operation(byResult[string([]byte{t})], depth)
	}
}

func (g *generator) simple(t wasm.ValueType) {
	var have []uint32
	for i, l := range g.locals {
		if l == t {
			have = append(have, uint32(i))
		}
	}
	switch n := g.choose(3); {
	case n == 1 && len(have) > 0:
		g.code.at(wasm.OpLocalGet, have[g.choose(len(have))])
		return
	case n == 2:
		for i, have := range g.globals {
			if have == t {
				g.code.at(wasm.OpGlobalGet, uint32(i))
				return
			}
		}
	}
	switch t {
	case wasm.I32:
		g.code.i32([]int32{0, 1, -1, 7, 65_530, 1 << 20, -1 << 31}[g.choose(7)])
	case wasm.I64:
		g.code.i64([]int64{0, 1, -1, 7, 1 << 40, -1 << 63}[g.choose(6)])
	default:
		g.code = append(g.code, zero(t)...)
	}
}

func (g *generator) operation(ops []wasm.Op, depth int) {
	op := ops[(g.choose(256)*256+g.choose(256))%len(ops)]
	f, _ := op.Form()
	if f.Memory && len(f.Params) > 0 { // an address that is mostly inside
		g.value(wasm.I32, depth-1)
		if g.choose(4) > 0 {
			g.code.i32(0xffff)
			g.code.op(0x71) // i32.and
		}
		g.values(f.Params[1:], depth-1)
	} else {
		g.values(f.Params, depth-1)
	}
	g.code.op(op)
	for range f.Bytes {
		g.code = append(g.code, byte(g.choose(32)))
	}
	if f.Memory {
		g.code.u32(uint32(g.choose(int(f.Align) + 1)))
		g.code.u32(uint32(g.choose(64)))
	}
	if f.Lanes > 0 {
		g.code = append(g.code, byte(g.choose(int(f.Lanes))))
	}
}

// nested opens a block, writes statements and its results, and ends it. An if has an else if it gives something.
func (g *generator) nested(op wasm.Op, results string, depth int) {
	g.code.op(op)
	if results == "" {
		g.code = append(g.code, noResult)
	} else {
		g.code = append(g.code, results[0])
	}
	l := label{results: results, loop: op == wasm.OpLoop}
	if l.loop {
		l.results = ""
	}
	part := func() {
		g.labels = append(g.labels, l)
		for range g.choose(3) {
			g.statement(depth - 1)
		}
		g.values(results, depth-1)
		g.labels = g.labels[:len(g.labels)-1]
	}
	if l.loop { // bounded, mostly
		g.code.at(wasm.OpLocalGet, g.counter)
		g.code.i32(1)
		g.code.op(i32Add)
		g.code.at(wasm.OpLocalTee, g.counter)
		g.code.i32(50)
		g.code.op(i32GtU, wasm.OpIf, noResult, wasm.OpUnreachable, wasm.OpEnd)
	}
	part()
	if op == wasm.OpIf && (results != "" || g.choose(2) == 0) {
		g.code.op(wasm.OpElse)
		part()
	}
	g.code.op(wasm.OpEnd)
}

// call calls a function that gives that, or leaves a simple value.
func (g *generator) call(t wasm.ValueType, depth int) {
	for i, f := range g.types {
		if f.Results != string([]byte{t}) || i >= g.self && g.choose(4) > 0 { // recursion is rare
			continue
		}
		g.values(f.Params, depth-1)
		if g.choose(3) == 0 {
			g.value(wasm.I32, 0)
			g.code.at(wasm.OpCallIndirect, uint32(i))
			g.code.u32(0)
		} else {
			g.code.at(wasm.OpCall, uint32(i))
		}
		return
	}
	g.simple(t)
}

// statement writes code that leaves nothing.
func (g *generator) statement(depth int) {
	if depth <= 0 {
		g.code.op(wasm.OpNop)
		return
	}
	switch g.choose(13) {
	case 0:
		t := valueTypes[g.choose(5)]
		g.value(t, depth)
		g.code.op(wasm.OpDrop)
	case 1:
		l := uint32(g.choose(len(g.locals)))
		if l == g.counter {
			return
		}
		g.value(g.locals[l], depth)
		g.code.at(wasm.OpLocalSet, l)
	case 2:
		if len(g.globals) > 0 {
			n := g.choose(len(g.globals))
			g.value(g.globals[n], depth)
			g.code.at(wasm.OpGlobalSet, uint32(n))
		}
	case 3:
		g.operation(byResult[""], depth)
	case 4:
		g.nested(wasm.OpBlock, "", depth)
	case 5:
		g.nested(wasm.OpLoop, "", depth)
	case 6:
		g.value(wasm.I32, depth-1)
		g.nested(wasm.OpIf, "", depth)
	case 7:
		l := g.choose(len(g.labels))
		g.values(g.labels[len(g.labels)-1-l].results, depth-1)
		g.value(wasm.I32, depth-1)
		g.code.at(wasm.OpBrIf, uint32(l))
		for range g.labels[len(g.labels)-1-l].results {
			g.code.op(wasm.OpDrop)
		}
	case 8: // a way out, inside of an if so that what follows is reached
		g.value(wasm.I32, depth-1)
		g.code.op(wasm.OpIf, noResult)
		g.labels = append(g.labels, label{})
		g.leave(depth)
		g.labels = g.labels[:len(g.labels)-1]
		g.code.op(wasm.OpEnd)
	case 9:
		ops := [][]byte{{0xfc, 10, 0, 0}, {0xfc, 11, 0}, {0xfc, 8, 1, 0}, {0xfc, 12, 1, 0}, {0xfc, 14, 0, 0}}
		op := ops[g.choose(len(ops))]
		for range 3 {
			g.value(wasm.I32, 0)
		}
		g.code = append(g.code, op...)
	case 10:
		g.value(wasm.I32, 0)
		g.code.op(wasm.OpMemoryGrow)
		g.code.u32(0)
		g.code.op(wasm.OpDrop)
	case 11: // a table entry set, or a reference taken
		g.code.i32(int32(g.choose(9)))
		g.code.at(wasm.OpRefFunc, uint32(len(g.types)-1))
		g.code.at(wasm.OpTableSet, 0)
	case 12:
		g.code.op(wasm.OpRefNull)
		g.code = append(g.code, wasm.Funcref)
		g.code.i32(int32(g.choose(20)))
		g.code.at(wasm.OpTableGrow, 0)
		g.code.op(wasm.OpDrop)
	}
}

// leave writes what ends a block, and code behind it that is never reached.
func (g *generator) leave(depth int) {
	switch g.choose(4) {
	case 0:
		l := g.choose(len(g.labels))
		g.values(g.labels[len(g.labels)-1-l].results, depth-1)
		g.code.at(wasm.OpBr, uint32(l))
	case 1:
		g.values(g.labels[0].results, depth-1)
		g.code.op(wasm.OpReturn)
	case 2:
		g.code.op(wasm.OpUnreachable)
	case 3:
		var list []uint32
		l := g.choose(len(g.labels))
		want := g.labels[len(g.labels)-1-l].results
		for n := range g.labels {
			if g.labels[len(g.labels)-1-n].results == want {
				list = append(list, uint32(n))
			}
		}
		g.values(want, depth-1)
		g.value(wasm.I32, depth-1)
		g.code.op(wasm.OpBrTable)
		g.code.u32(uint32(len(list)))
		for _, n := range list {
			g.code.u32(n)
		}
		g.code.u32(uint32(l))
	}
	for range g.choose(2) {
		g.statement(depth - 1)
	}
}

// seeded answers choices for a number.
func seeded(n uint64, length int) []byte {
	out := make([]byte, 0, length)
	for x := n*0x9e3779b97f4a7c15 + 1; len(out) < length; {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		out = binary.LittleEndian.AppendUint64(out, x)
	}
	return out
}
