package document_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// FuzzParseYAML holds that no text breaks the parser, that every problem is complete and in place, and that what is valid JSON
// reads the same as YAML.
func FuzzParseYAML(f *testing.F) {
	for _, s := range []string{"", "a: 1\n", "a:\n  - b: |\n      x\n  - {c: [1, 'y'], \"d\": >}\n", "? [a]\n: 1\n", "--- !x &a *b\n...\n%Y\n",
		"a: \"\\ud83d\\ude00\\\n  z\"\n", "a: x\n\n  y # z\n", `{"a": [1, {"b": null}]}`, "\t- a\n", "a: |2-\n   x\n\n  y\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, problems := document.ParseYAML(data, document.Limits{})
		lines := strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), "\n") + 1
		for _, p := range problems {
			if _, known := fault.Lookup(p.Code); !known || p.Message == "" || p.Hint == "" || p.Line > lines || p.Line < 0 ||
				p.Message == "the file cannot be read from here on" || !utf8.ValidString(p.Message) {
				t.Errorf("%q: %+v", data, p)
			}
		}
		if n == nil && problems == nil {
			t.Fatalf("%q: neither read nor refused", data)
		}
		asJSON, bad := document.ParseJSON(data, document.Limits{})
		if (bad == nil || code(bad) == fault.NotAnObject) && !json.Valid(trimMark(data)) {
			t.Errorf("%q: read as JSON, which it is not", data)
		}
		if bad == nil && problems == nil {
			want, _ := json.Marshal(asJSON.Value())
			if got, _ := json.Marshal(n.Value()); string(got) != string(want) {
				t.Errorf("%q: as YAML %s, as JSON %s", data, got, want)
			}
		}
	})
}

func trimMark(data []byte) []byte { return []byte(strings.TrimPrefix(string(data), "\uFEFF")) }
