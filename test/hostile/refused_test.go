package hostile

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// lookedAt is how long looking at a binary may take, where its header does not say.
const lookedAt = time.Second

// Each binary that must be refused is refused with every code that its header names, always alike and quickly, and what is only
// large is not refused.
func TestBinariesAreRefusedWithEachOfTheirCodes(t *testing.T) {
	e := newEngine(t, wasmhost.Options{})
	var rows strings.Builder
	all := guests(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		g := all[name]
		if !g.looked() || g.Head["init"] != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			bin, policy := g.Make(), g.policy(t)
			most := lookedAt
			if text := g.Head["within"]; text != "" {
				var err error
				if most, err = time.ParseDuration(text); err != nil {
					t.Fatal(err)
				}
			}
			var first *wasmhost.Inspection
			worst := time.Duration(0)
			for range runs(t) {
				began := time.Now()
				got := wasmhost.Inspect(bin, policy, wasmhost.InspectLimits{})
				worst = max(worst, time.Since(began))
				if first == nil {
					first = got
				} else if !reflect.DeepEqual(first.Findings, got.Findings) {
					t.Errorf("%v, then %v", first.Findings, got.Findings)
				}
			}
			fmt.Fprintf(&rows, "%-40s %9d bytes %9s ms  %d findings\n", name, len(bin), millis(worst), len(first.Findings))
			if worst > allowed(most) {
				t.Errorf("looked at for %s, want %s", worst, most)
			}
			if limit := 200; len(first.Findings) > limit {
				t.Errorf("%d findings", len(first.Findings))
			}
			found := map[fault.Code]bool{}
			for _, f := range first.Findings {
				found[f.Code] = found[f.Code] || f.Severity == diagnostic.Error
			}
			if len(first.Missing) > 0 {
				found[fault.BackendExportMissing] = true
			}
			if len(first.BadSignature) > 0 {
				found[fault.BackendExportSignature] = true
			}
			if g.Head["expect"] == "fine" {
				if err := first.Err(); err != nil {
					t.Errorf("it is refused: %v", err)
				}
				return
			}
			for _, code := range strings.Fields(g.Head["expect"]) {
				if !found[fault.Code(code)] {
					t.Errorf("no %s: %v", code, first.Findings)
				}
			}
			m, err := e.Load(context.Background(), bin, policy)
			if err == nil {
				closed(t, m)
				t.Fatal("it loads")
			}
			if code := fault.CodeOf(err); !found[code] {
				t.Errorf("loading says %s, which was not found before", code)
			}
		})
	}
	t.Log("\n" + rows.String())
}
