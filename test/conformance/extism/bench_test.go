package conformance

import (
	"strings"
	"testing"
)

// The two hosts with an instance that is kept, as their users would call it.

func BenchmarkCall(b *testing.B) {
	binary := ownPlugins(b)["c.wasm"]
	p := &plugin{binary: binary, cache: b.TempDir(), level: "info", network: newNetwork(b)}
	for _, c := range []struct{ name, export, input string }{
		{"nothing", "nothing", ""},
		{"echo of 1 KiB", "echo", strings.Repeat("x", 1<<10)},
		{"echo of 16 KiB", "echo", strings.Repeat("x", 16<<10)},
	} {
		b.Run(c.name+"/sdk", func(b *testing.B) {
			i, err := newReference(b.Context(), p)
			if err != nil {
				b.Fatal(err)
			}
			defer i.close(b.Context())
			made := i.(*reference).made
			for b.Loop() {
				if _, output, err := made.Call(c.export, []byte(c.input)); err != nil || string(output) != c.input {
					b.Fatal(err, len(output))
				}
			}
		})
		b.Run(c.name+"/kernel", func(b *testing.B) {
			i, err := newRaw(b.Context(), p)
			if err != nil {
				b.Fatal(err)
			}
			defer i.close(b.Context())
			r := i.(*raw)
			f, input, stack := r.module.ExportedFunction(c.export), []byte(c.input), make([]uint64, 1)
			b.ReportAllocs()
			for b.Loop() {
				if err := r.kernel.Reset(input); err != nil {
					b.Fatal(err)
				}
				if err := f.CallWithStack(r.binding, stack); err != nil || string(r.kernel.Output()) != c.input {
					b.Fatal(err)
				}
			}
		})
	}
}
