package extism_test

import (
	"context"
	"slices"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/extism"
)

// host answers what a kernel asks, and remembers it.
type host struct {
	fuel      int64
	settings  map[string]string
	log       []string
	operation string
	request   string
	answer    []byte
	failure   *abi.Error
}

// endError is what Trap and Refuse end a call with.
type endError struct {
	code    fault.Code
	details map[string]any
	refusal *abi.Error
}

func (h *host) Charge(units int64) { h.fuel += units }

func (h *host) Operation(name string, request []byte) ([]byte, *abi.Error) {
	h.operation, h.request = name, string(request)
	return h.answer, h.failure
}

func (h *host) Setting(id string) (string, bool) {
	v, ok := h.settings[id]
	return v, ok
}

func (h *host) Log(level, message string) { h.log = append(h.log, level+": "+message) }
func (h *host) LogLevel() int             { return 2 }
func (h *host) Refuse(err *abi.Error)     { panic(&endError{refusal: err}) }
func (h *host) Trap(code fault.Code, _ string, details map[string]any) {
	panic(&endError{code: code, details: details})
}

// bench is a kernel without a guest: the test calls its functions.
type bench struct {
	t testing.TB
	*extism.Kernel
	host      *host
	functions map[string]extism.Function
}

func setup(t testing.TB, o *extism.Options, input string) *bench {
	t.Helper()
	b := &bench{t: t, host: &host{}, functions: map[string]extism.Function{}}
	b.Kernel = extism.New(b.host, o)
	for _, f := range extism.Functions() {
		b.functions[f.Name] = f
	}
	if err := b.Reset([]byte(input)); err != nil {
		t.Fatal(err)
	}
	return b
}

// call runs a function as a guest would.
func (b *bench) call(name string, args ...uint64) uint64 {
	f, ok := b.functions[name]
	if !ok {
		b.t.Fatalf("no function %s", name)
	}
	if len(args) != len(f.Params) {
		b.t.Fatalf("%s has %d parameters", name, len(f.Params))
	}
	stack := slices.Concat(args, []uint64{0})
	f.Call(b.Kernel, stack)
	return stack[0]
}

// ends runs a function that must end the call.
func (b *bench) ends(name string, args ...uint64) (e *endError) {
	b.t.Helper()
	defer func() {
		r := recover()
		var ok bool
		if e, ok = r.(*endError); !ok {
			b.t.Fatalf("%s%v did not end the call: %v", name, args, r)
		}
	}()
	b.call(name, args...)
	return nil
}

func (b *bench) put(text string) uint64 {
	h := b.call("alloc", uint64(len(text)))
	for i := range len(text) {
		b.call("store_u8", h+uint64(i), uint64(text[i]))
	}
	return h
}

func (b *bench) get(h uint64) string {
	out := make([]byte, b.call("length", h))
	for i := range out {
		out[i] = byte(b.call("load_u8", h+uint64(i)))
	}
	return string(out)
}

// withFront puts a front between the test and the kernel: the functions of the environment are then the front's exports.
func (b *bench) withFront(arenaMax int) *bench {
	b.t.Helper()
	ctx := b.t.Context()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	b.t.Cleanup(func() { _ = r.Close(context.WithoutCancel(ctx)) })
	builders := map[string]wazero.HostModuleBuilder{}
	for _, f := range extism.FrontImports() {
		if builders[f.Module] == nil {
			builders[f.Module] = r.NewHostModuleBuilder(f.Module)
		}
		builders[f.Module].NewFunctionBuilder().WithGoFunction(api.GoFunc(func(_ context.Context, stack []uint64) {
			f.Call(b.Kernel, stack)
		}), f.Params, f.Results).Export(f.Name)
	}
	for _, builder := range builders {
		if _, err := builder.Instantiate(ctx); err != nil {
			b.t.Fatal(err)
		}
	}
	front, err := r.InstantiateWithConfig(ctx, extism.Front(arenaMax), wazero.NewModuleConfig())
	if err != nil {
		b.t.Fatal(err)
	}
	b.Attach(front.Memory())
	for name, f := range b.functions {
		export := front.ExportedFunction(name)
		if f.Module != extism.Module {
			continue
		}
		if export == nil {
			b.t.Fatalf("the front has no %s", name)
		}
		f.Call = func(_ *extism.Kernel, stack []uint64) {
			if err := export.CallWithStack(ctx, stack); err != nil {
				panic(endOf(b.t, err))
			}
		}
		b.functions[name] = f
	}
	return b
}
