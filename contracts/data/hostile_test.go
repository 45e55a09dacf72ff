package data_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/data"
)

// A contract may be full of names that are nearly right. The hint for each would cost seconds; only the first ones get it.
func TestHintsAreBounded(t *testing.T) {
	t.Parallel()
	known := make([]string, 200)
	for i := range known {
		known[i] = fmt.Sprintf("module_%03d", i)
	}
	var rows strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&rows, `,{"module": "mobule_%03d"}`, i%200)
	}
	raw := `{"version": "1", "surfaces": [{"surface_id": "module_000", "surface_kind": "module", "collections": [{"name": "c", "fields": []}]}],
		"shared_collections": [{"owner_module": "module_000", "name": "c", "read_by": [{"module": "module_001"}` + rows.String() + `]}]}`
	_, findings := data.Decode([]byte(raw), "shop", known, data.Options{})
	near := 0
	for _, f := range findings {
		if strings.HasPrefix(f.Hint, "did you mean module_") {
			near++
		}
		if f.Code != "DATA_GRANT_UNKNOWN" || f.Hint == "" {
			t.Fatalf("%+v", f)
		}
	}
	if len(findings) != 3000 || near != 500 {
		t.Errorf("%d findings, %d name the nearest, want 3000 and 500", len(findings), near)
	}
}

func TestManyGrantsAreReadInOnePass(t *testing.T) {
	t.Parallel()
	known := make([]string, 150)
	var collections, rows []string
	for i := range known {
		known[i] = fmt.Sprintf("m%d", i)
	}
	for i := range 150 {
		collections = append(collections, fmt.Sprintf(`{"name":"c%d","fields":[]}`, i))
		var readers []string
		for j := 1; j < len(known); j++ {
			readers = append(readers, fmt.Sprintf(`{"module":"m%d"}`, j))
		}
		rows = append(rows, fmt.Sprintf(`{"owner_module":"m0","name":"c%d","read_by":[%s]}`, i, strings.Join(readers, ",")))
	}
	raw := `{"version": "1", "surfaces": [{"surface_id": "m0", "surface_kind": "module", "collections": [` + strings.Join(collections, ",") + `]}],
		"shared_collections": [` + strings.Join(rows, ",") + `]}`
	c, findings := data.Decode([]byte(raw), "shop", known, data.Options{})
	if len(findings) > 0 || len(c.Grants) != 150*149 {
		t.Errorf("%d findings, %d grants", len(findings), len(c.Grants))
	}
	if _, readOnly, ok := c.Resolve("m149", "m0/c149"); !ok || !readOnly {
		t.Error("the last grant does not hold")
	}
}
