package wasmhost

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
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

func TestADamagedMeteredBinaryIsMadeAnew(t *testing.T) {
	t.Parallel()
	dir := cacheDir(t)
	load(t, newTestEngine(t, &Options{CacheDir: dir}), echo())
	list, _ := files(t, filepath.Join(dir, meteredDir))
	if len(list) != 1 {
		t.Fatal(list)
	}
	data, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{"empty": {}, "cut": data[:len(data)-9], "flipped": append([]byte{data[0] ^ 1}, data[1:]...)} {
		if err := os.WriteFile(list[0], damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		m := load(t, newTestEngine(t, &Options{CacheDir: dir}), echo())
		if r := mustCall(t, m, Call{Input: []byte(`1`)}); string(r.Value) != "1" {
			t.Errorf("%s: %s", name, r.Value)
		}
		if now, err := os.ReadFile(list[0]); err != nil || string(now) != string(data) {
			t.Errorf("%s: not made anew (%v)", name, err)
		}
	}
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
