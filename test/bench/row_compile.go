package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// What B13 may be at most.
const (
	compileMost = 1.6
	cachedMost  = 1.5
)

// compile measures B13, with a small binary, one of 85 KB and one of 3 MB. Ours is all of Load: inspecting, metering and freezing too.
func (b *bench) compile(ctx context.Context) ([]Row, error) {
	var rows []Row
	var failures []error
	for _, name := range []string{"c-sha256", "rust-json", "go-json"} {
		more, err := b.compileGuest(ctx, name)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", name, err))
		}
		rows = append(rows, more...)
	}
	return rows, errors.Join(failures...)
}

func (b *bench) compileGuest(ctx context.Context, name string) ([]Row, error) {
	bin := binaryOf(name)
	mine, theirs := filepath.Join(b.work, name+"-ours"), filepath.Join(b.work, name+"-wazero")
	for _, dir := range []string{mine, theirs} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	ours := func(dir string) func() (time.Duration, error) {
		return func() (time.Duration, error) { return loadTime(ctx, dir, bin) }
	}
	peer := func(dir string, ready bool) func() (time.Duration, error) {
		return func() (time.Duration, error) { return rawLoadTime(ctx, dir, bin, ready) }
	}
	t, err := inTurn(b.rounds, ours(""), peer("", false), ours(mine), peer(theirs, false), peer(theirs, true))
	if err != nil {
		return nil, err
	}
	return []Row{
		against("B13", "inspect, meter, compile and freeze "+name, "ms", t[0], "wazero, compile", t[1]).atMost(compileMost),
		against("B13", "load "+name+" from the cache", "ms", t[2], "wazero, from its cache", t[3]).atMost(cachedMost),
		against("B13", "load "+name+" from the cache, with an instance that is ready", "ms", t[2],
			"wazero, from its cache, instantiate and _initialize", t[4]),
	}, nil
}

// loadTime is the time in which a new engine loads a binary.
func loadTime(ctx context.Context, dir string, bin []byte) (time.Duration, error) {
	e, err := newEngine(ctx, options{CacheDir: dir})
	if err != nil {
		return 0, err
	}
	defer e.close(ctx)
	return timed(func() error { _, err := e.native(ctx, bin); return err })()
}

// rawLoadTime is the time in which a new runtime compiles a binary, and, if ready, makes its first instance.
func rawLoadTime(ctx context.Context, dir string, bin []byte, ready bool) (time.Duration, error) {
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
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return 0, err
	}
	return timed(func() error {
		code, err := r.CompileModule(ctx, bin)
		if err != nil || !ready {
			return err
		}
		_, err = r.InstantiateModule(ctx, code, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
		return err
	})()
}
