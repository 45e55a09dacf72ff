package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/explain"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/modules/moduletest"
	"github.com/mozaiks/mozaiks/platform/vectors"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// TestTheBaseOfTheExamplesIsFlawless shows that what an example reports is its own.
func TestTheBaseOfTheExamplesIsFlawless(t *testing.T) {
	t.Parallel()
	b, err := app.Check(laidOut(t, explain.Lay(nil)), nil)
	if err != nil || len(b.Findings) > 0 {
		t.Fatal(err, told(b.Findings))
	}
}

// TestExamplesShowTheirCodes lays both sides of each example over the base: the broken one gives the code with its severity, the
// repaired one neither the code nor any error.
func TestExamplesShowTheirCodes(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for _, code := range explain.Codes() {
		e, ok := explain.Lookup(code)
		if !ok {
			t.Errorf("%s cannot be read", code)
			continue
		}
		counts[e.Verify]++
		switch e.Verify {
		case explain.VerifyCheck:
			t.Run(code, func(t *testing.T) { t.Parallel(); showsByCheck(t, e) })
		case explain.VerifyLoad:
			t.Run(code, func(t *testing.T) { t.Parallel(); showsByLoad(t, e) })
		case explain.VerifyTest:
			t.Run(code, func(t *testing.T) { t.Parallel(); showsByTest(t, e) })
		case explain.VerifyLater:
			if got := checked(t, e, e.Repaired); spoils(got, e) {
				t.Errorf("%s: the repaired side gives\n%s", code, told(got))
			}
			if has(checked(t, e, e.Broken), e) {
				t.Logf("%s is reported by now: the example can say verify: check", code)
			}
		case explain.VerifyNone:
			t.Logf("%s: %s", code, e.Why)
		}
	}
	t.Logf("%d codes: %d by check, %d by load, %d by tests, %d later, %d without a folder", len(explain.Codes()), counts[explain.VerifyCheck],
		counts[explain.VerifyLoad], counts[explain.VerifyTest], counts[explain.VerifyLater], counts[explain.VerifyNone])
}

func showsByCheck(t *testing.T, e explain.Example) {
	broken, repaired := checked(t, e, e.Broken), checked(t, e, e.Repaired)
	if !has(broken, e) {
		t.Errorf("the broken side gives no %s as %s but\n%s", e.Code, e.Severity, told(broken))
	}
	if spoils(repaired, e) {
		t.Errorf("the repaired side gives\n%s", told(repaired))
	}
	if len(broken) != 1 || len(repaired) > 0 {
		t.Logf("beside it, broken:\n%srepaired:\n%s", told(broken), told(repaired))
	}
}

func showsByLoad(t *testing.T, e explain.Example) {
	engine, err := wasmhost.New(context.Background(), &wasmhost.Options{Beside: true, InitFuel: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close(context.Background())
	load := func(side []explain.File) error {
		b, err := app.Check(laidOut(t, explain.Lay(side)), nil)
		if err != nil || len(b.Findings) > 0 {
			t.Fatal(err, told(b.Findings))
		}
		_, err = engine.Load(context.Background(), b.Modules[0].Binary, b.Modules[0].Policy(nil))
		return err
	}
	if err := load(e.Broken); string(fault.CodeOf(err)) != e.Code {
		t.Errorf("the broken side answers %v", err)
	}
	if err := load(e.Repaired); err != nil {
		t.Errorf("the repaired side answers %v", err)
	}
}

// showsByTest runs the tests of both sides.
func showsByTest(t *testing.T, e explain.Example) {
	engine, err := wasmhost.New(context.Background(), &wasmhost.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close(context.Background())
	run := func(side []explain.File) []diagnostic.Finding {
		check := &modules.CheckOptions{}
		b, err := app.Check(laidOut(t, explain.Lay(side)), check)
		if err != nil || diagnostic.HasError(b.Findings) {
			t.Fatal(err, told(b.Findings))
		}
		c := b.Modules[0]
		_, findings, err := vectors.Run(t.Context(), engine, &vectors.Subject{App: b.App.ID, Data: b.Data, Module: c.Module, Dir: c.Dir, Candidate: c,
			Check: check}, vectors.Options{Open: func(ctx context.Context, dir string) (*persistence.Store, error) {
			db, err := sqlite.Open(ctx, dir, &sqlite.Options{Readers: 1, Synchronous: "OFF"})
			if err != nil {
				return nil, err
			}
			return persistence.New(db, nil), nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		return findings
	}
	broken, repaired := run(e.Broken), run(e.Repaired)
	if !has(broken, e) {
		t.Errorf("the broken side gives no %s as %s but\n%s", e.Code, e.Severity, told(broken))
	}
	if spoils(repaired, e) {
		t.Errorf("the repaired side gives\n%s", told(repaired))
	}
}

// checked answers the findings about one side of an example.
func checked(t *testing.T, e explain.Example, side []explain.File) []diagnostic.Finding {
	t.Helper()
	dir, opts := laidOut(t, explain.Lay(side)), limits(t, e)
	if e.Path != "." {
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		return modules.Check(root, e.Path, "", opts).Findings
	}
	b, err := app.Check(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return b.Findings
}

// limits makes options of the limits that an example names as a file for --ceilings does.
func limits(t *testing.T, e explain.Example) *modules.CheckOptions {
	t.Helper()
	opts := &modules.CheckOptions{}
	for _, limit := range e.Limits {
		name, text, _ := strings.Cut(limit, "=")
		value, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		switch name {
		case "MOZAIKS_DECL_MAX_SIZE":
			opts.Contract.Limits.MaxSize = value
		case "MOZAIKS_DECL_MAX_ITEMS":
			opts.Contract.Limits.MaxItems = value
		case "MOZAIKS_SCHEMA_MAX_DEPTH":
			opts.Contract.Schema.MaxDepth = value
		case "MOZAIKS_MODULE_MAX_FILES":
			opts.Contract.MaxFiles = value
		case "MOZAIKS_EVENT_FANOUT_MAX":
			opts.Fanout = value
		default:
			if e.Verify != explain.VerifyLater {
				t.Fatalf("%s: the test knows no limit %s", e.Code, name)
			}
		}
	}
	return opts
}

// laidOut writes an app into a fresh folder and builds the binaries that it describes.
func laidOut(t *testing.T, files map[string]explain.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		name, content := f.Path, []byte(f.Text)
		if binary := f.Describes(); binary != "" {
			var err error
			if _, content, err = moduletest.Build(content); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			name = binary
		}
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		write := func() error { return os.WriteFile(name, content, 0o600) }
		if f.Link != "" {
			write = func() error { return os.Symlink(f.Link, name) }
		}
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func has(findings []diagnostic.Finding, e explain.Example) bool {
	return slices.ContainsFunc(findings, func(f diagnostic.Finding) bool {
		return string(f.Code) == e.Code && string(f.Severity) == e.Severity
	})
}

// spoils tells whether findings hold an error, or the code of the example at all.
func spoils(findings []diagnostic.Finding, e explain.Example) bool {
	return slices.ContainsFunc(findings, func(f diagnostic.Finding) bool {
		return f.Severity == diagnostic.Error || string(f.Code) == e.Code
	})
}

func told(findings []diagnostic.Finding) string {
	var out strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&out, "  %s %s %s:%d:%d %s %s\n", f.Severity, f.Code, f.File, f.Line, f.Column, f.Path, f.Message)
	}
	return out.String()
}
