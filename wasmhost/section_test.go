package wasmhost

import (
	"context"
	"slices"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// raw writes a binary of sections: a function of the type () -> (), two tables, a memory and an i32 global, with the
// exports that the ABI needs, and the given sections in their places.
func raw(parts map[byte][]byte) []byte {
	sections := map[byte][]byte{
		wasm.SectionType:     w.Section(1, []byte{2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f}),
		wasm.SectionFunction: w.Section(3, []byte{2, 0, 1}),
		wasm.SectionTable:    w.Section(4, []byte{2, 0x70, 0, 4, 0x6f, 0, 4}),
		wasm.SectionMemory:   w.Section(5, []byte{1, 0, 1}),
		wasm.SectionGlobal:   w.Section(6, []byte{1, 0x7f, 0, 0x41, 2, 0x0b}),
		wasm.SectionExport:   w.Section(7, []byte{2}, w.Name("memory"), []byte{2, 0}, w.Name("mozaiks_alloc"), []byte{0, 1}),
		wasm.SectionCode:     w.Section(10, []byte{2, 2, 0, 0x0b, 4, 0, 0x41, 1, 0x0b}),
	}
	for id, s := range parts {
		sections[id] = s
	}
	out := []byte("\x00asm\x01\x00\x00\x00")
	for _, id := range []byte{1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11} {
		out = append(out, sections[id]...)
	}
	return out
}

// Where Inspect and the engine below judge the same bytes, they must agree: ok binaries load, the others do not.
func TestFormsOfSections(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	end := byte(0x0b)
	one := func(id byte, body ...byte) map[byte][]byte {
		return map[byte][]byte{id: w.Section(id, append([]byte{1}, body...))}
	}
	for _, c := range []struct {
		name  string
		parts map[byte][]byte
		want  fault.Code
	}{
		{"as it is", nil, ""},

		{"elements: active", one(9, 0, 0x41, 0, end, 1, 0), ""},
		{"elements: at a global of its own", one(9, 0, 0x23, 0, end, 1, 0), fault.BackendInvalid},
		{"elements: passive", one(9, 1, 0, 1, 0), ""},
		{"elements: with a table", one(9, 2, 0, 0x41, 0, end, 0, 1, 0), ""},
		{"elements: declared", one(9, 3, 0, 1, 0), ""},
		{"elements: active expressions", one(9, 4, 0x41, 0, end, 1, 0xd2, 0, end), ""},
		{"elements: passive expressions", one(9, 5, 0x70, 2, 0xd2, 0, end, 0xd0, 0x70, end), ""},
		{"elements: expressions with a table", one(9, 6, 1, 0x41, 0, end, 0x6f, 1, 0xd0, 0x6f, end), ""},
		{"elements: declared expressions", one(9, 7, 0x70, 1, 0xd2, 0, end), ""},
		{"elements: unknown flags", one(9, 8, 0x41, 0, end, 0), fault.BackendInvalid},
		{"elements: no such table", one(9, 2, 2, 0x41, 0, end, 0, 1, 0), fault.BackendInvalid},
		{"elements: unknown kind", one(9, 1, 1, 1, 0), fault.BackendInvalid},
		{"elements: of numbers", one(9, 5, 0x7f, 0), fault.BackendInvalid},
		{"elements: no such function in an expression", one(9, 5, 0x70, 1, 0xd2, 7, end), fault.BackendInvalid},
		{"elements: cut off", one(9, 1, 0), fault.BackendInvalid},

		{"data: passive", one(11, 1, 1, 'x'), ""},
		{"data: with a memory", one(11, 2, 0, 0x41, 0, end, 1, 'x'), ""},
		{"data: no such memory", one(11, 2, 1, 0x41, 0, end, 1, 'x'), fault.BackendInvalid},
		{"data: unknown flags", one(11, 3, 1, 'x'), fault.BackendInvalid},
		{"data: cut off", one(11, 1, 9, 'x'), fault.BackendInvalid},
		{"data: counted", map[byte][]byte{12: w.Section(12, []byte{1}), 11: w.Section(11, []byte{1, 1, 1, 'x'})}, ""},
		{"data: counted wrongly", map[byte][]byte{12: w.Section(12, []byte{2}), 11: w.Section(11, []byte{1, 1, 1, 'x'})}, fault.BackendInvalid},
		{"data: counted but not there", map[byte][]byte{12: w.Section(12, []byte{1})}, fault.BackendInvalid},

		{"globals: of each type", map[byte][]byte{6: w.Section(6, []byte{7}, []byte{0x7f, 1, 0x41, 0x7f, end}, []byte{0x7e, 0, 0x42, 0x7f, end},
			[]byte{0x7d, 0, 0x43, 0, 0, 0, 0, end}, []byte{0x7c, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, end},
			slices.Concat([]byte{0x7b, 0, 0xfd, 12}, make([]byte, 16), []byte{end}), []byte{0x70, 0, 0xd2, 0, end}, []byte{0x6f, 1, 0xd0, 0x6f, end})}, ""},
		{"globals: neither constant nor variable", one(6, 0x7f, 4, 0x41, 0, end), fault.BackendInvalid},
		{"globals: shared", one(6, 0x7f, 2, 0x41, 0, end), fault.BackendFeature},
		{"globals: without an end", one(6, 0x7f, 0, 0x41, 0), fault.BackendInvalid},
		{"globals: a SIMD instruction that is not constant", one(6, 0x7b, 0, 0xfd, 13), fault.BackendInvalid},
		{"globals: of an unknown type", one(6, 0x33, 0, 0x41, 0, end), fault.BackendInvalid},
		{"globals: of a typed reference", one(6, 0x64, 0, 0, end), fault.BackendFeature},
		{"globals: that make a struct", one(6, 0x70, 0, 0xfb, 0, 0, end), fault.BackendFeature},

		{"tables: with a maximum", map[byte][]byte{4: w.Section(4, []byte{1, 0x70, 1, 4, 9})}, ""},
		{"tables: the maximum below the minimum", map[byte][]byte{4: w.Section(4, []byte{1, 0x70, 1, 9, 4})}, fault.BackendInvalid},
		{"tables: of numbers", map[byte][]byte{4: w.Section(4, []byte{1, 0x7f, 0, 4})}, fault.BackendInvalid},
		{"tables: of typed references", map[byte][]byte{4: w.Section(4, []byte{1, 0x63, 0x70, 0, 4})}, fault.BackendFeature},
		{"tables: with a first value", map[byte][]byte{4: w.Section(4, []byte{1, 0x40, 0, 0x70, 0, 4, 0xd0, 0x70, end})}, fault.BackendFeature},
		{"tables: 64-bit", map[byte][]byte{4: w.Section(4, []byte{1, 0x70, 4, 4})}, fault.BackendFeature},
		{"tables: unknown flags", map[byte][]byte{4: w.Section(4, []byte{1, 0x70, 8, 4})}, fault.BackendInvalid},

		{"memories: with a maximum", map[byte][]byte{5: w.Section(5, []byte{1, 1, 1, 9})}, ""},
		{"memories: pages of another size", map[byte][]byte{5: w.Section(5, []byte{1, 8, 1, 0})}, fault.BackendFeature},
		{"memories: unknown flags", map[byte][]byte{5: w.Section(5, []byte{1, 16, 1})}, fault.BackendInvalid},

		{"functions: of no such type", map[byte][]byte{3: w.Section(3, []byte{2, 0, 2})}, fault.BackendInvalid},
		{"functions: fewer than bodies", map[byte][]byte{10: w.Section(10, []byte{1, 2, 0, end})}, fault.BackendInvalid},
		{"functions: no body", map[byte][]byte{10: w.Section(10, []byte{2, 1, 0, 4, 0, 0x41, 1, end})}, fault.BackendInvalid},
		{"functions: locals of an unknown type", map[byte][]byte{10: w.Section(10, []byte{2, 4, 1, 1, 0x33, end, 4, 0, 0x41, 1, end})}, fault.BackendInvalid},
		{"functions: more locals than numbers", map[byte][]byte{10: w.Section(10, []byte{2}, []byte{14, 2}, []byte{0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f},
			[]byte{0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f}, []byte{end}, []byte{4, 0, 0x41, 1, end})}, fault.BackendLimit},

		{"types: of exceptions", map[byte][]byte{1: w.Section(1, []byte{2, 0x60, 1, 0x69, 0, 0x60, 1, 0x7f, 1, 0x7f})}, fault.BackendFeature},
		{"imports: a tag", one(2, 1, 'e', 1, 't', 4, 0, 0), fault.BackendFeature},
		{"imports: unknown kind", one(2, 1, 'e', 1, 't', 9, 0, 0), fault.BackendInvalid},
		{"imports: no such type", one(2, 1, 'e', 1, 't', 0, 9), fault.BackendInvalid},
		{"exports: a tag", map[byte][]byte{7: w.Section(7, []byte{3}, w.Name("memory"), []byte{2, 0}, w.Name("mozaiks_alloc"), []byte{0, 1}, w.Name("t"), []byte{4, 0})},
			fault.BackendFeature},
		{"exports: unknown kind", map[byte][]byte{7: w.Section(7, []byte{3}, w.Name("memory"), []byte{2, 0}, w.Name("mozaiks_alloc"), []byte{0, 1}, w.Name("t"), []byte{9, 0})},
			fault.BackendInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bin := raw(c.parts)
			got := Inspect(bin, Policy{}, InspectLimits{})
			if c.want == "" && got.Err() != nil || c.want != "" && !slices.ContainsFunc(codes(got.Findings), func(s string) bool {
				return len(s) > len(c.want) && s[:len(c.want)+1] == string(c.want)+" "
			}) {
				t.Fatalf("got %v, want %q", got.Findings, c.want)
			}
			made, err := e.backend.compile(context.Background(), bin, 1)
			if (err == nil) != (c.want == "") && c.want != fault.BackendFeature { // it takes some features that are not accepted
				t.Errorf("the engine below disagrees: %v", err)
			}
			if err != nil {
				return
			}
			if err := made.close(context.Background()); err != nil {
				t.Error(err)
			}
			m, err := e.Load(context.Background(), bin, Policy{})
			if (err == nil) != (c.want == "") {
				t.Fatalf("Load: %v", err)
			}
			if err == nil {
				_ = m.Close(context.Background())
			}
		})
	}
}
