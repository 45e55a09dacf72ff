package meter

import (
	"encoding/binary"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// code collects bytes of the binary format.
type code []byte

func (c *code) op(ops ...wasm.Op) {
	for _, op := range ops {
		if op > 0xff {
			*c = append(*c, byte(op>>8))
			c.u32(uint32(op & 0xff))
			continue
		}
		*c = append(*c, byte(op))
	}
}

func (c *code) u32(v uint32) { *c = binary.AppendUvarint(*c, uint64(v)) }

func (c *code) s64(v int64) {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			*c = append(*c, b)
			return
		}
		*c = append(*c, b|0x80)
	}
}

// at writes an instruction with one index.
func (c *code) at(op wasm.Op, index uint32) {
	c.op(op)
	c.u32(index)
}

func (c *code) i64(v int64) {
	c.op(wasm.OpI64Const)
	c.s64(v)
}

func (c *code) i32(v int32) {
	c.op(wasm.OpI32Const)
	c.s64(int64(v))
}

func (c *code) text(s string) {
	c.u32(uint32(len(s)))
	*c = append(*c, s...)
}

// section appends a section with its header.
func (c *code) section(id byte, body code) {
	*c = append(*c, id)
	c.u32(uint32(len(body)))
	*c = append(*c, body...)
}

// Instructions that the rewriter writes.
const (
	i32Eqz     wasm.Op = 0x45
	i32LtS     wasm.Op = 0x48
	i32LtU     wasm.Op = 0x49
	i32Wrap    wasm.Op = 0xa7
	i32GtU     wasm.Op = 0x4b
	i32LeU     wasm.Op = 0x4d
	i32Eq      wasm.Op = 0x46
	i64LtS     wasm.Op = 0x53
	i64GtU     wasm.Op = 0x56
	i32Add     wasm.Op = 0x6a
	i32Sub     wasm.Op = 0x6b
	i64Add     wasm.Op = 0x7c
	i64Sub     wasm.Op = 0x7d
	i64Mul     wasm.Op = 0x7e
	i64And     wasm.Op = 0x83
	i64Or      wasm.Op = 0x84
	i64Shl     wasm.Op = 0x86
	i64ShrU    wasm.Op = 0x88
	i64ExtendU wasm.Op = 0xad
	f32Eq      wasm.Op = 0x5b
	f64Eq      wasm.Op = 0x61
	f32Const   wasm.Op = 0x43
	f64Const   wasm.Op = 0x44
	noResult           = 0x40
)
