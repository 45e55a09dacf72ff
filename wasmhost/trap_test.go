package wasmhost

import (
	"slices"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// failing is a module whose handler runs body and then answers null.
func failing(body ...[]byte) *w.Builder {
	b := w.New().Allocator()
	return b.Handler("run", append(body, w.I64Const(0))...)
}

// traps are binaries that end in each way that the engine below reports.
var traps = []struct {
	name string
	code fault.Code
	make func() *w.Builder
}{
	{"unreachable", fault.GuestUnreachable, func() *w.Builder { return failing(w.Unreachable) }},
	{"load outside of memory", fault.GuestMemoryBounds, func() *w.Builder {
		return failing(w.I32Const(-1), w.Load32(0), w.Drop)
	}},
	{"store at the edge", fault.GuestMemoryBounds, func() *w.Builder {
		return failing(w.I32Const(65_533), w.I32Const(1), w.Store32(0))
	}},
	{"bulk copy outside of memory", fault.GuestMemoryBounds, func() *w.Builder {
		return failing(w.I32Const(0), w.I32Const(65_000), w.I32Const(1000), w.Op(0xfc, 0x0a, 0, 0))
	}},
	{"index outside of a table", fault.GuestTableBounds, func() *w.Builder {
		b := w.New().Allocator()
		b.Table(w.Funcref, 1, 0)
		return b.Handler("run", w.I32Const(7), w.CallIndirect(b.TypeIndex(w.Plain)), w.I64Const(0))
	}},
	{"function of another type", fault.GuestCallType, func() *w.Builder {
		b := w.New().Allocator()
		b.Table(w.Funcref, 1, 0)
		b.Elements(0, 0)
		return b.Handler("run", w.I32Const(0), w.CallIndirect(b.TypeIndex(w.Plain)), w.I64Const(0))
	}},
	{"division by zero", fault.GuestDivZero, func() *w.Builder {
		return failing(w.I32Const(1), w.I32Const(0), w.Op(0x6d), w.Drop)
	}},
	{"overflow", fault.GuestIntOverflow, func() *w.Builder {
		return failing(w.I32Const(-1<<31), w.I32Const(-1), w.Op(0x6d), w.Drop)
	}},
	{"conversion of NaN", fault.GuestConversion, func() *w.Builder {
		return failing(w.F64Const(0x7ff8000000000000), w.Op(0xaa), w.Drop)
	}},
	{"endless recursion", fault.GuestStack, func() *w.Builder {
		b := w.New().Allocator()
		return b.Handler("run", w.LocalGet(0), w.LocalGet(1), w.Call(1)) // itself
	}},
}

func TestTrapsHaveCodes(t *testing.T) {
	t.Parallel()
	for _, backend := range []string{BackendCompiler, BackendInterpreter} {
		e := newTestEngine(t, &Options{Backend: backend})
		for _, c := range traps {
			t.Run(backend+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				m := load(t, e, c.make())
				for range 2 { // the second call shows that the first left nothing behind
					_, err := call(t, m, Call{})
					if codeOf(err) != c.code {
						t.Fatalf("got %v, want %s", err, c.code)
					}
					if err.ActionCode() != fault.ExecutionError || err.Export != "run" {
						t.Errorf("action code %s, export %s", err.ActionCode(), err.Export)
					}
				}
			})
		}
	}
}

func TestErrorsNameTheGuestsFunctions(t *testing.T) {
	t.Parallel()
	b := w.New().Allocator()
	inner := b.Func(w.Plain, nil, w.Unreachable)
	b.Handler("run", w.Call(inner), w.I64Const(0))
	names := w.Section(0, w.Name("name"), w.Section(1, w.U32(2), w.U32(inner), w.Name("in\nner"), w.U32(inner+1), w.Name("outer")))
	_, err := call(t, load(t, newTestEngine(t, nil), b.Raw(names...)), Call{})
	if want := []string{`in\nner`, "outer"}; err == nil || !slices.Equal(err.Frames, want) {
		t.Fatalf("got %+v, want the frames %q", err, want)
	}
}

func TestRunningOutOfMemoryIsToldApart(t *testing.T) {
	t.Parallel()
	grow := func(pages int32) []byte { return slices.Concat(w.I32Const(pages), w.MemoryGrow, w.Drop) }
	e := newTestEngine(t, nil)
	for _, c := range []struct {
		name  string
		most  uint32 // the binary's own maximum
		limit uint32 // of the call
		body  []byte
		code  fault.Code
		trap  string
		peak  uint32
	}{
		{"within the limit", 0, 8, slices.Concat(grow(7), w.Unreachable), fault.GuestUnreachable, "", 8},
		{"past the limit of the call", 0, 8, slices.Concat(grow(8), w.Unreachable), fault.MemoryExceeded, "GUEST_UNREACHABLE", 1},
		{"past the limit of the module", 0, 0, slices.Concat(grow(1024), w.Unreachable), fault.MemoryExceeded, "GUEST_UNREACHABLE", 1},
		{"past the binary's own maximum", 4, 0, slices.Concat(grow(4), w.I32Const(-1), w.Load32(0), w.Drop), fault.MemoryExceeded, "GUEST_MEMORY_BOUNDS", 1},
		{"refused but survived", 0, 8, grow(8), "", "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := w.New().Memory(1, c.most).Allocator()
			m := load(t, e, b.Handler("run", c.body, w.I64Const(0)))
			r, err := call(t, m, Call{MemoryPages: c.limit})
			if codeOf(err) != c.code {
				t.Fatalf("got %v, want %q", err, c.code)
			}
			if c.trap != "" && (err.Details["trap"] != c.trap || err.ActionCode() != fault.MemoryExceeded) {
				t.Errorf("details %v, action code %s", err.Details, err.ActionCode())
			}
			if r.PeakPages != c.peak {
				t.Errorf("%d pages, want %d", r.PeakPages, c.peak)
			}
		})
	}
}

func TestMemoryRefusedInInitialisationIsNoReasonLater(t *testing.T) {
	t.Parallel()
	b := w.New().Allocator()
	b.Export("_initialize", w.KindFunction, b.Func(w.Plain, nil, w.I32Const(5000), w.MemoryGrow, w.Drop))
	m := load(t, newTestEngine(t, nil), b.Handler("run", w.Unreachable))
	if _, err := call(t, m, Call{}); codeOf(err) != fault.GuestUnreachable {
		t.Fatalf("got %v", err)
	}
}

func TestACallWithLessMemoryThanTheModuleNeedsIsRefused(t *testing.T) {
	t.Parallel()
	b := w.New().Memory(4, 0).Allocator()
	m := load(t, newTestEngine(t, nil), b.Handler("run", w.I64Const(0)))
	if _, err := call(t, m, Call{MemoryPages: 3}); codeOf(err) != fault.MemoryExceeded {
		t.Fatalf("got %v", err)
	}
	mustCall(t, m, Call{MemoryPages: 4})
}

func TestTablesDoNotGrowPastTheLimit(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, &Options{Limits: InspectLimits{TableEntries: 100}})
	for grow, want := range map[int32]string{90: "10", 91: "-1"} { // what table.grow answers
		b := w.New().Allocator()
		b.Table(w.Funcref, 10, 0)
		b.Data(1024, `{"ok":-1}`).Data(1040, `{"ok":10}`)
		b.Handler("run", w.Op(0xd0, w.Funcref), w.I32Const(grow), w.Op(0xfc, 0x0f, 0), w.I32Const(10), w.Op(0x46),
			w.If(w.Packed(1040, 9), w.Return), w.Packed(1024, 9))
		if r := mustCall(t, load(t, e, b), Call{}); string(r.Value) != want {
			t.Errorf("growing by %d: %s, want %s", grow, r.Value, want)
		}
	}
}
