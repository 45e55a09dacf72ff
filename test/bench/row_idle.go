package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// How many modules B14 loads.
const (
	idleModules      = 10_000
	idleModulesShort = 500
)

// idleFigures are bytes of resident memory for each module.
type idleFigures struct{ Loaded, Warm, Idle float64 }

// idleMemory measures B14 in a process of its own, so that nothing else is in its memory.
func (b *bench) idleMemory(context.Context) ([]Row, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	n := idleModules
	if b.short {
		n = idleModulesShort
	}
	cmd := exec.Command(self, "-idle-memory", strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var f idleFigures
	if err := json.Unmarshal(out, &f); err != nil {
		return nil, fmt.Errorf("the process that measures answered %q: %w", out, err)
	}
	what := fmt.Sprintf(", of %d", n)
	return []Row{
		figure("B14", "resident memory for an idle one-page instance"+what, "KiB", f.Idle/1024).atMost(10),
		figure("B14", "the same just after its call"+what, "KiB", f.Warm/1024),
		figure("B14", "the same with its module and compiled code"+what, "KiB", (f.Loaded+f.Idle)/1024),
	}, nil
}

// numbered is a guest of one page that answers {"ok":1}. Its number is in its code, since modules of equal code share what is compiled.
func numbered(n int32) []byte {
	const answer = `{"ok":1}`
	return w.New().Allocator().Data(64, answer).
		Handler("run", w.I32Const(0), w.I32Const(n), w.Store32(0), w.Packed(64, uint32(len(answer)))).Bytes()
}

// coolTime is longer than an instance waits before it gives its pages back.
const coolTime = 25 * time.Second

// printIdleMemory loads n modules with code of their own, calls each once, and prints what they take.
func printIdleMemory(n int) error {
	ctx := context.Background()
	e, err := newEngine(ctx, options{})
	if err != nil {
		return err
	}
	modules := make([]*module, n)
	if _, err := e.native(ctx, numbered(-1)); err != nil { // what the first module of a process takes is not each one's
		return err
	}
	before, err := resident()
	if err != nil {
		return err
	}
	for i := range modules {
		if modules[i], err = e.native(ctx, numbered(int32(i))); err != nil {
			return err
		}
	}
	loaded, err := resident()
	if err != nil {
		return err
	}
	for _, m := range modules {
		if _, err := m.Call(ctx, callOf("run", nil, nil)); err != nil {
			return err
		}
	}
	for _, m := range modules {
		if idle := m.Stats().Idle; idle != 1 {
			return errors.New("a module has " + strconv.Itoa(idle) + " idle instances after its call")
		}
	}
	warm, err := resident()
	if err != nil {
		return err
	}
	time.Sleep(coolTime)
	idle, err := resident()
	if err != nil {
		return err
	}
	runtime.KeepAlive(modules)
	each := float64(n)
	return json.NewEncoder(os.Stdout).Encode(idleFigures{(loaded - before) / each, (warm - loaded) / each, (idle - loaded) / each})
}

// resident answers the bytes of the process that are in memory, without those that the Go heap only keeps.
func resident() (float64, error) {
	debug.FreeOSMemory()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var size, pages float64
	if _, err := fmt.Sscan(string(data), &size, &pages); err != nil {
		return 0, err
	}
	return pages * float64(os.Getpagesize()), nil
}
