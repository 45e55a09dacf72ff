package module_test

import (
	"encoding/json"
	"os"
	"testing"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
)

func TestZZ(t *testing.T) {
	var idx []struct{ ID, What, Expect, Code, File, Phase string }
	raw, _ := os.ReadFile("/tmp/document/cases/index.json")
	json.Unmarshal(raw, &idx)
	right, wrong, skip := 0, 0, 0
	for _, c := range idx {
		root, _ := os.OpenRoot("/tmp/document/cases/" + c.ID)
		folder, f := module.ReadFolder(root, "tasks", module.Options{})
		m, more := module.Decode(folder.Files, "tasks", module.Options{})
		f = append(f, more...)
		if m != nil { _, _, b := folder.Binary(root, "tasks", m, 8<<20); f = append(f, b...) }
		mine := c.File == "" || c.File == "module.yaml" || strings.HasPrefix(c.File, "contracts/") && !strings.Contains(c.File, "admin") && !strings.Contains(c.File, "profile") && !strings.Contains(c.File, "relation") && !strings.Contains(c.File, "policy") || strings.HasPrefix(c.ID, "O") || strings.HasPrefix(c.ID, "Y")
		if strings.HasPrefix(c.Code, "BACKEND_I") || strings.HasPrefix(c.Code,"HANDLER_METHOD") || strings.HasPrefix(c.Code, "ACCOUNT") || c.Code == "BACKEND_EXPORT_SIGNATURE" || c.Code=="BACKEND_MEMORY_CLAMPED" { mine = false }
		ok := false
		if c.Expect == "accept" {
			ok = !diagnostic.HasError(f)
			if c.Code != "" {
				hit := false
				for _, x := range f { hit = hit || string(x.Code) == c.Code && (c.File == "" || x.File == c.File) }
				ok = ok && hit
			} else {
				for _, x := range f { if x.Severity == "warning" { ok = false } }
			}
		} else {
			n := 0
			for _, x := range f { if x.Severity == "error" { n++ }; ok = ok || string(x.Code) == c.Code && x.Severity == "error" && (c.File == "" || x.File == c.File) }
			if ok && n > 1 { t.Logf("MANY %s %s", c.ID, c.What); for _, x := range f { t.Logf("    %s %s:%d:%d %s %s", x.Code, x.File, x.Line, x.Column, x.Path, x.Message) } }
		}
		if ok { right++; continue }
		if !mine { skip++; continue }
		wrong++
		t.Logf("WRONG %s %s want %s %s %s", c.ID, c.What, c.Expect, c.Code, c.File)
		for _, x := range f { t.Logf("    %s %s:%d:%d %s %s", x.Code, x.File, x.Line, x.Column, x.Path, x.Message) }
	}
	t.Logf("right %d wrong %d not mine %d", right, wrong, skip)
}
