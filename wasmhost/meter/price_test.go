package meter

import (
	"reflect"
	"slices"
	"testing"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func c32(v int32) []byte { return w.I32Const(v) }
func c64(v int64) []byte { return w.I64Const(v) }

var (
	f32c = w.Op(0x43, 0, 0, 0x80, 0x3f)
	f64c = w.Op(0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f)
	v128 = append(w.Op(0xfd, 0x0c), make([]byte, 16)...)
	null = w.Op(0xd0, 0x70)
)

// priced are bodies and what they cost, written out from the published list: the tests below hold the rewriter to it, and hold
// it against each single entry.
var priced = []struct {
	name   string
	locals []byte
	units  int64
	body   []byte
}{
	{"nothing", nil, 0, nil},
	{"structure", nil, 0, slices.Concat(w.Nop, w.Block(w.Nop))},
	{"plain", nil, 1 + 1 + 1 + 1, slices.Concat(c32(1), c32(2), w.Op(0x6a), w.Drop)},
	{"branch: br", nil, 2, w.Block(w.Br(0))},
	{"branch: br_if not taken", nil, 1 + 2 + 1 + 1, w.Block(c32(0), w.BrIf(0), c32(0), w.Drop)},
	{"branch: br_if taken", nil, 1 + 2, w.Block(c32(1), w.BrIf(0), c32(0), w.Drop)},
	{"branch: if", nil, 1 + 2 + 2, slices.Concat(c32(1), w.If(c32(0), w.Drop))},
	{"branch: select", nil, 3 + 2 + 1, slices.Concat(c32(1), c32(2), c32(3), w.Op(0x1b), w.Drop)},
	{"branch: ref.func", nil, 2 + 1, slices.Concat(w.Op(0xd2, 0), w.Drop)},
	{"branch: return", nil, 2, w.Return},
	{"mul", nil, 2 + 3 + 1, slices.Concat(c64(1), c64(2), w.Op(0x7e), w.Drop)},
	{"memory: load", nil, 1 + 4 + 1, slices.Concat(c32(0), w.Load32(0), w.Drop)},
	{"memory: store", nil, 2 + 4, slices.Concat(c32(0), c64(0), w.Store64(0))},
	{"float", nil, 2 + 3 + 1, slices.Concat(f64c, f64c, w.Op(0xa0), w.Drop)},
	{"convert", nil, 1 + 4 + 1, slices.Concat(f64c, w.Op(0xaa), w.Drop)},
	{"convert: saturating", nil, 1 + 4 + 1, slices.Concat(f64c, w.Op(0xfc, 2), w.Drop)},
	{"fdiv", nil, 1 + 12 + 1, slices.Concat(f32c, w.Op(0x91), w.Drop)},
	{"div", nil, 2 + 20 + 1, slices.Concat(c32(7), c32(2), w.Op(0x6d), w.Drop)},
	{"br_table", nil, 1 + 8, w.Block(c32(0), w.Op(0x0e, 1, 0, 0))},
	{"table: get", nil, 1 + 6 + 1, slices.Concat(c32(0), w.Op(0x25, 0), w.Drop)},
	{"table: size is plain", nil, 1 + 1, slices.Concat(w.Op(0xfc, 16, 0), w.Drop)},
	{"v128", nil, 2*4 + 4 + 1, slices.Concat(v128, v128, w.Op(0xfd, 0x4e), w.Drop)},
	{"v128 memory", nil, 1 + 5 + 1, slices.Concat(c32(0), w.Op(0xfd, 0, 4, 0), w.Drop)},
	{"v128 heavy", nil, 2*4 + 8 + 1, slices.Concat(v128, v128, w.Op(0xfd, 0xe4, 1), w.Drop)},
	{"v128 fdiv", nil, 4 + 24 + 1, slices.Concat(v128, w.Op(0xfd, 0xe3, 1), w.Drop)},
	{"locals: four", slices.Repeat([]byte{w.I32}, 4), 1, nil},
	{"locals: five", slices.Repeat([]byte{w.I32}, 5), 2, nil},
	{"memory.grow", nil, 1 + 512 + 2*4096 + 1, slices.Concat(c32(2), w.MemoryGrow, w.Drop)},
	{"memory.grow: more than the limit", nil, 1 + 512 + 65_537*4096 + 1, slices.Concat(c32(-1), w.MemoryGrow, w.Drop)},
	{"memory.fill", nil, 3 + 40 + 2*8, slices.Concat(c32(0), c32(0), c32(65), w.Op(0xfc, 11, 0))},
	{"memory.copy", nil, 3 + 40, slices.Concat(c32(0), c32(0), c32(0), w.Op(0xfc, 10, 0, 0))},
	{"table.grow", nil, 2 + 512 + 3*4 + 1, slices.Concat(null, c32(3), w.Op(0xfc, 15, 0), w.Drop)},
	{"table.grow: far too much", nil, 2 + 512 + 65_537*4 + 1, slices.Concat(null, c32(-1), w.Op(0xfc, 15, 0), w.Drop)},
	{"table.fill", nil, 3 + 40 + 3*4, slices.Concat(c32(0), null, c32(3), w.Op(0xfc, 17, 0))},
	{"table.copy", nil, 3 + 40 + 2*4, slices.Concat(c32(0), c32(1), c32(2), w.Op(0xfc, 14, 0, 0))},
}

// calls are modules of several functions, by the same rule.
var called = []struct {
	name  string
	units int64
	make  func() *w.Builder
}{
	{"a simple function: 8 and all of it", 8 + 2 + 2 + 2, func() *w.Builder {
		b := w.New()
		f := b.Func(w.Plain, nil, w.Block(c32(1), w.Drop, w.Br(0))) // 1 + 1 + 2, whether or not it is reached
		return b.Export("run", w.KindFunction, b.Func(w.Plain, nil, w.Call(f), c32(1), w.Drop))
	}},
	{"a function with a loop pays for itself", 8 + 1 + 2, func() *w.Builder {
		b := w.New()
		f := b.Func(w.Plain, []byte{w.I32}, w.Loop(c32(0), w.Drop))
		return b.Export("run", w.KindFunction, b.Func(w.Plain, nil, w.Call(f)))
	}},
	{"call_indirect", 1 + 16 + 2, func() *w.Builder {
		b := w.New()
		b.Table(w.Funcref, 1, 0)
		f := b.Func(w.Plain, nil, c32(0), w.Drop)
		b.Elements(0, f)
		return b.Export("run", w.KindFunction, b.Func(w.Plain, nil, c32(0), w.CallIndirect(b.TypeIndex(w.Plain))))
	}},
	{"the sum of 1 to 3", 8 + 1 + 32 + 1, func() *w.Builder {
		b := w.New()
		f := sum(b)
		return b.Export("run", w.KindFunction, b.Func(w.Plain, nil, c32(3), w.Call(f), w.Drop))
	}},
}

// sum adds up the numbers to its parameter: 1 + 10 a round + 1 units.
func sum(b *w.Builder) uint32 {
	return b.Func(w.Alloc, []byte{w.I32},
		w.Loop(w.LocalGet(1), w.LocalGet(0), w.Op(0x6a), w.LocalSet(1),
			w.LocalGet(0), c32(1), w.Op(0x6b), w.Op(0x22, 0), w.BrIf(0)),
		w.LocalGet(1))
}

func TestPrices(t *testing.T) {
	t.Parallel()
	for name, engine := range engines {
		for _, c := range priced {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				if got := run(t, rewrite(t, module(c.locals, c.body), Options{}), engine(), plenty()); got.err != nil || got.used != c.units {
					t.Errorf("%d units, want %d (%v)", got.used, c.units, got.err)
				}
			})
		}
		for _, c := range called {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				if got := run(t, rewrite(t, c.make(), Options{}), engine(), plenty()); got.err != nil || got.used != c.units {
					t.Errorf("%d units, want %d (%v)", got.used, c.units, got.err)
				}
			})
		}
	}
}

// total is what all priced bodies cost under a price list.
func total(t *testing.T, c *Costs) (all []int64) {
	t.Helper()
	for _, p := range priced {
		all = append(all, run(t, rewrite(t, module(p.locals, p.body), Options{Costs: c}), engines["interpreter"](), plenty()).used)
	}
	for _, p := range called {
		all = append(all, run(t, rewrite(t, p.make(), Options{Costs: c}), engines["interpreter"](), plenty()).used)
	}
	return all
}

// Taking away or changing any single price must show: a price that no test sees could be lost.
func TestEveryPriceIsSeen(t *testing.T) {
	t.Parallel()
	right := total(t, nil)
	seen := 0
	for class := range costs.Class {
		if !slices.ContainsFunc(wasm.Ops(), func(op wasm.Op) bool { return op.Class() == wasm.Class(class) }) ||
			wasm.Class(class) == wasm.ClassBulk {
			continue
		}
		changed := costs
		if changed.Class[class]++; class != int(wasm.ClassStructure) {
			changed.Class[class] = 0
		}
		if slices.Equal(total(t, &changed), right) {
			t.Errorf("the price of class %c is not seen", class)
		}
		seen++
	}
	fields := reflect.ValueOf(costs)
	for i := 1; i < fields.NumField(); i++ {
		changed := costs
		f := reflect.ValueOf(&changed).Elem().Field(i)
		f.SetUint(f.Uint() + 1)
		if slices.Equal(total(t, &changed), right) {
			t.Errorf("the price %s is not seen", fields.Type().Field(i).Name)
		}
		seen++
	}
	t.Logf("%d prices", seen)
}

func TestEveryInstructionHasAPrice(t *testing.T) {
	t.Parallel()
	for _, op := range wasm.Ops() {
		class := op.Class()
		if costs.of(op) == 0 && class != wasm.ClassStructure && class != wasm.ClassBulk {
			t.Errorf("%s costs nothing", op)
		}
	}
}
