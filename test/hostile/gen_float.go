package hostile

import (
	"encoding/binary"
	"slices"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// A NaN with a payload, of each kind: quiet and signalling, of both signs.
var (
	nans32 = []uint32{0x7fc00000, 0xffc00000, 0x7fc12345, 0xffedcba9, 0x7f800001, 0xffa5a5a5}
	nans64 = []uint64{0x7ff8000000000000, 0xfff8000000000000, 0x7ff8123456789abc, 0xfffedcba98765432, 0x7ff0000000000001, 0xfff5a5a5a5a5a5a5}
)

func f32(bits uint32) []byte { return binary.LittleEndian.AppendUint32([]byte{0x43}, bits) }

// checks collects comparisons of 64-bit patterns; each that does not hold ends the handler with its number.
type checks struct {
	body []byte
	n    int32
}

// same compares the i64 that code leaves with a constant.
func (c *checks) same(want uint64, code ...[]byte) {
	c.n++
	c.body = slices.Concat(c.body, slices.Concat(code...), w.I64Const(int64(want)), w.Op(0x52),
		w.If(w.I32Const(c.n), w.Call(0), w.Return))
}

// wide32 turns an f32 into its bits as an i64.
var wide32 = w.Op(0xbc, 0xad)

// floats are the guests that look at the bits of NaNs.
func floats() []Guest {
	return []Guest{
		built("nan-canonical", `
			what: Every float instruction on NaNs with payloads: what calculates gives the one canonical NaN, what moves bits moves them.
			profile: strict
			expect: answer null
			note: a number is that of the first comparison that does not hold`, func() []byte {
			var c checks
			for n, x := range nans32 {
				c.singles(f32(x), f32(nans32[(n+1)%len(nans32)]), x)
			}
			for n, x := range nans64 {
				c.doubles(w.F64Const(x), w.F64Const(nans64[(n+1)%len(nans64)]), x)
			}
			c.made()
			return c.module()
		}),
	}
}

const (
	canonical32 = 0x7fc00000
	canonical64 = 0x7ff8 << 48
)

func (c *checks) singles(x, y []byte, bits uint32) {
	one := f32(0x3f800000)
	for op := byte(0x8d); op <= 0x91; op++ { // ceil, floor, trunc, nearest, sqrt
		c.same(canonical32, x, w.Op(op), wide32)
	}
	for op := byte(0x92); op <= 0x97; op++ { // add, sub, mul, div, min, max
		c.same(canonical32, x, one, w.Op(op), wide32)
		c.same(canonical32, one, x, w.Op(op), wide32)
		c.same(canonical32, x, y, w.Op(op), wide32)
	}
	c.same(canonical64, x, w.Op(0xbb, 0xbd)) // promote
	sign := uint32(1) << 31
	c.same(uint64(bits&^sign), x, w.Op(0x8b), wide32)      // abs
	c.same(uint64(bits^sign), x, w.Op(0x8c), wide32)       // neg
	c.same(uint64(bits&^sign), x, one, w.Op(0x98), wide32) // copysign
	c.same(uint64(bits), w.I32Const(8), x, w.Op(0x38, 0, 0), w.I32Const(8), w.Op(0x2a, 0, 0), wide32)
	c.same(uint64(bits), x, one, w.I32Const(1), w.Op(0x1b), wide32) // select
	c.same(uint64(bits), x, w.Op(0xbc, 0xbe, 0xbc, 0xad))
	for op := byte(0x5b); op <= 0x60; op++ { // compare: only ne holds
		want := uint64(0)
		if op == 0x5c {
			want = 1
		}
		c.same(want, x, x, w.Op(op), w.Op(0xad))
	}
	for _, op := range []byte{0, 1, 4, 5} { // saturating conversions
		wide := w.Op(0xad)
		if op >= 4 {
			wide = nil
		}
		c.same(0, x, w.Op(0xfc, op), wide)
	}
}

func (c *checks) doubles(x, y []byte, bits uint64) {
	one, wide := w.F64Const(0x3ff0<<48), w.Op(0xbd)
	for op := byte(0x9b); op <= 0x9f; op++ {
		c.same(canonical64, x, w.Op(op), wide)
	}
	for op := byte(0xa0); op <= 0xa5; op++ {
		c.same(canonical64, x, one, w.Op(op), wide)
		c.same(canonical64, one, x, w.Op(op), wide)
		c.same(canonical64, x, y, w.Op(op), wide)
	}
	c.same(canonical32, x, w.Op(0xb6), wide32) // demote
	sign := uint64(1) << 63
	c.same(bits&^sign, x, w.Op(0x99), wide)
	c.same(bits^sign, x, w.Op(0x9a), wide)
	c.same(bits&^sign, x, one, w.Op(0xa6), wide)
	c.same(bits, w.I32Const(8), x, w.Op(0x39, 0, 0), w.I32Const(8), w.Op(0x2b, 0, 0), wide)
	c.same(bits, x, one, w.I32Const(1), w.Op(0x1b), wide)
	c.same(bits, x, w.Op(0xbd, 0xbf, 0xbd))
	for op := byte(0x61); op <= 0x66; op++ {
		want := uint64(0)
		if op == 0x62 {
			want = 1
		}
		c.same(want, x, x, w.Op(op), w.Op(0xad))
	}
	for _, op := range []byte{2, 3, 6, 7} {
		widen := w.Op(0xad)
		if op >= 6 {
			widen = nil
		}
		c.same(0, x, w.Op(0xfc, op), widen)
	}
}

// made are NaNs that come out of numbers.
func (c *checks) made() {
	inf32, minus32, zero32 := f32(0x7f800000), f32(0xff800000), f32(0)
	inf64, minus64, zero64 := w.F64Const(0x7ff0<<48), w.F64Const(0xfff0<<48), w.F64Const(0)
	c.same(canonical32, inf32, minus32, w.Op(0x92), wide32)
	c.same(canonical32, inf32, inf32, w.Op(0x93), wide32)
	c.same(canonical32, inf32, zero32, w.Op(0x94), wide32)
	c.same(canonical32, zero32, zero32, w.Op(0x95), wide32)
	c.same(canonical32, minus32, w.Op(0x91), wide32)
	c.same(canonical64, inf64, minus64, w.Op(0xa0, 0xbd))
	c.same(canonical64, inf64, inf64, w.Op(0xa1, 0xbd))
	c.same(canonical64, inf64, zero64, w.Op(0xa2, 0xbd))
	c.same(canonical64, zero64, zero64, w.Op(0xa3, 0xbd))
	c.same(canonical64, minus64, w.Op(0x9f, 0xbd))
}

// module is the guest that makes the comparisons. Function 0 packs an answer that is a number.
func (c *checks) module() []byte {
	b := w.New()
	b.Data(2048, `{"ok":     }`)
	digit := func(at uint32, divisor int32) []byte {
		return slices.Concat(w.I32Const(0), w.LocalGet(0), w.I32Const(divisor), w.Op(0x6e), w.I32Const(10), w.Op(0x70), w.I32Const('0'),
			w.Op(0x6a), w.Store8(2054+at))
	}
	b.Func(w.Type{Params: []byte{w.I32}, Results: []byte{w.I64}}, nil,
		// A number has no leading zero: a 1 stands before it.
		w.I32Const(0), w.I32Const('1'), w.Store8(2054), digit(1, 1000), digit(2, 100), digit(3, 10), digit(4, 1), w.Packed(2048, 12))
	constantAllocator(b)
	return run(b, c.body)
}
