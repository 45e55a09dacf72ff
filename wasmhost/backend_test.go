package wasmhost

import (
	"context"
	"errors"
	"testing"
	"time"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// backends are all native engines; each must pass this file.
var backends = []string{BackendCompiler, BackendInterpreter}

// newTestBackend makes a backend with one host function, env.twice, that doubles the i32 at an address.
func newTestBackend(t *testing.T, kind string) backend {
	t.Helper()
	b, err := newWazero(context.Background(), kind, "", map[string][]hostFunction{"env": {
		{"twice", sig("i", "i"), func(_ context.Context, g guest, stack []uint64) {
			v, ok := g.memory().ReadUint32Le(uint32(stack[0]))
			if !ok || g.function("get") == nil || g.function("missing") != nil {
				panic("the guest cannot be seen")
			}
			stack[0] = uint64(2 * v)
		}},
		{"end", sig("", ""), func(context.Context, guest, []uint64) { panic(&Error{Code: "ENDED"}) }},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}

// backendGuest exports what the suite calls.
func backendGuest() []byte {
	b := w.New()
	b.RawMemory([]byte{0, 1})
	twice := b.Import("env", "twice", w.Alloc)
	end := b.Import("env", "end", w.Plain)
	b.Export("get", w.KindFunction, b.Func(w.Alloc, nil, w.LocalGet(0), w.Load32(0)))
	b.Export("twice", w.KindFunction, b.Func(w.Alloc, nil, w.LocalGet(0), w.Call(twice)))
	b.Export("grow", w.KindFunction, b.Func(w.Alloc, nil, w.LocalGet(0), w.MemoryGrow))
	b.Export("spin", w.KindFunction, b.Func(w.Plain, nil, w.Loop(w.Br(0))))
	b.Export("end", w.KindFunction, b.Func(w.Plain, nil, w.Call(end)))
	b.Start(b.Func(w.Plain, nil, w.I32Const(8), w.I32Const(21), w.Store32(0)))
	return b.Bytes()
}

func instantiateTest(t *testing.T, b backend, mem *linear) instance {
	t.Helper()
	c, err := b.compile(context.Background(), backendGuest())
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.instantiate(context.Background(), mem)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(i.close(context.Background()), c.close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	return i
}

func callI32(t *testing.T, i instance, name string, argument uint32) uint32 {
	t.Helper()
	stack := []uint64{uint64(argument)}
	if err := i.function(name).CallWithStack(context.Background(), stack); err != nil {
		t.Fatal(err)
	}
	return uint32(stack[0])
}

func TestBackendCallsGuestAndHost(t *testing.T) {
	t.Parallel()
	for _, kind := range backends {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			i := instantiateTest(t, newTestBackend(t, kind), newLinear(3))
			if got := callI32(t, i, "get", 8); got != 21 {
				t.Errorf("the start function left %d", got)
			}
			if !i.memory().WriteUint32Le(16, 500) || i.memory().WriteUint32Le(65_533, 1) {
				t.Error("memory is not written by its bounds")
			}
			if got := callI32(t, i, "twice", 16); got != 1000 {
				t.Errorf("the host answered %d", got)
			}
			if i.function("missing") != nil || i.function("memory") != nil {
				t.Error("an export that is no function has a handle")
			}
		})
	}
}

func TestBackendTakesItsMemoryFromTheCaller(t *testing.T) {
	t.Parallel()
	for _, kind := range backends {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			mem := newLinear(3)
			i := instantiateTest(t, newTestBackend(t, kind), mem)
			for _, c := range []struct{ grow, want uint32 }{{0, 1}, {1, 1}, {2, 0xffffffff}, {1, 2}, {1, 0xffffffff}} {
				if got := callI32(t, i, "grow", c.grow); got != c.want {
					t.Errorf("growing by %d: %#x, want %#x", c.grow, got, c.want)
				}
			}
			if i.memory().Size() != 3*pageSize || mem.peakPages() != 3 || !mem.refused {
				t.Errorf("size %d, peak %d, refused %v", i.memory().Size(), mem.peakPages(), mem.refused)
			}
			if got := callI32(t, i, "get", 8); got != 21 {
				t.Errorf("growing lost what was there: %d", got)
			}
		})
	}
}

func TestBackendEndsCalls(t *testing.T) {
	t.Parallel()
	for _, kind := range backends {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := newTestBackend(t, kind)
			err := instantiateTest(t, b, newLinear(1)).function("end").CallWithStack(context.Background(), nil)
			var e *Error
			if !errors.As(err, &e) || e.Code != "ENDED" {
				t.Errorf("by a host function: %v", err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
			defer cancel()
			err = instantiateTest(t, b, newLinear(1)).function("spin").CallWithStack(ctx, nil)
			if err == nil || !wazeroTrap(err).interrupted {
				t.Errorf("by its context: %v", err)
			}
		})
	}
}

func TestMemoryGrowsWithinItsLimit(t *testing.T) {
	t.Parallel()
	m := newLinear(10)
	b := m.Reallocate(pageSize)
	b[7] = 42
	for pages := uint64(2); pages <= 10; pages++ {
		b = m.Reallocate(pages * pageSize)
		if len(b) != int(pages)*pageSize || b[7] != 42 || b[len(b)-1] != 0 || cap(b) > 10*pageSize {
			t.Fatalf("%d pages: length %d, capacity %d", pages, len(b), cap(b))
		}
		b[len(b)-1] = 1
	}
	if m.refused || m.Reallocate(11*pageSize) != nil || !m.refused || m.pages() != 10 || m.peakPages() != 10 {
		t.Errorf("refused %v, %d pages, peak %d", m.refused, m.pages(), m.peakPages())
	}
}
