package extism

import (
	"encoding/binary"
	"slices"
)

// Instructions of the binary format that the front uses.
const (
	opIf       = 0x04
	opEnd      = 0x0b
	opReturn   = 0x0f
	opCall     = 0x10
	opLocalGet = 0x20
	opLocalTee = 0x22
	opLoad64   = 0x29
	opLoad8    = 0x2d // i32.load8_u
	opStore64  = 0x37
	opStore8   = 0x3a // i32.store8
	opConst32  = 0x41
	opConst64  = 0x42
	opGE64     = 0x59 // signed
	opGEU64    = 0x5a
	opAdd64    = 0x7c
	opSub64    = 0x7d
	opWrap     = 0xa7
	typeNone   = 0x40
	typeFunc   = 0x60
)

// fast are the functions that the front answers itself.
var fast = map[string]func(c *code, goFunction uint64){
	"load_u8": func(c *code, g uint64) {
		c.within(headerWithin, first, g, 1).charge(costFunction).address(0).access(opLoad8)
	},
	"load_u64": func(c *code, g uint64) {
		c.within(headerWordWithin, first, g, 1).charge(costWord).address(0).access(opLoad64)
	},
	"store_u8": func(c *code, g uint64) {
		c.within(headerWithin, first, g, 2).charge(costFunction).address(0).op(opLocalGet, 1).access(opStore8)
	},
	"store_u64": func(c *code, g uint64) {
		c.within(headerWordWithin, first, g, 2).charge(costWord).address(0).op(opLocalGet, 1).access(opStore64)
	},
	"input_load_u8": func(c *code, g uint64) {
		c.within(headerInputWithin, 0, g, 1).charge(costFunction).address(headerInput).access(opLoad8)
	},
	"input_load_u64": func(c *code, g uint64) {
		c.within(headerInputWord, 0, g, 1).charge(costWord).address(headerInput).access(opLoad64)
	},
	"input_length": func(c *code, _ uint64) { c.charge(costFunction).header(headerInputWithin) },
	"input_offset": func(c *code, _ uint64) { c.charge(costFunction).header(headerInput) },
}

// code is the body of a function of the front.
type code struct {
	bytes   []byte
	settle  uint64 // index of the function that settles
	scratch byte   // index of a local that the body may use
}

func (c *code) op(b ...byte) *code {
	c.bytes = append(c.bytes, b...)
	return c
}

func (c *code) number(op byte, v int64) *code {
	c.bytes = appendSigned(append(c.bytes, op), v)
	return c
}

func (c *code) call(function uint64) *code {
	c.bytes = binary.AppendUvarint(append(c.bytes, opCall), function)
	return c
}

// access loads or stores at the address on the stack, of any alignment.
func (c *code) access(op byte) { c.op(op, 0, 0) }

// header puts a word of the header on the stack.
func (c *code) header(at byte) *code { return c.op(opConst32, 0, opLoad64, 0, at) }

// within leaves all to the Go function, of so many parameters, unless the first parameter, less from, is below a word of
// the header.
func (c *code) within(word byte, from int64, goFunction uint64, params byte) *code {
	c.op(opLocalGet, 0)
	if from != 0 {
		c.number(opConst64, from).op(opSub64) // what is below from becomes large
	}
	c.header(word).op(opGEU64, opIf, typeNone)
	for i := range params {
		c.op(opLocalGet, i)
	}
	return c.call(goFunction).op(opReturn, opEnd)
}

// charge adds to the header's units, and settles when enough have gathered.
func (c *code) charge(units int64) *code {
	c.op(opConst32, 0).header(headerUnits).number(opConst64, units).op(opAdd64, opLocalTee, c.scratch, opStore64, 0, headerUnits)
	return c.op(opLocalGet, c.scratch).number(opConst64, settleAt).op(opGE64, opIf, typeNone).call(c.settle).op(opEnd)
}

// address puts the first parameter on the stack as an address, counted from a word of the header if there is one.
func (c *code) address(base byte) *code {
	c.op(opLocalGet, 0)
	if base != 0 {
		c.header(base).op(opAdd64)
	}
	return c.op(opWrap)
}

// Front answers the binary of the front for an arena of at most that many bytes; 0 means ArenaMax.
func Front(arenaMax int) []byte {
	if arenaMax <= 0 {
		arenaMax = ArenaMax
	}
	imports := FrontImports()
	settle := uint64(len(imports) - 1)
	var types, imported, functions, exports, bodies [][]byte
	for i, f := range imports {
		types = append(types, slices.Concat([]byte{typeFunc}, vector(f.Params), vector(f.Results)))
		imported = append(imported, slices.Concat(name(f.Module), name(f.Name), []byte{0}, number(i)))
		if f.Module != Module {
			continue
		}
		index := i
		if write := fast[f.Name]; write != nil {
			index = len(imports) + len(functions)
			functions = append(functions, number(i))
			c := &code{bytes: []byte{1, 1, i64}, settle: settle, scratch: byte(len(f.Params))}
			write(c, uint64(i))
			bodies = append(bodies, vector(append(c.bytes, opEnd)))
		}
		exports = append(exports, slices.Concat(name(f.Name), []byte{0}, number(index)))
	}
	exports = append(exports, slices.Concat(name("memory"), []byte{2, 0}))
	memory := slices.Concat([]byte{1}, number(int(pages(headerBytes))), number(int(pages(uint64(min(arenaMax, arenaMost))))))
	return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"), section(1, types), section(2, imported), section(3, functions),
		section(5, [][]byte{memory}), section(7, exports), section(10, bodies))
}

func number(n int) []byte { return binary.AppendUvarint(nil, uint64(n)) }

func name(s string) []byte { return vector([]byte(s)) }

// vector is bytes with their number before.
func vector(b []byte) []byte { return append(number(len(b)), b...) }

// section is a section of so many items.
func section(id byte, items [][]byte) []byte {
	return slices.Concat([]byte{id}, vector(append(number(len(items)), slices.Concat(items...)...)))
}

// appendSigned appends v as signed LEB128.
func appendSigned(b []byte, v int64) []byte {
	for {
		low := byte(v & 0x7f)
		v >>= 7
		if v == 0 && low&0x40 == 0 || v == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}
