package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

const (
	checkMany       = 200
	checkFew        = 20
	checkMost       = 2000 // milliseconds for checkMany modules
	mostCollections = 200  // collections that a data contract may have
)

// checks measures C1 and C2: the check of an app with many modules, copies of the help desk's under names of their own, from the start of
// the program to its end; and what a module costs there and in an app with few.
func (b *bench) checks(context.Context) ([]Row, error) {
	bin := filepath.Join(b.work, "mozaiks-check")
	if err := build(b.root, bin); err != nil {
		return nil, err
	}
	desk := filepath.Join(b.root, "modules-examples", "desk")
	run := func(modules int) (func() (time.Duration, error), error) {
		dir := filepath.Join(b.work, fmt.Sprint("many", modules))
		if err := copies(desk, dir, modules); err != nil {
			return nil, err
		}
		return func() (time.Duration, error) {
			began := time.Now()
			out, err := exec.Command(bin, "check", dir).CombinedOutput()
			if err != nil {
				return 0, fmt.Errorf("%w: %.2000s", err, out)
			}
			return time.Since(began), nil
		}, nil
	}
	many, err := run(checkMany)
	if err != nil {
		return nil, err
	}
	few, err := run(checkFew)
	if err != nil {
		return nil, err
	}
	t, err := inTurn(b.rounds, many, few)
	if err != nil {
		return nil, err
	}
	perModule := func(t timing, modules time.Duration) timing {
		rounds := make([]time.Duration, len(t.rounds))
		for i, d := range t.rounds {
			rounds[i] = d / modules
		}
		return timingOf(rounds)
	}
	return []Row{
		figure("C1", fmt.Sprintf("check of %d modules, start of the program to its end", checkMany), "ms", in("ms", t[0].median)).atMost(checkMost),
		against("C2", fmt.Sprintf("check for each module, among %d", checkMany), "ms", perModule(t[0], checkMany),
			fmt.Sprintf("the same among %d", checkFew), perModule(t[1], checkFew)).atMost(1.1),
	}, nil
}

var deskNames = regexp.MustCompile(`\b(tickets|sla|digest)\b`)

// copies writes an app of so many modules, each a copy of one of the help desk's in which the names of all three carry a number. Copies
// whose collections no longer fit into one data contract leave their tests out, which name documents.
func copies(desk, dir string, modules int) error {
	var contract map[string]any
	raw, err := os.ReadFile(filepath.Join(desk, "data", "contract.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &contract); err != nil {
		return err
	}
	app, err := os.ReadFile(filepath.Join(desk, "app.json"))
	if err != nil {
		return err
	}
	if err := write(filepath.Join(dir, "app.json"), app); err != nil {
		return err
	}
	var surfaces []any
	collections := 0
	for i := range modules {
		name, set := []string{"tickets", "sla", "digest"}[i%3], i/3
		fits := true
		for _, s := range contract["surfaces"].([]any) {
			surface := s.(map[string]any)
			if surface["surface_id"] != name {
				continue
			}
			if fits = collections+len(surface["collections"].([]any)) <= mostCollections; !fits {
				continue
			}
			collections += len(surface["collections"].([]any))
			text, err := json.Marshal(surface)
			if err != nil {
				return err
			}
			surfaces = append(surfaces, json.RawMessage(renamed(text, set)))
		}
		if err := copyModule(filepath.Join(desk, "modules", name), filepath.Join(dir, "modules", fmt.Sprint(name, set)), set, fits); err != nil {
			return err
		}
	}
	contract["surfaces"] = surfaces
	if raw, err = json.Marshal(contract); err != nil {
		return err
	}
	return write(filepath.Join(dir, "data", "contract.json"), raw)
}

// renamed puts a number behind each of the desk's names.
func renamed(text []byte, set int) []byte {
	return deskNames.ReplaceAll(text, fmt.Appendf(nil, "${1}%d", set))
}

func copyModule(from, to string, set int, tests bool) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, path) // path lies below from
		if d.IsDir() {
			if rel == "src" || rel == "tests" && !tests {
				return fs.SkipDir
			}
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(rel, ".yaml") {
			raw = renamed(raw, set)
		}
		if strings.HasSuffix(rel, ".wasm") {
			rel = string(renamed([]byte(rel), set))
		}
		return write(filepath.Join(to, rel), raw)
	})
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
