package wasmhost

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The fuel and the answers of calls of each toolchain, on compiler and interpreter, written down. A difference is a new price list or
// a fault; UPDATE=1 writes them anew.
func TestFuelOfTheGuests(t *testing.T) {
	t.Parallel()
	const golden = "testdata/fuel.txt"
	calls := []struct {
		guest string
		n     int
	}{{"c-spin", 10}, {"c-fib", 12}, {"c-sha256", 2}, {"c-matmul", 1}, {"zig-sort", 500}, {"rust-json", 1}, {"rust-upper", 1},
		{"as-upper", 5}, {"go-json", 1}, {"go-template", 1}}
	var lines []string
	outcome := func(backend, profile string) (out []string) {
		e := newTestEngine(t, &Options{Backend: backend, Profile: profile, InitTimeout: time.Minute})
		for _, c := range calls {
			bin, err := os.ReadFile(filepath.Join("..", "test", "bench", "guests", c.guest+".wasm"))
			if err != nil {
				t.Fatal(err)
			}
			m, err := e.Load(context.Background(), bin, Policy{})
			if err != nil {
				t.Fatal(c.guest, err)
			}
			r, err := m.Call(context.Background(), &Call{Export: "run", Input: []byte(`{"n":` + strconv.Itoa(c.n) + `}`), Now: testNow,
				Timeout: time.Minute})
			if err != nil {
				t.Fatal(c.guest, err)
			}
			out = append(out, c.guest+" "+strconv.Itoa(c.n)+": "+string(r.Value)+" for "+strconv.FormatUint(r.Fuel, 10)+" units, image "+
				m.ImageDigest()[:23])
			if err := m.Close(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	lines = outcome(BackendCompiler, ProfileStandard)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(data)), "\n")
	for name, got := range map[string][]string{"compiler": lines, "interpreter": outcome(BackendInterpreter, ProfileStandard),
		"compiler, strict": outcome(BackendCompiler, ProfileStrict)} {
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Errorf("%s: %s\nwant: %s", name, got[i], want[i])
			}
		}
	}
}
