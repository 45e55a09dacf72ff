package module_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/module"
)

// Declarations of the largest size cost memory in proportion, whatever stands in them.
//
//nolint:paralleltest // it measures what the process allocates
func TestNoDeclarationIsDear(t *testing.T) {
	head := "schema_version: mozaiks.module.v1\nmodule: {id: tasks, handler: backend.m:M}\n"
	fill := func(b *strings.Builder, form string) string {
		for i := 0; b.Len() < 250<<10; i++ {
			fmt.Fprintf(b, form, i)
		}
		return b.String()
	}
	var unknown, refs, patterns strings.Builder
	unknown.WriteString(head)
	refs.WriteString(head + "permissions:\n")
	for i := range 200 {
		fmt.Fprintf(&refs, "  - {id: p%d, description: x}\n", i)
	}
	refs.WriteString("actions:\n")
	for i := range 200 {
		fmt.Fprintf(&refs, "  - {id: a%d, description: x, handler_method: f, permissions: [", i)
		for j := range 200 {
			fmt.Fprintf(&refs, "q%d,", j)
		}
		refs.WriteString("]}\n")
	}
	patterns.WriteString(head + "actions:\n")
	for name, manifest := range map[string]string{
		"unknown fields":       fill(&unknown, "f%d: 1\n"),
		"undeclared names":     refs.String(),
		"schemas and patterns": fill(&patterns, "  - {id: a%d, description: x, handler_method: f, output_schema: {items: [{pattern: 'x{999}'}, {}, {}, {}]}}\n"),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, findings := module.Decode(map[string][]byte{module.ManifestFile: []byte(manifest)}, "tasks", module.Options{})
		runtime.ReadMemStats(&after)
		if len(findings) == 0 {
			t.Errorf("%s: no finding", name)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 100 {
			t.Errorf("%s: %d MiB", name, used)
		}
	}
}
