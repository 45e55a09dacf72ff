package meter

import "unicode/utf8"

// Subsections of the name section that are kept.
const (
	moduleName    = 0
	functionNames = 1
)

// maxNames bounds how many names of functions are kept.
const maxNames = 100_000

// names answers the name section with the functions' indexes moved, nil if there is none that can be read. It is no part of
// what was validated, so each step looks where it goes.
func (w *writer) names() code {
	s := w.NameSection
	if s.To <= s.From {
		return nil
	}
	r := bounded{w.Bytes()[s.From:s.To], false}
	var out code
	for len(r.bin) > 0 && !r.bad {
		id := r.byte()
		body := bounded{r.take(r.u32()), r.bad}
		switch id {
		case moduleName:
			name := body.take(body.u32())
			if body.bad || !utf8.Valid(name) {
				return nil
			}
			var sub code
			sub.text(string(name))
			out.section(id, sub)
		case functionNames:
			sub, ok := w.functionNames(&body)
			if !ok {
				return nil
			}
			out.section(id, sub)
		}
	}
	return out
}

func (w *writer) functionNames(r *bounded) (code, bool) {
	var list code
	n, kept, last := r.u32(), uint32(0), int64(-1)
	for range min(n, maxNames) {
		index, name := r.u32(), r.take(r.u32())
		if r.bad || !utf8.Valid(name) || int64(index) <= last || int64(index) >= int64(len(w.Functions)) {
			return nil, false
		}
		last = int64(index)
		list.u32(w.moved(index))
		list.text(string(name))
		kept++
	}
	var out code
	out.u32(kept)
	return append(out, list...), true
}

// bounded reads bytes that may be wrong.
type bounded struct {
	bin []byte
	bad bool
}

func (r *bounded) byte() byte {
	if len(r.bin) == 0 {
		r.bad = true
		return 0
	}
	b := r.bin[0]
	r.bin = r.bin[1:]
	return b
}

func (r *bounded) u32() uint32 {
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b&0x80 == 0 {
			return uint32(v)
		}
	}
	r.bad = true
	return 0
}

func (r *bounded) take(n uint32) []byte {
	if r.bad || uint64(n) > uint64(len(r.bin)) {
		r.bad = true
		return nil
	}
	b := r.bin[:n]
	r.bin = r.bin[n:]
	return b
}
