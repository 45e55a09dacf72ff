package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/app"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]fault.Code{
		"app.json": "", "modules/tasks/backend/tasks.wasm": "", "a-b_c.d/E": "", ".env.example": "", ".mozaiks": "",
		".mozaiks/pack_provenance.json": "", "app/.env.staging.example": "", "con1/x": "", "console": "", "com": "", "com10": "",
		strings.Repeat("a", 128): "", "a/" + strings.Repeat("b/", 10) + "c": "",
		strings.Repeat("a", 100) + "/" + strings.Repeat("b", 99): "",

		"": fault.PathForm, "/": fault.PathForm, "/a": fault.PathForm, "a/": fault.PathForm, "a//b": fault.PathForm, ".": fault.PathForm,
		"..": fault.PathForm, "a/./b": fault.PathForm, "a/../b": fault.PathForm, "../a": fault.PathForm,

		`a\b`: fault.PathCharacter, "c:/x": fault.PathCharacter, "a b": fault.PathCharacter, "a\x00": fault.PathCharacter, "é": fault.PathCharacter,
		"a\xff": fault.PathCharacter, "a\n": fault.PathCharacter, "~/a": fault.PathCharacter, "a+b": fault.PathCharacter, "\u202ea": fault.PathCharacter,

		"a.": fault.PathReserved, "a./b": fault.PathReserved, "...": fault.PathReserved, ".git/config": fault.PathReserved, ".env": fault.PathReserved,
		"a/.env.example": fault.PathReserved, ".mozaiks/other.json": fault.PathReserved, "modules/.x": fault.PathReserved, "con": fault.PathReserved,
		"a/NUL.txt": fault.PathReserved, "Com0": fault.PathReserved, "lpt9.tar.gz/x": fault.PathReserved, "aux.c": fault.PathReserved, "PRN": fault.PathReserved,

		strings.Repeat("a", 129): fault.PathLength, strings.Repeat("a", 100) + "/" + strings.Repeat("b", 100): fault.PathLength,
		"a/" + strings.Repeat("b/", 11) + "c": fault.PathLength,
	} {
		code, message := app.ValidatePath(in)
		if code != want || (code != "") != (message != "") {
			t.Errorf("%q: %s, %q, want %s", in, code, message, want)
		}
		if want != "" && app.PathHint(want) == "" {
			t.Errorf("%s has no hint", want)
		}
	}
}

func TestPathsBesideEachOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		want string
	}{
		"apart":                         {"a/b a/c d", ""},
		"one that is wrong in itself":   {"a ../b ../b", "PATH_FORM ../b PATH_FORM ../b"},
		"twice":                         {"a/b c a/b", "PATH_DUPLICATE a/b"},
		"differing in case":             {"a/b A/B", "PATH_COLLISION A/B"},
		"a folder differing in case":    {"a/b A/c", ""},
		"a file that is a folder":       {"a a/b", "PATH_COLLISION a"},
		"behind what is in it":          {"a/b/c a/b", "PATH_COLLISION a/b"},
		"a folder of other case":        {"A a/b", "PATH_COLLISION A"},
		"a name that only begins alike": {"a a-b/c a.b", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range app.ValidatePaths(strings.Fields(c.in)) {
				if p.Message == "" || p.Hint == "" {
					t.Errorf("incomplete: %+v", p)
				}
				got = append(got, fmt.Sprint(p.Code, " ", p.Path))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRoots(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in        string
		workspace bool
		message   string
	}{
		"the app form":         {"app.json modules/a/module.yaml", false, ""},
		"the workspace form":   {"app/app.json workflows/w/workflow.yaml README.md", true, ""},
		"both":                 {"app.json app/app.json", false, "there is both app.json and app/app.json"},
		"neither":              {"a b/c", false, "there is neither app.json nor app/app.json"},
		"nothing":              {"", false, "there is neither app.json nor app/app.json"},
		"an extra folder":      {"shop/app.json shop/modules/a/module.yaml", false, "all files lie in one folder, shop"},
		"an extra folder, app": {"app/app/app.json app/x", false, "all files lie in one folder, app"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, f := app.FindRoot(strings.Fields(c.in))
			switch {
			case f == nil && c.message != "" || f != nil && f.Message != c.message:
				t.Errorf("got %+v, want %q", f, c.message)
			case f != nil && (f.Code != fault.BundleRoot || f.Hint == ""):
				t.Errorf("got %+v", f)
			case root.Workspace != c.workspace:
				t.Errorf("Workspace is %v", root.Workspace)
			}
		})
	}
}

func TestPathsOfAWorkspace(t *testing.T) {
	t.Parallel()
	plain, workspace := app.Root{}, app.Root{Workspace: true}
	sent := func(paths ...string) func(string) bool {
		return func(p string) bool { return strings.Contains(" "+strings.Join(paths, " ")+" ", " "+p+" ") }
	}
	for _, c := range []struct {
		root   app.Root
		in     string
		want   string
		inside bool
	}{
		{plain, "modules/a/module.yaml", "modules/a/module.yaml", true},
		{workspace, "app/modules/a/module.yaml", "modules/a/module.yaml", true},
		{workspace, "workflows/w/workflow.yaml", "workflows/w/workflow.yaml", true},
		{workspace, "README.md", "README.md", false},
		{workspace, "apps/x", "apps/x", false},
	} {
		got, inside := c.root.AppPath(c.in)
		if got != c.want || inside != c.inside {
			t.Errorf("%s: got %s, %v", c.in, got, inside)
		}
		if inside {
			if back := c.root.SentPath(got, sent(c.in)); back != c.in {
				t.Errorf("%s: comes back as %s", c.in, back)
			}
		}
	}
	if got := workspace.SentPath("workflows/w/x", sent("app/workflows/w/x")); got != "app/workflows/w/x" {
		t.Errorf("a workflow inside the app comes back as %s", got)
	}
}

func TestSkippedNames(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]bool{
		".git": {true, true}, "a/node_modules/x": {true, true}, "modules/a/target": {true, true}, "a/.DS_Store": {true, true},
		"docs/x": {false, true}, "scripts": {false, true}, "app/docs/x": {false, false}, "app.json": {false, false}, "targets": {false, false},
	} {
		if got := [2]bool{app.Root{}.Skips(in), app.Root{Workspace: true}.Skips(in)}; got != want {
			t.Errorf("%s: got %v, want %v", in, got, want)
		}
	}
}

// What the validator lets pass is a path that stays where it is put, on any file system.
func FuzzValidatePath(f *testing.F) {
	for _, seed := range []string{"a/b", "../a", `a\b`, "con.txt", ".env.example", "a/" + strings.Repeat("b/", 12)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		code, message := app.ValidatePath(in)
		if code != "" {
			if message == "" || app.PathHint(code) == "" || strings.ContainsAny(message, "\x1b\n") {
				t.Fatalf("%q: %s, %q", in, code, message)
			}
			return
		}
		if in == "" || len(in) > 200 || in[0] == '/' || strings.Contains("/"+in+"/", "/../") || strings.Contains("/"+in+"/", "/./") ||
			strings.Contains("/"+in+"/", "//") || strings.ContainsAny(in, "\\: \x00") {
			t.Fatalf("%q passes", in)
		}
	})
}
