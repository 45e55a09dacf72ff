package diagnostic_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

const manifest = "modules/tasks/module.yaml"

var source = "\uFEFFschema_version: mozaiks.module.v1\r\n" +
	"\tname: tasks\r\n" +
	"  titel: 日本語 – tasks\n" +
	"long: " + strings.Repeat("0123456789", 30) + "\n" +
	"bell: \a\x1b[2J here\n" +
	"emits: [domain.tasks.task_complete]"

// report has a finding of each kind, in no order.
func report() *diagnostic.Report {
	return &diagnostic.Report{
		Modules: []diagnostic.ModuleResult{{ID: "tasks", Dir: "modules/tasks", Digest: "sha256:5f0c", OK: false}},
		Findings: []diagnostic.Finding{
			{Code: fault.EventUndeclared, Severity: diagnostic.Error, File: manifest, Line: 6, Column: 9, Path: "$.actions[1].emits[0]",
				Message: "domain.tasks.task_complete is not in contracts/events.yaml", Hint: "did you mean domain.tasks.task_completed?"},
			{Code: fault.BackendImportDenied, Severity: diagnostic.Error, File: "modules/tasks/backend/tasks.wasm", Path: `imports["mozaiks_v1.http_fetch"]`,
				Message: "imports mozaiks_v1.http_fetch without a grant", Hint: "add grants.http with the hosts it needs to module.yaml, or remove the call"},
			{Code: fault.FieldUnknown, Severity: diagnostic.Error, File: manifest, Line: 3, Column: 3, Path: "$.titel",
				Message: "there is no field titel here", Hint: "did you mean title?"},
			{Code: fault.TextForm, Severity: diagnostic.Error, File: manifest, Line: 3, Column: 14, Path: "$.titel", Message: "behind wide letters", Hint: "look there"},
			{Code: fault.IdPattern, Severity: diagnostic.Error, File: manifest, Line: 2, Column: 8, Path: "$.name", Message: "behind a tab", Hint: "look there"},
			{Code: fault.ListDuplicate, Severity: diagnostic.Warning, File: manifest, Line: 4, Column: 7, Path: "$.long", Message: "at the begin of a long line", Hint: "cut it"},
			{Code: fault.ListDuplicate, Severity: diagnostic.Warning, File: manifest, Line: 4, Column: 150, Path: "$.long", Message: "amid a long line", Hint: "cut it"},
			{Code: fault.ListDuplicate, Severity: diagnostic.Warning, File: manifest, Line: 4, Column: 307, Path: "$.long", Message: "behind a long line", Hint: "cut it"},
			{Code: fault.Type, Severity: diagnostic.Error, File: manifest, Line: 5, Column: 7, Path: "$.bell", Message: "what a terminal would obey", Hint: "remove it"},
			{Code: fault.Type, Severity: diagnostic.Error, File: manifest, Line: 5, Column: 12, Path: "$[\"\u202e\x1b\"]", Message: "behind it", Hint: "remove it"},
			{Code: fault.FieldMissing, Severity: diagnostic.Error, File: manifest, Line: 99, Column: 1, Path: "$", Message: "where the file has no line", Hint: "add it"},
			{Code: fault.FieldMissing, Severity: diagnostic.Error, File: manifest, Line: 6, Column: 99, Path: "$", Message: "where the line has no column", Hint: "add it"},
			{Code: fault.DataIndexScopePart, Severity: diagnostic.Note, File: "data/contract.json", Line: 1, Column: 1, Path: "$.x", Message: "a note without a source"},
			{Code: fault.FileMissing, Severity: diagnostic.Error, File: "modules/tasks/\x1b[31mred", Path: "$", Message: "a file is missing", Hint: "add it"},
		},
	}
}

func text(t *testing.T, r *diagnostic.Report, sources func(string) []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := diagnostic.WriteText(&out, r, sources); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func asJSON(t *testing.T, r *diagnostic.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := diagnostic.WriteJSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTextShowsLineCaretPathAndHint(t *testing.T) {
	t.Parallel()
	asked := map[string]int{}
	got := text(t, report(), func(file string) []byte {
		asked[file]++
		if file == manifest {
			return []byte(source)
		}
		return nil
	})
	golden(t, "testdata/report.txt", got)
	if asked[manifest] != 1 || asked["data/contract.json"] != 1 || len(asked) != 2 {
		t.Errorf("sources were asked for %v; once for each file with a place is enough", asked)
	}
}

func TestTextWithoutSources(t *testing.T) {
	t.Parallel()
	golden(t, "testdata/nosource.txt", text(t, report(), nil))
}

func TestJSON(t *testing.T) {
	t.Parallel()
	golden(t, "testdata/report.json", asJSON(t, report()))
}

func TestAnEmptyReport(t *testing.T) {
	t.Parallel()
	golden(t, "testdata/empty.json", asJSON(t, &diagnostic.Report{}))
	if got, want := text(t, &diagnostic.Report{}, nil), "0 errors, 0 warnings in 0 modules\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOrderOfFindingsDoesNotShow(t *testing.T) {
	t.Parallel()
	want := report()
	turned := report()
	slices.Reverse(turned.Findings)
	first := turned.Findings[0]
	if asJSON(t, want) != asJSON(t, turned) || text(t, want, nil) != text(t, turned, nil) {
		t.Error("the order of findings shows")
	}
	if diff := cmp.Diff(first, turned.Findings[0]); diff != "" {
		t.Errorf("writing a report changed it:\n%s", diff)
	}
}

func TestReportsAreCutAtTheLimit(t *testing.T) {
	t.Parallel()
	many := func(n int) []diagnostic.Finding {
		var out []diagnostic.Finding
		for i := range n {
			out = append(out, diagnostic.Finding{Code: fault.Type, Severity: diagnostic.Error, File: "a.yaml", Line: n - i, Column: 1,
				Path: "$", Message: fmt.Sprint(n - i), Hint: "h"})
		}
		return out
	}
	for name, c := range map[string]struct {
		limit, findings, written int
		last                     string
	}{
		"the default, not reached": {0, diagnostic.DefaultMaxFindings, 500, "error[TYPE] a.yaml:500:1: 500"},
		"the default":              {0, 501, 500, "1 more finding not shown"},
		"another limit":            {3, 10, 3, "7 more findings not shown"},
		"another, not reached":     {10, 10, 10, "error[TYPE] a.yaml:10:1: 10"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &diagnostic.Report{Findings: many(c.findings), MaxFindings: c.limit}
			var doc struct {
				Truncated   bool
				Errors      int
				Diagnostics []struct{ Line int }
			}
			if err := json.Unmarshal([]byte(asJSON(t, r)), &doc); err != nil {
				t.Fatal(err)
			}
			if doc.Errors != c.findings || len(doc.Diagnostics) != c.written || doc.Truncated != (c.findings > c.written) {
				t.Errorf("%d errors, %d written, truncated %v", doc.Errors, len(doc.Diagnostics), doc.Truncated)
			}
			if doc.Diagnostics[0].Line != 1 || doc.Diagnostics[c.written-1].Line != c.written {
				t.Error("not the first findings are kept")
			}
			got := text(t, r, nil)
			if strings.Count(got, "error[") != c.written || !strings.Contains(got, c.last+"\n") {
				t.Errorf("%s is not in the text", c.last)
			}
			if want := fmt.Sprintf("\n%d errors, 0 warnings in 0 modules\n", c.findings); !strings.HasSuffix(got, want) {
				t.Errorf("the text does not end with %q", want)
			}
		})
	}
}

func TestWarningsDoNotRefuse(t *testing.T) {
	t.Parallel()
	r := &diagnostic.Report{Modules: []diagnostic.ModuleResult{{ID: "a", OK: true}, {ID: "b", OK: true}},
		Findings: []diagnostic.Finding{{Code: fault.ListDuplicate, Severity: diagnostic.Warning, File: "a.yaml", Line: 1, Column: 1}}}
	if got := asJSON(t, r); !strings.Contains(got, `"ok": true,
  "errors": 0,
  "warnings": 1,`) {
		t.Error(got)
	}
	if got := text(t, r, nil); !strings.HasSuffix(got, "\n0 errors, 1 warning in 2 modules\n") {
		t.Error(got)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestAnErrorOfTheWriterIsAnswered(t *testing.T) {
	t.Parallel()
	if diagnostic.WriteText(broken{}, report(), nil) == nil || diagnostic.WriteJSON(broken{}, report()) == nil {
		t.Error("no error")
	}
}

func ExampleWriteText() {
	r := &diagnostic.Report{
		Modules: []diagnostic.ModuleResult{{ID: "tasks", Dir: "modules/tasks"}},
		Findings: []diagnostic.Finding{{Code: fault.FieldUnknown, Severity: diagnostic.Error, File: "module.yaml", Line: 2, Column: 3,
			Path: "$.module.titel", Message: "there is no field titel here", Hint: "did you mean title?"}},
	}
	var out strings.Builder
	_ = diagnostic.WriteText(&out, r, func(string) []byte { return []byte("module:\n  titel: Tasks\n") })
	fmt.Print(out.String())
	// Output:
	// error[FIELD_UNKNOWN] module.yaml:2:3: there is no field titel here
	//   |   titel: Tasks
	//   |   ^
	//   at $.module.titel
	//   hint: did you mean title?
	// 1 error, 0 warnings in 1 module
}
