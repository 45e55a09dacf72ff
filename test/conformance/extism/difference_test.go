package conformance

import "testing"

// differences are what docs/extism.md lists: what a call gives with the SDK, and what with the kernel.
var differences = []struct {
	name, export, input string
	sdk, kernel         record
}{
	{"an address outside is no address in 32 bits", "outside", "", record{Returned: 256}, record{Ended: true}},
	{"input is not read after its end", "after_input", "abc", record{}, record{Ended: true}},
	{"an empty output is an output", "no_output", "", record{Output: "before"}, record{}},
	{"memory_bytes counts blocks alone", "in_use", "", record{Returned: 65472}, record{Returned: 100}},
}

func TestDifferencesAreThoseThatAreListed(t *testing.T) {
	cache, binary := t.TempDir(), ownPlugins(t)["c.wasm"]
	for _, d := range differences {
		t.Run(d.name, func(t *testing.T) {
			c := &pluginCase{export: d.export, inputs: []string{d.input}}
			p := c.plugin(t, cache, binary)
			if got := c.run(t, newReference, p)[0]; !same(got, d.sdk) {
				t.Errorf("the SDK gives %+v, not %+v; if it has changed, this is no difference any more", got, d.sdk)
			}
			for _, m := range makers {
				if got := c.run(t, m.make, p)[0]; !same(got, d.kernel) {
					t.Errorf("%s gives %+v, want %+v", m.name, got, d.kernel)
				}
			}
		})
	}
}

func same(a, b record) bool {
	return a.Ended == b.Ended && a.Returned == b.Returned && a.Output == b.Output && a.ErrorText == b.ErrorText
}

func TestAVariableThatIsReplacedCountsOnce(t *testing.T) {
	cache, binary := t.TempDir(), ownPlugins(t)["c.wasm"]
	input := make([]byte, 600)
	for _, c := range []struct {
		make  maker
		ended bool
	}{{newReference, true}, {newRaw, false}} {
		call := &pluginCase{export: "keep", inputs: []string{string(input)}}
		if got := call.run(t, c.make, call.plugin(t, cache, binary))[0]; got.Ended != c.ended {
			t.Errorf("two times 600 KiB under one name: %+v, want ended: %v", got.Ended, c.ended)
		}
	}
}
