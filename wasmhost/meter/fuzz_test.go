package meter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// generated runs a module unmetered and metered, on compiler and interpreter, in small and large slices, and compares all that can
// be seen. Calls that need more than limit units are left out.
func generated(t *testing.T, choices []byte, limit int64) {
	t.Helper()
	bin := generate(choices)
	metered, err := Rewrite(bin, Options{})
	if err != nil {
		t.Fatalf("a generated module is refused: %v", err)
	}
	for _, argument := range []uint64{0, 3} {
		first := observe(t, metered, "compiler", budget{limit: limit, slice: 2_097_152, stack: 40_000}, argument)
		if errors.Is(first.err, errFuel) || errors.Is(first.err, errStack) {
			continue // the original has no such limit
		}
		plain := observe(t, bin, "compiler", budget{}, argument)
		if !plain.same(first) {
			t.Fatalf("unmetered %+v\nmetered   %+v", plain.outcome, first.outcome)
		}
		// The bits of a NaN may differ between compiler and interpreter, and all that depends on them: that is not metering's.
		differ := !observe(t, bin, "interpreter", budget{}, argument).same(plain)
		for name, b := range map[string]budget{"compiler": {limit: limit, slice: 8_192, stack: 40_000},
			"interpreter": {limit: limit, slice: 2_097_152, stack: 40_000}} {
			if name == "interpreter" && differ {
				continue
			}
			if other := observe(t, metered, name, b, argument); !other.same(first) || other.synced != first.synced {
				t.Fatalf("first %+v\n%s %+v", first.outcome, name, other.outcome)
			}
		}
		if first.err != nil {
			continue
		}
		if exact := observe(t, metered, "compiler", budget{limit: first.used, slice: 8_192, stack: 40_000}, argument); !exact.same(first) {
			t.Fatalf("with exactly %d units: %+v", first.used, exact.outcome)
		}
		short := observe(t, metered, "compiler", budget{limit: first.used - 1, slice: 8_192, stack: 40_000}, argument)
		if first.used > 0 && !errors.Is(short.err, errFuel) {
			t.Fatalf("with a unit less than %d: %+v", first.used, short.outcome)
		}
	}
}

// observation is what a call left behind.
type observation struct {
	outcome
	memory []byte
}

func (o observation) same(p observation) bool {
	return cause(o.err) == cause(p.err) && slices.Equal(o.results, p.results) && bytes.Equal(o.memory, p.memory)
}

// worlds are kept from module to module, since making one takes longer than most modules run.
var worlds = map[string]wazero.Runtime{}

func observe(t *testing.T, bin []byte, engine string, b budget, argument uint64) observation {
	t.Helper()
	ctx := context.Background()
	r := worlds[engine]
	if r == nil {
		r = wazero.NewRuntimeWithConfig(ctx, engines[engine]())
		i64 := []api.ValueType{api.ValueTypeI64}
		if _, err := r.NewHostModuleBuilder(EngineModule).
			NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(ctx context.Context, m api.Module, stack []uint64) {
			ctx.Value(budgetKey{}).(*budget).refill(m, stack)
		}), i64, i64).Export(RefillImport).
			NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) {
			if Left(stack[0]).Stack() < 0 {
				panic(errStack)
			}
		}), i64, i64).Export(StackImport).Instantiate(ctx); err != nil {
			t.Fatal(err)
		}
		worlds[engine] = r
	}
	m, err := r.InstantiateWithConfig(ctx, bin, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close(ctx)
	left, _ := m.ExportedGlobal(LeftExport).(api.MutableGlobal)
	if left != nil {
		first := min(b.slice, b.limit)
		b.held = b.limit - first
		left.Set(uint64(NewLeft(first, b.stack)))
	}
	results, err := m.ExportedFunction("run").Call(context.WithValue(ctx, budgetKey{}, &b), argument)
	o := observation{outcome: outcome{results: results, err: err}}
	o.memory = bytes.Clone(view(m.Memory()))
	if left != nil {
		o.synced = b.limit - b.held - Left(left.Get()).Fuel()
		if err == nil {
			if o.used = o.synced; o.used > b.limit {
				o.err = errFuel
			}
		}
	}
	return o
}

type budgetKey struct{}

func (b *budget) refill(m api.Module, stack []uint64) {
	left := m.ExportedGlobal(LeftExport).(api.MutableGlobal)
	local := Left(stack[0]).Fuel()
	if b.held+local < 0 {
		panic(errFuel)
	}
	grant := min(b.held, (-local+b.slice-1)/b.slice*b.slice)
	b.held -= grant
	left.Set(left.Get() + uint64(grant))
	stack[0] += uint64(grant)
}

func view(m api.Memory) []byte {
	b, _ := m.Read(0, m.Size())
	return b
}

// MOZAIKS_TEST_GENERATED sets how many modules are generated.
func TestGeneratedModules(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("MOZAIKS_TEST_GENERATED"))
	if err != nil {
		n = 1500
	}
	for seed := range n {
		generated(t, seeded(uint64(seed), 40+seed%400), 20_000_000)
		if t.Failed() {
			t.Fatal("seed", seed)
		}
	}
}

func FuzzMeter(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seeded(seed, 200))
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		if len(choices) > 4096 {
			return
		}
		generated(t, choices, 1_000_000)
	})
}

// FuzzDecode holds the decoder against wazero's: it takes nothing that wazero refuses, and refuses nothing that wazero takes but by a
// limit of its own.
func FuzzDecode(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(generate(seeded(seed, 100)))
	}
	f.Add(summing().Bytes())
	r := wazero.NewRuntimeWithConfig(context.Background(), wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2))
	compile := func(bin []byte) (err error) {
		defer func() { // it panics at some binaries that are invalid
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		c, err := r.CompileModule(context.Background(), bin)
		if err == nil {
			_ = c.Close(context.Background())
		}
		return err
	}
	f.Fuzz(func(t *testing.T, bin []byte) {
		d := wasm.Decode(bin, wasm.Limits{}, wasm.Features{})
		if len(d.Findings) == 0 {
			if err := compile(bin); err != nil && !stricter(err) {
				t.Fatalf("taken, wazero says %v", err)
			}
			if err := compile(Module(d.Module, Options{})); err != nil && !stricter(err) {
				t.Fatalf("rewritten: %v", err)
			}
			return
		}
		invalid := !slices.ContainsFunc(d.Findings, func(f wasm.Finding) bool { return f.Code != fault.BackendInvalid })
		if invalid && !largeNumbers(bin) && !cutDataCount(d.Findings) && !typedSelect(bin, d.Findings) {
			if err := compile(bin); err == nil {
				t.Fatalf("wazero takes it, we say %+v", d.Findings)
			}
		}
	})
}

// stricter tells whether wazero 1.12.0 refused what the standard allows: a custom section without content at the end of a binary, of which
// the rewriter keeps none, or an import from a module without a name, which no policy grants.
func stricter(err error) bool {
	text := err.Error()
	return strings.HasPrefix(text, "failed to read custom section name[") && strings.HasSuffix(text, "]: EOF") ||
		strings.HasPrefix(text, "import[") && strings.HasSuffix(text, "has an empty module name")
}

// cutDataCount tells whether the only fault is a data count section that ends within its number. The standard wants the number;
// wazero 1.12.0 takes the end for it.
func cutDataCount(found []wasm.Finding) bool {
	return !slices.ContainsFunc(found, func(f wasm.Finding) bool { return f.Path != `sections["data count"]` })
}

// typedSelect tells whether a binary has a wrong type, and may have a select that names its type: wazero 1.12.0 does not hold operands to
// that type, and takes types of later versions there.
func typedSelect(bin []byte, found []wasm.Finding) bool {
	return bytes.Contains(bin, []byte{0x1c, 1}) &&
		!slices.ContainsFunc(found, func(f wasm.Finding) bool {
			return !strings.Contains(f.Message, "finds an operand of the type") && !strings.Contains(f.Message, "is no type of a value")
		})
}

// largeNumbers tells whether a binary may hold one of more than 21 bits: wazero makes as many locals as it is told to.
func largeNumbers(bin []byte) bool {
	run := 0
	for _, b := range bin {
		if run++; b < 0x80 {
			run = 0
		}
		if run >= 3 {
			return true
		}
	}
	return false
}
