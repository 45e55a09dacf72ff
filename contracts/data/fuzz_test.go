package data_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
)

// No contract makes the decoder fail, every finding is complete, and one without errors is a contract that can be used.
func FuzzDecode(f *testing.F) {
	faults, err := os.ReadFile("testdata/faults.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(faults)
	f.Add([]byte(shared(`, "shared_collections": [{"owner_module": "tasks", "name": "lists", "read_by": [{"module": "reports"}]}]`)))
	f.Add([]byte(indexed(`{"keys": [["tenant_id", 1], ["o.x", -1]], "unique": true}`)))
	f.Add([]byte(field(`"type": "json", "default": [1e999, {"$x": "\u0000"}]`)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, findings := data.Decode(raw, "shop", modules, data.Options{})
		for _, x := range findings {
			if x.Message == "" || x.Code == "" || x.Path == "" || x.Path[0] != '$' || (x.Hint == "" && x.Severity == diagnostic.Error) {
				t.Fatalf("incomplete: %+v", x)
			}
		}
		var one, two bytes.Buffer
		_, again := data.Decode(raw, "shop", modules, data.Options{})
		if diagnostic.WriteJSON(&one, &diagnostic.Report{Findings: findings}) != nil ||
			diagnostic.WriteJSON(&two, &diagnostic.Report{Findings: again}) != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Fatal("the same contract has other findings the second time")
		}
		if diagnostic.HasError(findings) {
			return
		}
		for _, x := range c.Collections {
			got, _, ok := c.Resolve(x.Module, x.Name)
			if guests := x.SurfaceKind == "module"; ok != guests || (guests && got != x) {
				t.Fatalf("%s/%s does not resolve to itself", x.Module, x.Name)
			}
			if owned := x.Tenancy == data.PerUser || x.Tenancy == data.PerWorkspace; owned != (x.OwnerField != "") {
				t.Fatalf("%s is %s with the owner %q", x.Name, x.Tenancy, x.OwnerField)
			}
		}
		for _, g := range c.Grants {
			if _, readOnly, ok := c.Resolve(g.Module, g.OwnerModule+"/"+g.Collection); !ok || (g.ReadOnly && !readOnly) {
				t.Fatalf("the grant %+v does not hold", g)
			}
		}
	})
}
