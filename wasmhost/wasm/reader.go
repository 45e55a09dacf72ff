package wasm

import (
	"fmt"
	"unicode/utf8"
)

// reader takes a binary apart from front to back. The first fault sticks: later reads answer zero, so that a decoder
// checks once, at the end of a step. It never copies.
type reader struct {
	bin  []byte
	pos  int
	end  int
	flaw string // what is wrong, "" while nothing is
	at   int    // where, as an offset in the whole binary
}

func (r *reader) ok() bool   { return r.flaw == "" }
func (r *reader) left() int  { return r.end - r.pos }
func (r *reader) done() bool { return r.flaw != "" || r.pos >= r.end }

func (r *reader) fail(at int, format string, args ...any) {
	if r.flaw == "" {
		r.flaw, r.at = fmt.Sprintf(format, args...), at
	}
}

func (r *reader) byte() byte {
	if !r.ok() {
		return 0
	}
	if r.pos >= r.end {
		r.fail(r.pos, "the section ends too early")
		return 0
	}
	b := r.bin[r.pos]
	r.pos++
	return b
}

// take answers the next n bytes.
func (r *reader) take(n uint32) []byte {
	if !r.ok() {
		return nil
	}
	if uint64(n) > uint64(r.left()) {
		r.fail(r.pos, "%d bytes are announced, %d are there", n, r.left())
		return nil
	}
	b := r.bin[r.pos : r.pos+int(n) : r.pos+int(n)]
	r.pos += int(n)
	return b
}

// sub answers a reader of the next n bytes and goes behind them.
func (r *reader) sub(n uint32) *reader {
	start := r.pos
	r.take(n)
	return &reader{bin: r.bin, pos: start, end: r.pos, flaw: r.flaw, at: r.at}
}

// u32 reads an unsigned LEB128 of at most 32 bits and 5 bytes.
func (r *reader) u32() uint32 { return uint32(r.unsigned(32)) }

func (r *reader) unsigned(bits uint) uint64 {
	start := r.pos
	var v uint64
	for shift := uint(0); ; shift += 7 {
		b := r.byte()
		if !r.ok() {
			return 0
		}
		if rest := bits - shift; rest < 7 && b&0x7f>>rest != 0 || rest <= 7 && b&0x80 != 0 {
			r.fail(start, "a number is over-long or out of range")
			return 0
		}
		v |= uint64(b&0x7f) << shift
		if b&0x80 == 0 {
			return v
		}
	}
}

// s64 reads a signed LEB128 of at most that many bits.
func (r *reader) s64(bits uint) int64 {
	start := r.pos
	var v int64
	for shift := uint(0); ; shift += 7 {
		b := r.byte()
		if !r.ok() {
			return 0
		}
		if rest := bits - shift; rest <= 7 {
			// The unused bits of the last byte must all repeat the sign.
			unused := b & 0x7f >> (rest - 1)
			if b&0x80 != 0 || unused != 0 && unused != 0x7f>>(rest-1) {
				r.fail(start, "a number is over-long or out of range")
				return 0
			}
		}
		v |= int64(b&0x7f) << shift
		if b&0x80 == 0 {
			if shift += 7; shift < 64 && b&0x40 != 0 {
				v |= -1 << shift
			}
			return v
		}
	}
}

// count reads the length of a vector; each entry takes at least one byte, so more than are left cannot be.
func (r *reader) count() int {
	start := r.pos
	n := r.u32()
	if r.ok() && uint64(n) > uint64(r.left()) {
		r.fail(start, "%d entries are announced, %d bytes are left", n, r.left())
		return 0
	}
	return int(n)
}

// name reads a text that must be UTF-8.
func (r *reader) name() string {
	start := r.pos
	b := r.take(r.u32())
	if r.ok() && !utf8.Valid(b) {
		r.fail(start, "a name is not UTF-8")
		return ""
	}
	return string(b)
}
