package wasmhost

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func TestBodiesAreValidated(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	for _, c := range []struct {
		name string
		body []byte
		want fault.Code
	}{
		{"wrong type on the stack", w.I32Const(0), fault.BackendInvalid},
		{"unknown instruction", []byte{0xff}, fault.BackendInvalid},
		{"call of a function that is not there", w.Call(99), fault.BackendInvalid},
		{"tail call", slices.Concat(w.LocalGet(0), w.LocalGet(1), w.Op(0x12, 1)), fault.BackendFeature},
	} {
		_, err := e.Load(t.Context(), w.New().Allocator().Handler("run", c.body).Bytes(), Policy{})
		if fault.CodeOf(err) != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestALoadAnswersTheFirstFindingAndAll(t *testing.T) {
	t.Parallel()
	b := w.New()
	b.Operation("data_get")
	b.Operation("event_emit")
	_, err := newTestEngine(t, nil).Load(t.Context(), b.Allocator().Bytes(), Policy{})
	f := fault.From(err)
	if f.Code != fault.BackendImportDenied || f.Hint == "" || f.Details["findings"] == nil {
		t.Errorf("got %v, %v", f, f.Details)
	}
}

// stuckBackend compiles until it is released, or panics.
type stuckBackend struct {
	release chan struct{}
	begun   chan struct{}
	closed  chan struct{}
	panics  bool
}

func (b *stuckBackend) compile(context.Context, []byte, int) (code, error) {
	if b.panics {
		panic("register allocation went astray")
	}
	b.begun <- struct{}{}
	<-b.release
	return stuckCode{b}, nil
}
func (b *stuckBackend) close(context.Context) error { return nil }

type stuckCode struct{ b *stuckBackend }

func (stuckCode) instantiate(context.Context, *linear, map[string]instance) (instance, error) {
	return nil, errors.New("not now")
}
func (c stuckCode) close(context.Context) error {
	close(c.b.closed)
	return nil
}

func newStuckEngine(t *testing.T, b backend, o Options) *Engine {
	t.Helper()
	o, err := o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	return newEngine(o, b)
}

func TestACompileKeepsItsPlaceUntilItEnds(t *testing.T) {
	t.Parallel()
	b := &stuckBackend{release: make(chan struct{}), begun: make(chan struct{}, 1), closed: make(chan struct{})}
	e := newStuckEngine(t, b, Options{CompileTimeout: time.Millisecond, Compiles: 1})
	if _, err := e.Load(t.Context(), echo().Bytes(), Policy{}); fault.CodeOf(err) != fault.BackendCompile {
		t.Fatalf("got %v", err)
	}
	<-b.begun
	waiting, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, err := e.Load(waiting, complete().Bytes(), Policy{}); fault.CodeOf(err) != fault.BackendCompile || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while the only place is taken: %v", err)
	}
	if len(b.begun) > 0 {
		t.Error("a second compile began beside the first")
	}
	close(b.release)
	<-b.closed // the code that came too late is freed
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAPanicOfTheCompilerIsThatModulesAlone(t *testing.T) {
	t.Parallel()
	e := newStuckEngine(t, &stuckBackend{panics: true}, Options{})
	for range 2 { // the place is given back
		_, err := e.Load(t.Context(), echo().Bytes(), Policy{})
		if fault.CodeOf(err) != fault.BackendCompile || !strings.Contains(err.Error(), "went astray") ||
			strings.Contains(fault.From(err).Message, "went astray") {
			t.Errorf("got %v", err)
		}
	}
}

func TestLoadsOfOneBinaryMayRunSideBySide(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, &Options{CacheDir: t.TempDir(), Compiles: 4})
	bin := echo().Bytes()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			m, err := e.Load(context.Background(), bin, Policy{})
			if err != nil {
				t.Error(err)
				return
			}
			if r, err := m.Call(context.Background(), &Call{Export: "run", Input: []byte("1")}); err != nil || string(r.Value) != "1" {
				t.Errorf("got %s, %v", r.Value, err)
			}
			if err := m.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestCompiledCodeIsKeptOnDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cache")
	entries := func() []string {
		found, err := filepath.Glob(filepath.Join(dir, "wazero-*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	run := func() {
		t.Helper()
		e := newTestEngine(t, &Options{CacheDir: dir, Backend: BackendCompiler})
		if r := mustCall(t, load(t, e, echo()), Call{Input: []byte("1")}); string(r.Value) != "1" {
			t.Errorf("got %s", r.Value)
		}
	}
	run()
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory: %v, %v", info.Mode(), err)
	}
	first := entries()
	if len(first) != 1 {
		t.Fatalf("entries %q", first)
	}
	before, err := os.Stat(first[0])
	if err != nil {
		t.Fatal(err)
	}
	run()
	if after, err := os.Stat(first[0]); err != nil || !os.SameFile(before, after) {
		t.Errorf("the entry was made again: %v", err)
	}

	good, err := os.ReadFile(first[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{"cut off": good[:len(good)/2], "empty": {}, "foreign": []byte("something else entirely, and long enough")} {
		if err := os.WriteFile(first[0], damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		run()
		if again, err := os.ReadFile(first[0]); err != nil || string(again) != string(good) {
			t.Errorf("%s: the entry was not made anew: %v", name, err)
		}
	}
}

func TestACacheThatOthersCouldWriteToIsRefused(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o770, 0o707, 0o777} {
		dir := t.TempDir()
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := New(t.Context(), &Options{CacheDir: dir}); fault.CodeOf(err) != fault.CacheUnsafe {
			t.Errorf("%o: got %v", mode, err)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(t.Context(), &Options{CacheDir: file}); fault.CodeOf(err) != fault.CacheUnsafe {
		t.Errorf("a file: got %v", err)
	}
}

func TestACacheOfAnotherUserIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only the superuser can give a directory away")
	}
	dir := t.TempDir()
	if err := os.Chown(dir, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	if _, err := New(t.Context(), &Options{CacheDir: dir}); fault.CodeOf(err) != fault.CacheUnsafe {
		t.Errorf("got %v", err)
	}
}

func TestDefaultsOfOptions(t *testing.T) {
	t.Parallel()
	got, err := (*Options)(nil).withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	want := Options{Compiles: got.Compiles, CompileTimeout: time.Minute, InitTimeout: 10 * time.Second, Backend: got.Backend,
		Limits: InspectLimits{}.WithDefaults(), CallTimeout: 30 * time.Second, InputMax: 1 << 20, OutputMax: 2 << 20,
		RequestMax: 4 << 20, AnswerMax: 4 << 20, ExchangeMax: 32 << 20, HostCalls: 10_000, LogLines: 256, LogMax: 64 << 10,
		LogLine: 8 << 10, InitFuel: 5e9, Fuel: 1e9, SliceMax: 2_097_152, Stack: 1 << 20, CPUs: runtime.GOMAXPROCS(0),
		Turn: 10 * time.Millisecond, MemoryBudget: got.MemoryBudget, MemoryWait: time.Second, Reset: ResetAuto,
		IdlePerModule: 2 * runtime.GOMAXPROCS(0), ArenaMax: got.ArenaMax, IdleClose: time.Minute, CacheMax: 4 << 30, UnloadAfter: 10 * time.Minute, PoolSpare: 256 << 20, Profile: ProfileStandard}
	if got != want || got.Compiles < 1 || got.MemoryBudget < 64<<20 {
		t.Errorf("got %+v", got)
	}
	if _, err := New(t.Context(), &Options{Backend: "jit"}); fault.CodeOf(err) != fault.ConfigValue {
		t.Errorf("got %v", err)
	}
}
