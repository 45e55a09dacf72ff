package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// faulty is an app with one fault in each of its files. What is found, and where, stands in testdata/faults/found.txt.
func faulty(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/faults/app.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bin := w.New()
	bin.Operation("run_start") // not granted
	bin.Allocator()
	for _, h := range []string{"add", "list", "tick", "account_export", "account_erase"} {
		bin.Handler(h, w.I64Const(0))
	}
	for _, f := range slices.Concat(archive.Files, []txtar.File{{Name: "modules/tasks/backend/tasks.wasm", Data: bin.Bytes()}}) {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func checked(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out, errOut bytes.Buffer
	code := Run(t.Context(), Signals{Restore: func() {}}, append([]string{"check"}, args...), nil, &out, &errOut)
	if errOut.Len() > 0 {
		t.Fatalf("standard error: %s", &errOut)
	}
	return out.String(), code
}

// place is a finding as every format must tell it.
type place struct {
	file         string
	line, column int
	code         string
	severity     string
	message      string
	path, hint   string
}

func (p place) String() string {
	return fmt.Sprintf("%s:%d:%d %s %s %s", p.file, p.line, p.column, p.severity, p.code, p.path)
}

func TestOneFaultInEachFileIsFoundInOneRunInEveryFormat(t *testing.T) {
	t.Parallel()
	dir := faulty(t)
	text, code := checked(t, dir)
	if code != ExitFound {
		t.Errorf("exit %d", code)
	}
	doc, _ := checked(t, "--format", "json", dir)
	sarif, _ := checked(t, "--format", "sarif", dir)
	fromJSON, fromSARIF, fromText := readJSON(t, doc), readSARIF(t, sarif), readText(t, text)
	var lines []string
	for _, p := range fromJSON {
		p.file = strings.TrimPrefix(p.file, filepath.ToSlash(dir)+"/")
		lines = append(lines, p.String())
	}
	got := strings.Join(lines, "\n") + "\n"
	const golden = "testdata/faults/found.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !slices.Equal(fromJSON, fromSARIF) {
		t.Errorf("SARIF tells\n%v\nJSON\n%v", fromSARIF, fromJSON)
	}
	for i := range fromJSON { // people are not told a path where there is no line: the message says it
		if fromJSON[i].line == 0 {
			fromJSON[i].path = "$"
		}
	}
	if !slices.Equal(fromJSON, fromText) {
		t.Errorf("the text tells\n%v\nJSON\n%v", fromText, fromJSON)
	}
}

func readJSON(t *testing.T, text string) (out []place) {
	t.Helper()
	var v struct {
		Diagnostics []struct {
			Code, Severity, File, Path, Message, Hint string
			Line, Column                              int
		}
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	for _, d := range v.Diagnostics {
		out = append(out, place{d.File, d.Line, d.Column, d.Code, d.Severity, d.Message, d.Path, d.Hint})
	}
	return out
}

func readSARIF(t *testing.T, text string) (out []place) {
	t.Helper()
	valid(t, text)
	var v struct {
		Runs []struct {
			Results []struct {
				RuleID    string
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
				Properties struct{ Path, Hint string }
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	for _, r := range v.Runs[0].Results {
		at := r.Locations[0].PhysicalLocation
		uri, err := url.Parse(at.ArtifactLocation.URI)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, place{uri.Path, at.Region.StartLine, at.Region.StartColumn, r.RuleID, r.Level, r.Message.Text, r.Properties.Path, r.Properties.Hint})
	}
	return out
}

var textHead = regexp.MustCompile(`^(error|warning|note)\[([A-Z_]+)\] (.+?)(?::(\d+):(\d+))?: (.*)$`)

// readText reads what people see, and holds each caret to its column in the source.
func readText(t *testing.T, text string) (out []place) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		m := textHead.FindStringSubmatch(lines[i])
		if m == nil {
			continue
		}
		p := place{file: m[3], severity: m[1], code: m[2], message: m[6], path: "$"}
		if m[4] != "" {
			fmt.Sscan(m[4], &p.line)
			fmt.Sscan(m[5], &p.column)
			source, err := os.ReadFile(p.file)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Split(string(source), "\n")[p.line-1]
			if got := strings.TrimPrefix(lines[i+1], "  | "); got != want || lines[i+2] != "  | "+strings.Repeat(" ", p.column-1)+"^" {
				t.Errorf("%v shows\n%s\n%s", p, lines[i+1], lines[i+2])
			}
			i += 2
		}
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], "  ") {
			i++
			if path, ok := strings.CutPrefix(lines[i], "  at "); ok {
				p.path = path
			}
			if hint, ok := strings.CutPrefix(lines[i], "  hint: "); ok {
				p.hint = hint
			}
		}
		out = append(out, p)
	}
	return out
}

// valid holds SARIF to its published schema, which must refuse what is none.
func valid(t *testing.T, text string) {
	t.Helper()
	if err := validate(t, text); err != nil {
		t.Errorf("not valid SARIF: %v\n%s", err, text)
	}
	if err := validate(t, strings.Replace(text, `"columnKind": "unicodeCodePoints"`, `"columnKind": "bytes"`, 1)); err == nil {
		t.Error("the schema takes anything")
	}
}

func validate(t *testing.T, text string) error {
	t.Helper()
	raw, err := os.ReadFile("../../../contracts/diagnostic/testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Validate(doc)
}

// SARIF stays valid whatever files are called and whatever they hold.
func TestSARIFOfOddFoldersIsValid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"empty/app.json":                      `{"schema_version": "mozaiks.app.v1", "appId": "lab"}`,
		"odd/app.json":                        `{"schema_version": "mozaiks.app.v1", "appId": "lab"}`,
		"odd/modules/a b%20c#d?e/module.yaml": "module: {id: x}\n",
		"odd/modules/über:mut/module.yaml":    "module: \x01\n",
		"odd/modules/line\nbreak/module.yaml": "a: \"\\x1b[31m\"\n",
		"odd/modules/quote\"'<&>/module.yaml": "{",
		"odd/modules/back\\slash/module.yaml": "\xff\xfe",
		"odd/modules/esc\x1b[2J/contracts/x":  "",
		"odd/modules/esc\x1b[2J/module.yaml":  "x: 1\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, app := range []string{"empty", "odd"} {
		sarif, _ := checked(t, "--format", "sarif", filepath.Join(dir, app))
		fromJSON, _ := checked(t, "--format", "json", filepath.Join(dir, app))
		if a, b := readSARIF(t, sarif), readJSON(t, fromJSON); !slices.Equal(a, b) {
			t.Errorf("SARIF tells\n%q\nJSON\n%q", a, b)
		}
		text, _ := checked(t, filepath.Join(dir, app))
		if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 }); i >= 0 {
			t.Errorf("the text holds a control character: %q", text[max(0, i-60):min(len(text), i+60)])
		}
		if app == "odd" && strings.Count(text, "error[") < 6 {
			t.Errorf("few findings: %s", text)
		}
	}
}
