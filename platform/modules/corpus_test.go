package modules_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/modules/moduletest"
	"github.com/mozaiks/mozaiks/wasmhost"
)

const corpus = "../../contracts/testdata/corpus"

// corpusCase is one case of the corpus: ops that change the base module, and the verdict on what comes of it.
type corpusCase struct {
	ID     string
	What   string
	Ops    [][]any
	Expect string
	Code   string
	File   string
	Phase  string
}

// TestCorpus judges each case of the corpus with the code of `mozaiks check`, those of the phase load by loading.
func TestCorpus(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(corpus + "/cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Cases []corpusCase }
	if err := yaml.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, c := range all.Cases {
		if err := c.judge(t); err != nil {
			t.Errorf("%s, %s: %v", c.ID, c.What, err)
		} else {
			right++
		}
	}
	t.Logf("%d of %d cases are right", right, len(all.Cases))
	if len(all.Cases) < 460 {
		t.Errorf("%d cases", len(all.Cases))
	}
}

func (c *corpusCase) judge(t *testing.T) error {
	dir := filepath.Join(t.TempDir(), "tasks")
	if err := os.CopyFS(dir, os.DirFS(corpus+"/base")); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, "backend.json")); err != nil {
		return err
	}
	sum, err := c.binary(dir)
	if err != nil {
		return err
	}
	for _, op := range c.Ops {
		if err := apply(dir, op, sum); err != nil {
			return fmt.Errorf("%v: %w", op, err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	candidate := modules.Check(root, ".", "tasks", nil)
	got := candidate.Findings
	if c.Phase == "load" {
		if !candidate.OK() {
			return fmt.Errorf("the check refuses it:\n%s", told(got))
		}
		e, err := wasmhost.New(context.Background(), &wasmhost.Options{Beside: true, InitFuel: 1_000_000})
		if err != nil {
			return err
		}
		defer e.Close(context.Background())
		if _, err := e.Load(context.Background(), candidate.Binary, candidate.Policy(nil)); string(fault.CodeOf(err)) != c.Code {
			return fmt.Errorf("loading answers %w", err)
		}
		return nil
	}
	found := func(severity diagnostic.Severity) bool {
		return slices.ContainsFunc(got, func(f diagnostic.Finding) bool {
			return f.Severity == severity && string(f.Code) == c.Code && (c.File == "" || f.File == "tasks/"+c.File)
		})
	}
	for _, f := range got {
		if _, known := fault.Lookup(f.Code); !known || f.Message == "" || f.Severity == diagnostic.Error && f.Hint == "" {
			return fmt.Errorf("incomplete: %+v", f)
		}
	}
	errors := slices.ContainsFunc(got, func(f diagnostic.Finding) bool { return f.Severity == diagnostic.Error })
	switch {
	case c.Expect == "reject" && !found(diagnostic.Error):
		return fmt.Errorf("no %s in %q among\n%s", c.Code, c.File, told(got))
	case c.Expect == "accept" && errors:
		return fmt.Errorf("refused:\n%s", told(got))
	case c.Expect == "accept" && c.Code != "" && !found(diagnostic.Warning):
		return fmt.Errorf("no warning %s in %q among\n%s", c.Code, c.File, told(got))
	case c.Expect == "accept" && c.Code == "" && len(got) > 0:
		return fmt.Errorf("accepted, with\n%s", told(got))
	}
	return nil
}

func told(findings []diagnostic.Finding) string {
	var out strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&out, "  %s %s %s:%d:%d %s %s\n", f.Severity, f.Code, f.File, f.Line, f.Column, f.Path, f.Message)
	}
	return out.String()
}

// apply changes the folder by one op, unless it is about the binary.
func apply(dir string, op []any, sum string) error {
	name := op[0].(string)
	if name == "exports" || name == "imports" || op[1] == "backend.json" {
		return nil
	}
	file := filepath.Join(dir, op[1].(string))
	switch name {
	case "rm":
		return os.Remove(file)
	case "raw":
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, []byte(op[2].(string)), 0o600)
	case "symlink_out":
		outside := filepath.Join(filepath.Dir(dir), "outside")
		if err := os.WriteFile(outside, []byte("{}"), 0o600); err != nil {
			return err
		}
		_ = os.Remove(file)
		return os.Symlink(outside, file)
	}
	text, err := os.ReadFile(file)
	if err != nil && (name == "unset" || !os.IsNotExist(err)) {
		return err
	}
	var doc any = map[string]any{}
	if err == nil {
		if err := yaml.Unmarshal(text, &doc); err != nil {
			return err
		}
	}
	var value any
	if name != "unset" {
		value = withSum(op[3], sum)
	}
	doc, err = edit(doc, strings.Split(op[2].(string), "."), name, value)
	if err != nil {
		return err
	}
	out, err := json.Marshal(decimals(doc)) // which is YAML too, with all text in quotes
	if err != nil {
		return err
	}
	return os.WriteFile(file, out, 0o600)
}

// decimals keeps 1.0 from being written as 1.
func decimals(v any) any {
	switch v := v.(type) {
	case float64:
		if v == float64(int64(v)) {
			return json.Number(strconv.FormatFloat(v, 'f', 1, 64))
		}
	case map[string]any:
		for k := range v {
			v[k] = decimals(v[k])
		}
	case []any:
		for i := range v {
			v[i] = decimals(v[i])
		}
	}
	return v
}

// withSum puts the digest of the binary into a value.
func withSum(v any, sum string) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, "$BACKEND_SHA256", sum)
	case map[string]any:
		for k := range v {
			v[k] = withSum(v[k], sum)
		}
	case []any:
		for i := range v {
			v[i] = withSum(v[i], sum)
		}
	}
	return v
}

// edit answers v with the value at a path set, appended to or removed.
func edit(v any, path []string, op string, value any) (any, error) {
	if len(path) == 0 {
		if op == "append" {
			list, _ := v.([]any)
			return append(list, value), nil
		}
		return value, nil
	}
	switch v := v.(type) {
	case map[string]any:
		if op == "unset" && len(path) == 1 {
			delete(v, path[0])
			return v, nil
		}
		inner, there := v[path[0]]
		if !there && len(path) > 1 {
			inner = map[string]any{}
		}
		changed, err := edit(inner, path[1:], op, value)
		v[path[0]] = changed
		return v, err
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i > len(v) {
			return v, fmt.Errorf("no index %s", path[0])
		}
		if op == "unset" && len(path) == 1 {
			return slices.Delete(v, i, i+1), nil
		}
		if i == len(v) {
			v = append(v, map[string]any{})
		}
		changed, err := edit(v[i], path[1:], op, value)
		v[i] = changed
		return v, err
	}
	return v, fmt.Errorf("nothing at %v", path)
}

// binary writes the binary that backend.json describes and answers its SHA-256.
func (c *corpusCase) binary(dir string) (string, error) {
	text, err := os.ReadFile(corpus + "/base/backend.json")
	if err != nil {
		return "", err
	}
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		return "", err
	}
	for _, op := range c.Ops {
		switch name := op[0].(string); {
		case name == "exports" || name == "imports":
			doc.(map[string]any)[name] = op[1]
		case op[1] != "backend.json":
		case name == "unset":
			doc, err = edit(doc, strings.Split(op[2].(string), "."), name, nil)
		default:
			doc, err = edit(doc, strings.Split(op[2].(string), "."), name, op[3])
		}
		if err != nil {
			return "", err
		}
	}
	text, err = json.Marshal(doc)
	if err != nil {
		return "", err
	}
	name, bin, err := moduletest.Build(text)
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	sum := sha256.Sum256(bin)
	return hex.EncodeToString(sum[:]), os.WriteFile(file, bin, 0o600)
}
