package hostile

import (
	"bufio"
	"bytes"
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
	"unicode"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// Times that hold on a machine of one's own (MOZAIKS_TEST_STRICT_TIMES). On machines that others use too they are judged
// generously.
const (
	overshoot = 10 * time.Millisecond  // of deadlines, by the median
	waiting   = 20 * time.Millisecond  // of a neighbour, p99
	unitMost  = 512 * time.Nanosecond  // for a unit of fuel
	generous  = 25                     // times as much elsewhere
	leftover  = 4 << 20                // bytes of memory that may stay
	deadline  = 200 * time.Millisecond // of calls that never end
)

func strict() bool { return os.Getenv("MOZAIKS_TEST_STRICT_TIMES") != "" }

// allowed is a time as it is judged here.
func allowed(d time.Duration) time.Duration {
	if strict() {
		return d
	}
	return generous * d
}

// runs is how often each guest is called (MOZAIKS_TEST_HOSTILE_RUNS).
func runs(t testing.TB) int {
	t.Helper()
	text := os.Getenv("MOZAIKS_TEST_HOSTILE_RUNS")
	if text == "" {
		return 2
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("MOZAIKS_TEST_HOSTILE_RUNS is %q", text)
	}
	return n
}

func newEngine(t testing.TB, o wasmhost.Options) *wasmhost.Engine {
	t.Helper()
	o.Beside = true
	e, err := wasmhost.New(context.Background(), &o)
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

// corpus answers all guests by name.
var corpus = sync.OnceValues(func() (map[string]Guest, error) {
	texts, err := Corpus("corpus")
	if err != nil {
		return nil, err
	}
	out := map[string]Guest{}
	for _, g := range slices.Concat(texts, Generated()) {
		if _, twice := out[g.Name]; twice {
			return nil, fmt.Errorf("two guests are called %s", g.Name)
		}
		out[g.Name] = g
	}
	return out, nil
})

func guests(t testing.TB) map[string]Guest {
	t.Helper()
	all, err := corpus()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func guest(t testing.TB, name string) Guest {
	t.Helper()
	g, ok := guests(t)[name]
	if !ok {
		t.Fatalf("there is no guest %s", name)
	}
	return g
}

func (g Guest) number(t testing.TB, key string, unset uint64) uint64 {
	t.Helper()
	if g.Head[key] == "" {
		return unset
	}
	n, err := strconv.ParseUint(g.Head[key], 10, 64)
	if err != nil {
		t.Fatalf("%s: %s is %q", g.Name, key, g.Head[key])
	}
	return n
}

func (g Guest) policy(t testing.TB) wasmhost.Policy {
	t.Helper()
	p := wasmhost.Policy{ABI: g.Head["abi"], Profile: g.Head["profile"], MemoryPages: uint32(g.number(t, "memory", 0)),
		Handlers: strings.Fields(g.Head["handlers"])}
	if g.Head["deny"] == "" {
		p.Granted = func(string) bool { return true }
	}
	return p
}

func load(t testing.TB, e *wasmhost.Engine, g Guest) *wasmhost.Module {
	t.Helper()
	m, err := e.Load(context.Background(), g.Make(), g.policy(t))
	if err != nil {
		t.Fatalf("%s does not load: %v %v", g.Name, err, fault.From(err).Details)
	}
	return m
}

func closed(t testing.TB, m *wasmhost.Module) {
	t.Helper()
	if err := m.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// told is what a call ended with, in the words of the headers.
func told(r *wasmhost.Result, err error) string {
	var e *wasmhost.Error
	switch {
	case errors.As(err, &e):
		return string(e.Code)
	case err != nil:
		return fmt.Sprintf("%T %v", err, err)
	case r.Refusal != nil:
		return "refusal " + string(r.Refusal.Code)
	}
	return "answer " + string(r.Value)
}

// host answers operations as a header says, and keeps the log.
type host struct {
	answer []byte
	echo   bool
	mu     sync.Mutex
	lines  []string
}

func newHost(kind string) *host {
	switch kind {
	case "echo":
		return &host{echo: true}
	case "large":
		return &host{answer: slices.Concat([]byte{'"'}, bytes.Repeat([]byte{'x'}, 2<<20), []byte{'"'})}
	case "huge":
		return &host{answer: slices.Concat([]byte{'"'}, bytes.Repeat([]byte{'x'}, 5<<20), []byte{'"'})}
	}
	return &host{}
}

func (h *host) Operation(_ context.Context, _ string, request []byte) ([]byte, error) {
	if !h.echo {
		return h.answer, nil
	}
	if len(request) == 0 {
		return []byte("{}"), nil
	}
	return request, nil
}

func (h *host) Log(level, message string, fields map[string]any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, level+" "+message+fmt.Sprint(fields))
}

// logged holds the lines of a call to what all of them must be, and to what a header says.
func (h *host) logged(want string) error {
	// Beside the lines there may be two without an end, and the one that counts. An escape is six times as long as its byte.
	const most, longest, escaped, level = 256 + 3, 8 << 10, 6, 16
	if len(h.lines) > most {
		return fmt.Errorf("%d lines are logged", len(h.lines))
	}
	for _, line := range h.lines {
		if len(line) > longest*escaped+level || strings.ContainsFunc(line, func(c rune) bool {
			return unicode.IsControl(c) || c >= 0x2028 && c <= 0x202e
		}) {
			return fmt.Errorf("a line is logged as %.100q, %d bytes", line, len(line))
		}
	}
	if want != "" && len(h.lines) == 0 {
		return errors.New("nothing is logged")
	}
	if cut := len(h.lines) > 0 && strings.Contains(h.lines[len(h.lines)-1], "were dropped"); want != "" && cut != (want == "cut") {
		return fmt.Errorf("of the log was dropped: %t, want %s", cut, want)
	}
	return nil
}

// neighbour calls a small module in a lane of its own, all the time.
type neighbour struct {
	m    *wasmhost.Module
	stop chan struct{}
	done chan struct{}

	mu    sync.Mutex
	times []time.Duration
	err   error
}

func newNeighbour(t testing.TB, e *wasmhost.Engine) *neighbour {
	t.Helper()
	b := w.New()
	constantAllocator(b)
	b.Data(64, `{"ok":"good"}`)
	bin := b.Export("run", w.KindFunction, b.Func(w.Handler, nil, w.Packed(64, 13))).Bytes()
	m, err := e.Load(context.Background(), bin, wasmhost.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	n := &neighbour{m: m, stop: make(chan struct{}), done: make(chan struct{})}
	go n.live()
	t.Cleanup(func() {
		close(n.stop)
		<-n.done
	})
	return n
}

func (n *neighbour) live() {
	defer close(n.done)
	pause := time.NewTicker(time.Millisecond)
	defer pause.Stop()
	for {
		select {
		case <-n.stop:
			return
		case <-pause.C:
		}
		took, err := n.call()
		n.mu.Lock()
		n.times = append(n.times, took)
		n.err = errors.Join(n.err, err)
		n.mu.Unlock()
	}
}

// call is what shows that the engine serves.
func (n *neighbour) call() (time.Duration, error) {
	began := time.Now()
	r, err := n.m.Call(context.Background(), &wasmhost.Call{Export: "run", Lane: "neighbour"})
	took := time.Since(began)
	if got := told(r, err); got != `answer "good"` {
		return took, fmt.Errorf("the neighbour's call ended with %s", got)
	}
	return took, nil
}

// since answers the p99 of the calls since it was asked last, and what went wrong in them.
func (n *neighbour) since() (time.Duration, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	times, err := n.times, n.err
	n.times, n.err = nil, nil
	if len(times) == 0 {
		return 0, err
	}
	slices.Sort(times)
	return times[len(times)*99/100], err
}

// resident answers the bytes of memory that the process holds for itself, without free memory that the Go heap has not given back yet:
// while others run, it does so late.
func resident(t testing.TB) int64 {
	t.Helper()
	runtime.GC() // what finalizers free is free after the next
	runtime.GC()
	debug.FreeOSMemory()
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	sum := int64(heap.HeapReleased) - int64(heap.HeapIdle)
	f, err := os.Open("/proc/self/status")
	if err != nil {
		t.Skip("no /proc/self/status here")
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) > 1 && (fields[0] == "RssAnon:" || fields[0] == "RssShmem:") {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += kib << 10
		}
	}
	return sum
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }
