package wasmhost

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

var resets = []string{ResetAuto, ResetCopy, ResetMap}

// exampleGuests are binaries of several toolchains.
func exampleGuests(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../modules-examples/*/modules/*/backend/*.wasm")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	out := map[string][]byte{"own": mutable().Bytes()}
	for _, f := range files {
		if out[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// mutable is a module that changes all that can be restored: memory, its size, globals of each type.
func mutable() *w.Builder {
	b := w.New().Allocator()
	i32 := b.Global(w.I32, true, w.I32Const(-5))
	i64 := b.Global(w.I64, true, w.I64Const(1<<40))
	f64 := b.Global(w.F64, true, w.F64Const(0x3ff8<<48))
	b.Data(1024, `{"ok":1}`).Data(70, "seventy")
	b.Handler("spoil", w.I32Const(3), w.MemoryGrow, w.Drop,
		w.I32Const(8192), w.I32Const('S'), w.I32Const(4*65536-8192), w.Op(0xfc, 11, 0),
		w.I32Const(77), w.GlobalSet(i32), w.I64Const(-1), w.GlobalSet(i64), w.F64Const(0xfff8<<48), w.GlobalSet(f64),
		w.Packed(1024, 8))
	b.Handler("trap", w.I32Const(0), w.I32Const('T'), w.I32Const(65536), w.Op(0xfc, 11, 0), w.Unreachable)
	return b.Handler("run", w.Packed(1024, 8))
}

// same tells what of an instance differs from its image.
func same(s *sandbox) error {
	i := s.module.image
	if s.mem.length() != i.size {
		return errors.New("the size differs")
	}
	want := make([]byte, i.size)
	i.fill(want)
	if !bytes.Equal(s.mem.bytes, want) {
		return errors.New("memory differs")
	}
	for n, g := range s.globals {
		if g.Get() != i.globals[n] {
			return errors.New("a global differs")
		}
	}
	if s.virtual != i.virtual {
		return errors.New("the clock differs")
	}
	return nil
}

// Whatever was done to an instance, the next call finds the image.
func TestAnInstanceIsPutBack(t *testing.T) {
	t.Parallel()
	for name, bin := range exampleGuests(t) {
		for _, reset := range resets {
			t.Run(name+"/"+reset, func(t *testing.T) {
				t.Parallel()
				e := newTestEngine(t, &Options{Reset: reset})
				m, err := e.Load(context.Background(), bin, Policy{Granted: grantAll})
				if err != nil {
					t.Fatal(err)
				}
				if m.image == nil {
					t.Fatal("the module is not frozen")
				}
				random := rand.New(rand.NewPCG(1, 2))
				var last *sandbox
				reused := 0
				for range 60 {
					s, e := m.acquire(context.Background(), &Call{}, ticks())
					if e != nil {
						t.Fatal(e)
					}
					if err := same(s); err != nil {
						t.Fatal(err)
					}
					if s == last {
						reused++
					}
					last = s
					spoil(s, random)
					m.release(s)
					if random.IntN(10) == 0 {
						cooled := m.pool.take()
						cooled.cool()
						m.pool.back(cooled)
					}
				}
				if reused < 50 {
					t.Errorf("an instance was used again only %d times", reused)
				}
			})
		}
	}
}

// spoil changes all of an instance that a guest could.
func spoil(s *sandbox, random *rand.Rand) {
	if random.IntN(3) == 0 {
		pages := s.mem.length()/pageSize + uint64(random.IntN(20))
		if s.mem.Reallocate(min(pages*pageSize, s.mem.limit)) == nil || !s.instance.resized() {
			panic("the memory does not grow")
		}
	}
	for range random.IntN(200) {
		at := random.IntN(len(s.mem.bytes))
		n := min(random.IntN(10_000), len(s.mem.bytes)-at)
		for i := range n {
			s.mem.bytes[at+i] = byte(random.Uint32())
		}
	}
	if random.IntN(5) == 0 {
		for i := range s.mem.bytes {
			s.mem.bytes[i] = 0xff
		}
	}
	for _, g := range s.globals {
		g.Set(random.Uint64())
	}
	s.virtual += random.Uint64N(1000)
}

func TestWhatAGuestLeavesIsNotSeen(t *testing.T) {
	t.Parallel()
	for _, reset := range resets {
		m := load(t, newTestEngine(t, &Options{Reset: reset}), mutable())
		for range 5 {
			mustCall(t, m, Call{Export: "spoil"})
			if _, e := call(t, m, Call{Export: "trap"}); codeOf(e) != fault.GuestUnreachable {
				t.Fatal(e)
			}
			mustCall(t, m, Call{Export: "spoil", Lane: "b"})
			s, e := m.acquire(context.Background(), &Call{}, ticks())
			if e != nil {
				t.Fatal(e)
			}
			if err := same(s); err != nil {
				t.Errorf("%s: %v", reset, err)
			}
			m.release(s)
		}
		if st := m.Stats(); st.Calls != 15 || st.Ends[fault.GuestUnreachable] != 5 || st.Dropped < 5 || st.Idle != 1 {
			t.Errorf("%s: %+v", reset, st)
		}
	}
}

// Calls of many lanes at once: each answer belongs to its input.
func TestCallsAtOnceDoNotMix(t *testing.T) {
	t.Parallel()
	m := load(t, newTestEngine(t, nil), echo())
	var wait sync.WaitGroup
	for lane := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for n := range 500 {
				want := bytes.Repeat([]byte{'1' + byte(lane)}, 1+n%15)
				r, err := m.Call(context.Background(), &Call{Export: "run", Input: want, Lane: string('a' + rune(lane)), Now: testNow})
				if err != nil || !bytes.Equal(r.Value, want) {
					t.Errorf("%s: %s, %v", want, r.Value, err)
					return
				}
			}
		}()
	}
	wait.Wait()
}

// A module whose state cannot be kept is initialised for each call, and its fuel and answers are those of one that is frozen.
func TestAModuleThatCannotBeFrozen(t *testing.T) {
	t.Parallel()
	guest := func(unfrozen bool) *w.Builder {
		b := w.New().Allocator()
		n := b.Global(w.I32, true, w.I32Const(0))
		b.Table(w.Funcref, 1, 0)
		b.Data(1024, `{"ok":0}`)
		b.Export("_initialize", w.KindFunction, b.Func(w.Plain, nil, w.GlobalGet(n), w.I32Const(3), w.Op(0x6a), w.GlobalSet(n)))
		if unfrozen {
			b.Func(w.Plain, nil, w.I32Const(0), w.Op(0xd0, 0x70), w.Op(0x26, 0)) // table.set, never called
		}
		return b.Handler("run", w.GlobalGet(n), w.I32Const(1), w.Op(0x6a), w.GlobalSet(n),
			w.I32Const(0), w.GlobalGet(n), w.I32Const('0'), w.Op(0x6a), w.Store8(1030), w.Packed(1024, 8))
	}
	e := newTestEngine(t, nil)
	frozen, unfrozen := load(t, e, guest(false)), load(t, e, guest(true))
	if frozen.ImageDigest() == "" || unfrozen.ImageDigest() != "" {
		t.Fatal("the wrong module is frozen")
	}
	if !slices.Contains(codes(unfrozen.Inspection().Findings), `BACKEND_UNFROZEN sections["code"]`) {
		t.Errorf("findings %v", unfrozen.Inspection().Findings)
	}
	for range 3 {
		a, b := mustCall(t, frozen, Call{}), mustCall(t, unfrozen, Call{})
		if string(a.Value) != "4" || string(b.Value) != "4" || a.Fuel != b.Fuel {
			t.Errorf("%s for %d units, %s for %d", a.Value, a.Fuel, b.Value, b.Fuel)
		}
	}
}

func TestTheMemoryBudgetHolds(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, &Options{MemoryBudget: 8 << 20, MemoryWait: 20 * time.Millisecond})
	big := func(pages uint32) *w.Builder {
		b := w.New().Memory(pages, 0).Allocator()
		b.Handler("grow", w.I32Const(100), w.MemoryGrow, w.Drop, w.I64Const(0))
		return b.Handler("run", w.I64Const(0))
	}
	small := load(t, e, big(16)) // 1 MiB
	held, err := small.Hold(context.Background(), &Call{Export: "run"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Load(context.Background(), big(120).Bytes(), Policy{}) // 7.5 MiB and more
	if fault.CodeOf(err) != fault.HostBusy {
		t.Errorf("a module without memory left for it: %v", err)
	}
	if _, e := call(t, small, Call{Export: "grow"}); codeOf(e) != fault.HostBusy || !e.Retryable() {
		t.Errorf("growing beyond the budget: %v", e)
	}
	held.Release()
	if _, err := e.Load(context.Background(), big(110).Bytes(), Policy{}); err != nil {
		t.Errorf("the memory of instances that wait is not given back: %v", err)
	}
	if st := e.Stats(); st.MemoryUsed > st.MemoryBudget || st.Modules != 2 {
		t.Errorf("%+v", st)
	}
}
