package wasmhost

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// step appends a letter to the text at 1031 in memory, where the answer {"ok":"…"} stands.
func step(length uint32, letter rune) []byte {
	return slices.Concat(w.GlobalGet(length), w.I32Const(letter), w.Store8(1031),
		w.GlobalGet(length), w.I32Const(1), w.Op(0x6a), w.GlobalSet(length))
}

func TestInitialisationRunsInOrder(t *testing.T) {
	t.Parallel()
	b := w.New().Allocator()
	n := b.Global(w.I32, true, w.I32Const(0))
	b.Data(1024, `{"ok":"    "}`)
	b.Export("mozaiks_warm", w.KindFunction, b.Func(w.Plain, nil, step(n, 'w')))
	b.Export("_initialize", w.KindFunction, b.Func(w.Plain, nil, step(n, 'i')))
	b.Export("mozaiks_abi", w.KindFunction, b.Func(w.Type{Results: []byte{w.I32}}, nil, step(n, 'a'), w.I32Const(1)))
	b.Start(b.Func(w.Plain, nil, step(n, 's')))
	b.Handler("run", w.Packed(1024, 13))
	m := load(t, newTestEngine(t, nil), b)
	if !m.Inspection().HasStart {
		t.Error("the start function was not seen")
	}
	for range 2 { // the same for every call
		if r := mustCall(t, m, Call{}); string(r.Value) != `"siaw"` {
			t.Errorf("got %s", r.Value)
		}
	}
}

func TestABootSectionIsHandedToTheGuest(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	booted := func(answer []byte) *w.Builder {
		b := w.New().Allocator()
		b.Data(1024, `{"ok":" "}`).Data(1100, `{"error":{"code":"failed","message":"line 3: oops"}}`)
		b.Export("mozaiks_boot", w.KindFunction, b.Func(w.Handler, nil,
			w.I32Const(0), w.LocalGet(0), w.Load8(2), w.Store8(1031), answer))
		return b.Handler("run", w.Packed(1024, 10)).Custom("mozaiks.boot", "abcde")
	}
	if r := mustCall(t, load(t, e, booted(w.I64Const(0))), Call{}); string(r.Value) != `"c"` {
		t.Errorf("got %s", r.Value)
	}
	_, err := e.Load(context.Background(), booted(w.Packed(1100, 52)).Bytes(), Policy{})
	if fault.CodeOf(err) != fault.BackendInit || !strings.Contains(err.Error(), "line 3: oops") {
		t.Errorf("a program that does not start: %v", err)
	}
	_, err = e.Load(context.Background(), echo().Custom("mozaiks.boot", "x").Bytes(), Policy{})
	if fault.CodeOf(err) != fault.BackendExportMissing {
		t.Errorf("a program without an interpreter: %v", err)
	}
}

func TestWhatDoesNotInitialiseIsNotLoaded(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, &Options{InitTimeout: 50 * time.Millisecond})
	initialize := func(body ...[]byte) func() *w.Builder {
		return func() *w.Builder {
			b := w.New()
			b.Operation("data_query")
			b.Operation("log")
			b.Operation("random")
			b.Import(moduleWASI, "proc_exit", w.Type{Params: []byte{w.I32}})
			b.Allocator().Data(1024, `{"level":"warn","message":"about to fail"}`)
			b.Export("_initialize", w.KindFunction, b.Func(w.Plain, nil, body...))
			return b.Handler("run", w.I64Const(0))
		}
	}
	for _, c := range []struct {
		name string
		make func() *w.Builder
		code fault.Code
		trap string
		log  int
	}{
		{"trap", initialize(w.Unreachable), fault.BackendInit, "GUEST_UNREACHABLE", 0},
		{"trap after a log line", initialize(w.I32Const(1024), w.I32Const(42), w.Call(1), w.Drop, w.Unreachable),
			fault.BackendInit, "GUEST_UNREACHABLE", 1},
		{"operation", initialize(w.I32Const(0), w.I32Const(0), w.Call(0), w.Drop), fault.BackendInit, "BACKEND_INIT", 0},
		{"random operation", initialize(w.I32Const(0), w.I32Const(0), w.Call(2), w.Drop), fault.BackendInit, "BACKEND_INIT", 0},
		{"exit with 0", initialize(w.I32Const(0), w.Call(3)), fault.BackendInit, "GUEST_EXIT", 0},
		{"loop", initialize(w.Loop(w.Br(0))), fault.BackendInit, "DEADLINE", 0},
		{"memory", initialize(w.I32Const(5000), w.MemoryGrow, w.Drop, w.Unreachable), fault.BackendInit, "MEMORY_EXCEEDED", 0},
		{"start function", func() *w.Builder {
			b := echo()
			return b.Start(b.Func(w.Plain, nil, w.Unreachable))
		}, fault.BackendInit, "GUEST_UNREACHABLE", 0},
		{"data outside of memory", func() *w.Builder { return echo().Data(70_000, "x") }, fault.BackendInit, "GUEST_MEMORY_BOUNDS", 0},
		{"other ABI version", func() *w.Builder {
			b := echo()
			return b.Export("mozaiks_abi", w.KindFunction, b.Func(w.Type{Results: []byte{w.I32}}, nil, w.I32Const(2)))
		}, fault.BackendAbiMismatch, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := e.Load(context.Background(), c.make().Bytes(), Policy{Granted: grantAll})
			if fault.CodeOf(err) != c.code {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			details := fault.From(err).Details
			if c.trap != "" && details["engine_code"] != c.trap {
				t.Errorf("details %v, want %s", details, c.trap)
			}
			if log, _ := details["log"].([]any); len(log) != c.log {
				t.Errorf("log %v, want %d lines", log, c.log)
			}
		})
	}
}

func TestTheLastLinesOfAFailedInitialisationAreKept(t *testing.T) {
	t.Parallel()
	o, err := (*Options)(nil).withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	l := newLogLines(&o, nil, "")
	for i := range 25 {
		l.write(standardOutput, fmt.Appendf(nil, "line %d\n", i))
	}
	if len(l.tail) != 20 || l.tail[0] != "info: line 5" || l.tail[19] != "info: line 24" {
		t.Errorf("got %q", l.tail)
	}
}

// What a guest draws while it initialises depends on the binary alone, and leaves the call's own stream untouched.
func TestInitialisationHasASeedAndATimeOfItsOwn(t *testing.T) {
	t.Parallel()
	b := w.New()
	op := b.Operation("random")
	get := b.Import(moduleWASI, "random_get", w.Type{Params: []byte{w.I32, w.I32}, Results: []byte{w.I32}})
	clock := b.Import(moduleWASI, "clock_time_get", w.Type{Params: []byte{w.I32, w.I64, w.I32}, Results: []byte{w.I32}})
	b.Allocator().Data(1024, `{"bytes":4}`)
	b.Export("_initialize", w.KindFunction, b.Func(w.Plain, nil, w.I32Const(2048), w.I32Const(8), w.Call(get), w.Drop,
		w.I32Const(0), w.I64Const(0), w.I32Const(2056), w.Call(clock), w.Drop))
	b.Handler("run", w.I32Const(1024), w.I32Const(11), w.Call(op))
	b.Data(3000, `{"ok":"                "}`)
	// Shows the drawn bytes as two letters each, and the seconds of the clock as a number in the same way.
	show := []byte{}
	for i := range int32(8) {
		for half, shift := range []int32{4, 0} {
			show = slices.Concat(show, w.I32Const(0), w.I32Const(2048+i), w.Load8(0), w.I32Const(shift), w.Op(0x76),
				w.I32Const(15), w.Op(0x71), w.I32Const('a'), w.Op(0x6a), w.Store8(uint32(3007+2*int(i)+half)))
		}
	}
	b.Handler("drawn", show, w.Packed(3000, 25))
	b.Handler("clock", w.I32Const(2056), w.Load64(0), w.I64Const(freezeTime.UnixNano()), w.Op(0x51),
		w.If(w.I64Const(0), w.Return), w.Unreachable)
	m := load(t, newTestEngine(t, nil), b)

	if r := mustCall(t, m, Call{}); string(r.Value) != `{"base64":"drjgrQ=="}` {
		t.Errorf("the stream of the call: %s", r.Value)
	}
	mustCall(t, m, Call{Export: "clock"})
	want := make([]byte, 8)
	(&stream{seed: m.freezeSeed}).fill(want)
	letters := ""
	for _, c := range want {
		letters += string(rune('a'+c>>4)) + string(rune('a'+c&15))
	}
	for _, seed := range [][32]byte{{}, {9}} {
		if r := mustCall(t, m, Call{Export: "drawn", Seed: seed}); string(r.Value) != `"`+letters+`"` {
			t.Errorf("got %s, want %q", r.Value, letters)
		}
	}
}

func TestSeedsAreDerivedByLabelAndParts(t *testing.T) {
	t.Parallel()
	// printf 'mozaiks.seed.test.v1\0%s' 42 | sha256sum
	if got, want := fmt.Sprintf("%x", DeriveSeed("mozaiks.seed.test.v1", []byte("4"), []byte("2"))),
		"776ca9d67bbbdbd24dc5dcb169182901c1d841814d2d586bc15cf6bff57682ab"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if FreezeSeed([32]byte{1}) != DeriveSeed("mozaiks.seed.freeze.v1", append([]byte{1}, make([]byte, 31)...)) {
		t.Error("the freeze seed has another form")
	}
}
