// Command gen writes the reference pages of the declarations, docs/contracts, from their schemas and examples.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/mozaiks/mozaiks/contracts"
	v1 "github.com/mozaiks/mozaiks/contracts/v1"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: gen FOLDER")
	}
	pages, err := generate()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.MkdirAll(os.Args[1], 0o755); err != nil {
		log.Fatal(err)
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(os.Args[1], name), page, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// generate answers the pages by their file names.
func generate() (map[string][]byte, error) {
	meanings, err := catalogue()
	if err != nil {
		return nil, err
	}
	pages := map[string][]byte{}
	var all []*declaration
	for _, name := range v1.Names() {
		d, err := newDeclaration(name)
		if err != nil {
			return nil, err
		}
		page, err := d.page(meanings)
		if err != nil {
			return nil, err
		}
		pages[name+".md"] = page
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b *declaration) int { return order(a.name) - order(b.name) })
	pages["README.md"] = index(all)
	return pages, nil
}

// order puts the declarations as one writes them: the manifest first, tests last.
func order(name string) int {
	return slices.Index([]string{"module", "events", "reactions", "notifications", "settings", "admin", "profile", "relationships",
		"policy_hooks", "runtime_extensions", "module_tests"}, name)
}

// catalogue answers what each code means.
func catalogue() (map[string]string, error) {
	var doc struct {
		Faults []struct{ Code, Topic, Meaning string }
	}
	if err := json.Unmarshal(contracts.FaultsJSON, &doc); err != nil {
		return nil, fmt.Errorf("faults.json: %w", err)
	}
	out := map[string]string{}
	for _, f := range doc.Faults {
		switch {
		case f.Meaning != "":
			out[f.Code] = f.Meaning
		case meanings[f.Code] != "":
			out[f.Code] = meanings[f.Code]
		default:
			out[f.Code] = f.Topic
		}
	}
	return out, nil
}
