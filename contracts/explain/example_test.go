package explain_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/explain"
)

func ExampleLookup() {
	e, ok := explain.Lookup("YAML_DUPLICATE_KEY")
	fmt.Println(ok, e.Severity, e.Verify)
	fmt.Println(e.Text)
	fmt.Print(e.Broken[0].Path, "\n", e.Broken[0].Text)
	fmt.Print(e.Repaired[0].Path, "\n", e.Repaired[0].Text)
	// Output:
	// true error check
	// Of two equal keys in one mapping, readers disagree about which counts. Keep one of them.
	// modules/tasks/contracts/settings.yaml
	// settings:
	//   - {id: page_size, type: integer, default: 50, default: 20}
	// modules/tasks/contracts/settings.yaml
	// settings:
	//   - {id: page_size, type: integer, default: 50}
}

func ExampleLay() {
	e, _ := explain.Lookup("FILE_MISSING")
	fmt.Println(slices.Sorted(maps.Keys(explain.Lay(e.Broken))))
	fmt.Println(len(explain.Lay(e.Repaired)) == len(explain.Base()))
	// Output:
	// [app.json modules/tasks/backend/tasks.json modules/tasks/contracts/events.yaml]
	// true
}

func ExampleFile_Describes() {
	for _, f := range explain.Base() {
		if binary := f.Describes(); binary != "" {
			fmt.Println(f.Path, "describes", binary)
		}
	}
	// Output:
	// modules/tasks/backend/tasks.json describes modules/tasks/backend/tasks.wasm
}

func ExampleCodes() {
	fmt.Println(explain.Codes()[:3])
	// Output:
	// [ACCOUNT_DATA_MISSING ACTION_NEEDS_INPUT ACTION_NOT_READ]
}
