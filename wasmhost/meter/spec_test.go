package meter

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// specCommand is a line of a script of the official test suite.
type specCommand struct {
	Type, Filename, Name, As, Text string
	Line                           int
	ModuleType                     string `json:"module_type"`
	Action                         struct {
		Type, Module, Field string
		Args                []specValue
	}
}

type specValue struct {
	Type     string
	LaneType string `json:"lane_type"`
	Value    any
}

// bits answers a value as a function takes it.
func (v specValue) bits(t *testing.T) []uint64 {
	t.Helper()
	number := func(s string, size int) uint64 {
		n, err := strconv.ParseUint(s, 10, size)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if v.Type == "v128" {
		var bytes []byte
		lanes := v.Value.([]any)
		size := 128 / len(lanes)
		for _, lane := range lanes {
			n := number(lane.(string), 64)
			for range size / 8 {
				bytes = append(bytes, byte(n))
				n >>= 8
			}
		}
		var out [2]uint64
		for i, b := range bytes {
			out[i/8] |= uint64(b) << (i % 8 * 8)
		}
		return out[:]
	}
	text, _ := v.Value.(string)
	if text == "null" || text == "" {
		return []uint64{0}
	}
	n := number(text, 64)
	if v.Type == "externref" {
		n++ // 0 is null
	}
	return []uint64{n}
}

// specWorld is one runtime with the modules of a script.
type specWorld struct {
	runtime wazero.Runtime
	metered bool
	last    api.Module
	all     []api.Module // that are metered
	named   map[string]api.Module
}

func newSpecWorld(t *testing.T, config wazero.RuntimeConfig, metered bool, base []byte) *specWorld {
	t.Helper()
	ctx := context.Background()
	w := &specWorld{runtime: wazero.NewRuntimeWithConfig(ctx, config.WithCoreFeatures(api.CoreFeaturesV2)), metered: metered,
		named: map[string]api.Module{}}
	i64 := []api.ValueType{api.ValueTypeI64}
	refill := func(_ context.Context, m api.Module, stack []uint64) {
		const slice = 1 << 16
		g := m.ExportedGlobal(LeftExport).(api.MutableGlobal)
		grant := uint64((-Left(stack[0]).Fuel() + slice - 1) / slice * slice)
		g.Set(g.Get() + grant)
		stack[0] += grant
	}
	more := func(_ context.Context, _ api.Module, stack []uint64) {
		if Left(stack[0]).Stack() < 0 {
			panic(errStack)
		}
	}
	if _, err := w.runtime.NewHostModuleBuilder(EngineModule).
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(refill), i64, i64).Export(RefillImport).
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(more), i64, i64).Export(StackImport).
		Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := w.runtime.InstantiateWithConfig(ctx, base, wazero.NewModuleConfig()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *specWorld) instantiate(bin []byte, name string) (api.Module, error) {
	ctx := context.Background()
	if w.metered {
		var err error
		if bin, err = Rewrite(bin, Options{Limits: wasm.Limits{BranchTable: 30_000, NameLength: 1_000}}); err != nil {
			return nil, err
		}
	}
	m, err := w.runtime.InstantiateWithConfig(ctx, bin, wazero.NewModuleConfig().WithName(name))
	if err != nil || !w.metered {
		return m, err
	}
	w.all = append(w.all, m)
	w.fill()
	if start := m.ExportedFunction(StartExport); start != nil {
		if _, err := start.Call(ctx); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// fill gives all modules their stack again, which a trap leaves as it was.
func (w *specWorld) fill() {
	for _, m := range w.all {
		m.ExportedGlobal(LeftExport).(api.MutableGlobal).Set(uint64(NewLeft(0, 1<<20)))
	}
}

func (w *specWorld) act(t *testing.T, c *specCommand) (string, error) {
	t.Helper()
	w.fill()
	m := w.last
	if c.Action.Module != "" {
		m = w.named[c.Action.Module]
	}
	if c.Action.Type == "get" {
		return fmt.Sprint(m.ExportedGlobal(c.Action.Field).Get()), nil
	}
	var args []uint64
	for _, a := range c.Action.Args {
		args = append(args, a.bits(t)...)
	}
	f := m.ExportedFunction(c.Action.Field)
	results, err := f.Call(context.Background(), args...)
	for i, r := range f.Definition().ResultTypes() {
		if len(results) == len(f.Definition().ResultTypes()) && (r == 0x70 || r == api.ValueTypeExternref) && results[i] != 0 {
			results[i] = math.MaxUint64 // a reference is null or not; what it holds is the runtime's own
		}
	}
	return fmt.Sprint(results), err
}

// cause is the innermost text of an error, without the names of functions around it.
func cause(err error) string {
	if err == nil {
		return ""
	}
	text, _, _ := strings.Cut(err.Error(), "\nwasm stack trace")
	return strings.TrimSuffix(strings.TrimPrefix(text, "wasm error: "), " (recovered by wazero)")
}

// specCount counts assertions.
type specCount struct{ same, refused, failed int }

// The official test suite, which wazero carries: what each assertion gives unmetered, it gives metered.
func TestTheOfficialSuite(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	if err != nil {
		t.Fatal(err)
	}
	suite := filepath.Join(strings.TrimSpace(string(out)), "internal", "integration_test", "spectest")
	base, err := os.ReadFile(filepath.Join(suite, "testdata", "spectest.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"v1", "v2"} {
		for engine, config := range engines {
			t.Run(version+"/"+engine, func(t *testing.T) {
				t.Parallel()
				files, err := filepath.Glob(filepath.Join(suite, version, "testdata", "*.json"))
				if err != nil || len(files) == 0 {
					t.Fatal("no scripts", err)
				}
				var sum specCount
				for _, f := range files {
					c := runSpec(t, f, config, base)
					sum.same += c.same
					sum.refused += c.refused
					sum.failed += c.failed
				}
				t.Logf("%d scripts: %d assertions the same metered and unmetered, %d bad modules refused by both, %d that fail unmetered",
					len(files), sum.same, sum.refused, sum.failed)
				if sum.same < 16_000 || sum.refused < 900 || sum.failed > 2 {
					t.Error("assertions are missing")
				}
			})
		}
	}
}

func runSpec(t *testing.T, file string, config func() wazero.RuntimeConfig, base []byte) (count specCount) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var script struct{ Commands []specCommand }
	if err := json.Unmarshal(raw, &script); err != nil {
		t.Fatal(err)
	}
	worlds := []*specWorld{newSpecWorld(t, config(), false, base), newSpecWorld(t, config(), true, base)}
	defer func() {
		for _, w := range worlds {
			_ = w.runtime.Close(context.Background())
		}
	}()
	for i, c := range script.Commands {
		at := fmt.Sprintf("%s:%d %s", filepath.Base(file), c.Line, c.Type)
		switch c.Type {
		case "register":
		case "module", "assert_invalid", "assert_malformed", "assert_unlinkable", "assert_uninstantiable":
			if c.ModuleType == "text" {
				continue
			}
			bin, err := os.ReadFile(filepath.Join(filepath.Dir(file), c.Filename))
			if err != nil {
				t.Fatal(err)
			}
			name := ""
			if next := i + 1; next < len(script.Commands) && script.Commands[next].Type == "register" {
				name = script.Commands[next].As
			}
			var errs [2]error
			for n, w := range worlds {
				var m api.Module
				if m, errs[n] = w.instantiate(bin, name); errs[n] == nil && c.Type == "module" {
					w.last = m
					if c.Name != "" {
						w.named[c.Name] = m
					}
				}
			}
			switch {
			case (errs[0] == nil) != (errs[1] == nil):
				t.Errorf("%s: unmetered %v, metered %v", at, errs[0], errs[1])
			case c.Type == "module" && errs[0] != nil:
				t.Errorf("%s: %v", at, errs[0])
			case slices.Contains([]string{"assert_invalid", "assert_malformed"}, c.Type):
				count.refused++
			default:
				count.same++
			}
		case "assert_return", "action", "assert_trap", "assert_exhaustion":
			plain, err := worlds[0].act(t, &c)
			metered, meteredErr := worlds[1].act(t, &c)
			same := plain == metered && cause(err) == cause(meteredErr)
			if c.Type == "assert_exhaustion" { // each by its own limit; the interpreter's is 2,000 frames
				same = err != nil && meteredErr != nil
			}
			if !same {
				t.Errorf("%s %s: unmetered %s %v, metered %s %v", at, c.Action.Field, plain, err, metered, meteredErr)
			}
			if (err != nil) != (c.Type == "assert_trap" || c.Type == "assert_exhaustion") {
				count.failed++ // unmetered too: the first version's suite run with the features of the second
				continue
			}
			count.same++
		default:
			t.Fatalf("%s is not known", at)
		}
	}
	return count
}
