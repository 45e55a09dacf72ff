package wasmhost

import (
	"context"
	"testing"
	"time"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// small is a module of one page that answers {"ok":1} and nothing else.
func small() *w.Builder {
	b := w.New().Allocator()
	return b.Handler("run", answering(b, `{"ok":1}`))
}

func BenchmarkCall(b *testing.B) {
	for _, reset := range []string{ResetAuto, ResetCopy} {
		b.Run(reset, func(b *testing.B) { benchmarkCall(b, reset) })
	}
}

func benchmarkCall(b *testing.B, reset string) {
	e := newTestEngine(b, &Options{Reset: reset})
	m := load(b, e, small())
	input := make([]byte, 100)
	c := &Call{Export: "run", Input: input, Now: time.Now()}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Call(ctx, c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHostCall(b *testing.B) {
	e := newTestEngine(b, nil)
	g := w.New()
	op := g.Operation("context")
	g.Allocator()
	m := load(b, e, g.Handler("run", w.I32Const(0), w.I32Const(100), w.Call(op)))
	h := &testHost{operation: func(context.Context, string, []byte) ([]byte, error) { return []byte(`{"a":1}`), nil }}
	c := &Call{Export: "run", Input: make([]byte, 100), Now: time.Now(), Host: h}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Call(ctx, c); err != nil {
			b.Fatal(err)
		}
	}
}

// An operation that answers nothing, a thousand in a call.
func BenchmarkOperation(b *testing.B) {
	const n = 1000
	e := newTestEngine(b, &Options{HostCalls: 1 << 30, ExchangeMax: 1 << 40})
	g := w.New()
	op := g.Operation("context")
	g.Allocator().Data(1024, "{}")
	m := load(b, e, g.Handler("run", w.I32Const(n), w.LocalSet(2),
		w.Loop(w.I32Const(1024), w.I32Const(2), w.Call(op), w.Drop, w.LocalGet(2), w.I32Const(1), w.Op(0x6b), w.Op(0x22, 2), w.BrIf(0)),
		w.I64Const(0)))
	c := &Call{Export: "run", Now: time.Now(), Fuel: 1 << 40,
		Host: &testHost{operation: func(context.Context, string, []byte) ([]byte, error) { return nil, nil }}}
	ctx := context.Background()
	for b.Loop() {
		if _, err := m.Call(ctx, c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/operation")
}

// Calls in one instance, without putting it back.
func BenchmarkHeld(b *testing.B) {
	e := newTestEngine(b, nil)
	g := w.New()
	g.Export("mozaiks_alloc", w.KindFunction, g.Func(w.Alloc, nil, w.I32Const(4096)))
	m := load(b, e, g.Handler("run", answering(g, `{"ok":1}`)))
	c := &Call{Export: "run", Input: make([]byte, 100), Now: time.Now()}
	ctx := context.Background()
	h, err := m.Hold(ctx, c)
	if err != nil {
		b.Fatal(err)
	}
	defer h.Release()
	for b.Loop() {
		if _, err := h.Call(ctx, c); err != nil {
			b.Fatal(err)
		}
	}
}
