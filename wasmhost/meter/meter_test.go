package meter

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func summing() *w.Builder {
	b := w.New()
	return b.Export("run", w.KindFunction, sum(b))
}

func TestACallNeedsWhatItCosts(t *testing.T) {
	t.Parallel()
	for name, engine := range engines {
		bin := rewrite(t, summing(), Options{})
		for _, rounds := range []int64{1, 3, 10_000} {
			need := 2 + 10*rounds
			for _, slice := range []int64{1, 7, 8_192, 2_097_152} {
				if rounds > 3 && slice < 100 {
					continue
				}
				got := run(t, bin, engine(), budget{limit: need, slice: slice}, uint64(rounds))
				if got.err != nil || got.used != need {
					t.Errorf("%s, %d rounds, slices of %d: %d units, %v", name, rounds, slice, got.used, got.err)
				}
				if got = run(t, bin, engine(), budget{limit: need - 1, slice: slice}, uint64(rounds)); !errors.Is(got.err, errFuel) {
					t.Errorf("%s, %d rounds, slices of %d, a unit short: %v", name, rounds, slice, got.err)
				}
			}
		}
	}
}

// What a trap costs is known from the last sync: the head of the loop, before its round is paid for.
func TestTheLastSyncBeforeATrap(t *testing.T) {
	t.Parallel()
	b := w.New()
	b.Export("run", w.KindFunction, b.Func(w.Type{Params: []byte{w.I32}}, nil,
		w.Loop(w.LocalGet(0), c32(-1), w.Op(0x6a), w.Op(0x22, 0), w.Op(0x45), w.If(w.Unreachable), w.Br(0))))
	for name, engine := range engines {
		for _, slice := range []int64{1, 1 << 20} {
			got := run(t, rewrite(t, b, Options{}), engine(), budget{limit: 1 << 30, slice: slice}, 3)
			// A round costs 1+1+1+1+1 and 2 for the if, and 2 for the branch behind it.
			if got.err == nil || got.synced != 2*9 {
				t.Errorf("%s: %d units at the last sync, %v", name, got.synced, got.err)
			}
		}
	}
}

func TestRecursionEndsByItsStack(t *testing.T) {
	t.Parallel()
	self := func(locals int) *w.Builder {
		b := w.New()
		return b.Export("run", w.KindFunction, b.Func(w.Plain, bytes.Repeat([]byte{w.I64}, locals), w.Call(0)))
	}
	mutual := w.New()
	mutual.Func(w.Plain, nil, w.Call(1))
	mutual.Func(w.Plain, nil, w.Call(0))
	mutual.Export("run", w.KindFunction, 0)
	pointed := w.New()
	pointed.Table(w.Funcref, 1, 0)
	pointed.Func(w.Plain, nil, c32(0), w.CallIndirect(pointed.TypeIndex(w.Plain)))
	pointed.Elements(0, 0).Export("run", w.KindFunction, 0)
	chain := w.New()
	const links = 3_000
	for i := range links {
		chain.Func(w.Plain, bytes.Repeat([]byte{w.I64}, 100), w.Call(uint32(min(i+1, links-1))))
	}
	chain.Export("run", w.KindFunction, 0)
	for name, b := range map[string]*w.Builder{"itself": self(0), "with large frames": self(10_000), "each other": mutual,
		"through the table": pointed, "a chain of many": chain} {
		if got := run(t, rewrite(t, b, Options{}), engines["compiler"](), budget{limit: 1 << 40, slice: 1 << 20}); !errors.Is(got.err, errStack) {
			t.Errorf("%s: %v", name, got.err)
		}
	}
}

func TestCodeWithoutLoopsAsksForFuel(t *testing.T) {
	t.Parallel()
	// 400,000 units in one body, in branches that are and are not taken.
	var body []byte
	for range 200 {
		for range 60 {
			body = append(body, c64(1)...)
			body = append(body, c64(1)...)
			body = append(body, w.Op(0x7f)...)
			body = append(body, w.Drop...)
		}
		body = append(body, c32(0)...)
		body = append(body, w.If(w.Nop)...)
		body = append(body, c32(1)...)
		body = append(body, w.If(bytes.Repeat(append(c32(1), w.Drop...), 200))...)
	}
	got := run(t, rewrite(t, module(nil, body), Options{}), engines["compiler"](), budget{limit: 1 << 40, slice: 1})
	if want := int64(200 * (60*23 + 3 + 3 + 400)); got.err != nil || got.used != want || got.refills < int(want/uncheckMax)-1 {
		t.Errorf("%d units, want %d, after %d refills (%v)", got.used, want, got.refills, got.err)
	}
}

func TestLongOperationsRunInPieces(t *testing.T) {
	t.Parallel()
	const size = 5<<20 + 123
	memory := func(body ...[]byte) *w.Builder {
		b := w.New().Memory(200, 0)
		return b.Export("run", w.KindFunction, b.Func(w.Type{Results: []byte{w.I32}}, nil, body...))
	}
	fill := func(to, v int32) []byte {
		return bytes.Join([][]byte{c32(to), c32(v), c32(size), w.Op(0xfc, 11, 0)}, nil)
	}
	move := func(to, from int32) []byte {
		return bytes.Join([][]byte{c32(to), c32(from), c32(size), w.Op(0xfc, 10, 0, 0)}, nil)
	}
	units := int64(40 + 8*((size+63)/64))
	for name, c := range map[string]struct {
		body  []byte
		units int64
		want  uint64
	}{
		"fill":            {append(fill(0, 7), append(c32(size-1), w.Load8(0)...)...), 3 + units + 5, 7},
		"copy up, over":   {bytes.Join([][]byte{fill(0, 9), move(100, 0), c32(size + 99), w.Load8(0)}, nil), 6 + 2*units + 5, 9},
		"copy down, over": {bytes.Join([][]byte{fill(100, 9), move(0, 100), c32(0), w.Load8(0)}, nil), 6 + 2*units + 5, 9},
	} {
		got := run(t, rewrite(t, memory(c.body), Options{}), engines["compiler"](), budget{limit: 1 << 40, slice: 8_192})
		if got.err != nil || got.used != c.units || got.results[0] != c.want || got.refills < 20 {
			t.Errorf("%s: %+v, want %d units and %d", name, got, c.units, c.want)
		}
	}
	// One that reaches out of bounds is paid for as a whole and changes nothing.
	bin := rewrite(t, memory(append(bytes.Join([][]byte{c32(199 << 16), c32(1), c32(size), w.Op(0xfc, 11, 0)}, nil), c32(0)...)), Options{})
	if got := run(t, bin, engines["compiler"](), plenty()); got.err == nil || got.synced != 4+units {
		t.Errorf("beyond the end: %+v, want %d units at the last sync", got, 4+units)
	}
}

func TestTheSameBytesEachTime(t *testing.T) {
	t.Parallel()
	for i, b := range []*w.Builder{summing(), module(nil, priced[5].body)} {
		if !bytes.Equal(rewrite(t, b, Options{}), rewrite(t, b, Options{})) {
			t.Error(fmt.Sprint("module ", i, " is not rewritten to the same bytes"))
		}
	}
}

func TestCanonicalNaN(t *testing.T) {
	t.Parallel()
	odd := w.Op(0x44, 1, 2, 3, 4, 5, 6, 0xf8, 0xff) // a NaN with a payload, and negative
	for name, c := range map[string]struct {
		body []byte
		want uint64
	}{
		"of an addition":    {bytes.Join([][]byte{odd, f64c, w.Op(0xa0), w.Op(0xbd)}, nil), 0x7ff8 << 48},
		"of a chain":        {bytes.Join([][]byte{odd, f64c, w.Op(0xa0), f64c, w.Op(0xa2), w.Op(0x9f), w.Op(0xbd)}, nil), 0x7ff8 << 48},
		"of a demotion":     {bytes.Join([][]byte{odd, w.Op(0xb6), w.Op(0xbc), w.Op(0xad)}, nil), 0x7fc00000},
		"not of a constant": {bytes.Join([][]byte{odd, w.Op(0xbd)}, nil), 0xfff8060504030201},
		"a number stays":    {bytes.Join([][]byte{f64c, f64c, w.Op(0xa0), w.Op(0xbd)}, nil), 0x4000 << 48},
	} {
		b := w.New()
		b.Export("run", w.KindFunction, b.Func(w.Type{Results: []byte{w.I64}}, nil, c.body))
		strict := run(t, rewrite(t, b, Options{Strict: true}), engines["compiler"](), plenty())
		standard := run(t, rewrite(t, b, Options{}), engines["compiler"](), plenty())
		if strict.err != nil || strict.results[0] != c.want || strict.used != standard.used {
			t.Errorf("%s: %x for %d units, want %x for %d (%v)", name, strict.results, strict.used, c.want, standard.used, strict.err)
		}
	}
}
