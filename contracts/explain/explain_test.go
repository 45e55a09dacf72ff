package explain

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts"
)

// TestEveryCodeOfModulesIsExplained holds the examples against the catalogue: one for each finding of modules, but for those of the
// tools that build binaries.
func TestEveryCodeOfModulesIsExplained(t *testing.T) {
	t.Parallel()
	var catalogue struct {
		Faults []struct{ Code, Group, Topic, Owner string }
	}
	if err := json.Unmarshal(contracts.FaultsJSON, &catalogue); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range catalogue.Faults {
		if f.Group == "finding" && f.Owner == "modules" && f.Topic != "tooling" {
			want = append(want, f.Code)
		}
	}
	slices.Sort(want)
	if got := Codes(); !slices.Equal(got, want) {
		t.Errorf("explained are\n%v\nwanted\n%v", got, want)
	}
}

func TestExamplesAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, code := range Codes() {
		text, err := archives.ReadFile("examples/" + code + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		e, err := parse(code, string(text))
		if err != nil {
			t.Error(err)
			continue
		}
		files := len(e.Broken) + len(e.Repaired)
		switch {
		case !slices.Contains([]string{"error", "warning", "note"}, e.Severity):
			t.Errorf("%s: severity %q", code, e.Severity)
		case e.Verify == VerifyNone && (e.Why == "" || files > 0):
			t.Errorf("%s: what cannot be shown needs the reason and has no files", code)
		case e.Verify != VerifyNone && (e.Why != "" || len(e.Broken) == 0):
			t.Errorf("%s: there is nothing broken", code)
		case !slices.Contains([]string{VerifyCheck, VerifyLoad, VerifyTest, VerifyLater, VerifyNone}, e.Verify):
			t.Errorf("%s: verify %q", code, e.Verify)
		}
		if sentences := strings.Count(e.Text+" ", ". "); sentences < 1 || sentences > 3 || !strings.HasSuffix(e.Text, ".") {
			t.Errorf("%s: %d sentences: %s", code, sentences, e.Text)
		}
		for _, f := range slices.Concat(e.Broken, e.Repaired) {
			if f.Path != path.Clean(f.Path) || path.IsAbs(f.Path) || strings.HasPrefix(f.Path, "..") {
				t.Errorf("%s: path %q", code, f.Path)
			}
		}
	}
}

func TestSplitTakesTheTxtarFormApart(t *testing.T) {
	t.Parallel()
	comment, files := split("about\n-- a b.txt --\none\n--  --\n-- c --\n--d --\n-- --\n")
	if comment != "about\n" || len(files) != 2 || files[0] != (File{Path: "a b.txt", Text: "one\n--  --\n"}) ||
		files[1] != (File{Path: "c", Text: "--d --\n-- --\n"}) {
		t.Errorf("%q, %+v", comment, files)
	}
}

func TestWhatIsNotUnderstoodIsRefused(t *testing.T) {
	t.Parallel()
	for name, archive := range map[string]string{
		"no text":             "\n\nverify: check\n",
		"an unknown side":     "Text.\n-- mended/app.json --\n{}\n",
		"an unknown key":      "Text.\n\nverfy: check\n",
		"removal on no side":  "Text.\n\nremove: app.json\n",
		"a link on no side":   "Text.\n\nlink: app.json x\n",
		"a line with no form": "Text.\n\nverify\n",
	} {
		if e, err := parse("X", archive); err == nil {
			t.Errorf("%s is taken: %+v", name, e)
		}
	}
}

func TestLookupTakesNoPath(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "NOTHING", "../base", "file_link", "FILE_LINK.txtar"} {
		if _, ok := Lookup(code); ok {
			t.Errorf("%q is explained", code)
		}
	}
}
