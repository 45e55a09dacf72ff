package main

import (
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/test/desk"
)

func TestTheTableMarksWhatDiffers(t *testing.T) {
	t.Parallel()
	want := desk.Totals{Events: 7, Tenants: map[string]*desk.Tenant{"a": {Inboxes: map[string]desk.Inbox{"x": {Count: 2}, "y": {Count: 1}}}}}
	got := desk.Totals{Events: 6}
	var out strings.Builder
	if err := printTable(&out, totalRows(want, got)); err != nil {
		t.Fatal(err)
	}
	marked := map[string]bool{}
	for line := range strings.Lines(out.String()) {
		if name, _, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			marked[name] = strings.Contains(line, "DIFFERS")
		}
	}
	if !marked["events"] || !marked["in inboxes"] || marked["notifications"] || marked["deliveries"] {
		t.Errorf("marked %v in\n%s", marked, out.String())
	}
}

func TestADifferenceFailsTheDemo(t *testing.T) {
	t.Parallel()
	if err := judge(nil); err != nil {
		t.Error(err)
	}
	err := judge([]desk.Difference{{What: "events", Want: "7", Got: "6"}})
	if err == nil || !strings.Contains(err.Error(), "1 thing") {
		t.Errorf("got %v", err)
	}
}
