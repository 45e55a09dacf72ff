package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// idleModules is how many modules B14 loads.
const idleModules = 10_000

// idleMemory measures B14 in a process of its own, so that nothing else is in its memory.
func (b *bench) idleMemory(context.Context) ([]Row, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-idle-memory")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	figures := strings.Fields(string(out))
	if len(figures) != 2 {
		return nil, fmt.Errorf("B14 answers %q", out)
	}
	loaded, err := strconv.ParseFloat(figures[0], 64)
	if err != nil {
		return nil, err
	}
	idle, err := strconv.ParseFloat(figures[1], 64)
	return []Row{
		alone("B14", "resident memory of a loaded small module, of 10,000, with its code", "KiB", loaded/1024, 0),
		alone("B14", "resident memory of its idle instance of one page", "KiB", idle/1024, 10),
	}, err
}

// printIdleMemory loads the modules, calls each once, waits until their instances are cold, and prints the bytes for each module and
// for each instance.
func printIdleMemory() error {
	ctx := context.Background()
	e, err := wasmhost.New(ctx, nil)
	if err != nil {
		return err
	}
	before := resident()
	modules := make([]*wasmhost.Module, idleModules)
	base := binaryOf("c-small")
	for i := range modules {
		// A custom section makes each binary another one; its code is compiled for it alone.
		bin := append(slices.Clone(base), w.Section(0, w.Name("n"), binary.LittleEndian.AppendUint32(nil, uint32(i)))...)
		bin = append(bin, w.Section(0, w.Name("name"), w.Section(0, w.Name(fmt.Sprint("module ", i))))...)
		if modules[i], err = e.Load(ctx, bin, policy("")); err != nil {
			return err
		}
	}
	loaded := resident()
	for _, m := range modules {
		if _, err := m.Call(ctx, callOf("run", nil)); err != nil {
			return err
		}
	}
	time.Sleep(22 * time.Second) // the engine gives pages back after 10 s, and looks every 10 s
	fmt.Println((loaded-before)/idleModules, (resident()-loaded)/idleModules)
	return nil
}

// resident answers the resident memory of the process, without what the Go heap only keeps.
func resident() float64 {
	runtime.GC()
	debug.FreeOSMemory()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if fields := strings.Fields(s.Text()); len(fields) > 1 && fields[0] == "VmRSS:" {
			kib, _ := strconv.ParseFloat(fields[1], 64)
			return kib * 1024
		}
	}
	return 0
}

// endless are guests that never end by themselves.
func endless() map[string]*w.Builder {
	guest := func(pages uint32, body ...[]byte) *w.Builder {
		b := w.New().Memory(pages, 0).Allocator()
		return b.Handler("run", append(body, w.I64Const(0))...)
	}
	i := w.I32Const
	forever := func(body ...[]byte) []byte { return w.Loop(append(body, w.Br(0))...) }
	tree := w.New().Allocator()
	f := uint32(1)
	tree.Func(w.Plain, nil) // 1: the leaf
	for range 60 {
		tree.Func(w.Plain, nil, w.Call(f), w.Call(f))
		f++
	}
	tree.Handler("run", w.Call(f), w.I64Const(0))
	roots := make([]byte, 0, 1<<20)
	for range 100_000 {
		roots = append(roots, 0x9f) // f64.sqrt
	}
	straight := w.New().Allocator()
	g := straight.Func(w.Plain, nil, w.F64Const(0x4000<<48), roots, w.Drop)
	for range 40 {
		g = straight.Func(w.Plain, nil, w.Call(g), w.Call(g))
	}
	straight.Handler("run", w.Call(g), w.I64Const(0))
	return map[string]*w.Builder{
		"empty loop":         guest(1, forever()),
		"call tree":          tree,
		"straight code":      straight,
		"memory.fill":        guest(1000, forever(i(0), i(1), i(1000*65536-1), w.Op(0xfc, 11, 0))),
		"memory.copy":        guest(1000, forever(i(1), i(0), i(1000*65536-1), w.Op(0xfc, 10, 0, 0))),
		"memory.copy down":   guest(1000, forever(i(0), i(1), i(1000*65536-1), w.Op(0xfc, 10, 0, 0))),
		"memory.grow":        guest(1, forever(i(1), w.MemoryGrow, w.Drop)),
		"memory.grow by all": guest(1, forever(i(65536), w.MemoryGrow, w.Drop)),
		"a store to each page": guest(1000, forever(i(0), w.LocalSet(2),
			w.Loop(w.LocalGet(2), i(1), w.Store32(0), w.LocalGet(2), i(4096), w.Op(0x6a), w.Op(0x22, 2), i(1000*65536-4), w.Op(0x49), w.BrIf(0)))),
		"division": guest(1, forever(w.I64Const(7), w.I64Const(3), w.Op(0x7f), w.Drop)),
	}
}

// deadlines measures B15.
func (b *bench) deadlines(ctx context.Context) ([]Row, error) {
	e, err := engine(ctx, wasmhost.Options{})
	if err != nil {
		return nil, err
	}
	defer closeEngine(e)
	var rows []Row
	for name, g := range endless() {
		m, err := e.Load(ctx, g.Bytes(), policy(""))
		if err != nil {
			return rows, fmt.Errorf("%s: %w", name, err)
		}
		t, err := inTurn(b.rounds, func() (time.Duration, error) {
			c := callOf("run", nil)
			c.Timeout, c.Fuel = 50*time.Millisecond, 1<<60
			began := time.Now()
			_, err := m.Call(ctx, c)
			var ended *wasmhost.Error
			if !errors.As(err, &ended) || ended.Code != fault.Deadline {
				return 0, fmt.Errorf("%s: %w", name, err)
			}
			return time.Since(began), nil
		})
		if err != nil {
			return rows, err
		}
		rows = append(rows, alone("B15", "deadline of 50 ms: "+name, "ms", ms(t[0]), 60))
	}
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.Metric, b.Metric) })
	return rows, nil
}

// collection measures B16: how long a garbage collection takes while guests spin on every processor.
func (b *bench) collection(ctx context.Context) ([]Row, error) {
	e, err := engine(ctx, wasmhost.Options{})
	if err != nil {
		return nil, err
	}
	defer closeEngine(e)
	m, err := e.Load(ctx, endless()["a store to each page"].Bytes(), policy(""))
	if err != nil {
		return nil, err
	}
	spin, stop := context.WithCancel(ctx)
	var wait sync.WaitGroup
	for range runtime.NumCPU() {
		wait.Add(1)
		go func() {
			defer wait.Done()
			c := callOf("run", nil)
			c.Fuel = 1 << 60
			_, _ = m.Call(spin, c) // it ends by being cancelled
		}()
	}
	time.Sleep(100 * time.Millisecond)
	t, err := inTurn(b.rounds, timed(func() error {
		runtime.GC()
		return nil
	}))
	stop()
	wait.Wait()
	if err != nil {
		return nil, err
	}
	return []Row{alone("B16", "garbage collection while guests spin", "ms", ms(t[0]), 20)}, nil
}

// neighbours measures B17: a small call of one lane, alone and while another lane spins 64 guests.
func (b *bench) neighbours(ctx context.Context) ([]Row, error) {
	e, err := engine(ctx, wasmhost.Options{})
	if err != nil {
		return nil, err
	}
	defer closeEngine(e)
	m, err := e.Load(ctx, binaryOf("c-small"), policy(""))
	if err != nil {
		return nil, err
	}
	spinner, err := e.Load(ctx, endless()["empty loop"].Bytes(), policy(""))
	if err != nil {
		return nil, err
	}
	p99 := func() (time.Duration, error) {
		var all []time.Duration
		for range 300 {
			began := time.Now()
			if _, err := m.Call(ctx, callOf("run", nil)); err != nil {
				return 0, err
			}
			all = append(all, time.Since(began))
			time.Sleep(time.Millisecond)
		}
		slices.Sort(all)
		return all[len(all)*99/100], nil
	}
	quiet, err := p99()
	if err != nil {
		return nil, err
	}
	spin, stop := context.WithCancel(ctx)
	var wait sync.WaitGroup
	var running atomic.Int32
	for range 64 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			running.Add(1)
			c := callOf("run", nil)
			c.Lane, c.Fuel = "greedy", 1<<60
			_, _ = spinner.Call(spin, c) // it ends by being cancelled
		}()
	}
	time.Sleep(200 * time.Millisecond)
	loud, err := p99()
	stop()
	wait.Wait()
	if err != nil {
		return nil, err
	}
	row := alone("B17", "small call beside 64 spinning guests of another lane, p99", "ms", ms(loud), 20)
	alonePeer := ms(quiet)
	row.Peer, row.PeerName = &alonePeer, "the same alone"
	return []Row{row}, nil
}

// unitTimes measures B18: how long a unit of fuel takes, over classes of instructions and ways of using memory.
func (b *bench) unitTimes(ctx context.Context) ([]Row, error) {
	e, err := engine(ctx, wasmhost.Options{})
	if err != nil {
		return nil, err
	}
	defer closeEngine(e)
	bodies := map[string]*w.Builder{}
	for name, g := range endless() {
		bodies[name] = g
	}
	loop := func(pages uint32, body ...[]byte) *w.Builder {
		g := w.New().Memory(pages, 0).Allocator()
		return g.Handler("run", w.Loop(append(body, w.Br(0))...), w.I64Const(0))
	}
	repeat := func(n int, body ...[]byte) []byte { return slices.Repeat(slices.Concat(body...), n) }
	i := w.I32Const
	vector := append(w.Op(0xfd, 0x0c), make([]byte, 16)...)
	for name, body := range map[string][]byte{
		"plain":        repeat(100, i(1), i(2), w.Op(0x6a), w.Drop),
		"mul":          repeat(100, w.LocalGet(0), w.LocalGet(1), w.Op(0x6c), w.LocalSet(0)),
		"division":     repeat(100, w.LocalGet(0), i(7), w.Op(0x6d), w.LocalSet(1)),
		"load":         repeat(100, i(64), w.Load64(0), w.Drop),
		"store":        repeat(100, i(64), w.I64Const(1), w.Store64(0)),
		"float":        repeat(100, w.F64Const(0x4000<<48), w.F64Const(0x4008<<48), w.Op(0xa2), w.Drop),
		"square root":  repeat(100, w.F64Const(0x4008<<48), w.Op(0x9f), w.Drop),
		"conversion":   repeat(100, w.F64Const(0x4008<<48), w.Op(0xaa), w.Drop),
		"global":       repeat(100, w.GlobalGet(0), w.GlobalSet(0)),
		"vector":       repeat(100, vector, vector, w.Op(0xfd, 0x6e), w.Drop),
		"vector heavy": repeat(100, vector, vector, w.Op(0xfd, 0xf2, 1), w.Drop),
		"branches":     repeat(100, w.Block(w.LocalGet(0), w.BrIf(0))),
		"br_table":     repeat(100, w.Block(w.Block(w.LocalGet(0), w.Op(0x0e, 1, 0, 1)))),
		"memory.size":  repeat(100, w.MemorySize, w.Drop),
		"fill of 8":    repeat(20, i(64), i(1), i(8), w.Op(0xfc, 11, 0)),
	} {
		bodies[name] = loop(1, body)
	}
	many := w.New().Allocator()
	wide := many.Func(w.Plain, slices.Repeat([]byte{w.I64}, 10_000), w.LocalGet(9_999), w.Drop)
	bodies["10,000 locals"] = many.Handler("run", w.Loop(w.Call(wide), w.Br(0)), w.I64Const(0))
	var rates []float64
	worst, of := 0.0, ""
	for name, g := range bodies {
		m, err := e.Load(ctx, g.Bytes(), policy(""))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		best := 1e12
		for range 3 {
			c := callOf("run", nil)
			c.Timeout, c.Fuel = 30*time.Millisecond, 1<<60
			r, err := m.Call(ctx, c)
			if r.Fuel == 0 {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			best = min(best, ns(r.Elapsed)/float64(r.Fuel))
		}
		if rates = append(rates, best); best > worst {
			worst, of = best, name
		}
	}
	slices.Sort(rates)
	return []Row{
		alone("B18", "worst time of a unit: "+of, "ns", worst, 512),
		alone("B18", fmt.Sprintf("median time of a unit over %d kinds of code", len(rates)), "ns", rates[len(rates)/2], 1),
	}, nil
}
