package abi

import (
	"testing"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// What is answered without the parser must be what the parser answers.
func FuzzScalarResult(f *testing.F) {
	for _, v := range []string{"null", "true", "1", "-1", "0", "-0", "01", "1e3", "999999999999999", "1234567890123456", `""`, `"a"`, `"a\n"`,
		`"a"b"`, "[]", "{}", "[1]", "", " 1", "1 ", `"ä"`, `"`, `-`, "1,\"a\":2", "\"\x7f\""} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		doc := []byte(`{"ok":` + v + `}`)
		got, ok := scalarResult(nil, doc)
		if !ok {
			return
		}
		parsed, err := canonical.Parse(doc)
		if err != nil {
			t.Fatalf("%q is taken, the parser says %v", v, err)
		}
		want := canonical.Append(nil, parsed.(map[string]any)["ok"])
		if string(got) != string(want) || len(parsed.(map[string]any)) != 1 {
			t.Fatalf("%q gives %q, the parser %q", v, got, want)
		}
	})
}
