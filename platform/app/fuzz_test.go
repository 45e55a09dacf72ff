package app_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
)

// The most that one input of the fuzzer may hold.
const (
	fuzzBytes = 64 << 10
	fuzzFiles = 60
)

// FuzzFolder checks whole folders, given as archives of files. Nothing may panic or hang, two runs must find the same, and each finding
// must say where it is as well as can be said.
func FuzzFolder(f *testing.F) {
	for _, file := range seeds(f) {
		f.Add(brokenSide(f, file))
	}
	f.Add(deskArchive(f))
	f.Fuzz(func(t *testing.T, raw []byte) {
		archive := txtar.Parse(raw)
		if len(raw) > fuzzBytes || len(archive.Files) > fuzzFiles {
			return
		}
		dir := t.TempDir()
		for _, file := range archive.Files {
			path := filepath.Join(dir, filepath.Clean("/"+file.Name))
			if len(path) > 400 || os.MkdirAll(filepath.Dir(path), 0o755) != nil {
				continue
			}
			_ = os.WriteFile(path, file.Data, 0o644) // a name that no file can have is left out
		}
		first := checkFolder(t, dir)
		for i := range first {
			place(t, dir, &first[i])
		}
		a, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(checkFolder(t, dir))
		if err != nil || !bytes.Equal(a, b) {
			t.Fatalf("two runs differ: %v\n%s\n%s", err, a, b)
		}
	})
}

func checkFolder(t *testing.T, dir string) []diagnostic.Finding {
	t.Helper()
	b, err := app.Check(dir, &modules.CheckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return b.Findings
}

// place holds a finding to its form and its place.
func place(t *testing.T, dir string, f *diagnostic.Finding) {
	t.Helper()
	if _, known := fault.Lookup(f.Code); !known || f.Message == "" || f.Hint == "" {
		t.Errorf("no code, message or hint: %+v", f)
	}
	switch f.Severity {
	case diagnostic.Error, diagnostic.Warning, diagnostic.Note:
	default:
		t.Errorf("no severity: %+v", f)
	}
	if !filepath.IsLocal(f.File) {
		t.Errorf("a file outside: %+v", f)
	}
	if !utf8.ValidString(f.Message) || !utf8.ValidString(f.Path) {
		t.Errorf("no text: %+v", f)
	}
	if f.Line == 0 {
		if f.Path != "$" && !strings.HasSuffix(f.File, ".wasm") {
			t.Errorf("no line: %+v", f)
		}
		return
	}
	raw, err := os.ReadFile(filepath.Join(dir, f.File))
	if err != nil {
		t.Errorf("a line of a file that is not there: %+v", f)
		return
	}
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(strings.TrimPrefix(string(raw), "\ufeff"), "\r\n", "\n"), "\r", "\n"), "\n")
	if f.Line > len(lines) || f.Column < 1 || f.Column > utf8.RuneCountInString(lines[f.Line-1])+1 {
		t.Errorf("no such place: %+v", f)
	}
}

// seeds are the examples of all codes.
func seeds(f *testing.F) (out []string) {
	f.Helper()
	err := filepath.WalkDir("../../contracts/explain", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".txtar" {
			out = append(out, path)
		}
		return err
	})
	if err != nil || len(out) < 50 {
		f.Fatal(len(out), err)
	}
	return out
}

// brokenSide is the broken side of an example, over what all examples have in common.
func brokenSide(f *testing.F, file string) []byte {
	f.Helper()
	base, err := txtar.ParseFile("../../contracts/explain/base.txtar")
	if err != nil {
		f.Fatal(err)
	}
	example, err := txtar.ParseFile(file)
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range example.Files {
		if name, ok := strings.CutPrefix(x.Name, "broken/"); ok {
			base.Files = append(base.Files, txtar.File{Name: name, Data: x.Data}) // the last of a name is the one that is written
		}
	}
	return txtar.Format(base)
}

// deskArchive is the help desk with its declarations alone.
func deskArchive(f *testing.F) []byte {
	f.Helper()
	const desk = "../../modules-examples/desk"
	archive := &txtar.Archive{}
	err := filepath.WalkDir(desk, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "src" || d.Name() == "scenario") {
			return fs.SkipDir
		}
		if ext := filepath.Ext(path); ext != ".yaml" && ext != ".json" {
			return nil
		}
		raw, err := os.ReadFile(path)
		name, _ := filepath.Rel(desk, path) // it lies below
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: raw})
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return txtar.Format(archive)
}
