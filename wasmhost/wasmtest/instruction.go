package wasmtest

import "encoding/binary"

// Instructions without operands in the code.
var (
	Unreachable = []byte{0x00}
	Nop         = []byte{0x01}
	Return      = []byte{0x0f}
	Drop        = []byte{0x1a}
	MemorySize  = []byte{0x3f, 0}
	MemoryGrow  = []byte{0x40, 0}
)

// Op is an instruction by its code.
func Op(code ...byte) []byte { return code }

// I32Const pushes a constant.
func I32Const(v int32) []byte { return append([]byte{0x41}, signed(int64(v))...) }

// I64Const pushes a constant.
func I64Const(v int64) []byte { return append([]byte{0x42}, signed(v)...) }

// F64Const pushes a constant by its bits.
func F64Const(bits uint64) []byte { return binary.LittleEndian.AppendUint64([]byte{0x44}, bits) }

// LocalGet pushes a local.
func LocalGet(i uint32) []byte { return append([]byte{0x20}, U32(i)...) }

// LocalSet pops into a local.
func LocalSet(i uint32) []byte { return append([]byte{0x21}, U32(i)...) }

// GlobalGet pushes a global.
func GlobalGet(i uint32) []byte { return append([]byte{0x23}, U32(i)...) }

// GlobalSet pops into a global.
func GlobalSet(i uint32) []byte { return append([]byte{0x24}, U32(i)...) }

// Call calls a function.
func Call(i uint32) []byte { return append([]byte{0x10}, U32(i)...) }

// CallIndirect calls an entry of table 0 by the index on the stack.
func CallIndirect(kind uint32) []byte { return join([]byte{0x11}, U32(kind), []byte{0}) }

// Load8 reads a byte as an i32; all loads and stores have an offset to the address on the stack.
func Load8(offset uint32) []byte { return join([]byte{0x2d, 0}, U32(offset)) }

// Load32 reads an i32.
func Load32(offset uint32) []byte { return join([]byte{0x28, 0}, U32(offset)) }

// Load64 reads an i64.
func Load64(offset uint32) []byte { return join([]byte{0x29, 0}, U32(offset)) }

// Store8 writes the low byte of an i32.
func Store8(offset uint32) []byte { return join([]byte{0x3a, 0}, U32(offset)) }

// Store32 writes an i32.
func Store32(offset uint32) []byte { return join([]byte{0x36, 0}, U32(offset)) }

// Store64 writes an i64.
func Store64(offset uint32) []byte { return join([]byte{0x37, 0}, U32(offset)) }

// Block runs its body; Br(0) in it leaves it.
func Block(body ...[]byte) []byte { return join([]byte{0x02, 0x40}, join(body...), []byte{0x0b}) }

// Loop runs its body; Br(0) in it begins it anew.
func Loop(body ...[]byte) []byte { return join([]byte{0x03, 0x40}, join(body...), []byte{0x0b}) }

// If runs its body if the i32 on the stack is not zero.
func If(body ...[]byte) []byte { return join([]byte{0x04, 0x40}, join(body...), []byte{0x0b}) }

// Br branches.
func Br(depth uint32) []byte { return append([]byte{0x0c}, U32(depth)...) }

// BrIf branches if the i32 on the stack is not zero.
func BrIf(depth uint32) []byte { return append([]byte{0x0d}, U32(depth)...) }

// Packed pushes the answer of a handler: an address and a length.
func Packed(ptr, length uint32) []byte { return I64Const(int64(uint64(ptr)<<32 | uint64(length))) }

// Pack packs an address and a length that are in locals.
func Pack(ptr, length uint32) []byte {
	return join(LocalGet(ptr), Op(0xad), I64Const(32), Op(0x86), LocalGet(length), Op(0xad), Op(0x84))
}

func signed(v int64) []byte {
	var out []byte
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}
