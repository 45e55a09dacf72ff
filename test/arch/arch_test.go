// Package arch holds the shape of the program: who may import whom, what is linked, and how large the binary may be. Each
// failure says why.
package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/mozaiks/mozaiks"

type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,TestImports,XTestImports"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// rule says what the packages below a folder may import of this repository, and why not more.
type rule struct {
	folder string
	may    []string // folders, or exact packages with a final !
	why    string
}

var rules = []rule{
	{"contracts", []string{"contracts"},
		"the contract must be usable by a generator or a checker without the host"},
	{"abi", []string{"abi", "contracts"},
		"the ABI is data that the engine and the SDKs are made from"},
	{"wasmhost", []string{"wasmhost", "abi", "contracts"},
		"the engine knows no tenants and no database, so that it can be judged and replaced by itself"},
	{"runtime/persistence", []string{"runtime/persistence", "contracts", "runtime/id"},
		"stores know documents and scopes, never events or modules"},
	{"runtime/events", []string{"runtime/events", "contracts", "runtime/id", "runtime/persistence/driver!"},
		"events reach the store through its small interface for the host's tables alone"},
	{"runtime/artifacts", []string{"runtime/artifacts", "contracts", "runtime/id!", "runtime/persistence!", "runtime/persistence/driver!"},
		"artifacts are rows of the host's own tables, whatever store holds them"},
	{"runtime/auth", []string{"runtime/auth", "contracts"},
		"auth says who is asking; what a permission means is the executor's"},
	{"runtime/transport", []string{"runtime/transport", "contracts", "runtime/id"},
		"HTTP conventions know no apps and no store"},
	{"runtime/id", nil, "ids depend on nothing"},
	{"platform/modules/moduletest", []string{"platform/modules/moduletest", "wasmhost/wasmtest!", "contracts"},
		"it writes modules for tests alone"},
	{"platform", []string{"platform", "wasmhost!", "abi!", "contracts", "runtime/persistence!", "runtime/events!", "runtime/auth!",
		"runtime/transport!", "runtime/id!"},
		"the platform uses portable types; adapters (sqlite, local) are picked in cmd/internal/wire alone"},
	{"cmd/mozaiks", []string{"cmd/internal/cli!"}, "main is signals and an exit code"},
	{"cmd/internal/cli", []string{"cmd/internal", "contracts", "abi!", "platform", "wasmhost!", "runtime/events!", "runtime/persistence!",
		"runtime/artifacts!", "runtime/id!"},
		"commands are thin over packages; adapters are picked in cmd/internal/wire alone"},
	{"cmd/internal/wire", []string{"cmd/internal/wire", "contracts", "abi", "wasmhost", "platform", "runtime"},
		"the composition root"},
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./...") {
		rel := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if rel == "" || strings.HasPrefix(rel, "test/") {
			continue
		}
		i := slices.IndexFunc(rules, func(r rule) bool { return below(rel, r.folder) })
		if i < 0 {
			t.Errorf("%s lies in no folder of the table: add a rule with its reason", rel)
			continue
		}
		for _, imported := range p.Imports {
			target, ours := strings.CutPrefix(imported, module+"/")
			if ours && !slices.ContainsFunc(rules[i].may, func(m string) bool { return allows(m, target) }) {
				t.Errorf("%s imports %s, but %s", rel, target, rules[i].why)
			}
		}
	}
}

func allows(pattern, target string) bool {
	if exact, ok := strings.CutSuffix(pattern, "!"); ok {
		return target == exact
	}
	return below(target, pattern)
}

func below(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// fatLibraries keep the linker from leaving out unused methods, which costs megabytes.
var fatLibraries = []string{"html/template", "github.com/alecthomas/kong"}

func TestTheBinaryLinksOnlyListedModules(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}\t{{.ImportPath}}", "./cmd/mozaiks")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		mod, path, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if mod != "" && mod != module {
			linked[mod] = true
		}
		if slices.Contains(fatLibraries, path) {
			t.Errorf("%s is linked: it switches off the linker's pruning of unused methods", path)
		}
	}
	var got []string
	for m := range linked {
		got = append(got, m)
	}
	slices.Sort(got)
	golden := filepath.Join("testdata", "linked.txt")
	text := strings.Join(got, "\n") + "\n"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != text {
		t.Errorf("the binary links other modules than %s lists; if that is meant, say why in docs/RATIONALE.md and run UPDATE=1 go test ./test/arch\ngot:\n%s", golden, text)
	}
}

// sizeBudget is the edge flavour's, stripped.
const sizeBudget = 34 << 20

func TestTheStaticBinaryStaysWithinItsBudget(t *testing.T) {
	t.Parallel()
	bin := filepath.Join(t.TempDir(), "mozaiks")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./cmd/mozaiks")
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB", float64(info.Size())/1e6)
	if info.Size() > sizeBudget {
		t.Errorf("the binary has %d bytes, the budget is %d: raising it needs its reason in docs/RATIONALE.md", info.Size(), sizeBudget)
	}
	raw, err := os.ReadFile(bin)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("/lib64/ld-linux")) {
		t.Error("the binary is not static: it names a dynamic linker")
	}
}
