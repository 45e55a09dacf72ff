package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

const (
	plainApp    = `{"schema_version": "mozaiks.app.v1", "appId": "lab"}`
	plainModule = "schema_version: mozaiks.module.v1\nmodule: {id: m, handler: \"backend.m:M\"}\nactions:\n  - {id: act, description: Act., handler_method: act}\n"
	canary      = "canary-7f3a"
)

// folder is an app with one plain module m, and what is done to it.
type folder struct {
	t       *testing.T
	dir     string // the app
	outside string // a folder beside it, which nobody may look into
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	root := t.TempDir()
	f := &folder{t, filepath.Join(root, "app"), filepath.Join(root, "outside")}
	bin := w.New()
	bin.Allocator()
	bin.Handler("act", w.I64Const(0))
	f.write("app.json", plainApp)
	f.write("modules/m/module.yaml", plainModule)
	f.write("modules/m/backend/m.wasm", string(bin.Bytes()))
	f.must(os.MkdirAll(f.outside, 0o755))
	for name, content := range map[string]string{"module.yaml": "module: {id: " + canary + "}\n", "m.wasm": canary, "events.yaml": canary + ": 1\n", "app.json": `{"appId": "` + canary + `"}`} {
		f.must(os.WriteFile(filepath.Join(f.outside, name), []byte(content), 0o644))
	}
	// Whoever opens it for reading waits for ever.
	f.must(syscall.Mkfifo(filepath.Join(f.outside, "pipe"), 0o644))
	return f
}

func (f *folder) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *folder) write(name, content string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	f.must(os.MkdirAll(filepath.Dir(path), 0o755))
	f.must(os.WriteFile(path, []byte(content), 0o644))
}

func (f *folder) link(name, to string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	f.must(os.MkdirAll(filepath.Dir(path), 0o755))
	f.must(os.RemoveAll(path))
	f.must(os.Symlink(to, path))
}

func (f *folder) remove(name string) {
	f.t.Helper()
	f.must(os.RemoveAll(filepath.Join(f.dir, name)))
}

const m = "modules/m/"

// deeds are what a hostile bundle may do, and the codes that come of it: errors and warnings in order.
var deeds = []struct {
	name string
	do   func(f *folder)
	want string
}{
	{"nothing", func(*folder) {}, ""},
	{"a link in place of the manifest", func(f *folder) { f.link(m+"module.yaml", "../../../outside/module.yaml") }, "FILE_LINK"},
	{"an absolute link", func(f *folder) { f.link(m+"contracts/events.yaml", filepath.Join(f.outside, "events.yaml")) }, "FILE_LINK"},
	{"a dangling link", func(f *folder) { f.link(m+"contracts/events.yaml", "nowhere") }, "FILE_LINK"},
	{"a link to itself", func(f *folder) { f.link(m+"contracts/events.yaml", "events.yaml") }, "FILE_LINK"},
	{"a link in place of the binary", func(f *folder) { f.link(m+"backend/m.wasm", "../../../../outside/m.wasm") }, "FILE_LINK"},
	{"a link to a pipe", func(f *folder) { f.link(m+"contracts/events.yaml", "../../../../outside/pipe") }, "FILE_LINK"},
	{"a link in place of a folder", func(f *folder) { f.link(m+"contracts", "../../../outside") }, "FILE_LINK"},
	{"a link in place of a module", func(f *folder) { f.link("modules/n", "../../outside") }, "FILE_LINK"},
	{"a link within the module", func(f *folder) { f.link(m+"contracts/events.yaml", "../module.yaml") }, "FILE_LINK"},
	{"a pipe", func(f *folder) {
		f.write(m+"contracts/x", "")
		f.remove(m + "contracts/x")
		f.must(syscall.Mkfifo(filepath.Join(f.dir, m, "contracts", "events.yaml"), 0o644))
	}, "FILE_LINK"},
	{"a pipe in place of the binary", func(f *folder) {
		f.remove(m + "backend/m.wasm")
		f.must(syscall.Mkfifo(filepath.Join(f.dir, m, "backend", "m.wasm"), 0o644))
	}, "FILE_LINK"},
	{"a device", func(f *folder) {
		if err := syscall.Mknod(filepath.Join(f.dir, m, "settings.yaml"), syscall.S_IFCHR|0o644, 1<<8|3); err != nil { // null
			f.t.Skip("making devices needs root: ", err)
		}
	}, "FILE_LINK"},
	{"a folder in place of a file", func(f *folder) { f.write(m+"contracts/events.yaml/x", "") }, "FILE_UNKNOWN"},
	{"a name in another case", func(f *folder) { f.write(m+"Module.yaml", plainModule) }, "FILE_UNKNOWN FILE_NAME"},
	{"a folder in another case", func(f *folder) {
		f.write(m+"contracts/events.yaml", "events: []\n")
		f.write(m+"Contracts/events.yaml", "events: []\n")
	}, "FILE_MISPLACED FILE_NAME"},
	{"one name in two forms of Unicode", func(f *folder) {
		f.write(m+"tests/\u00e9.yaml", "schema_version: mozaiks.module_tests.v1\n")
		f.write(m+"tests/e\u0301.yaml", "schema_version: mozaiks.module_tests.v1\n")
	}, "FILE_NAME"},
	{"a name that turns the reading direction", func(f *folder) { f.write(m+"tests/a\u202eb.yaml", "") }, "FILE_NAME"},
	{"a name with a line break", func(f *folder) { f.write(m+"tests/a\nb.yaml", "") }, "FILE_NAME"},
	{"a name with an escape", func(f *folder) { f.write(m+"tests/\x1b[2Ja.yaml", "") }, "FILE_NAME"},
	{"a name that is no UTF-8", func(f *folder) { f.write(m+"tests/\xff.yaml", "") }, "FILE_NAME"},
	{"a name that other systems keep for themselves", func(f *folder) { f.write(m+"tests/nul.yaml", "schema_version: mozaiks.module_tests.v1\n") }, "FILE_NAME"},
	{"a file of 10 MB", func(f *folder) { f.write(m+"contracts/events.yaml", strings.Repeat("# "+canary+"\n", 1<<20)) }, "FILE_SIZE"},
	{"a binary of 10 GB without content", func(f *folder) { f.must(os.Truncate(filepath.Join(f.dir, m, "backend", "m.wasm"), 10<<30)) }, "FOLDER_LIMIT"},
	{"a manifest of 10 GB without content", func(f *folder) { f.must(os.Truncate(filepath.Join(f.dir, m, "module.yaml"), 10<<30)) }, "FOLDER_LIMIT"},
	{"an alias bomb", func(f *folder) {
		bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
		for c := 'b'; c <= 'j'; c++ {
			bomb += fmt.Sprintf("%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
		}
		f.write(m+"contracts/events.yaml", bomb)
	}, "YAML_FEATURE"},
	{"a merge key", func(f *folder) { f.write(m+"contracts/events.yaml", "<<: {events: []}\n") }, "YAML_FEATURE"},
	{"a tag", func(f *folder) { f.write(m+"contracts/events.yaml", "events: !!python/object []\n") }, "YAML_FEATURE"},
	{"two documents", func(f *folder) { f.write(m+"contracts/events.yaml", "events: []\n---\nevents: []\n") }, "YAML_FEATURE"},
	{"deep nesting in brackets", func(f *folder) { f.write(m+"contracts/events.yaml", "events: "+strings.Repeat("[", 100_000)) }, "YAML_LIMIT"},
	{"deep nesting in lines", func(f *folder) {
		var b strings.Builder
		for i := range 400 {
			b.WriteString(strings.Repeat(" ", i) + "a:\n")
		}
		f.write(m+"contracts/events.yaml", b.String())
	}, "YAML_LIMIT"},
	{"many values", func(f *folder) { f.write(m+"contracts/events.yaml", "events: ["+strings.Repeat("1,", 60_000)+"]\n") }, "YAML_LIMIT"},
	{"a key twice", func(f *folder) { f.write(m+"contracts/events.yaml", "events: []\nevents: []\n") }, "YAML_DUPLICATE_KEY"},
	{"a key that is no text", func(f *folder) { f.write(m+"contracts/events.yaml", "1: []\n") }, "YAML_KEY"},
	{"another encoding", func(f *folder) { f.write(m+"contracts/events.yaml", "\xff\xfee\x00v\x00") }, "FILE_ENCODING"},
	{"a NUL", func(f *folder) { f.write(m+"contracts/events.yaml", "events: [] \x00\n") }, "FILE_ENCODING"},
	{"a text with control characters", func(f *folder) {
		f.write(m+"module.yaml", strings.Replace(plainModule, "Act.", `"\x1b]0;owned\x07"`, 1))
	}, "TEXT_FORM"},
	{"an id that looks like another", func(f *folder) { f.write(m+"module.yaml", strings.Replace(plainModule, "id: m,", "id: \u043c,", 1)) }, "ID_PATTERN"},
	{"a path out of the folder", func(f *folder) {
		f.write(m+"module.yaml", strings.Replace(plainModule, "handler: \"backend.m:M\"", "backend: {file: ../../../outside/m.wasm, abi: mozaiks_v1}", 1))
	}, "ENTRYPOINT_NOT_LOCAL"},
	{"two thousand files", func(f *folder) {
		for i := range 2000 {
			f.write(fmt.Sprintf(m+"ui/%d.txt", i), "x")
		}
	}, "FOLDER_LIMIT"},
	{"sixty folders within each other", func(f *folder) {
		deep := strings.Repeat("d/", 60)
		f.write(m+deep+"x", "")
	}, "FILE_NAME"},
	{"declarations where none belong", func(f *folder) { f.write(m+"contracts/module.yaml", plainModule) }, "FILE_MISPLACED"},
	{"a second spelling of the ending", func(f *folder) { f.write(m+"contracts/events.yml", "events: []\n") }, "FILE_MISPLACED"},
	{"a module in another's folder", func(f *folder) { f.write(m+"modules/n/module.yaml", plainModule) }, "FILE_MISPLACED"},
}

func TestHostileFoldersGetTheirCodesAndReachNothingOutside(t *testing.T) {
	t.Parallel()
	for _, d := range deeds {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			d.do(f)
			before := listing(t, filepath.Dir(f.dir))
			type answer struct {
				bundle *app.Bundle
				err    error
			}
			done := make(chan answer, 1)
			go func() {
				b, err := app.Check(f.dir, &modules.CheckOptions{})
				done <- answer{b, err}
			}()
			var got answer
			select {
			case got = <-done:
			case <-time.After(20 * time.Second):
				t.Fatal("the check hangs")
			}
			if got.err != nil {
				t.Fatal(got.err)
			}
			report := got.bundle.Report()
			var codes []string
			for _, x := range report.Findings {
				if x.Severity == diagnostic.Note {
					continue
				}
				if !slices.Contains(codes, string(x.Code)) {
					codes = append(codes, string(x.Code))
				}
				if strings.HasPrefix(x.File, "/") || strings.Contains(x.File, "outside") {
					t.Errorf("a finding outside: %+v", x)
				}
			}
			if strings.Join(codes, " ") != d.want {
				t.Errorf("codes %v, want %s\n%+v", codes, d.want, report.Findings)
			}
			all, err := json.Marshal(report.Findings)
			if err != nil || bytes.Contains(all, []byte(canary)) {
				t.Errorf("what lies outside is told: %v %.300s", err, all)
			}
			if after := listing(t, filepath.Dir(f.dir)); after != before {
				t.Errorf("the check changed files:\n%s\n%s", before, after)
			}
		})
	}
}

// listing names everything below a folder, with sizes and times of change.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(&b, path, info.Mode(), info.Size(), info.ModTime())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestASocketIsNoFile(t *testing.T) {
	f := newFolder(t)
	f.write(m+"contracts/x", "")
	f.remove(m + "contracts/x")
	t.Chdir(filepath.Join(f.dir, m, "contracts")) // the name of a socket must be short
	l, err := net.Listen("unix", "events.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b, err := app.Check(f.dir, &modules.CheckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r := b.Report(); len(r.Findings) != 1 || r.Findings[0].Code != "FILE_LINK" {
		t.Errorf("%+v", r.Findings)
	}
}

func TestALinkInPlaceOfTheAppIsRefused(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(*folder){
		"its file":         func(f *folder) { f.link("app.json", "../outside/app.json") },
		"its modules":      func(f *folder) { f.link("modules", "../outside") },
		"its data":         func(f *folder) { f.link("data", "../outside") },
		"its data's file":  func(f *folder) { f.link("data/contract.json", "../../outside/app.json") },
		"an absolute link": func(f *folder) { f.link("app.json", filepath.Join(f.outside, "app.json")) },
	} {
		f := newFolder(t)
		do(f)
		b, err := app.Check(f.dir, &modules.CheckOptions{})
		if err != nil {
			if strings.Contains(err.Error(), canary) || errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		all, _ := json.Marshal(b.Report().Findings)
		if broken, _ := diagnostic.Count(b.Report().Findings); broken == 0 || bytes.Contains(all, []byte(canary)) {
			t.Errorf("%s: %s", name, all)
		}
	}
}
