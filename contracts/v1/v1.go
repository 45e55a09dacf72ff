// Package v1 holds the declarations of a module as JSON Schema draft 7, one file for each, for editors, generators of modules
// and readers. What decides is `mozaiks check`: a schema cannot see that a name is declared elsewhere, and so accepts more.
//
// Beside the keywords of draft 7 the schemas have: x-type, the type in our words; x-codes, the codes of findings that a field can
// give; x-added, an addition to the version; x-needed, when a field is needed where `required` cannot say it; x-file, the place of
// the declaration in a module's folder; x-open, an object that may have any further field; x-key, what the names of a map are;
// x-unknown, the code of an unknown field where it is not FIELD_UNKNOWN.
package v1

import (
	"embed"
	"strings"
)

//go:generate go run ./gen ../../docs/contracts

//go:embed *.schema.json
var schemas embed.FS

//go:embed examples/*/valid/full.yaml
var examples embed.FS

const suffix = ".schema.json"

// Names answers the names of the declarations, sorted: admin, events, module and so on.
func Names() []string {
	var names []string
	entries, err := schemas.ReadDir(".")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), suffix))
	}
	return names
}

// Schema answers the schema of a declaration, nil where there is none of that name.
func Schema(name string) []byte { return read(schemas, name+suffix) }

// Example answers a valid declaration that uses nearly every field, nil where there is none of that name. The examples of all
// declarations together are one valid module.
func Example(name string) []byte { return read(examples, "examples/"+name+"/valid/full.yaml") }

func read(from embed.FS, file string) []byte {
	data, err := from.ReadFile(file)
	if err != nil {
		return nil
	}
	return data
}
