package v1_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	v1 "github.com/mozaiks/mozaiks/contracts/v1"
)

const corpus = "../testdata/corpus"

// corpusCase is one case of the corpus: ops that change the base module, and whether the check accepts what comes of it.
type corpusCase struct {
	ID     string
	What   string
	Ops    [][]any
	Expect string
}

// TestCorpus holds the declarations of each case against the schemas. What the check accepts they accept; of what it refuses
// they may refuse some.
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
	schemas := map[string]*jsonschema.Schema{}
	for _, name := range v1.Names() {
		schemas[name] = compile(t, name)
	}
	accepted, rejected, refused := 0, 0, 0
	for _, c := range all.Cases {
		files := base(t)
		for _, op := range c.Ops {
			if err := apply(files, op); err != nil {
				t.Fatalf("%s, %v: %v", c.ID, op, err)
			}
		}
		err := judge(schemas, files)
		switch {
		case c.Expect != "accept":
			rejected++
			if err != nil {
				refused++
			}
		case err != nil:
			t.Errorf("%s, %s: %v", c.ID, c.What, err)
		default:
			accepted++
		}
	}
	t.Logf("the schemas accept all of %d cases that the check accepts, and refuse %d of %d that it refuses", accepted, refused, rejected)
	if accepted < 100 || refused < 200 {
		t.Error("the corpus was not judged")
	}
}

// judge answers the first violation of a schema.
func judge(schemas map[string]*jsonschema.Schema, files map[string]string) error {
	for name, place := range places {
		text, there := files[strings.Replace(place, tests, "tests/basic.yaml", 1)]
		if !there {
			continue
		}
		v, err := parse([]byte(text))
		if err != nil {
			return err
		}
		if err := schemas[name].Validate(v); err != nil {
			return err
		}
	}
	return nil
}

func base(t *testing.T) map[string]string {
	files := map[string]string{}
	for _, place := range append(slices.Collect(maps.Values(places)), "tests/basic.yaml") {
		if place == tests {
			continue
		}
		text, err := os.ReadFile(corpus + "/base/" + place)
		if err != nil {
			t.Fatal(err)
		}
		files[place] = string(text)
	}
	return files
}

// apply changes the files by one op, unless it is about the binary.
func apply(files map[string]string, op []any) error {
	name := op[0].(string)
	if name == "exports" || name == "imports" || op[1] == "backend.json" {
		return nil
	}
	file := op[1].(string)
	switch name {
	case "rm", "symlink_out":
		delete(files, file)
		return nil
	case "raw":
		files[file] = op[2].(string)
		return nil
	}
	var doc any = map[string]any{}
	if text, there := files[file]; there {
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			return err
		}
	}
	var value any
	if name != "unset" {
		value = withSum(op[3])
	}
	doc, err := edit(doc, strings.Split(op[2].(string), "."), name, value)
	if err != nil {
		return err
	}
	text, err := json.Marshal(doc) // which is YAML too, with all text in quotes
	files[file] = string(text)
	return err
}

// withSum puts some digest where a case asks for that of the binary, which is not built here.
func withSum(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, "$BACKEND_SHA256", strings.Repeat("0a", 32))
	case map[string]any:
		for k := range v {
			v[k] = withSum(v[k])
		}
	case []any:
		for i := range v {
			v[i] = withSum(v[i])
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
