package meter

import (
	"context"
	"errors"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

var (
	errFuel  = errors.New("fuel is exhausted")
	errStack = errors.New("stack is exhausted")
)

// budget is the host's side of metering in its plainest form: slices of one size, and a fixed stack.
type budget struct {
	limit, slice, held int64
	stack              int64
	refills            int
}

// outcome is how a metered call ended.
type outcome struct {
	used    int64 // when it returned
	synced  int64 // at the last sync
	err     error // errFuel, errStack, or what wazero says of a trap
	results []uint64
	refills int
}

// run calls the export run of a metered binary with no parameters.
func run(t testing.TB, bin []byte, config wazero.RuntimeConfig, b budget, params ...uint64) outcome {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, config)
	defer r.Close(ctx)
	left := func(m api.Module) api.MutableGlobal { return m.ExportedGlobal(LeftExport).(api.MutableGlobal) }
	i64 := []api.ValueType{api.ValueTypeI64}
	var ended error
	refill := func(_ context.Context, m api.Module, stack []uint64) {
		local := Left(stack[0]).Fuel()
		b.refills++
		if b.held+local < 0 {
			ended = errFuel
			panic(ended)
		}
		grant := min(b.held, (-local+b.slice-1)/b.slice*b.slice)
		b.held -= grant
		left(m).Set(left(m).Get() + uint64(grant))
		stack[0] += uint64(grant)
	}
	more := func(_ context.Context, _ api.Module, stack []uint64) {
		if Left(stack[0]).Stack() < 0 {
			ended = errStack
			panic(ended)
		}
	}
	if _, err := r.NewHostModuleBuilder(EngineModule).
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(refill), i64, i64).Export(RefillImport).
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(more), i64, i64).Export(StackImport).
		Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	m, err := r.Instantiate(ctx, bin)
	if err != nil {
		t.Fatal(err)
	}
	if b.stack == 0 {
		b.stack = 1 << 20
	}
	first := min(b.slice, b.limit)
	b.held = b.limit - first
	left(m).Set(uint64(NewLeft(first, b.stack)))
	results, err := m.ExportedFunction("run").Call(ctx, params...)
	out := outcome{results: results, err: err, refills: b.refills, synced: b.limit - b.held - Left(left(m).Get()).Fuel()}
	switch {
	case ended != nil:
		out.err = ended
	case err == nil:
		if got := Left(left(m).Get()).Stack(); got != b.stack {
			t.Errorf("%d bytes of stack are left of %d", got, b.stack)
		}
		if out.used = out.synced; out.used > b.limit {
			out.err = errFuel
		}
	}
	return out
}

var engines = map[string]func() wazero.RuntimeConfig{
	"compiler":    wazero.NewRuntimeConfigCompiler,
	"interpreter": wazero.NewRuntimeConfigInterpreter,
}

func plenty() budget { return budget{limit: 1 << 40, slice: 1 << 20} }

// rewrite meters what a builder holds.
func rewrite(t testing.TB, b *w.Builder, o Options) []byte {
	t.Helper()
	out, err := Rewrite(b.Bytes(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// module is one whose export run has that body, no parameters and no results.
func module(locals []byte, body ...[]byte) *w.Builder {
	b := w.New()
	b.Table(w.Funcref, 4, 100)
	return b.Export("run", w.KindFunction, b.Func(w.Plain, locals, body...))
}
