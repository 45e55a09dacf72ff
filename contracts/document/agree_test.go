package document_test

import (
	"math/rand/v2"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/document"
)

// grow makes a random value of the kinds that a declaration holds.
func grow(r *rand.Rand, depth int) any {
	texts := []string{"", "x", "two words", "on", "007", "1.5", "a: b", "- a", "#x", "x #y", "é😀", "line\nbreak", "end\n", " pad ", "it's",
		"\"q\"", "{", "[1]", "null", "true", "&a", "*a", "!t", "%x", "@x", "`x`", "? x", "|", ">", "\ttab", "\\", "a\n\n b\nc", "~", "0x1f"}
	switch n := r.IntN(9); {
	case n < 2 && depth > 0:
		l := make([]any, r.IntN(4))
		for i := range l {
			l[i] = grow(r, depth-1)
		}
		return l
	case n < 5 && depth > 0:
		m := map[string]any{}
		for range r.IntN(4) {
			if key := texts[1+r.IntN(len(texts)-1)]; key != "line\nbreak" && key != "end\n" && key != "a\n\n b\nc" {
				m[key] = grow(r, depth-1)
			}
		}
		return m
	case n == 5:
		return int64(r.IntN(2000) - 1000)
	case n == 6:
		return r.IntN(2) == 0
	case n == 7:
		return nil
	}
	return texts[r.IntN(len(texts))]
}

func TestWhatAnotherLibraryWritesReadsBack(t *testing.T) {
	t.Parallel()
	styles := [][]yaml.EncodeOption{nil, {yaml.Flow(true)}, {yaml.IndentSequence(true)}, {yaml.Indent(4), yaml.UseSingleQuote(true)}, {yaml.JSON()}}
	compared := 0
	for seed := range uint64(1500) {
		want := map[string]any{"top": grow(rand.New(rand.NewPCG(seed, 7)), 4)}
		text, err := yaml.MarshalWithOptions(want, styles[seed%uint64(len(styles))]...)
		if err != nil {
			t.Fatal(err)
		}
		var again map[string]any
		if yaml.Unmarshal(text, &again) != nil || !cmp.Equal(widen(again), any(want)) {
			continue // the library does not read back what it wrote itself
		}
		compared++
		n, problems := document.ParseYAML(text, document.Limits{})
		if problems != nil {
			t.Errorf("seed %d: %v\n%s", seed, problems, text)
			continue
		}
		if diff := cmp.Diff(any(want), n.Value()); diff != "" {
			t.Errorf("seed %d:\n%s\n%s", seed, text, diff)
		}
	}
	if compared < 1000 {
		t.Errorf("only %d texts could be compared", compared)
	}
}

// widen answers v with every integer as int64.
func widen(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = widen(v[k])
		}
	case []any:
		for i := range v {
			v[i] = widen(v[i])
		}
	case uint64:
		return int64(v)
	case int:
		return int64(v)
	}
	return v
}
