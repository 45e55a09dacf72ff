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
