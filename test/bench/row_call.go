package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/mozaiks/mozaiks/wasmhost"
)

const calls = 20_000 // of a small guest, in a round

// smallCalls measures B4 to B7: what a call costs by itself.
func (b *bench) smallCalls(ctx context.Context) ([]Row, error) {
	e, err := engine(ctx, wasmhost.Options{})
	if err != nil {
		return nil, err
	}
	defer closeEngine(e)
	m, err := e.Load(ctx, binaryOf("c-small"), policy(""))
	if err != nil {
		return nil, err
	}
	plain, err := newRaw(ctx, binaryOf("c-small"), false, nil)
	if err != nil {
		return nil, err
	}
	defer plain.close(ctx)
	wt, err := newWasmtime(binaryOf("c-small"))
	if err != nil {
		return nil, err
	}
	input := bytes.Repeat([]byte("a"), 100)
	c := callOf("run", input)
	held, err := m.Hold(ctx, c)
	if err != nil {
		return nil, err
	}
	fresh := func() error {
		_, err := m.Call(ctx, c)
		return err
	}
	t, err := inTurn(b.rounds,
		each(calls, func() error { _, err := held.Call(ctx, c); return err }),
		each(calls, func() error { _, err := plain.call(ctx, input); return err }),
		each(calls, fresh),
		each(calls/100, func() error {
			i, err := wt.instance()
			if err == nil {
				_, err = i.call(input)
			}
			return err
		}))
	if err != nil {
		return nil, err
	}
	held.Release()
	allocations := testing.AllocsPerRun(1000, func() { _ = fresh() })
	many, err := inTurn(b.rounds, func() (time.Duration, error) { return atOnce(runtime.NumCPU(), calls, fresh) })
	if err != nil {
		return nil, err
	}
	persec := 1e9 / ns(many[0])
	throughput := alone("B7", fmt.Sprintf("small, fresh sandbox, all of %d cores", runtime.NumCPU()), "calls/s", persec, 0)
	least := 300_000.0
	throughput.Target, throughput.OK = &least, persec >= least
	return []Row{
		against("B4", "small, warm, no reset", "ns", ns(t[0]), ns(t[1]), "wazero, kept handles", 2),
		alone("B5", "small, fresh sandbox for each call", "us", us(t[2]), 5),
		alone("B5", "allocations of that call", "", allocations, 2),
		against("B6", "small, fresh sandbox for each call", "us", us(t[2]), us(t[3]), "wasmtime, a store and an instance for each", 0),
		throughput,
	}, nil
}

// atOnce runs f n times on each of some goroutines and answers the time for one run of all.
func atOnce(goroutines, n int, f func() error) (time.Duration, error) {
	var wait sync.WaitGroup
	errs := make(chan error, goroutines)
	began := time.Now()
	for range goroutines {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range n {
				if err := f(); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	wait.Wait()
	close(errs)
	return time.Since(began) / time.Duration(goroutines*n), <-errs
}

// hostCalls measures B8: an operation that answers nothing, and one that answers 100 bytes.
func (b *bench) hostCalls(ctx context.Context) ([]Row, error) {
	const n = 5_000
	e, err := engine(ctx, wasmhost.Options{HostCalls: 1 << 30, ExchangeMax: 1 << 40})
	if err != nil {
		return nil, err
	}
	defer closeEngine(e)
	m, err := e.Load(ctx, binaryOf("c-request"), policy(""))
	if err != nil {
		return nil, err
	}
	answer := bytes.Repeat([]byte("x"), 100)
	var alloc api.Function
	peer := func(answer []byte) (func() (time.Duration, error), func(), error) {
		r, err := newRaw(ctx, binaryOf("c-request"), false, api.GoModuleFunc(func(ctx context.Context, mod api.Module, stack []uint64) {
			if _, ok := mod.Memory().Read(uint32(stack[0]), uint32(stack[1])); !ok {
				panic("request")
			}
			if stack[0] = 0; answer == nil {
				return
			}
			in := [1]uint64{uint64(len(answer))}
			if err := alloc.CallWithStack(ctx, in[:]); err != nil {
				panic(err)
			}
			mod.Memory().Write(uint32(in[0]), answer)
			stack[0] = in[0]<<32 | uint64(len(answer))
		}))
		if err != nil {
			return nil, nil, err
		}
		alloc = r.alloc
		run := r.module.ExportedFunction("host")
		input := work(n)
		return func() (time.Duration, error) {
			alloc = r.alloc
			at := [2]uint64{uint64(len(input))}
			if err := r.alloc.CallWithStack(ctx, at[:]); err != nil {
				return 0, err
			}
			r.module.Memory().Write(uint32(at[0]), input)
			at[1] = uint64(len(input))
			began := time.Now()
			err := run.CallWithStack(ctx, at[:])
			return time.Since(began) / n, err
		}, func() { r.close(ctx) }, nil
	}
	ours := func(h host) func() (time.Duration, error) {
		c := callOf("host", work(n))
		c.Host = h
		return func() (time.Duration, error) {
			began := time.Now()
			_, err := m.Call(ctx, c)
			return time.Since(began) / n, err
		}
	}
	nothing, closeNothing, err := peer(nil)
	if err != nil {
		return nil, err
	}
	defer closeNothing()
	full, closeFull, err := peer(answer)
	if err != nil {
		return nil, err
	}
	defer closeFull()
	t, err := inTurn(b.rounds, ours(host{}), nothing, ours(host{[]byte(`"` + string(answer[:91]) + `"`)}), full)
	if err != nil {
		return nil, err
	}
	return []Row{
		against("B8", "an operation of the host that answers nothing", "ns", ns(t[0]), ns(t[1]), "wazero, a host function", 3),
		against("B8", "an operation of the host that answers 100 bytes", "ns", ns(t[2]), ns(t[3]), "wazero, a host function", 8),
	}, nil
}

// goGuest measures B9 and B10: a guest that is slow to start.
func (b *bench) goGuest(ctx context.Context) ([]Row, error) {
	const n = 50
	e, err := engine(ctx, wasmhost.Options{IdlePerModule: 1})
	if err != nil {
		return nil, err
	}
	defer closeEngine(e)
	m, err := e.Load(ctx, binaryOf("go-json"), policy(""))
	if err != nil {
		return nil, err
	}
	plain, err := newRaw(ctx, binaryOf("go-json"), false, nil)
	if err != nil {
		return nil, err
	}
	defer plain.close(ctx)
	c := callOf("run", work(0))
	held, err := m.Hold(ctx, c)
	if err != nil {
		return nil, err
	}
	const made = 8
	t, err := inTurn(b.rounds,
		each(n, func() error { _, err := m.Call(ctx, c); return err }),
		each(n, func() error { _, err := held.Call(ctx, c); return err }),
		func() (time.Duration, error) { // instances that exist at once must be made
			var all []*wasmhost.Held
			began := time.Now()
			for range made + 1 {
				h, err := m.Hold(ctx, c)
				if err != nil {
					return 0, err
				}
				if all = append(all, h); len(all) == 1 {
					began = time.Now() // the first may have waited
				}
			}
			took := time.Since(began) / made
			for _, h := range all {
				h.Release()
			}
			return took, nil
		},
		timed(func() error { return plain.fresh(ctx) }))
	if err != nil {
		return nil, err
	}
	held.Release()
	return []Row{
		alone("B9", "Go guest, fresh sandbox for each call, beyond the same call in a kept one", "ms", max(0, ms(t[0]-t[1])), 0.5),
		against("B10", "Go guest, new instance from the image", "ms", ms(t[2]), ms(t[3]), "wazero, instantiate and _initialize", 0.5),
	}, nil
}

// compile measures B13.
func (b *bench) compile(ctx context.Context) ([]Row, error) {
	bin := binaryOf("go-json")
	rounds := min(b.rounds, 5)
	dirs := [2]string{}
	for i := range dirs {
		dirs[i] = filepath.Join(b.work, fmt.Sprint("cache", i))
		if err := os.MkdirAll(dirs[i], 0o700); err != nil {
			return nil, err
		}
	}
	ours := func(dir string) func() (time.Duration, error) {
		return func() (time.Duration, error) {
			e, err := engine(ctx, wasmhost.Options{CacheDir: dir})
			if err != nil {
				return 0, err
			}
			defer closeEngine(e)
			return timed(func() error { _, err := e.Load(ctx, bin, policy("")); return err })()
		}
	}
	peer := func(dir string) func() (time.Duration, error) {
		return func() (time.Duration, error) {
			config := wazero.NewRuntimeConfigCompiler()
			if dir != "" {
				cache, err := wazero.NewCompilationCacheWithDir(dir)
				if err != nil {
					return 0, err
				}
				defer cache.Close(ctx)
				config = config.WithCompilationCache(cache)
			}
			r := wazero.NewRuntimeWithConfig(ctx, config)
			defer r.Close(ctx)
			return timed(func() error { _, err := r.CompileModule(ctx, bin); return err })()
		}
	}
	t, err := inTurn(rounds, ours(""), peer(""), ours(dirs[0]), peer(dirs[1]))
	if err != nil {
		return nil, err
	}
	return []Row{
		against("B13", "inspect, meter, compile and freeze a Go guest", "ms", ms(t[0]), ms(t[1]), "wazero, compile", 1.6),
		against("B13", "the same from the cache", "ms", ms(t[2]), ms(t[3]), "wazero, compile from its cache", 1.5),
	}, nil
}
