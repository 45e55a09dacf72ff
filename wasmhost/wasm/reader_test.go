package wasm

import "testing"

func TestNumbersAreReadStrictly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   []byte
		want uint32
		ok   bool
	}{
		{"zero", []byte{0}, 0, true},
		{"two bytes", []byte{0xe5, 0x0e}, 1893, true},
		{"padded within five bytes", []byte{0x80, 0x80, 0x80, 0x80, 0x00}, 0, true},
		{"largest", []byte{0xff, 0xff, 0xff, 0xff, 0x0f}, 0xffffffff, true},
		{"a bit too many", []byte{0xff, 0xff, 0xff, 0xff, 0x1f}, 0, false},
		{"six bytes", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 0, false},
		{"cut off", []byte{0x80}, 0, false},
		{"empty", nil, 0, false},
	} {
		r := &reader{bin: c.in, end: len(c.in)}
		if got := r.u32(); got != c.want || r.ok() != c.ok {
			t.Errorf("%s: got %d, %v", c.name, got, r.flaw)
		}
	}
}

func TestSignedNumbersRepeatTheirSign(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   []byte
		bits uint
		ok   bool
	}{
		{"minus one", []byte{0x7f}, 32, true},
		{"least", []byte{0x80, 0x80, 0x80, 0x80, 0x78}, 32, true},
		{"most", []byte{0xff, 0xff, 0xff, 0xff, 0x07}, 32, true},
		{"sign not repeated", []byte{0xff, 0xff, 0xff, 0xff, 0x4f}, 32, false},
		{"six bytes", []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, 32, false},
		{"least of 64", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f}, 64, true},
		{"most of 64", []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00}, 64, true},
		{"beyond 64", []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, 64, false},
	} {
		r := &reader{bin: c.in, end: len(c.in)}
		if r.s64(c.bits); r.ok() != c.ok {
			t.Errorf("%s: %q", c.name, r.flaw)
		}
	}
}
