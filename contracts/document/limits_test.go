package document_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

func code(problems []document.Problem) fault.Code {
	if len(problems) == 0 {
		return ""
	}
	return problems[0].Code
}

func TestLimitsHoldAtTheirEdge(t *testing.T) {
	t.Parallel()
	nested := func(levels int) string { // levels in all, the top object among them
		return "{\"a\": " + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + "}"
	}
	block := func(levels int) string {
		var b strings.Builder
		for i := range levels {
			b.WriteString(strings.Repeat(" ", i) + "a:\n")
		}
		return b.String()
	}
	nodes := func(n int) string { return `{"a": [` + strings.TrimSuffix(strings.Repeat("1,", n-2), ",") + "]}" }
	size := func(n int) string { return `{"a": "` + strings.Repeat("x", n-len(`{"a": ""}`)) + `"}` }
	for name, c := range map[string]struct {
		in   string
		want fault.Code
	}{
		"64 levels":        {nested(64), ""},
		"65 levels":        {nested(65), fault.YamlLimit},
		"64 block levels":  {block(64), ""},
		"65 block levels":  {block(65), fault.YamlLimit},
		"50,000 values":    {nodes(50_000), ""},
		"50,001 values":    {nodes(50_001), fault.YamlLimit},
		"256 KiB":          {size(256 << 10), ""},
		"256 KiB and more": {size(256<<10 + 1), fault.FileSize},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, problems := document.ParseYAML([]byte(c.in), document.Limits{}); code(problems) != c.want {
				t.Errorf("YAML: %v", problems)
			}
			if strings.HasPrefix(c.in, "{") {
				if _, problems := document.ParseJSON([]byte(c.in), document.Limits{}); code(problems) != c.want {
					t.Errorf("JSON: %v", problems)
				}
			}
		})
	}
}

func TestLimitsCanBeSet(t *testing.T) {
	t.Parallel()
	in := []byte("a: [1, 2]\n")
	for _, l := range []document.Limits{{MaxSize: 5}, {MaxDepth: 1}, {MaxNodes: 3}} {
		if _, problems := document.ParseYAML(in, l); len(problems) != 1 {
			t.Errorf("%+v: %v", l, problems)
		}
	}
	if _, problems := document.ParseYAML(in, document.Limits{MaxSize: 10, MaxDepth: 2, MaxNodes: 4}); problems != nil {
		t.Error(problems)
	}
}

// A file of the largest size costs memory in proportion, whatever stands in it. The shapes are those on which YAML readers are
// known to fall into the square of the size.
//
//nolint:paralleltest // it measures what the process allocates
func TestNoShapeOfFileIsDear(t *testing.T) {
	const size = 256 << 10
	fill := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	count := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	shapes := []string{
		fill("["), fill("{a: "), fill("- "), fill("-\n"), fill("? "), fill("?\n"), fill(": "), fill("&a "), fill("*a "), fill("!a "),
		fill("x\n"), "a: x" + fill("\n"), "a: |\n" + fill("\n")[10:], "a: >\n " + fill("x\n ")[10:], "a: \"" + fill(" \n")[10:],
		"a: '" + fill("''")[10:], fill("# x\n"), count("k%d: 1\n", 20_000), "{" + count("k%d: 1,", 20_000) + "}",
		"{" + fill("a: 1,")[10:] + "}", fill("a:\n"), "a: [" + fill("x: y,")[10:] + "]", fill("\"a\": 1\n"), fill("a: |\n b\n"),
		"{\"" + strings.Repeat("k", 100_000) + "\": [" + strings.Repeat("1,", 49_000) + "1]}",
		strings.Repeat("- ", 60) + "x\n" + fill("# \\\n")[200:], "a: x\n" + fill("      \n")[10:], fill("a: 1 # x\n"),
	}
	for i, in := range shapes {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		document.ParseYAML([]byte(in), document.Limits{})
		document.ParseJSON([]byte(in), document.Limits{})
		runtime.ReadMemStats(&after)
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 80 {
			t.Errorf("shape %d (%.20q…) allocates %d MiB", i, in, used)
		}
	}
}
