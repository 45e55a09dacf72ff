package wasmhost

import (
	"slices"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/meter"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func TestEveryLimitOfABinaryIsHeld(t *testing.T) {
	t.Parallel()
	i32s := func(n int) []byte { return slices.Repeat([]byte{w.I32}, n) }
	many := func(n int, add func(b *w.Builder, i int)) func() []byte {
		return func() []byte {
			b := complete()
			for i := range n {
				add(b, i)
			}
			return b.Bytes()
		}
	}
	size := len(complete().Bytes())
	for _, c := range []struct {
		name   string
		limits func(n int) InspectLimits
		most   int // the largest limit that is too small for the binary
		bin    func() []byte
		want   fault.Code
	}{
		{"size", func(n int) InspectLimits { return InspectLimits{Size: n} }, size - 1,
			func() []byte { return complete().Bytes() }, fault.BackendSize},
		{"types", func(n int) InspectLimits { return InspectLimits{Types: n} }, 4, // two are there
			many(3, func(b *w.Builder, i int) { b.Func(w.Type{Params: i32s(i + 5)}, nil) }), fault.BackendLimit},
		{"functions", func(n int) InspectLimits { return InspectLimits{Functions: n} }, 4,
			many(3, func(b *w.Builder, _ int) { b.Func(w.Plain, nil) }), fault.BackendLimit},
		{"globals", func(n int) InspectLimits { return InspectLimits{Globals: n} }, 3,
			many(3, func(b *w.Builder, _ int) { b.Global(w.I32, true, w.I32Const(0)) }), fault.BackendLimit},
		{"imports", func(n int) InspectLimits { return InspectLimits{Imports: n} }, 1, func() []byte {
			b := w.New()
			b.Operation("clock")
			b.Operation("clock")
			return b.Allocator().Bytes()
		}, fault.BackendLimit},
		{"exports", func(n int) InspectLimits { return InspectLimits{Exports: n} }, 3,
			many(1, func(b *w.Builder, _ int) { b.Export("more", w.KindFunction, 0) }), fault.BackendLimit},
		{"parameters", func(n int) InspectLimits { return InspectLimits{Params: n} }, 8,
			many(1, func(b *w.Builder, _ int) { b.Func(w.Type{Params: i32s(9)}, nil) }), fault.BackendLimit},
		{"results", func(n int) InspectLimits { return InspectLimits{Results: n} }, 2,
			many(1, func(b *w.Builder, _ int) { b.Func(w.Type{Results: i32s(3)}, nil, w.Unreachable) }), fault.BackendLimit},
		{"locals of a function", func(n int) InspectLimits { return InspectLimits{Locals: n} }, 9,
			many(1, func(b *w.Builder, _ int) { b.Func(w.Plain, i32s(10)) }), fault.BackendLimit},
		{"locals of all", func(n int) InspectLimits { return InspectLimits{LocalsTotal: n} }, 23, // four are there
			many(2, func(b *w.Builder, _ int) { b.Func(w.Plain, i32s(10)) }), fault.BackendLimit},
		{"body", func(n int) InspectLimits { return InspectLimits{BodySize: n} }, 101,
			many(1, func(b *w.Builder, _ int) { b.Func(w.Plain, nil, slices.Repeat(w.Nop, 100)) }), fault.BackendLimit},
		{"tables", func(n int) InspectLimits { return InspectLimits{Tables: n} }, 1,
			many(2, func(b *w.Builder, _ int) { b.Table(w.Funcref, 0, 0) }), fault.BackendLimit},
		{"entries of tables", func(n int) InspectLimits { return InspectLimits{TableEntries: n} }, 19,
			many(2, func(b *w.Builder, _ int) { b.Table(w.Funcref, 10, 0) }), fault.BackendTable},
		{"element segments", func(n int) InspectLimits { return InspectLimits{ElemSegments: n} }, 1,
			many(2, func(b *w.Builder, i int) {
				if i == 0 {
					b.Table(w.Funcref, 10, 0)
				}
				b.Elements(0, 0)
			}), fault.BackendLimit},
		{"elements", func(n int) InspectLimits { return InspectLimits{Elements: n} }, 5,
			many(2, func(b *w.Builder, i int) {
				if i == 0 {
					b.Table(w.Funcref, 10, 0)
				}
				b.Elements(0, 0, 0, 0)
			}), fault.BackendLimit},
		{"data segments", func(n int) InspectLimits { return InspectLimits{DataSegments: n} }, 2,
			many(3, func(b *w.Builder, _ int) { b.Data(0, "x") }), fault.BackendLimit},
		{"name of an export", func(n int) InspectLimits { return InspectLimits{NameLength: n} }, 29,
			many(1, func(b *w.Builder, _ int) { b.Export(strings.Repeat("x", 30), w.KindFunction, 0) }), fault.BackendLimit},
		{"custom sections", func(n int) InspectLimits { return InspectLimits{CustomSections: n} }, 2,
			many(3, func(b *w.Builder, _ int) { b.Custom("x", "") }), fault.BackendLimit},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := Inspect(c.bin(), Policy{}, c.limits(c.most+1)); len(got.Findings) > 0 {
				t.Errorf("within the limit: %v", got.Findings)
			}
			got := Inspect(c.bin(), Policy{}, c.limits(c.most))
			if len(got.Findings) != 1 || got.Findings[0].Code != c.want {
				t.Errorf("above the limit: %v", got.Findings)
			}
			if got := Inspect(c.bin(), Policy{}, InspectLimits{}); len(got.Findings) > 0 {
				t.Errorf("with the defaults: %v", got.Findings)
			}
		})
	}
	long := w.New()
	long.Import("env", strings.Repeat("x", 257), w.Plain)
	if got := Inspect(long.Allocator().Bytes(), Policy{}, InspectLimits{}); got.Findings[0].Code != fault.BackendLimit {
		t.Errorf("a long name of an import: %v", got.Findings)
	}
	if got := Inspect(complete().Bytes(), Policy{MaxSize: 10}, InspectLimits{}); got.Findings[0].Code != fault.BackendSize {
		t.Errorf("the policy's own size: %v", got.Findings)
	}
}

func TestDefaultsOfLimits(t *testing.T) {
	t.Parallel()
	want := InspectLimits{Size: 8 << 20, Types: 10_000, Functions: 50_000, Globals: 10_000, Imports: 1_000, Exports: 10_000,
		Params: 128, Results: 16, Locals: 10_000, LocalsTotal: 1_000_000, BodySize: 1 << 20, Nesting: 1_024, Operands: 4_096, BranchTable: 20_000, BranchTableTotal: 500_000, Tables: 8, TableEntries: 65_536,
		ElemSegments: 10_000, Elements: 200_000, DataSegments: 100_000, NameLength: 256, CustomSections: 256, Findings: 200}
	if got := (InspectLimits{}).WithDefaults(); got != want {
		t.Errorf("got %+v", got)
	}
	own := InspectLimits{Types: 7}.WithDefaults()
	if own.Types != 7 || own.Functions != 50_000 {
		t.Errorf("got %+v", own)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add([]byte{})
	f.Add(complete().Bytes())
	f.Add(echo().Custom("mozaiks.boot", "x").Custom("name", "\x01\x02").Bytes())
	b := newWASIGuest()
	b.Table(w.Funcref, 3, 9)
	b.Elements(0, 1, 2)
	f.Add(b.Start(0).Data(1, "x").Bytes())
	for _, c := range traps {
		f.Add(c.make().Bytes())
	}
	policy := Policy{Granted: grantAll, Handlers: []string{"run"}}
	f.Fuzz(func(t *testing.T, bin []byte) {
		got := Inspect(bin, policy, InspectLimits{})
		if len(got.Findings) > 200 || got.Size != len(bin) {
			t.Fatalf("%d findings, size %d", len(got.Findings), got.Size)
		}
		if got.Err() != nil {
			return
		}
		// What passes can be taken apart again after the engine rewrote it.
		if again := wasm.Decode(meter.Module(got.module, meter.Options{DetachData: true}), wasm.Limits{Size: 16*len(bin) + 4096}, wasm.Features{}); len(again.Findings) > 0 {
			t.Fatalf("metered: %v", again.Findings)
		}
	})
}
