package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// testNow is the time of test calls.
var testNow = time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC)

// newTestEngine makes an engine that is closed when the test ends.
func newTestEngine(t testing.TB, opts *Options) *Engine {
	t.Helper()
	o := Options{}
	if opts != nil {
		o = *opts
	}
	o.Beside = true
	e, err := New(context.Background(), &o)
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

func grantAll(string) bool { return true }

// load makes a module of a binary under a policy that grants everything.
func load(t testing.TB, e *Engine, b *w.Builder) *Module {
	t.Helper()
	m, err := e.Load(context.Background(), b.Bytes(), Policy{Granted: grantAll})
	if err != nil {
		t.Fatalf("%v\n%v", err, fault.From(err).Details)
	}
	return m
}

// testHost answers operations by a function and keeps the log.
type testHost struct {
	operation func(ctx context.Context, name string, request []byte) ([]byte, error)
	mu        sync.Mutex
	log       []string
}

func (h *testHost) Operation(ctx context.Context, name string, request []byte) ([]byte, error) {
	if h.operation == nil {
		return nil, &abi.Error{Code: abi.CodeUnavailable, Message: "nothing here"}
	}
	return h.operation(ctx, name, request)
}

func (h *testHost) Log(level, message string, fields map[string]any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	line := level + " " + message
	if fields != nil {
		line += fmt.Sprint(" ", fields)
	}
	h.log = append(h.log, line)
}

// call runs the handler run.
func call(t testing.TB, m *Module, c Call) (*Result, *Error) {
	t.Helper()
	if c.Export == "" {
		c.Export = "run"
	}
	if c.Now.IsZero() {
		c.Now = testNow
	}
	r, err := m.Call(context.Background(), &c)
	return r, asError(t, err)
}

func asError(t testing.TB, err error) *Error {
	t.Helper()
	if err == nil {
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%T is no *Error: %v", err, err)
	}
	return e
}

// mustCall is call for one that succeeds.
func mustCall(t testing.TB, m *Module, c Call) *Result {
	t.Helper()
	r, e := call(t, m, c)
	if e != nil {
		t.Fatalf("%v\n%v", e, e.Details)
	}
	return r
}

func codeOf(e *Error) fault.Code {
	if e == nil {
		return ""
	}
	return e.Code
}

// answering makes a handler's body answer a document that stands in memory at 1024.
func answering(b *w.Builder, doc string) []byte {
	b.Data(1024, doc)
	return w.Packed(1024, uint32(len(doc)))
}

// forward is a body that calls an operation with the request in memory at 1024 and answers what it answered.
func forward(b *w.Builder, operation uint32, request string) []byte {
	b.Data(1024, request)
	return slices.Concat(w.I32Const(1024), w.I32Const(int32(len(request))), w.Call(operation))
}

// echo is a module whose handler answers {"ok": its input}.
func echo() *w.Builder {
	b := w.New().Allocator()
	b.Data(0, `{"ok":`)
	return b.Handler("run",
		// out = mozaiks_alloc(len + 7)
		w.LocalGet(1), w.I32Const(7), w.Op(0x6a), w.Call(0), w.LocalSet(2),
		w.LocalGet(2), w.I32Const(0), w.I32Const(6), w.Op(0xfc, 0x0a, 0, 0), // memory.copy
		w.LocalGet(2), w.I32Const(6), w.Op(0x6a), w.LocalGet(0), w.LocalGet(1), w.Op(0xfc, 0x0a, 0, 0),
		w.LocalGet(2), w.LocalGet(1), w.Op(0x6a), w.I32Const('}'), w.Store8(6),
		w.LocalGet(1), w.I32Const(7), w.Op(0x6a), w.LocalSet(3),
		w.Pack(2, 3))
}

// codes lists the codes of findings with their paths.
func codes(f []diagnostic.Finding) []string {
	out := []string{}
	for _, x := range f {
		out = append(out, string(x.Code)+" "+x.Path)
	}
	return out
}
