package wasmhost

import (
	"context"
	"errors"
	"testing"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// backends are all native engines; each must pass this file.
var backends = []string{BackendCompiler, BackendInterpreter}

type testMemory struct{}

// testRoom answers the memory of an instance, and sees that it is given back.
func testRoom(t *testing.T, pages uint64) *linear {
	t.Helper()
	rs := newRooms(0)
	r, err := rs.reserve(pages * pageSize)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.release()
		rs.close()
	})
	return newLinear(r, pages*pageSize)
}

// newTestBackend makes a backend with one host function, env.twice, that doubles the i32 at an address.
func newTestBackend(t *testing.T, kind string) backend {
	t.Helper()
	b, err := newWazero(context.Background(), kind, "", map[string][]hostFunction{"env": {
		{"twice", wasm.Sig("i", "i"), func(ctx context.Context, stack []uint64) {
			v, ok := ctx.Value(testMemory{}).(*linear).ReadUint32Le(uint32(stack[0]))
			if !ok {
				panic("the guest cannot be seen")
			}
			stack[0] = uint64(2 * v)
		}},
		{"end", wasm.Sig("", ""), func(context.Context, []uint64) { panic(&Error{Code: "ENDED"}) }},
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
	b.Export("end", w.KindFunction, b.Func(w.Plain, nil, w.Call(end)))
	b.Export("count", w.KindGlobal, b.Global(w.I64, true, w.I64Const(7)))
	b.Export("fixed", w.KindGlobal, b.Global(w.I64, false, w.I64Const(7)))
	b.Export("count_get", w.KindFunction, b.Func(w.Type{Results: []byte{w.I64}}, nil, w.GlobalGet(0)))
	b.Export("size", w.KindFunction, b.Func(w.Type{Results: []byte{w.I32}}, nil, w.MemorySize))
	return b.Bytes()
}

func instantiateTest(t *testing.T, b backend, mem *linear) instance {
	t.Helper()
	c, err := b.compile(context.Background(), backendGuest(), 2)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.instantiate(context.Background(), mem, nil)
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

func callI32(t *testing.T, i instance, mem *linear, name string, argument uint32) uint32 {
	t.Helper()
	stack := []uint64{uint64(argument)}
	if err := i.function(name).CallWithStack(context.WithValue(context.Background(), testMemory{}, mem), stack); err != nil {
		t.Fatal(err)
	}
	return uint32(stack[0])
}

func TestBackendCallsGuestAndHost(t *testing.T) {
	t.Parallel()
	for _, kind := range backends {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			mem := testRoom(t, 3)
			i := instantiateTest(t, newTestBackend(t, kind), mem)
			if !mem.WriteUint32Le(16, 500) || mem.WriteUint32Le(65_533, 1) {
				t.Error("memory is not written by its bounds")
			}
			if got := callI32(t, i, mem, "get", 16); got != 500 {
				t.Errorf("the guest reads %d", got)
			}
			if got := callI32(t, i, mem, "twice", 16); got != 1000 {
				t.Errorf("the host answered %d", got)
			}
			if i.function("missing") != nil || i.function("memory") != nil {
				t.Error("an export that is no function has a handle")
			}
			count := i.global("count")
			count.Set(1 << 40)
			if got := count.Get(); got != 1<<40 || uint64(callI32(t, i, mem, "count_get", 0)) != uint64(uint32(got)) {
				t.Errorf("the global is %d", got)
			}
			if i.global("fixed") != nil || i.global("missing") != nil || i.global("get") != nil {
				t.Error("an export that is no mutable global has a handle")
			}
		})
	}
}

func TestBackendTakesItsMemoryFromTheCaller(t *testing.T) {
	t.Parallel()
	for _, kind := range backends {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			mem := testRoom(t, 3)
			i := instantiateTest(t, newTestBackend(t, kind), mem)
			mem.WriteUint32Le(8, 21)
			for _, c := range []struct{ grow, want uint32 }{{0, 1}, {1, 1}, {2, 0xffffffff}, {1, 2}, {1, 0xffffffff}} {
				if got := callI32(t, i, mem, "grow", c.grow); got != c.want {
					t.Errorf("growing by %d: %#x, want %#x", c.grow, got, c.want)
				}
			}
			if mem.length() != 3*pageSize || mem.peakPages() != 3 {
				t.Errorf("size %d, peak %d", mem.length(), mem.peakPages())
			}
			if got := callI32(t, i, mem, "get", 8); got != 21 {
				t.Errorf("growing lost what was there: %d", got)
			}
		})
	}
}

func TestMemoryShrinks(t *testing.T) {
	t.Parallel()
	for _, kind := range backends {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			mem := testRoom(t, 8)
			i := instantiateTest(t, newTestBackend(t, kind), mem)
			for _, pages := range []uint64{5, 2, 1, 8, 1} {
				callI32(t, i, mem, "grow", 8-mem.pages())
				mem.bytes = mem.room.resize(pages * pageSize)
				if !i.resized() {
					t.Fatal("the instance cannot be resized")
				}
				if got := callI32(t, i, mem, "size", 0); uint64(got) != pages {
					t.Errorf("the guest sees %d pages, want %d", got, pages)
				}
				stack := []uint64{pages*pageSize - 3}
				if err := i.function("get").CallWithStack(context.Background(), stack); err == nil {
					t.Errorf("the guest reads beyond %d pages", pages)
				}
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
			err := instantiateTest(t, b, testRoom(t, 1)).function("end").CallWithStack(context.Background(), nil)
			var e *Error
			if !errors.As(err, &e) || e.Code != "ENDED" {
				t.Errorf("by a host function: %v", err)
			}
		})
	}
}

func TestMemoryGrowsWithinItsLimit(t *testing.T) {
	t.Parallel()
	m := testRoom(t, 10)
	b := m.Reallocate(pageSize)
	b[7] = 42
	for pages := uint64(2); pages <= 10; pages++ {
		b = m.Reallocate(pages * pageSize)
		if len(b) != int(pages)*pageSize || b[7] != 42 || b[len(b)-1] != 0 || cap(b) > 10*pageSize {
			t.Fatalf("%d pages: length %d, capacity %d", pages, len(b), cap(b))
		}
		b[len(b)-1] = 1
	}
	if m.Reallocate(11*pageSize) != nil || m.pages() != 10 || m.peakPages() != 10 {
		t.Errorf("%d pages, peak %d", m.pages(), m.peakPages())
	}
}
