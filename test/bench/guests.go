package main

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/mozaiks/mozaiks/wasmhost"
)

//go:embed guests/*.wasm
var binaries embed.FS

// guests are the named ones, with how much work each is given.
var guests = []struct {
	name string
	n    int
}{
	{"c-spin", 20_000}, {"c-fib", 31}, {"c-sha256", 4_000}, {"c-matmul", 8}, {"zig-sort", 200_000}, {"rust-json", 150},
	{"rust-upper", 300}, {"as-upper", 20_000}, {"go-json", 20}, {"go-template", 20},
}

func binaryOf(name string) []byte {
	data, err := binaries.ReadFile("guests/" + name + ".wasm")
	if err != nil {
		panic(err)
	}
	return data
}

func work(n int) []byte { return fmt.Appendf(nil, `{"n":%d}`, n) }

// host answers every operation with the same document.
type host struct{ answer []byte }

func (h host) Operation(context.Context, string, []byte) ([]byte, error) { return h.answer, nil }
func (h host) Log(string, string, map[string]any)                        {}

// raw is a guest on plain wazero, called by handles that are kept.
type raw struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	module   api.Module
	alloc    api.Function
	run      api.Function
}

// newRaw compiles a guest. operation answers what the guest imports from mozaiks_v1, nil if it imports nothing.
func newRaw(ctx context.Context, bin []byte, closeOnDone bool, operation api.GoModuleFunction) (*raw, error) {
	config := wazero.NewRuntimeConfigCompiler().WithCloseOnContextDone(closeOnDone)
	r := &raw{runtime: wazero.NewRuntimeWithConfig(ctx, config)}
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r.runtime); err != nil {
		return nil, err
	}
	if operation != nil {
		i32 := api.ValueTypeI32
		if _, err := r.runtime.NewHostModuleBuilder("mozaiks_v1").NewFunctionBuilder().
			WithGoModuleFunction(operation, []api.ValueType{i32, i32}, []api.ValueType{api.ValueTypeI64}).Export("context").
			Instantiate(ctx); err != nil {
			return nil, err
		}
	}
	var err error
	if r.compiled, err = r.runtime.CompileModule(ctx, bin); err != nil {
		return nil, err
	}
	return r, r.fresh(ctx)
}

// fresh makes a new instance and initialises it.
func (r *raw) fresh(ctx context.Context) error {
	if r.module != nil {
		if err := r.module.Close(ctx); err != nil {
			return err
		}
	}
	var err error
	r.module, err = r.runtime.InstantiateModule(ctx, r.compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		return err
	}
	r.alloc, r.run = r.module.ExportedFunction("mozaiks_alloc"), r.module.ExportedFunction("run")
	return nil
}

// call hands input in, runs the handler and copies the answer out.
func (r *raw) call(ctx context.Context, input []byte) ([]byte, error) {
	stack := [2]uint64{uint64(len(input))}
	if err := r.alloc.CallWithStack(ctx, stack[:]); err != nil {
		return nil, err
	}
	r.module.Memory().Write(uint32(stack[0]), input)
	stack[1] = uint64(len(input))
	if err := r.run.CallWithStack(ctx, stack[:]); err != nil {
		return nil, err
	}
	view, ok := r.module.Memory().Read(uint32(stack[0]>>32), uint32(stack[0]))
	if !ok {
		return nil, fmt.Errorf("the answer is outside of memory")
	}
	return append([]byte(nil), view...), nil
}

func (r *raw) close(ctx context.Context) { _ = r.runtime.Close(ctx) }

// engine makes an engine of ours; several stand beside each other in one measurement.
func engine(ctx context.Context, o wasmhost.Options) (*wasmhost.Engine, error) {
	o.Beside = true
	return wasmhost.New(ctx, &o)
}

func policy(abi string) wasmhost.Policy {
	return wasmhost.Policy{ABI: abi, Granted: func(string) bool { return true }}
}

// ample is fuel that no measured call uses up.
const ample = 1 << 50

func callOf(export string, input []byte) *wasmhost.Call {
	return &wasmhost.Call{Export: export, Input: input, Fuel: ample, Timeout: time.Minute, Lane: "bench", Now: time.Unix(1, 0),
		Host: host{[]byte(`{"name":"a text of some length, as contexts are, which fills what is left up to a hundred bytes in all"}`)}}
}

// closeEngine closes an engine after its calls; one that never ends must not hold up the rest.
func closeEngine(e *wasmhost.Engine) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = e.Close(ctx)
}
