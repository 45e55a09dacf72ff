// Package hostile holds modules that try to harm their host or their neighbours, and what must become of each.
package hostile_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// deadline is the time of calls of endless guests, late how much later one may be back.
const (
	deadline = 200 * time.Millisecond
	late     = 10 * time.Millisecond
	slowest  = 20 * time.Millisecond // p99 of a neighbour's calls
	leftover = 4 << 20               // bytes of memory
)

// runs is how often each guest is called (MOZAIKS_TEST_HOSTILE_RUNS).
func runs(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("MOZAIKS_TEST_HOSTILE_RUNS"))
	if err != nil {
		return 2
	}
	return n
}

// strict tells whether times are judged: on machines that others use they are only printed.
func strict() bool { return os.Getenv("MOZAIKS_TEST_STRICT_TIMES") != "" }

func newEngine(t *testing.T) *wasmhost.Engine {
	t.Helper()
	e, err := wasmhost.New(context.Background(), &wasmhost.Options{Beside: true, InitTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

func load(t *testing.T, e *wasmhost.Engine, bin []byte, pages uint32) *wasmhost.Module {
	t.Helper()
	m, err := e.Load(context.Background(), bin, wasmhost.Policy{Granted: func(string) bool { return true }, MemoryPages: pages})
	if err != nil {
		t.Fatal(err, fault.From(err).Details)
	}
	return m
}

// neighbour calls a small module in a lane of its own all the time.
type neighbour struct {
	m     *wasmhost.Module
	stop  chan struct{}
	done  sync.WaitGroup
	mu    sync.Mutex
	times []time.Duration
	err   error
}

func newNeighbour(t *testing.T, e *wasmhost.Engine) *neighbour {
	t.Helper()
	n := &neighbour{m: load(t, e, answering(`{"ok":"good"}`, nil).Bytes(), 0), stop: make(chan struct{})}
	n.done.Add(1)
	go func() {
		defer n.done.Done()
		for {
			select {
			case <-n.stop:
				return
			case <-time.After(time.Millisecond):
			}
			took, err := n.call()
			n.mu.Lock()
			n.times = append(n.times, took)
			if err != nil {
				n.err = err
			}
			n.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		close(n.stop)
		n.done.Wait()
	})
	return n
}

func (n *neighbour) call() (time.Duration, error) {
	began := time.Now()
	r, err := n.m.Call(context.Background(), &wasmhost.Call{Export: "run", Lane: "neighbour"})
	if err == nil && string(r.Value) != `"good"` {
		err = fmt.Errorf("the neighbour answers %s", r.Value)
	}
	return time.Since(began), err
}

// p99 answers the time of the neighbour's calls since it was last asked.
func (n *neighbour) p99() (time.Duration, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	times := n.times
	n.times = nil
	if len(times) == 0 {
		return 0, n.err
	}
	slices.Sort(times)
	return times[len(times)*99/100], n.err
}

func TestHostileGuests(t *testing.T) {
	e := newEngine(t)
	beside := newNeighbour(t, e)
	n := runs(t)
	var table strings.Builder
	check := func(name string, g guest, fuel uint64, want fault.Code, d time.Duration) {
		t.Run(name, func(t *testing.T) {
			before := resident()
			m := load(t, e, g.make().Bytes(), g.pages)
			var used uint64
			var worst time.Duration
			if _, err := beside.p99(); err != nil {
				t.Fatal(err)
			}
			for run := range n {
				began := time.Now()
				r, err := m.Call(context.Background(), &wasmhost.Call{Export: "run", Fuel: fuel, Timeout: d, Lane: "hostile"})
				worst = max(worst, time.Since(began))
				if got := codeOf(err); got != want || err == nil && string(r.Value) != g.value {
					t.Fatalf("run %d: %v %s, want %s %s", run, err, r.Value, want, g.value)
				}
				if run > 0 && want != fault.Deadline && r.Fuel != used {
					t.Errorf("run %d: %d units of fuel, %d before", run, r.Fuel, used)
				}
				used = r.Fuel
			}
			p99, err := beside.p99()
			if err != nil {
				t.Error(err)
			}
			if err := m.Close(context.Background()); err != nil {
				t.Fatal(err)
			}
			grown := int64(resident()) - int64(before)
			fmt.Fprintf(&table, "%-62s %-18s fuel %14d  back in %8.2f ms  neighbour %6.2f ms  memory %+6.1f MiB\n", name, want, used,
				float64(worst.Microseconds())/1000, float64(p99.Microseconds())/1000, float64(grown)/(1<<20))
			if grown > leftover {
				t.Errorf("%d bytes of memory stay", grown)
			}
			if overdue := worst - deadline; want == fault.Deadline && (overdue > late && strict() || overdue > 100*late) {
				t.Errorf("back %s after the deadline", overdue)
			}
			if p99 > slowest && strict() || p99 > 50*slowest {
				t.Errorf("the neighbour's calls took %s", p99)
			}
		})
	}
	for _, g := range endless {
		check(g.name+", little fuel", g, 3_000_000, fault.FuelExhausted, time.Minute)
		check(g.name+", ample fuel", g, 1<<60, fault.Deadline, deadline)
	}
	for _, g := range once {
		check(g.name, g, 1e9, g.want, time.Minute)
	}
	t.Logf("%d runs of each\n%s", n, table.String())
}

func codeOf(err error) fault.Code {
	var e *wasmhost.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// resident answers the memory of the process that is its own, without what the Go heap only keeps.
func resident() uint64 {
	runtime.GC()
	debug.FreeOSMemory()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if fields := strings.Fields(s.Text()); len(fields) > 1 && fields[0] == "RssAnon:" {
			kib, _ := strconv.ParseUint(fields[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

func TestRefusedBinaries(t *testing.T) {
	t.Parallel()
	for _, c := range refused {
		bin := c.make()
		began := time.Now()
		got := wasmhost.Inspect(bin, wasmhost.Policy{}, wasmhost.InspectLimits{})
		took := time.Since(began)
		if !slices.ContainsFunc(got.Findings, func(f diagnostic.Finding) bool { return f.Code == c.want }) {
			t.Errorf("%s: %v, want %s", c.name, got.Findings, c.want)
		}
		if took > time.Second && strict() || took > 20*time.Second {
			t.Errorf("%s: looked at for %s", c.name, took)
		}
	}
	strictly := wasmhost.Inspect(handler(1, append(w.Op(0xfd, 0x0c), make([]byte, 16)...), w.Drop).Bytes(),
		wasmhost.Policy{Profile: wasmhost.ProfileStrict}, wasmhost.InspectLimits{})
	if !slices.ContainsFunc(strictly.Findings, func(f diagnostic.Finding) bool { return f.Code == fault.BackendFeature }) {
		t.Errorf("vectors in the strict profile: %v", strictly.Findings)
	}
}

func TestModulesThatDoNotInitialise(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	for _, c := range failing {
		for _, export := range []string{"_initialize", "mozaiks_warm", ""} {
			b := w.New().Allocator()
			f := b.Func(w.Plain, nil, c.body)
			if export == "" {
				b.Start(f)
			} else {
				b.Export(export, w.KindFunction, f)
			}
			_, err := e.Load(context.Background(), b.Bytes(), wasmhost.Policy{})
			if fault.CodeOf(err) != fault.BackendInit {
				t.Errorf("%s in %q: %v", c.name, export, err)
			}
		}
	}
}

func TestTenThousandTraps(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	beside := newNeighbour(t, e)
	m := load(t, e, handler(1, w.Unreachable).Bytes(), 0)
	for n := range 10_000 {
		if _, err := m.Call(context.Background(), &wasmhost.Call{Export: "run"}); codeOf(err) != fault.GuestUnreachable {
			t.Fatalf("trap %d: %v", n, err)
		}
	}
	if p99, err := beside.p99(); err != nil || p99 > slowest && strict() {
		t.Errorf("the neighbour: %s, %v", p99, err)
	}
}

// The caller goes away in each phase of a call: the instance and the turn come back.
func TestCallersThatLeave(t *testing.T) {
	t.Parallel()
	e, err := wasmhost.New(context.Background(), &wasmhost.Options{Beside: true, CPUs: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	spinner := load(t, e, endless[0].make().Bytes(), 0)
	asker := load(t, e, asking(i32(0), i32(0)).Bytes(), 0)
	spin := func(ctx context.Context) error {
		_, err := spinner.Call(ctx, &wasmhost.Call{Export: "run", Fuel: 1 << 60, Timeout: time.Minute})
		return err
	}
	// While the guest runs, and while another waits for the one turn.
	running, stopRunning := context.WithCancel(context.Background())
	waiting, stopWaiting := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- spin(running) }()
	time.Sleep(20 * time.Millisecond)
	go func() { ended <- spin(waiting) }()
	time.Sleep(20 * time.Millisecond)
	stopWaiting()
	if err := <-ended; codeOf(err) != fault.Cancelled {
		t.Errorf("while it waited: %v", err)
	}
	stopRunning()
	if err := <-ended; codeOf(err) != fault.Cancelled {
		t.Errorf("while it ran: %v", err)
	}
	// While the host answers.
	ctx, cancel := context.WithCancel(context.Background())
	_, err = asker.Call(ctx, &wasmhost.Call{Export: "run", Host: hostOf(func(ctx context.Context) { cancel(); <-ctx.Done() })})
	if codeOf(err) != fault.Cancelled {
		t.Errorf("while the host answered: %v", err)
	}
	// Before anything.
	if err := spin(ctx); codeOf(err) != fault.Cancelled {
		t.Errorf("before it began: %v", err)
	}
	for range 3 {
		if _, err := asker.Call(context.Background(), &wasmhost.Call{Export: "run", Timeout: time.Second}); err != nil {
			t.Fatalf("the turn did not come back: %v", err)
		}
	}
}

type hostOf func(ctx context.Context)

func (h hostOf) Operation(ctx context.Context, _ string, _ []byte) ([]byte, error) {
	h(ctx)
	return nil, ctx.Err()
}

func (hostOf) Log(string, string, map[string]any) {}

// A host that panics, and one that blocks past the deadline.
func TestHostsThatFail(t *testing.T) {
	t.Parallel()
	m := load(t, newEngine(t), asking(i32(0), i32(0)).Bytes(), 0)
	call := func(h hostOf) (time.Duration, error) {
		began := time.Now()
		_, err := m.Call(context.Background(), &wasmhost.Call{Export: "run", Timeout: 50 * time.Millisecond, Host: h})
		return time.Since(began), err
	}
	if _, err := call(func(context.Context) { panic("a fault of the host") }); codeOf(err) != fault.HostPanic {
		t.Errorf("a panic: %v", err)
	}
	took, err := call(func(ctx context.Context) { <-ctx.Done() })
	if codeOf(err) != fault.Deadline || took > 2*time.Second {
		t.Errorf("a host that blocks: %v after %s", err, took)
	}
	if _, err := call(func(context.Context) {}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
