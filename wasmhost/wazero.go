package wasmhost

import (
	"context"
	"maps"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/mozaiks/mozaiks/wasmhost/extism"
)

// wazeroBackend is one wazero.Runtime with the host's functions in it. Its cache is its own: a CompilationCache that
// two Runtimes share confuses function types in wazero 1.12.0.
type wazeroBackend struct {
	runtime wazero.Runtime
	cache   wazero.CompilationCache
}

// newWazero makes a backend of that kind, BackendCompiler or BackendInterpreter, whose machine code is kept in cacheDir
// if there is one.
func newWazero(ctx context.Context, kind, cacheDir string, host map[string][]hostFunction) (*wazeroBackend, error) {
	config := wazero.NewRuntimeConfigCompiler()
	if kind == BackendInterpreter {
		config = wazero.NewRuntimeConfigInterpreter()
	}
	cache := wazero.NewCompilationCache()
	if cacheDir != "" {
		var err error
		if cache, err = wazero.NewCompilationCacheWithDir(cacheDir); err != nil {
			return nil, err
		}
	}
	// Deadlines are seen by the refills of metering; close-on-context-done would make guests several times slower.
	config = config.WithCoreFeatures(api.CoreFeaturesV2).WithCloseOnContextDone(false).WithDebugInfoEnabled(false).
		WithCompilationCache(cache)
	b := &wazeroBackend{runtime: wazero.NewRuntimeWithConfig(ctx, config), cache: cache}
	for _, module := range slices.Sorted(maps.Keys(host)) {
		if err := b.define(ctx, module, host[module]); err != nil {
			_ = b.close(ctx)
			return nil, err
		}
	}
	return b, nil
}

// define adds a module of host functions, bound without reflection.
func (b *wazeroBackend) define(ctx context.Context, module string, functions []hostFunction) error {
	builder := b.runtime.NewHostModuleBuilder(module)
	for _, f := range functions {
		call := f.call
		builder.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(
			func(ctx context.Context, _ api.Module, stack []uint64) { call(ctx, stack) }),
			[]api.ValueType(f.sig.Params), []api.ValueType(f.sig.Results)).Export(f.name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}

func (b *wazeroBackend) compile(ctx context.Context, bin []byte, workers int) (code, error) {
	c, err := b.runtime.CompileModule(experimental.WithCompilationWorkers(ctx, workers), bin)
	if err != nil {
		return nil, err
	}
	return &wazeroCode{b.runtime, c}, nil
}

func (b *wazeroBackend) close(ctx context.Context) error {
	err := b.runtime.Close(ctx)
	if e := b.cache.Close(ctx); err == nil {
		err = e
	}
	return err
}

type wazeroCode struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

func (c *wazeroCode) instantiate(ctx context.Context, mem *linear, imports map[string]instance) (instance, error) {
	if len(imports) > 0 {
		ctx = experimental.WithImportResolver(ctx, func(name string) api.Module {
			if i, ok := imports[name].(wazeroInstance); ok {
				return i.Module
			}
			return nil
		})
	}
	ctx = experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(
		func(_, _ uint64) experimental.LinearMemory { return mem }))
	// No name: instances of one module stand beside each other. No start functions: which run, and when, is decided
	// above. A random source of its own keeps wazero from seeding one; no guest can reach it.
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions().WithRandSource(noRandom{})
	m, err := c.runtime.InstantiateModule(ctx, c.compiled, config)
	if err != nil {
		return nil, err
	}
	return wazeroInstance{m, mem}, nil
}

func (c *wazeroCode) close(ctx context.Context) error { return c.compiled.Close(ctx) }

type wazeroInstance struct {
	api.Module
	mem *linear
}

func (i wazeroInstance) function(name string) function {
	if f := i.ExportedFunction(name); f != nil {
		return f
	}
	return nil
}

func (i wazeroInstance) memory() extism.Memory { return i.Memory() }

func (i wazeroInstance) global(name string) global {
	if g, ok := i.ExportedGlobal(name).(api.MutableGlobal); ok {
		return g
	}
	return nil
}

// resized relies on wazero taking what the allocator of a memory answers as that memory, also if it is shorter than what was
// asked for: growing by a page is how it comes to ask. TestMemoryShrinks holds it to that.
func (i wazeroInstance) resized() bool {
	mem := i.Memory()
	if mem == nil {
		return i.mem.length() == 0
	}
	if mem.Size() == i.mem.size32() {
		return true
	}
	i.mem.restored = true
	_, ok := mem.Grow(1)
	i.mem.restored = false
	return ok && mem.Size() == i.mem.size32()
}

func (i wazeroInstance) close(ctx context.Context) error { return i.Close(ctx) }

// noRandom is the random source of an instance: nothing reads it, since random_get is the engine's own.
type noRandom struct{}

func (noRandom) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
