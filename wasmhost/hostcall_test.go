package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// asking is a module whose handler answers what an operation answered to a request.
func asking(operation, request string) *w.Builder {
	b := w.New()
	op := b.Operation(operation)
	b.Allocator()
	return b.Handler("run", forward(b, op, request))
}

func TestOperationsReachTheHost(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	for _, c := range []struct {
		name    string
		answer  string
		err     error
		value   string
		refusal abi.Code
	}{
		{"answer", `{"docs": []}`, nil, `{"docs":[]}`, ""},
		{"null", `null`, nil, `null`, ""},
		{"nothing", ``, nil, `null`, ""},
		{"error value", ``, &abi.Error{Code: abi.CodeRevisionConflict, Message: "changed", Details: map[string]any{"actual": 4}}, ``, abi.CodeRevisionConflict},
		{"wrapped error value", ``, fmt.Errorf("wrapped: %w", &abi.Error{Code: abi.CodeBusy}), ``, abi.CodeBusy},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			r := mustCall(t, load(t, e, asking("data_query", `{"collection":"tasks"}`)), Call{Host: &testHost{
				operation: func(_ context.Context, name string, request []byte) ([]byte, error) {
					asked = append(asked, name+" "+string(request))
					return []byte(c.answer), c.err
				}}})
			if string(r.Value) != c.value || r.HostCalls != 1 {
				t.Errorf("value %s after %d host calls, want %s", r.Value, r.HostCalls, c.value)
			}
			if (r.Refusal == nil) != (c.refusal == "") || r.Refusal != nil && r.Refusal.Code != c.refusal {
				t.Errorf("refusal %v, want %s", r.Refusal, c.refusal)
			}
			if want := []string{`data_query {"collection":"tasks"}`}; !slices.Equal(asked, want) {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

func TestAHostEndsACallWithAnyOtherError(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	secret := errors.New("connection to 10.0.0.1 lost")
	for _, c := range []struct {
		err  error
		code fault.Code
	}{{secret, fault.Internal}, {fault.Wrap(fault.Unavailable, secret, "the store is away"), fault.Unavailable}} {
		_, err := call(t, load(t, e, asking("data_query", `{}`)), Call{Host: &testHost{
			operation: func(context.Context, string, []byte) ([]byte, error) { return nil, c.err }}})
		if codeOf(err) != c.code || !errors.Is(err, secret) {
			t.Errorf("got %v, want %s", err, c.code)
		}
		if strings.Contains(err.Message, "10.0.0.1") {
			t.Errorf("the message shows the cause: %s", err.Message)
		}
	}
}

func TestAPanicOfTheHostEndsThatCallOnly(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, nil), asking("data_query", `{}`))
	for _, value := range []any{"boom", errors.New("boom"), &Error{Code: "boom"}} {
		_, err := call(t, m, Call{Host: &testHost{
			operation: func(context.Context, string, []byte) ([]byte, error) { panic(value) }}})
		if codeOf(err) != fault.HostPanic || !strings.Contains(err.Cause.Error(), "boom") ||
			!strings.Contains(err.Cause.Error(), "hostcall_test.go") || strings.Contains(err.Message, "boom") {
			t.Errorf("got %v", err)
		}
	}
	mustCall(t, m, Call{Host: &testHost{operation: func(context.Context, string, []byte) ([]byte, error) { return nil, nil }}})
}

func TestAPanicOfTheLogEndsThatCallOnly(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, nil), asking("log", `{"level":"info","message":"m"}`))
	if _, err := call(t, m, Call{Host: panickingLog{}}); codeOf(err) != fault.HostPanic {
		t.Errorf("got %v", err)
	}
	b := w.New()
	write := b.Import(moduleWASI, "fd_write", w.Type{Params: []byte{w.I32, w.I32, w.I32, w.I32}, Results: []byte{w.I32}})
	b.Allocator().Data(1024, "\x10\x04\x00\x00\x04\x00\x00\x00").Data(1040, "line")
	b.Handler("run", w.I32Const(1), w.I32Const(1024), w.I32Const(1), w.I32Const(2048), w.Call(write), w.Drop, w.I64Const(0))
	if r, err := call(t, load(t, newTestEngine(t, nil), b), Call{Host: panickingLog{}}); codeOf(err) != fault.HostPanic || r.Value != nil {
		t.Errorf("at the end of the call: %v, %s", err, r.Value)
	}
}

type panickingLog struct{}

func (panickingLog) Log(string, string, map[string]any) { panic("boom") }
func (panickingLog) Operation(context.Context, string, []byte) ([]byte, error) {
	return nil, nil
}

func TestBudgetsOfOperationsAnswerLimitExceeded(t *testing.T) {
	t.Parallel()
	answer := func(n int) []byte { return []byte(`"` + strings.Repeat("x", n-2) + `"`) }
	for _, c := range []struct {
		name    string
		options Options
		request string
		answer  []byte
		asked   int // how often the host is asked in two calls of the operation
		ok      bool
	}{
		{"within all", Options{HostCalls: 2, RequestMax: 2, AnswerMax: 17, ExchangeMax: 38}, `{}`, answer(10), 2, true},
		{"host calls", Options{HostCalls: 1}, `{}`, answer(10), 1, false},
		{"request", Options{RequestMax: 2}, `{ }`, answer(10), 0, false},
		{"answer", Options{AnswerMax: 16}, `{}`, answer(10), 2, false},
		{"exchange by an answer", Options{ExchangeMax: 37}, `{}`, answer(10), 2, false},
		{"exchange by a request", Options{ExchangeMax: 20}, `{}`, answer(10), 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := w.New()
			op := b.Operation("data_query")
			b.Allocator()
			b.Handler("run", slices.Concat(forward(b, op, c.request), w.Drop), forward(w.New(), op, c.request))
			asked := 0
			r := mustCall(t, load(t, newTestEngine(t, &c.options), b), Call{Host: &testHost{
				operation: func(context.Context, string, []byte) ([]byte, error) {
					asked++
					return c.answer, nil
				}}})
			if asked != c.asked || r.HostCalls != 2 {
				t.Errorf("the host was asked %d times of %d, want %d", asked, r.HostCalls, c.asked)
			}
			if c.ok && string(r.Value) != string(c.answer) || !c.ok && (r.Refusal == nil || r.Refusal.Code != abi.CodeLimitExceeded) {
				t.Errorf("got %s, %v", r.Value, r.Refusal)
			}
		})
	}
}

func TestHostileAllocatorsAreSeen(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	for _, c := range []struct {
		name string
		body func(b *w.Builder, op uint32) []byte
		code fault.Code
	}{
		{"no memory", func(*w.Builder, uint32) []byte { return w.I32Const(0) }, fault.GuestAlloc},
		{"at the very end", func(*w.Builder, uint32) []byte { return w.I32Const(65_535) }, fault.GuestAlloc},
		{"outside", func(*w.Builder, uint32) []byte { return w.I32Const(-1) }, fault.GuestAlloc},
		{"no memory after growing was refused", func(*w.Builder, uint32) []byte {
			return slices.Concat(w.I32Const(30_000), w.MemoryGrow, w.Drop, w.I32Const(0))
		}, fault.MemoryExceeded},
		{"trap", func(*w.Builder, uint32) []byte { return w.Unreachable }, fault.GuestUnreachable},
		{"operation", func(_ *w.Builder, op uint32) []byte {
			return slices.Concat(w.I32Const(0), w.I32Const(0), w.Call(op), w.Drop, w.I32Const(8))
		}, fault.GuestReentry},
		{"clock", func(b *w.Builder, _ uint32) []byte {
			return slices.Concat(w.I32Const(0), w.I32Const(0), w.Call(1), w.Drop, w.I32Const(8))
		}, fault.GuestReentry},
		{"loop", func(*w.Builder, uint32) []byte { return slices.Concat(w.Loop(w.Br(0)), w.I32Const(8)) }, fault.Deadline},
	} {
		for _, inside := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/inside=%v", c.name, inside), func(t *testing.T) {
				t.Parallel()
				b := w.New()
				op := b.Operation("data_query")
				b.Operation("clock")
				b.Data(1024, `{}`)
				calls := b.Global(w.I32, true, w.I32Const(0))
				// Inside: the block for the input is fine, the one for the answer is not.
				honest := []byte{}
				if inside {
					honest = slices.Concat(w.GlobalGet(calls), w.GlobalGet(calls), w.I32Const(1), w.Op(0x6a), w.GlobalSet(calls),
						w.Op(0x45), w.If(w.I32Const(16), w.Return))
				}
				b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Alloc, nil, honest, c.body(b, op)))
				b.Handler("run", w.I32Const(1024), w.I32Const(2), w.Call(op))
				asked := 0
				_, err := call(t, load(t, e, b), Call{Fuel: 1e15, Timeout: 2 * time.Second / 10, Host: &testHost{
					operation: func(context.Context, string, []byte) ([]byte, error) {
						asked++
						return []byte(`{}`), nil
					}}})
				if codeOf(err) != c.code {
					t.Fatalf("got %v, want %s", err, c.code)
				}
				if want := map[bool]int{false: 0, true: 1}[inside]; asked != want {
					t.Errorf("the host was asked %d times, want %d", asked, want)
				}
			})
		}
	}
}

func TestARequestOutsideOfMemoryEndsTheCall(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	for _, at := range [][2]int32{{65_536, 1}, {65_535, 2}, {-1, -1}, {0, -1}} {
		b := w.New()
		op := b.Operation("data_query")
		b.Allocator().Handler("run", w.I32Const(at[0]), w.I32Const(at[1]), w.Call(op))
		if _, err := call(t, load(t, e, b), Call{Host: &testHost{}}); codeOf(err) != fault.GuestRange {
			t.Errorf("%v: got %v", at, err)
		}
	}
}

func TestAHostMayKeepARequest(t *testing.T) {
	t.Parallel()
	b := w.New()
	op := b.Operation("data_query")
	b.Allocator()
	b.Handler("run", forward(b, op, `{"a":1}`), w.Drop, w.I32Const(1024), w.I32Const('x'), w.I32Const(7), w.Op(0xfc, 0x0b, 0), w.I64Const(0))
	var kept []byte
	mustCall(t, load(t, newTestEngine(t, nil), b), Call{Host: &testHost{
		operation: func(_ context.Context, _ string, request []byte) ([]byte, error) {
			kept = request
			return nil, nil
		}}})
	if string(kept) != `{"a":1}` {
		t.Errorf("the guest wrote over it: %s", kept)
	}
}

// A guest that grows its memory in mozaiks_alloc moves it; the request was read before, the answer is written after.
func TestMemoryMayMoveWhileTheHostAnswers(t *testing.T) {
	t.Parallel()
	b := w.New()
	op := b.Operation("data_query")
	b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Alloc, nil,
		w.I32Const(1024), w.I32Const(0), w.Store32(0), // destroys the request
		w.I32Const(20), w.MemoryGrow, w.I32Const(16), w.Op(0x74))) // the first byte of the new pages
	b.Data(512, `{"collection":"tasks"}`)
	b.Handler("run", w.I32Const(1024), w.I32Const(512), w.I32Const(22), w.Op(0xfc, 0x0a, 0, 0), // after the input's block
		w.I32Const(1024), w.I32Const(22), w.Call(op))
	r := mustCall(t, load(t, newTestEngine(t, nil), b), Call{Host: &testHost{
		operation: func(_ context.Context, _ string, request []byte) ([]byte, error) { return request, nil }}})
	if string(r.Value) != `{"collection":"tasks"}` {
		t.Fatalf("got %s, %v", r.Value, r.Refusal)
	}
	if r.PeakPages != 41 {
		t.Errorf("%d pages, want 41", r.PeakPages)
	}
}

func TestADeadlineIsSeenAfterAHostFunction(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, nil), asking("data_query", `{}`))
	for name, answer := range map[string]error{"late answer": nil, "error of the context": context.DeadlineExceeded} {
		_, err := call(t, m, Call{Timeout: 10 * time.Millisecond, Host: &testHost{
			operation: func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
				<-ctx.Done()
				return []byte(`1`), answer
			}}})
		if codeOf(err) != fault.Deadline {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAHostThatCancelsItsCallIsTheCause(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, nil), asking("data_query", `{}`))
	ctx, cancel := context.WithCancelCause(context.Background())
	doom := fault.New(fault.ExecutionError, "doomed")
	_, err := m.Call(ctx, &Call{Export: "run", Host: &testHost{
		operation: func(context.Context, string, []byte) ([]byte, error) {
			cancel(doom)
			return []byte(`1`), nil
		}}})
	if codeOf(asError(t, err)) != fault.Cancelled || !errors.Is(err, doom) {
		t.Fatalf("got %v", err)
	}
}

func TestWithoutAHostOperationsAreUnavailable(t *testing.T) {
	t.Parallel()
	r := mustCall(t, load(t, newTestEngine(t, nil), asking("data_query", `{}`)), Call{})
	if r.Refusal == nil || r.Refusal.Code != abi.CodeUnavailable {
		t.Fatalf("got %s, %v", r.Value, r.Refusal)
	}
}

func TestAnAbortTellsWhatAndWhere(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("y\x00", 600)
	b := w.New()
	abort := b.Import(moduleEnv, abortName, w.Type{Params: []byte{w.I32, w.I32, w.I32, w.I32}})
	b.Allocator().Data(1024, "\x06\x00\x00\x00n\x00o\x00\n\x00").Data(2048, "\xb0\x04\x00\x00"+long)
	b.Handler("run", w.I32Const(1028), w.I32Const(2052), w.I32Const(12), w.I32Const(7), w.Call(abort), w.I64Const(0))
	b.Handler("wild", w.I32Const(-8), w.I32Const(2), w.I32Const(0), w.I32Const(0), w.Call(abort), w.I64Const(0))
	m := load(t, newTestEngine(t, nil), b)
	_, err := call(t, m, Call{})
	if codeOf(err) != fault.GuestAbort || err.Details["message"] != `no\n` || err.Details["file"] != strings.Repeat("y", 512) ||
		err.Details["line"] != int64(12) || err.Details["column"] != int64(7) {
		t.Errorf("got %v, %v", err, err.Details)
	}
	_, err = call(t, m, Call{Export: "wild"})
	if codeOf(err) != fault.GuestAbort || err.Details["message"] != "" || err.Details["file"] != "" {
		t.Errorf("texts outside of memory: %v, %v", err, err.Details)
	}
}

// An operation that takes many things costs by how many they are.
func TestEachChangeIsCharged(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	fuel := func(request string) uint64 {
		b := w.New()
		op := b.Operation("data_write")
		b.Allocator().Handler("run", forward(b, op, request))
		return mustCall(t, load(t, e, b), Call{Host: &testHost{
			operation: func(context.Context, string, []byte) ([]byte, error) { return []byte(`{"results":[]}`), nil }}}).Fuel
	}
	one, three := fuel(`{"ops":[{}]}`), fuel(`{"ops":[{},{},{}]}`)
	op, _ := abi.Lookup("data_write")
	if want := one + 2*uint64(op.FuelEach) + uint64(len(`,{},{}`)); three != want {
		t.Errorf("one change costs %d, three %d instead of %d", one, three, want)
	}
}
