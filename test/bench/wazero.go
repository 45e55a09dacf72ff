package main

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// raw is a guest of the native ABI on plain wazero, called by handles that are kept.
type raw struct {
	runtime    wazero.Runtime
	compiled   wazero.CompiledModule
	module     api.Module
	alloc, run api.Function
}

// newRaw compiles and instantiates a guest. operation is what it imports from mozaiks_v1, nil if it imports nothing.
func newRaw(ctx context.Context, bin []byte, closeOnDone bool, operation api.GoModuleFunc) (r *raw, err error) {
	config := wazero.NewRuntimeConfigCompiler().WithCloseOnContextDone(closeOnDone)
	r = &raw{runtime: wazero.NewRuntimeWithConfig(ctx, config)}
	defer func() {
		if err != nil {
			r.close(ctx)
		}
	}()
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, r.runtime); err != nil {
		return nil, err
	}
	if operation != nil {
		i32 := api.ValueTypeI32
		if _, err = r.runtime.NewHostModuleBuilder("mozaiks_v1").NewFunctionBuilder().
			WithGoModuleFunction(operation, []api.ValueType{i32, i32}, []api.ValueType{api.ValueTypeI64}).Export("context").
			Instantiate(ctx); err != nil {
			return nil, err
		}
	}
	if r.compiled, err = r.runtime.CompileModule(ctx, bin); err != nil {
		return nil, err
	}
	return r, r.instantiate(ctx)
}

// instantiate makes a new instance and initialises it. The one before stays open until the runtime is closed.
func (r *raw) instantiate(ctx context.Context) (err error) {
	r.module, err = r.runtime.InstantiateModule(ctx, r.compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		return err
	}
	r.alloc, r.run = r.module.ExportedFunction("mozaiks_alloc"), r.module.ExportedFunction("run")
	return nil
}

var errOutside = errors.New("an address outside of the guest's memory")

// give copies data into a block of the guest.
func (r *raw) give(ctx context.Context, data []byte, stack *[2]uint64) error {
	stack[0] = uint64(len(data))
	if err := r.alloc.CallWithStack(ctx, stack[:]); err != nil {
		return err
	}
	if !r.module.Memory().Write(uint32(stack[0]), data) {
		return errOutside
	}
	stack[1] = uint64(len(data))
	return nil
}

// call hands input in, runs the handler and copies the answer out.
func (r *raw) call(ctx context.Context, input []byte) ([]byte, error) {
	var stack [2]uint64
	if err := r.give(ctx, input, &stack); err != nil {
		return nil, err
	}
	if err := r.run.CallWithStack(ctx, stack[:]); err != nil {
		return nil, err
	}
	view, ok := r.module.Memory().Read(uint32(stack[0]>>32), uint32(stack[0]))
	if !ok {
		return nil, errOutside
	}
	return append([]byte(nil), view...), nil
}

func (r *raw) close(ctx context.Context) { _ = r.runtime.Close(ctx) }
