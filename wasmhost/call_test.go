package wasmhost

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func TestInputAndOutputAreCarriedThroughGuestMemory(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, nil), echo())
	for _, c := range []struct{ in, want string }{
		{`{"b":1,"a":[true,null]}`, `{"a":[true,null],"b":1}`},
		{``, `{}`},
		{`{"s":"` + strings.Repeat("x", 200_000) + `"}`, `{"s":"` + strings.Repeat("x", 200_000) + `"}`},
	} {
		r := mustCall(t, m, Call{Input: []byte(c.in)})
		if string(r.Value) != c.want || r.Refusal != nil {
			t.Errorf("%.40s: got %.80s, %v", c.in, r.Value, r.Refusal)
		}
		if want := uint32(1); len(c.in) < 1000 && r.PeakPages != want {
			t.Errorf("%.40s: %d pages, want %d", c.in, r.PeakPages, want)
		}
		if len(c.in) > 100_000 && r.PeakPages < 7 {
			t.Errorf("two copies of %d bytes fit into %d pages", len(c.in), r.PeakPages)
		}
		if r.Elapsed <= 0 {
			t.Error("the call took no time")
		}
	}
}

func TestResultsAreReadByTheirForm(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, &Options{OutputMax: 100})
	for _, c := range []struct {
		name    string
		body    func(b *w.Builder) []byte
		value   string
		refusal abi.Code
		code    fault.Code
	}{
		{"zero is null", func(*w.Builder) []byte { return w.I64Const(0) }, "null", "", ""},
		{"value", func(b *w.Builder) []byte { return answering(b, `{"ok":[2.0]}`) }, "[2]", "", ""},
		{"refusal", func(b *w.Builder) []byte { return answering(b, `{"error":{"code":"not_found","message":"m"}}`) },
			"", abi.CodeNotFound, ""},
		{"foreign code", func(b *w.Builder) []byte { return answering(b, `{"error":{"code":"oops"}}`) }, "", "", fault.OutputShape},
		{"other member", func(b *w.Builder) []byte { return answering(b, `{"okay":1}`) }, "", "", fault.OutputShape},
		{"no JSON", func(b *w.Builder) []byte { return answering(b, `{"ok":}`) }, "", "", fault.OutputNotJson},
		{"empty at an address", func(*w.Builder) []byte { return w.Packed(1024, 0) }, "", "", fault.OutputNotJson},
		{"as large as allowed", func(b *w.Builder) []byte { return answering(b, `{"ok":"`+strings.Repeat("x", 91)+`"}`) },
			`"` + strings.Repeat("x", 91) + `"`, "", ""},
		{"too large", func(b *w.Builder) []byte { return answering(b, `{"ok":"`+strings.Repeat("x", 92)+`"}`) },
			"", "", fault.OutputTooLarge},
		{"outside of memory", func(*w.Builder) []byte { return w.Packed(65_530, 10) }, "", "", fault.GuestRange},
		{"far outside", func(*w.Builder) []byte { return w.Packed(0xffffffff, 0xffffffff) }, "", "", fault.GuestRange},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := w.New().Allocator()
			r, err := call(t, load(t, e, b.Handler("run", c.body(b))), Call{})
			if codeOf(err) != c.code {
				t.Fatalf("got %v, want %q", err, c.code)
			}
			if string(r.Value) != c.value {
				t.Errorf("value %s, want %s", r.Value, c.value)
			}
			if got := r.Refusal; (got == nil) != (c.refusal == "") || got != nil && got.Code != c.refusal {
				t.Errorf("refusal %v, want %q", got, c.refusal)
			}
		})
	}
}

func TestEveryCallStartsFresh(t *testing.T) {
	t.Parallel()
	b := w.New().Allocator()
	b.Data(1024, `{"ok":0}`)
	b.Handler("run", // writes how often it ran in this memory
		w.I32Const(0), w.I32Const(0), w.Load8(1030), w.I32Const(1), w.Op(0x6a), w.Store8(1030), w.Packed(1024, 8))
	m := load(t, newTestEngine(t, nil), b)
	for range 3 {
		if r := mustCall(t, m, Call{}); string(r.Value) != "1" {
			t.Fatalf("state of an earlier call is seen: %s", r.Value)
		}
	}
}

func TestOnlyHandlersCanBeCalled(t *testing.T) {
	t.Parallel()
	b := echo()
	b.Export("plain", w.KindFunction, b.Func(w.Plain, nil))
	m := load(t, newTestEngine(t, nil), b)
	for _, name := range []string{"", "missing", "plain", "memory", "mozaiks_alloc"} {
		_, err := m.Call(context.Background(), &Call{Export: name})
		if e := asError(t, err); codeOf(e) != fault.ExportUnknown || e.Export != name {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestInputIsBounded(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, &Options{InputMax: 10}), echo())
	mustCall(t, m, Call{Input: []byte(`"89abcdef"`)})
	if _, e := call(t, m, Call{Input: []byte(`"89abcdefg"`)}); codeOf(e) != fault.InputTooLarge || e.ActionCode() != fault.PayloadTooLarge {
		t.Fatalf("got %v", e)
	}
}

// spinning is a module whose handler never ends.
func spinning() *w.Builder {
	b := w.New().Allocator()
	return b.Handler("run", w.Loop(w.Br(0)), w.I64Const(0))
}

func TestALoopEndsAtTheDeadline(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, &Options{CallTimeout: 30 * time.Millisecond}), spinning())
	for name, c := range map[string]Call{"of the call": {Timeout: 20 * time.Millisecond}, "of the engine": {}, "passed": {Timeout: -1}} {
		_, e := call(t, m, c)
		if codeOf(e) != fault.Deadline || e.ActionCode() != fault.ActionTimeout || !errors.Is(e, context.DeadlineExceeded) {
			t.Errorf("%s: got %v", name, e)
		}
	}
}

func TestACallEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, nil), spinning())
	gone := errors.New("the client went away")

	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(10*time.Millisecond, func() { cancel(gone) })
	_, err := m.Call(ctx, &Call{Export: "run"})
	if codeOf(asError(t, err)) != fault.Cancelled || !errors.Is(err, gone) {
		t.Errorf("cancelled while it runs: %v", err)
	}
	_, err = m.Call(ctx, &Call{Export: "run"})
	if codeOf(asError(t, err)) != fault.Cancelled {
		t.Errorf("cancelled before: %v", err)
	}
	late, stop := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer stop()
	_, err = m.Call(late, &Call{Export: "run"})
	if codeOf(asError(t, err)) != fault.Deadline {
		t.Errorf("the caller's own deadline: %v", err)
	}
}

func TestCallsRunSideBySide(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	good, bad := load(t, e, echo()), load(t, e, failing(w.Unreachable))
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			in := `{"n":` + strings.Repeat("1", i+1) + `}`
			for range 20 {
				if r, err := good.Call(context.Background(), &Call{Export: "run", Input: []byte(in)}); err != nil || string(r.Value) != in {
					t.Errorf("got %s, %v", r.Value, err)
				}
				if _, err := bad.Call(context.Background(), &Call{Export: "run"}); codeOf(asError(t, err)) != fault.GuestUnreachable {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	group.Wait()
}

func TestModulesOfOneBinaryAreIndependent(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	a, b := load(t, e, echo()), load(t, e, echo())
	if a.Digest() != b.Digest() || !strings.HasPrefix(a.Digest(), "sha256:") {
		t.Fatalf("digests %s, %s", a.Digest(), b.Digest())
	}
	for range 2 {
		if err := a.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if _, e := call(t, a, Call{}); codeOf(e) != fault.EngineClosed {
		t.Errorf("a closed module: %v", e)
	}
	mustCall(t, b, Call{Input: []byte(`{}`)})
}

func TestClosingLetsRunningCallsEnd(t *testing.T) {
	t.Parallel()
	b := w.New()
	op := b.Operation("context")
	b.Allocator()
	m := load(t, newTestEngine(t, nil), b.Handler("run", forward(b, op, `{}`)))
	entered, release, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		_, err := m.Call(context.Background(), &Call{Export: "run", Host: &testHost{
			operation: func(context.Context, string, []byte) ([]byte, error) {
				close(entered)
				<-release
				return []byte(`1`), nil
			}}})
		ended <- err
	}()
	<-entered
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.Close(gone); !errors.Is(err, context.Canceled) {
		t.Fatalf("Close did not wait: %v", err)
	}
	if _, e := call(t, m, Call{}); codeOf(e) != fault.EngineClosed {
		t.Errorf("a call after Close: %v", e)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Errorf("the running call: %v", err)
	}
	if err := m.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// A capability call is a call inside an operation of another, possibly of the same module.
func TestACallInsideACallEndsWithIt(t *testing.T) {
	t.Parallel()
	e, err := New(context.Background(), &Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	outer, inner := load(t, e, asking("data_query", `{"in":1}`)), load(t, e, echo())
	closed := make(chan error, 1)
	r := mustCall(t, outer, Call{Host: &testHost{operation: func(ctx context.Context, _ string, request []byte) ([]byte, error) {
		go func() { closed <- e.Close(context.Background()) }()
		for e.gate.enter() { // until the engine is closing
			e.gate.leave()
		}
		r, err := inner.Call(ctx, &Call{Export: "run", Input: request})
		return r.Value, err
	}}})
	if string(r.Value) != `{"in":1}` {
		t.Errorf("got %s", r.Value)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestAnEngineThatMayNotWaitEndsItsCalls(t *testing.T) {
	t.Parallel()
	e, err := New(context.Background(), &Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	b := w.New()
	op := b.Operation("context")
	b.Allocator()
	m := load(t, e, b.Handler("run", slices.Concat(forward(b, op, `{}`), w.Op(0x1a), w.Loop(w.Br(0)), w.I64Const(0))))
	entered, ended := make(chan struct{}), make(chan error)
	go func() {
		_, err := m.Call(context.Background(), &Call{Export: "run", Host: &testHost{
			operation: func(context.Context, string, []byte) ([]byte, error) {
				close(entered)
				return nil, nil
			}}})
		ended <- err
	}()
	<-entered
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := e.Close(gone); err != nil {
		t.Error(err)
	}
	if err := <-ended; codeOf(asError(t, err)) != fault.EngineClosed {
		t.Errorf("the running call: %v", err)
	}
	if _, err := e.Load(context.Background(), echo().Bytes(), Policy{}); fault.CodeOf(err) != fault.EngineClosed {
		t.Errorf("a load after Close: %v", err)
	}
}
