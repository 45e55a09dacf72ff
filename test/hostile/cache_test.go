package hostile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// childCache names the cache with which the test below runs as a process of its own, which damaged code could end.
const childCache = "MOZAIKS_TEST_HOSTILE_CACHE"

func TestMain(m *testing.M) {
	dir := os.Getenv(childCache)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := serveFrom(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveFrom loads a module with a cache and calls it.
func serveFrom(dir string) error {
	e, err := wasmhost.New(context.Background(), &wasmhost.Options{CacheDir: dir})
	if err != nil {
		return err
	}
	m, err := e.Load(context.Background(), numbered(7), wasmhost.Policy{})
	if err != nil {
		return err
	}
	r, err := m.Call(context.Background(), &wasmhost.Call{Export: "run"})
	if got := told(r, err); got != "answer 7" {
		return fmt.Errorf("it ended with %s: %w", got, err)
	}
	return e.Close(context.Background())
}

// child runs serveFrom in a process of its own.
func child(t *testing.T, dir string) error {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childCache+"="+dir, "GOMEMLIMIT=512MiB")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%.600s", err, out)
	}
	return nil
}

// What is damaged in the cache, or was made by another version, is made anew, and does no harm.
func TestDamagedEntriesOfTheCacheAreMadeAnew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	if err := serveFrom(dir); err != nil {
		t.Fatal(err)
	}
	whole := map[string][]byte{}
	for path := range entries(t, dir) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole[path] = data
	}
	if len(whole) < 2 {
		t.Fatalf("the cache holds %d entries", len(whole))
	}
	damage := func(path, how string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := child(t, dir); err != nil {
			t.Errorf("%s of %s: %v", how, filepath.Base(filepath.Dir(path)), err)
		}
		if now, err := os.ReadFile(path); err == nil && bytes.Equal(now, data) && !bytes.Equal(data, whole[path]) {
			t.Errorf("%s of %s is left as it is", how, filepath.Base(filepath.Dir(path)))
		}
		if err := os.WriteFile(path, whole[path], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, data := range whole {
		damage(path, "nothing", nil)
		for _, n := range []int{1, 7, len(data) / 2, len(data) - 1} {
			damage(path, fmt.Sprintf("the first %d bytes of %d", n, len(data)), data[:n])
		}
		for at := 0; at < len(data); at += 1 + len(data)/(20*runs(t)) {
			flipped := bytes.Clone(data)
			flipped[at] ^= 0x10
			damage(path, fmt.Sprintf("a flipped bit in byte %d of %d", at, len(data)), flipped)
		}
		damage(path, "another's content", bytes.Repeat([]byte("another "), 64))
	}
}

// The cache is code: it is not taken from a directory that others may write to, nor from what is no directory.
func TestACacheThatOthersMayWriteToIsRefused(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o777, 0o722, 0o720, 0o702} {
		dir := filepath.Join(t.TempDir(), "cache")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if e, err := wasmhost.New(context.Background(), &wasmhost.Options{CacheDir: dir, Beside: true}); fault.CodeOf(err) != fault.CacheUnsafe {
			t.Errorf("mode %o: %v", mode, err)
			if err == nil {
				_ = e.Close(context.Background())
			}
		}
	}
	file := filepath.Join(t.TempDir(), "cache")
	if err := os.WriteFile(file, []byte(strings.Repeat("x", 10)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := wasmhost.New(context.Background(), &wasmhost.Options{CacheDir: file, Beside: true}); fault.CodeOf(err) != fault.CacheUnsafe {
		t.Errorf("a file: %v", err)
	}
	fresh := filepath.Join(t.TempDir(), "a", "cache")
	e, err := wasmhost.New(context.Background(), &wasmhost.Options{CacheDir: fresh, Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	if info, err := os.Stat(fresh); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("a new directory has the mode %v: %v", info, err)
	}
}
