package wasmhost

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func TestInspectTellsWhatABinaryHolds(t *testing.T) {
	t.Parallel()
	b := w.New().Memory(2, 2000)
	b.Operation("clock")
	b.Import(moduleWASI, "sched_yield", w.Type{Results: []byte{w.I32}})
	b.Table(w.Funcref, 10, 20)
	b.Allocator().Handler("run", w.I64Const(0)).Export("table", w.KindTable, 0).
		Export("odd", w.KindFunction, b.Func(w.Type{Results: []byte{w.I32}}, nil, w.I32Const(0)))
	bin := b.Bytes()
	got := Inspect(bin, Policy{Granted: grantAll, Handlers: []string{"run", "gone", "table", "gone", "odd", "odd"}}, InspectLimits{})
	want := &Inspection{
		Digest: got.Digest, Size: len(bin),
		Imports: []Import{{"mozaiks_v1", "clock", "function", "(i32, i32) -> i64"},
			{moduleWASI, "sched_yield", "function", "() -> i32"}},
		Exports: []Export{{"memory", "memory", ""}, {"mozaiks_alloc", "function", "(i32) -> i32"},
			{"run", "function", "(i32, i32) -> i64"}, {"table", "table", ""}, {"odd", "function", "() -> i32"}},
		Functions: 3, MemoryMin: 2, MemoryMax: 1024, TableEntries: 10,
		Missing: []string{"gone", "table"}, BadSignature: []BadExport{{"odd", "of the type () -> i32", "(i32, i32) -> i64"}},
		Findings: []diagnostic.Finding{{Code: fault.BackendMemoryClamped, Severity: diagnostic.Warning, Path: `exports["memory"]`,
			Message: "the memory's maximum of 2000 pages is lowered to 1024",
			Hint:    "raise limits.memory_mb in module.yaml, or build with a lower maximum"}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Inspection{}), cmp.FilterPath(func(p cmp.Path) bool {
		return p.String() == "module" || p.String() == "signatures"
	}, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(got.Digest, "sha256:") || len(got.Digest) != 71 {
		t.Errorf("digest %s", got.Digest)
	}
}

// complete is a binary without findings, for tests to spoil.
func complete() *w.Builder { return w.New().Allocator().Handler("run", w.I64Const(0)) }

func TestFindings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		bin  func() []byte
		want []string
	}{
		{"nothing wrong", func() []byte { return complete().Bytes() }, nil},
		{"empty", func() []byte { return nil }, []string{"BACKEND_INVALID "}},
		{"text", func() []byte { return []byte("\n (module)") }, []string{"BACKEND_INVALID "}},
		{"component", func() []byte { return []byte("\x00asm\x0d\x00\x01\x00") }, []string{"BACKEND_INVALID "}},
		{"other version", func() []byte { return []byte("\x00asm\x02\x00\x00\x00") }, []string{"BACKEND_INVALID "}},
		{"other file", func() []byte { return []byte("\x7fELF\x02\x01\x01\x00") }, []string{"BACKEND_INVALID "}},
		{"nothing but a head", func() []byte { return []byte("\x00asm\x01\x00\x00\x00") },
			[]string{`BACKEND_EXPORT_MISSING exports["memory"]`, `BACKEND_EXPORT_MISSING exports["mozaiks_alloc"]`}},
		{"cut off", func() []byte { b := complete().Bytes(); return b[:len(b)-3] }, []string{"BACKEND_INVALID sections"}},
		{"unknown section", func() []byte { return complete().Raw(14, 0).Bytes() }, []string{"BACKEND_INVALID sections"}},
		{"section twice", func() []byte { return complete().Raw(10, 0).Bytes() }, []string{`BACKEND_INVALID sections["code"]`}},
		{"section out of order", func() []byte { return complete().Raw(1, 0).Bytes() }, []string{`BACKEND_INVALID sections["type"]`}},
		{"over-long number", func() []byte {
			return complete().Raw(w.Section(11, []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0})...).Bytes()
		}, []string{`BACKEND_INVALID sections["data"]`}},
		{"bytes behind a section's end", func() []byte { return complete().Raw(w.Section(11, []byte{0, 1})...).Bytes() },
			[]string{`BACKEND_INVALID sections["data"]`}},
		{"name of a custom section", func() []byte { return complete().Custom("\xff", "").Bytes() },
			[]string{`BACKEND_INVALID sections["custom"]`}},
		{"name of an export", func() []byte { return complete().Export("\xff", w.KindMemory, 0).Bytes() },
			[]string{`BACKEND_INVALID sections["export"]`}},
		{"export twice", func() []byte { return complete().Export("run", w.KindMemory, 0).Bytes() },
			[]string{`BACKEND_INVALID exports["run"]`}},
		{"export of a function that is not there", func() []byte { return complete().Export("x", w.KindFunction, 2).Bytes() },
			[]string{`BACKEND_INVALID sections["export"]`}},
		{"export of a global that is not there", func() []byte { return complete().Export("x", w.KindGlobal, 1).Bytes() },
			[]string{`BACKEND_INVALID sections["export"]`}},
		{"start function that is not there", func() []byte { return complete().Start(2).Bytes() },
			[]string{`BACKEND_INVALID sections["start"]`}},
		{"start function of a handler's type", func() []byte { return complete().Start(1).Bytes() },
			[]string{`BACKEND_INVALID sections["start"]`}},
		{"element of a function that is not there", func() []byte {
			b := complete()
			b.Table(w.Funcref, 1, 0)
			return b.Elements(0, 9).Bytes()
		}, []string{`BACKEND_INVALID sections["element"]`}},
		{"elements without a table", func() []byte { return complete().Elements(0, 0).Bytes() },
			[]string{`BACKEND_INVALID sections["element"]`}},
		{"data without a memory", func() []byte { return (&w.Builder{}).Data(0, "x").Bytes() },
			[]string{`BACKEND_INVALID sections["data"]`, `BACKEND_EXPORT_MISSING exports["memory"]`, `BACKEND_EXPORT_MISSING exports["mozaiks_alloc"]`}},
		{"global of a global that is not there yet", func() []byte {
			b := complete()
			b.Global(w.I32, false, w.GlobalGet(5))
			return b.Bytes()
		}, []string{`BACKEND_INVALID sections["global"]`}},
		{"global that calls", func() []byte {
			b := complete()
			b.Global(w.I32, false, w.Call(0))
			return b.Bytes()
		}, []string{`BACKEND_INVALID sections["global"]`}},
		{"memory whose maximum is below its minimum", func() []byte { return complete().Memory(3, 2).Bytes() },
			[]string{`BACKEND_INVALID sections["memory"]`}},
		{"memory of more than 4 GiB", func() []byte { return complete().Memory(65_537, 0).Bytes() },
			[]string{`BACKEND_INVALID sections["memory"]`}},
		{"more bodies than functions", func() []byte {
			return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"), w.Section(10, []byte{1, 2, 0, 0x0b}))
		}, []string{`BACKEND_INVALID sections["code"]`, `BACKEND_EXPORT_MISSING exports["memory"]`, `BACKEND_EXPORT_MISSING exports["mozaiks_alloc"]`}},

		{"shared memory", func() []byte { return complete().RawMemory([]byte{3, 1, 2}).Bytes() }, []string{`BACKEND_FEATURE sections["memory"]`}},
		{"64-bit memory", func() []byte { return complete().RawMemory([]byte{4, 1}).Bytes() }, []string{`BACKEND_FEATURE sections["memory"]`}},
		{"several memories", func() []byte {
			return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"), w.Section(5, []byte{2, 0, 1, 0, 1}))
		}, []string{`BACKEND_FEATURE sections["memory"]`, `BACKEND_EXPORT_MISSING exports["memory"]`, `BACKEND_EXPORT_MISSING exports["mozaiks_alloc"]`}},
		{"tags", func() []byte {
			return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"), w.Section(13, []byte{1, 0, 0}))
		}, []string{`BACKEND_FEATURE sections["tag"]`, `BACKEND_EXPORT_MISSING exports["memory"]`, `BACKEND_EXPORT_MISSING exports["mozaiks_alloc"]`}},
		{"struct types", func() []byte {
			return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"), w.Section(1, []byte{1, 0x5f, 0}))
		}, []string{`BACKEND_FEATURE sections["type"]`, `BACKEND_EXPORT_MISSING exports["memory"]`, `BACKEND_EXPORT_MISSING exports["mozaiks_alloc"]`}},
		{"arithmetic in a constant", func() []byte {
			b := complete()
			b.Global(w.I32, false, slices.Concat(w.I32Const(1), w.I32Const(2), w.Op(0x6a)))
			return b.Bytes()
		}, []string{`BACKEND_FEATURE sections["global"]`}},

		{"memory above the policy", func() []byte { return complete().Memory(1025, 0).Bytes() }, []string{`BACKEND_MEMORY exports["memory"]`}},
		{"imported memory", func() []byte { return complete().RawImport("env", "memory", 2, 0, 1).RawMemory(nil).Bytes() },
			[]string{`BACKEND_MEMORY imports["env.memory"]`}},
		{"imported table", func() []byte { return complete().RawImport("env", "table", 1, w.Funcref, 0, 1).Bytes() },
			[]string{`BACKEND_TABLE imports["env.table"]`}},
		{"imported global", func() []byte { return complete().RawImport("env", "__stack_pointer", 3, w.I32, 1).Bytes() },
			[]string{`BACKEND_IMPORT_UNKNOWN imports["env.__stack_pointer"]`}},
		{"tables above the limit", func() []byte {
			b := complete()
			b.Table(w.Funcref, 65_536, 0)
			b.Table(w.Externref, 1, 0)
			return b.Bytes()
		}, []string{`BACKEND_TABLE sections["table"]`}},

		{"program", func() []byte { return complete().Export("_start", w.KindFunction, 0).Bytes() },
			[]string{`BACKEND_NOT_REACTOR exports["_start"]`}},
		{"reserved export", func() []byte { return complete().Export("mz:fuel", w.KindFunction, 0).Bytes() },
			[]string{`BACKEND_RESERVED exports["mz:fuel"]`}},
		{"no exports", func() []byte { return (&w.Builder{}).Memory(1, 0).Bytes() },
			[]string{`BACKEND_EXPORT_MISSING exports["memory"]`, `BACKEND_EXPORT_MISSING exports["mozaiks_alloc"]`}},
		{"exports of other kinds", func() []byte {
			b := &w.Builder{}
			f := b.Func(w.Handler, nil, w.I64Const(0))
			for _, name := range []string{"memory", "mozaiks_alloc", "_initialize", "mozaiks_abi", "mozaiks_warm"} {
				b.Export(name, w.KindFunction, f)
			}
			return b.Bytes()
		}, []string{`BACKEND_EXPORT_SIGNATURE exports["memory"]`, `BACKEND_EXPORT_SIGNATURE exports["mozaiks_alloc"]`,
			`BACKEND_EXPORT_SIGNATURE exports["mozaiks_abi"]`, `BACKEND_EXPORT_SIGNATURE exports["_initialize"]`,
			`BACKEND_EXPORT_SIGNATURE exports["mozaiks_warm"]`}},
		{"export of an import", func() []byte {
			b := w.New()
			f := b.Import(moduleWASI, "fd_close", w.Alloc)
			return b.Export("mozaiks_alloc", w.KindFunction, f).Bytes()
		}, []string{`BACKEND_EXPORT_SIGNATURE exports["mozaiks_alloc"]`}},
		{"a type that cannot be read hides no other section", func() []byte {
			return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"), w.Section(1, []byte{1, 0x33}), w.Section(3, []byte{1, 0}),
				w.Section(5, []byte{1, 3, 1, 1}), w.Section(10, []byte{1, 0}))
		}, []string{`BACKEND_INVALID sections["type"]`, `BACKEND_FEATURE sections["memory"]`, `BACKEND_INVALID functions[0]@0x19`, `BACKEND_EXPORT_MISSING exports["memory"]`, `BACKEND_EXPORT_MISSING exports["mozaiks_alloc"]`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := Inspect(c.bin(), Policy{Granted: grantAll}, InspectLimits{})
			if diff := cmp.Diff(c.want, codes(got.Findings), cmp.Transformer("", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
				t.Errorf("%s\n%v", diff, got.Findings)
			}
			for _, f := range got.Findings {
				if f.Message == "" || f.Hint == "" || f.Severity != diagnostic.Error || f.File != "" || f.Line != 0 {
					t.Errorf("incomplete: %+v", f)
				}
			}
			if (got.Err() == nil) != (len(c.want) == 0) {
				t.Errorf("Err is %v", got.Err())
			}
		})
	}
}

func TestImportsAreHeldToTheGrants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		module, name string
		kind         w.Type
		code         fault.Code
		hint         string
	}{
		{"mozaiks_v1", "clock", w.Handler, "", ""},
		{"mozaiks_v1", "data_query", w.Handler, "", ""},
		{"mozaiks_v1", "data_write", w.Handler, fault.BackendImportDenied, "data: write"},
		{"mozaiks_v1", "event_emit", w.Handler, fault.BackendImportDenied, "events"},
		{"mozaiks_v1", "clock", w.Alloc, fault.BackendImportSignature, "SDK"},
		{"mozaiks_v1", "data_qeury", w.Handler, fault.BackendImportUnknown, "did you mean mozaiks_v1.data_query?"},
		{"mozaiks_v1", "teleportation", w.Handler, fault.BackendImportUnknown, "newer host"},
		{"mozaiks_v2", "clock", w.Handler, fault.BackendImportUnknown, "speaks mozaiks_v1"},
		{"env", "clock", w.Handler, fault.BackendImportUnknown, "did you mean mozaiks_v1.clock?"},
		{"env", "something", w.Handler, fault.BackendImportUnknown, "env.abort only"},
		{"env", "abort", w.Plain, fault.BackendImportSignature, "SDK"},
		{moduleWASI, "fd_wirte", w.Handler, fault.BackendImportUnknown, "did you mean wasi_snapshot_preview1.fd_write?"},
		{moduleWASI, "proc_exit", w.Alloc, fault.BackendImportSignature, "SDK"},
		{"wasi_unstable", "fd_write", w.Handler, fault.BackendImportUnknown, moduleWASI},
		{"extism:host/env", "input_length", w.Plain, fault.BackendAbiMismatch, "mozaiks_v1"},
		{"mozaiks_engine", "refill", w.Plain, fault.BackendReserved, "remove"},
	} {
		b := w.New()
		b.Import(c.module, c.name, c.kind)
		b.Import(c.module, c.name, c.kind) // the same import may stand there several times
		bin := b.Allocator().Bytes()
		got := Inspect(bin, Policy{Granted: func(grant string) bool { return grant == "data" }}, InspectLimits{})
		if c.code == "" {
			if len(got.Findings) > 0 {
				t.Errorf("%s.%s: %v", c.module, c.name, got.Findings)
			}
			continue
		}
		if want := fmt.Sprintf("%s imports[%q]", c.code, c.module+"."+c.name); !slices.Equal(codes(got.Findings), []string{want}) {
			t.Errorf("got %q, want %q", codes(got.Findings), want)
		} else if !strings.Contains(got.Findings[0].Hint, c.hint) {
			t.Errorf("%s.%s: hint %q, want %q", c.module, c.name, got.Findings[0].Hint, c.hint)
		}
	}
}

func TestNothingIsGrantedWithoutAPolicy(t *testing.T) {
	t.Parallel()
	b := w.New()
	b.Operation("data_get")
	b.Operation("clock")
	got := Inspect(b.Allocator().Bytes(), Policy{}, InspectLimits{})
	if want := []string{`BACKEND_IMPORT_DENIED imports["mozaiks_v1.data_get"]`}; !slices.Equal(codes(got.Findings), want) {
		t.Errorf("got %q", codes(got.Findings))
	}
}

func TestAnABIThatIsNotSpokenIsRefused(t *testing.T) {
	t.Parallel()
	got := Inspect(complete().Bytes(), Policy{ABI: "mozaiks_v9"}, InspectLimits{})
	if want := []string{"BACKEND_ABI_MISMATCH "}; !slices.Equal(codes(got.Findings), want) {
		t.Errorf("got %q", codes(got.Findings))
	}
}

func TestHandlersThatAreNotThereAreNotLoaded(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	for handler, want := range map[string]fault.Code{"gone": fault.BackendExportMissing, "mozaiks_alloc": fault.BackendExportSignature} {
		if _, err := e.Load(t.Context(), complete().Bytes(), Policy{Handlers: []string{handler}}); fault.CodeOf(err) != want {
			t.Errorf("%s: got %v", handler, err)
		}
	}
}

func TestFindingsQuoteLittle(t *testing.T) {
	t.Parallel()
	b := w.New()
	b.Import("mozaiks_v1", strings.Repeat("x", 250)+"\n", w.Handler)
	got := Inspect(b.Allocator().Bytes(), Policy{}, InspectLimits{})
	if len(got.Findings) != 1 || len(got.Findings[0].Message) > 200 || strings.Contains(got.Findings[0].Path, "\n") {
		t.Errorf("got %+v", got.Findings)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	t.Parallel()
	b := w.New()
	for i := range 300 {
		b.Import("env", fmt.Sprint("f", i), w.Plain)
	}
	got := Inspect(b.Allocator().Bytes(), Policy{}, InspectLimits{})
	if len(got.Findings) != 200 || !got.Truncated {
		t.Errorf("%d findings, truncated %v", len(got.Findings), got.Truncated)
	}
	got = Inspect(b.Bytes(), Policy{}, InspectLimits{Findings: 300})
	if len(got.Findings) != 300 || got.Truncated {
		t.Errorf("%d findings, truncated %v", len(got.Findings), got.Truncated)
	}
}
