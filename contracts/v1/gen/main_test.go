package main

import (
	"bytes"
	"os"
	"testing"
)

// TestPagesAreFresh compares the pages in the tree with what the generator writes now.
func TestPagesAreFresh(t *testing.T) {
	t.Parallel()
	const folder = "../../../docs/contracts"
	pages, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range pages {
		got, err := os.ReadFile(folder + "/" + name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the generator writes now: run go generate ./contracts/v1", name)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if pages[e.Name()] == nil {
			t.Errorf("%s is of no declaration", e.Name())
		}
	}
}

// TestEveryFieldIsDescribed: a line of the tables says type, meaning and codes.
func TestEveryFieldIsDescribed(t *testing.T) {
	t.Parallel()
	pages, err := generate()
	if err != nil || len(pages) != 12 {
		t.Fatal(err, len(pages))
	}
	known, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"module", "events", "reactions", "notifications", "settings", "admin", "profile", "relationships",
		"policy_hooks", "runtime_extensions", "module_tests"} {
		d, err := newDeclaration(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range d.fields {
			if f.typ == "" || f.meaning == "" || f.meaning[len(f.meaning)-1] != '.' {
				t.Errorf("%s: %s has type %q, meaning %q", name, f.path, f.typ, f.meaning)
			}
			for _, c := range f.codes {
				if known[c] == "" {
					t.Errorf("%s: %s has a code without meaning, %s", name, f.path, c)
				}
			}
		}
	}
}
