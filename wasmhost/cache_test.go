package wasmhost

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func cacheDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cache")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// files answers the regular files below a folder.
func files(t *testing.T, dir string) (all []string, size int64) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			all = append(all, path)
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, size
}

func TestAModuleIsUnloadedAndLoadedAgain(t *testing.T) {
	t.Parallel()
	dir := cacheDir(t)
	e := newTestEngine(t, &Options{CacheDir: dir, UnloadAfter: time.Nanosecond})
	m := load(t, e, echo())
	first := mustCall(t, m, Call{Input: []byte(`"a"`)})
	m.uncalled(ticks())
	if m.uncalled(ticks().add(time.Minute)) < time.Minute {
		t.Error("the module seems to be called")
	}
	held, err := m.Hold(context.Background(), &Call{Export: "run"})
	if err != nil {
		t.Fatal(err)
	}
	if m.unload(); m.code == nil {
		t.Fatal("code was taken away under an instance")
	}
	held.Release()
	if m.unload(); m.code != nil || m.Stats().Idle != 0 {
		t.Fatal("the code stays")
	}
	if again := mustCall(t, m, Call{Input: []byte(`"a"`)}); string(again.Value) != `"a"` || again.Fuel != first.Fuel {
		t.Errorf("got %s for %d units", again.Value, again.Fuel)
	}
	// Also where the cache was emptied meanwhile.
	m.unload()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if again := mustCall(t, m, Call{Input: []byte(`"b"`)}); string(again.Value) != `"b"` || again.Fuel != first.Fuel {
		t.Errorf("without a cache: %s for %d units", again.Value, again.Fuel)
	}
}

// counting is a guest whose image depends on its initialisation: it grows, writes and counts up a global.
func counting() *w.Builder {
	b := w.New().Allocator()
	n := b.Global(w.I32, true, w.I32Const(1))
	b.Export("_initialize", w.KindFunction, b.Func(w.Type{}, nil, w.I32Const(3), w.Op(0x40, 0), w.GlobalSet(n),
		w.I32Const(70_000), w.I32Const(77), w.Store8(0)))
	b.Data(1024, `{"ok":77}`)
	return b.Handler("run", w.Packed(1024, 9))
}

// A second engine finds the same image, and runs nothing for it.
func TestAnImageComesFromTheCache(t *testing.T) {
	t.Parallel()
	dir := cacheDir(t)
	for name, b := range map[string]*w.Builder{"counting": counting(), "echo": echo()} {
		made := load(t, newTestEngine(t, &Options{CacheDir: dir}), b)
		want := mustCall(t, made, Call{Input: []byte(`1`)})
		m := load(t, newTestEngine(t, &Options{CacheDir: dir}), b)
		if n := m.Stats().Made; n != 0 {
			t.Errorf("%s: %d instances were made to load it", name, n)
		}
		if m.ImageDigest() != made.ImageDigest() || !reflect.DeepEqual(m.image.blocks, made.image.blocks) ||
			!slices.Equal(m.image.globals, made.image.globals) || m.image.virtual != made.image.virtual {
			t.Errorf("%s: the image is another", name)
		}
		if r := mustCall(t, m, Call{Input: []byte(`1`)}); string(r.Value) != string(want.Value) || r.Fuel != want.Fuel {
			t.Errorf("%s: %s for %d, before %s for %d", name, r.Value, r.Fuel, want.Value, want.Fuel)
		}
	}
}

// What the cache holds for a Go guest, with any byte of its head or its code changed, cut or gone, is made anew and serves.
func TestADamagedEntryIsMadeAnew(t *testing.T) {
	t.Parallel()
	dir := cacheDir(t)
	want := load(t, newTestEngine(t, &Options{CacheDir: dir}), counting()).ImageDigest()
	list, _ := files(t, dir)
	if len(list) != 2 {
		t.Fatalf("the cache holds %v", list)
	}
	for _, file := range list {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cases := map[string][]byte{"empty": {}, "one byte": data[:1], "cut": data[:len(data)-1], "longer": append(slices.Clone(data), 0)}
		for at := 0; at < len(data); at += 1 + len(data)/60 {
			flipped := slices.Clone(data)
			flipped[at] ^= 1 << (at % 8)
			cases["flipped at "+strconv.Itoa(at)] = flipped
		}
		for name, damaged := range cases {
			if err := os.WriteFile(file, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			e := newTestEngine(t, &Options{CacheDir: dir})
			m := load(t, e, counting())
			if r := mustCall(t, m, Call{Input: []byte(`1`)}); string(r.Value) != "77" || m.ImageDigest() != want {
				t.Errorf("%s: %s", name, r.Value)
			}
			now, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(now, data) {
				t.Errorf("%s of %s: not made anew (%v)", name, filepath.Base(filepath.Dir(file)), err)
				_ = os.WriteFile(file, data, 0o600)
			}
			if err := e.Close(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The seal covers wazero's file only if it is found where it is looked for.
func TestNativeCodeIsSealed(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, &Options{CacheDir: cacheDir(t)})
	if e.options.Backend != BackendCompiler {
		t.Skip("nothing native here")
	}
	m := load(t, e, echo())
	entry := e.cachedEntry(m.sum, &m.policy)
	if entry == nil || entry.native.size == 0 {
		t.Fatalf("no seal: %+v", entry)
	}
	info, err := os.Stat(e.nativeFile(entry.sum))
	if err != nil || uint64(info.Size()) != entry.native.size {
		t.Fatal(info, err)
	}
}

func FuzzDecodeEntry(f *testing.F) {
	c := &cacheEntry{metered: []byte("binary"), unfrozen: "why"}
	c.sum = nativeSum(c.metered)
	c.frozen = newImage(bytes.Repeat([]byte{1}, 3*blockSize), nil, false, []uint64{1, 2}, 7).append(nil)
	f.Add(c.encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, ok := decodeEntry(data); ok {
			if i := got.thaw(); i != nil {
				i.close()
			}
		}
		if i := (&cacheEntry{frozen: data}).thaw(); i != nil { // also what no seal would let through
			i.close()
		}
	})
}

func TestTheCacheIsKeptInItsSize(t *testing.T) {
	t.Parallel()
	dir := cacheDir(t)
	e := newTestEngine(t, &Options{CacheDir: dir})
	load(t, e, echo())
	load(t, e, small())
	_, full := files(t, dir)
	newTestEngine(t, &Options{CacheDir: dir, CacheMax: full - 1})
	if _, size := files(t, dir); size >= full || size == 0 {
		t.Errorf("%d of %d bytes are left", size, full)
	}
	newTestEngine(t, &Options{CacheDir: dir, CacheMax: 1})
	if list, _ := files(t, dir); len(list) != 0 {
		t.Errorf("left: %s", strings.Join(list, " "))
	}
	load(t, newTestEngine(t, &Options{CacheDir: dir}), echo())
}

// Not parallel: it is about the one engine of a process.
func TestAProcessHasOneEngine(t *testing.T) {
	e, err := New(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(context.Background(), nil); fault.CodeOf(err) != fault.EngineRunning {
		t.Errorf("a second engine: %v", err)
	}
	if err := e.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if e, err = New(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
