package v1_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/module"
	v1 "github.com/mozaiks/mozaiks/contracts/v1"
)

const tests = "tests/example.yaml"

// places are where the declarations stand in a module's folder.
var places = map[string]string{"module": module.ManifestFile, "events": module.EventsFile, "reactions": module.ReactionsFile,
	"notifications": module.NotificationsFile, "settings": module.SettingsFile, "admin": module.AdminFile, "profile": module.ProfileFile,
	"relationships": module.RelationshipsFile, "policy_hooks": module.PolicyHooksFile, "runtime_extensions": module.ExtensionsFile,
	"module_tests": tests}

// companions are the declarations that each refers to; all refer to the manifest, and that to events.
var companions = map[string][]string{
	"reactions":    {"notifications"},
	"module_tests": {"reactions", "notifications", "settings", "runtime_extensions"},
}

// decode answers what the decoder finds in a declaration that stands in a module with the full examples of what it refers to.
func decode(name string, data []byte) []diagnostic.Finding {
	files := map[string][]byte{}
	for _, other := range append([]string{"module", "events"}, companions[name]...) {
		files[places[other]] = v1.Example(other)
	}
	if name != "module_tests" {
		files[places[name]] = data
	}
	m, findings := module.Decode(files, "tasks", module.Options{})
	if name == "module_tests" && m != nil {
		_, found := m.DecodeTests(map[string][]byte{tests: data}, module.Options{})
		findings = append(findings, found...)
	}
	return findings
}

// codes answers the distinct codes of the errors among findings.
func codes(findings []diagnostic.Finding) []string {
	var out []string
	for _, f := range findings {
		if f.Severity == diagnostic.Error && !slices.Contains(out, string(f.Code)) {
			out = append(out, string(f.Code))
		}
	}
	return out
}

type offline struct{}

func (offline) Load(string) (any, error) { return nil, errors.New("schemas stand alone") }

// compile makes a schema, which fails unless it is valid draft 7.
func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(v1.Schema(name)))
	if err != nil {
		t.Fatal(name, err)
	}
	id := "https://mozaiks.dev/contracts/v1/" + name + ".schema.json"
	top := doc.(map[string]any)
	if top["$id"] != id || top["$schema"] != "http://json-schema.org/draft-07/schema#" {
		t.Errorf("%s: %v, %v", name, top["$id"], top["$schema"])
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(offline{})
	if err := c.AddResource(id, doc); err != nil {
		t.Fatal(name, err)
	}
	s, err := c.Compile(id)
	if err != nil {
		t.Fatal(name, err)
	}
	return s
}

// parse reads YAML as the values of JSON; an empty file is an empty object, a byte order mark is dropped.
func parse(data []byte) (any, error) {
	var v any
	if err := yaml.Unmarshal(bytes.TrimPrefix(data, []byte("\uFEFF")), &v); err != nil {
		return nil, err
	}
	if v == nil {
		v = map[string]any{}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}

// examples answers the example files of a declaration, valid or invalid, by their paths.
func examples(t *testing.T, name, kind string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("examples", name, kind, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, p := range paths {
		if out[p], err = os.ReadFile(p); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestNamesAreTheDeclarations(t *testing.T) {
	t.Parallel()
	names := v1.Names()
	if len(names) != len(places) || !slices.IsSorted(names) {
		t.Fatal(names)
	}
	for _, name := range names {
		var top struct {
			File string `json:"x-file"`
		}
		if err := json.Unmarshal(v1.Schema(name), &top); err != nil {
			t.Fatal(name, err)
		}
		if want := strings.Replace(places[name], tests, "tests/*.yaml", 1); top.File != want {
			t.Errorf("%s is said to stand in %q, not in %q", name, top.File, want)
		}
		if v1.Example(name) == nil {
			t.Errorf("%s has no full example", name)
		}
	}
	if v1.Schema("nothing") != nil || v1.Example("nothing") != nil {
		t.Error("there is something of no name")
	}
}

func TestValidExamplesPass(t *testing.T) {
	t.Parallel()
	for _, name := range v1.Names() {
		schema, files := compile(t, name), examples(t, name, "valid")
		if len(files) < 2 {
			t.Errorf("%s has %d valid examples", name, len(files))
		}
		for file, data := range files {
			v, err := parse(data)
			if err != nil {
				t.Error(file, err)
				continue
			}
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			for _, f := range decode(name, data) {
				if f.Severity == diagnostic.Error {
					t.Errorf("%s: %s %s %s: %s", file, f.Code, f.File, f.Path, f.Message)
				}
			}
		}
	}
}

// TestFullExamplesAreOneModule decodes them together.
func TestFullExamplesAreOneModule(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{}
	for name, place := range places {
		if name != "module_tests" {
			files[place] = v1.Example(name)
		}
	}
	if _, findings := module.Decode(files, "tasks", module.Options{}); len(codes(findings)) > 0 {
		t.Error(findings)
	}
}

func TestInvalidExamplesAreRefusedWithTheirCode(t *testing.T) {
	t.Parallel()
	all, refused := 0, 0
	for _, name := range v1.Names() {
		schema, files := compile(t, name), examples(t, name, "invalid")
		if len(files) < 4 {
			t.Errorf("%s has %d invalid examples", name, len(files))
		}
		for file, data := range files {
			first, _, _ := strings.Cut(string(data), "\n")
			code, ok := strings.CutPrefix(first, "# ")
			if got := codes(decode(name, data)); !ok || !slices.Equal(got, []string{code}) {
				t.Errorf("%s: %q, but the decoder gives %v", file, first, got)
			}
			if !bytes.Contains(v1.Schema(name), []byte(`"`+code+`"`)) {
				t.Errorf("%s: the schema does not mention %s", file, code)
			}
			v, err := parse(data)
			if err != nil {
				t.Error(file, err)
				continue
			}
			all++
			if schema.Validate(v) != nil {
				refused++
			}
		}
	}
	t.Logf("the schemas refuse %d of %d invalid examples", refused, all)
}
