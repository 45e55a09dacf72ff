package hostile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// numbered is a module that differs from others by its number, which it answers.
func numbered(n int) []byte {
	b := constantAllocator(w.New())
	doc := fmt.Sprintf(`{"ok":%d}`, n)
	b.Data(64, doc)
	return answering(b, w.I64Const(int64(n)), w.Drop, w.Packed(64, uint32(len(doc))))
}

// answering ends a module with a handler of that body.
func answering(b *w.Builder, body ...[]byte) []byte {
	return b.Export("run", w.KindFunction, b.Func(w.Handler, nil, body...)).Bytes()
}

// entries answers the files of a cache with their sizes.
func entries(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		out[path] = info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Many modules are called once each, and again: the budget holds, and the second time nothing is compiled.
func TestManyModulesCalledOnceEach(t *testing.T) {
	count := 200
	if runs(t) >= 20 {
		count = 10_000
	}
	dir := filepath.Join(t.TempDir(), "cache")
	// Images stay in memory, a block of 4 KiB each here; instances and code do not.
	options := wasmhost.Options{CacheDir: dir, MemoryBudget: uint64(max(4<<20, count*6<<10)), UnloadAfter: time.Millisecond}
	var first map[string]int64
	for round := range 2 {
		began := time.Now()
		e := newEngine(t, options)
		beside := newNeighbour(t, e)
		modules := make([]*wasmhost.Module, count)
		for n := range modules {
			m, err := e.Load(context.Background(), numbered(n), wasmhost.Policy{})
			if err != nil {
				t.Fatalf("module %d: %v", n, err)
			}
			modules[n] = m
		}
		for range 2 {
			for n, m := range modules {
				r, err := m.Call(context.Background(), &wasmhost.Call{Export: "run", Lane: "hostile"})
				if got, want := told(r, err), fmt.Sprint("answer ", n); got != want {
					t.Fatalf("module %d answers %s: %v", n, got, err)
				}
				if s := e.Stats(); s.MemoryUsed > s.MemoryBudget {
					t.Fatalf("%d bytes are used, the budget is %d", s.MemoryUsed, s.MemoryBudget)
				}
			}
		}
		if p99, err := beside.since(); err != nil || p99 > allowed(waiting) {
			t.Errorf("the neighbour's calls took %s: %v", p99, err)
		}
		t.Logf("round %d of %d modules: %s", round, count, time.Since(began))
		for _, m := range modules {
			closed(t, m)
		}
		now := entries(t, dir)
		if round == 0 {
			first = now
		} else if len(now) != len(first) {
			t.Errorf("the cache had %d entries, now it has %d", len(first), len(now))
		}
	}
	if len(first) < 2*count {
		t.Errorf("the cache holds %d entries for %d modules", len(first), count)
	}
}

// Modules that each declare the largest memory and write to all of it share the budget: a call waits, or ends with HOST_BUSY.
func TestManyModulesThatDeclareTheLargestMemory(t *testing.T) {
	const budget = 256 << 20
	count := 40
	if runs(t) >= 20 {
		count = 200
	}
	e := newEngine(t, wasmhost.Options{MemoryBudget: budget, MemoryWait: 200 * time.Millisecond})
	beside := newNeighbour(t, e)
	bin := guest(t, "touch-all").Make()
	before := resident(t)
	modules := make([]*wasmhost.Module, count)
	for n := range modules { // another custom section makes another module, of the same code
		m, err := e.Load(context.Background(), append(slices.Clone(bin), w.Section(0, w.Name(fmt.Sprint(n)))...), wasmhost.Policy{})
		if err != nil {
			t.Fatalf("module %d: %v", n, err)
		}
		modules[n] = m
	}
	var lanes sync.WaitGroup
	var mu sync.Mutex
	ends := map[string]int{}
	for lane := range 8 {
		lanes.Add(1)
		go func() {
			defer lanes.Done()
			for n := lane; n < count; n += 8 {
				r, err := modules[n].Call(context.Background(), &wasmhost.Call{Export: "run", Lane: fmt.Sprint(lane)})
				end := told(r, err)
				var busy *wasmhost.Error
				if errors.As(err, &busy) && busy.Code == fault.HostBusy {
					end += fmt.Sprint(" ", busy.Details["reason"])
				}
				s := e.Stats()
				mu.Lock()
				ends[end]++
				if s.MemoryUsed > budget {
					ends["over the budget"]++
				}
				mu.Unlock()
			}
		}()
	}
	lanes.Wait()
	most := resident(t) - before
	t.Logf("%v, %d MiB resident", ends, most>>20)
	if ends["answer null"]+ends["HOST_BUSY memory"] != count || ends["answer null"] == 0 || ends["over the budget"] > 0 {
		t.Errorf("the calls ended with %v", ends)
	}
	if most > budget+64<<20 {
		t.Errorf("%d bytes are resident, the budget is %d", most, budget)
	}
	if _, err := beside.since(); err != nil {
		t.Error(err)
	}
	for _, m := range modules {
		closed(t, m)
	}
	if stays := resident(t) - before; stays > leftover {
		t.Errorf("%d bytes stay", stays)
	}
}

// A binary that is compiled for long fails by its time; others are compiled meanwhile.
func TestCodeThatCompilesForLong(t *testing.T) {
	const most = 500 * time.Millisecond
	e := newEngine(t, wasmhost.Options{Compiles: 2, CompileTimeout: most})
	beside := newNeighbour(t, e)
	g := guest(t, "compile-slow")
	ended := make(chan error, 1)
	began := time.Now()
	go func() {
		_, err := e.Load(context.Background(), g.Make(), g.policy(t))
		ended <- err
	}()
	loaded := 0
	for ; ; loaded++ {
		select {
		case err := <-ended:
			took := time.Since(began)
			if fault.CodeOf(err) != fault.BackendCompile || took < most || took > most+allowed(100*time.Millisecond) {
				t.Errorf("after %s: %v", took, err)
			}
		default:
			m, err := e.Load(context.Background(), numbered(loaded), wasmhost.Policy{})
			if err != nil {
				t.Fatalf("another: %v", err)
			}
			closed(t, m)
			continue
		}
		break
	}
	if loaded < 10 {
		t.Errorf("%d others were compiled meanwhile", loaded)
	}
	// It still holds its place, and no more than that.
	if m, err := e.Load(context.Background(), numbered(-1), wasmhost.Policy{}); err != nil {
		t.Error(err)
	} else {
		closed(t, m)
	}
	if p99, err := beside.since(); err != nil || p99 > allowed(waiting) {
		t.Errorf("the neighbour's calls took %s: %v", p99, err)
	}
	t.Logf("%d others were compiled meanwhile", loaded)
}
