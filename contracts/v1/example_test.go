package v1_test

import (
	"bytes"
	"fmt"
	"strings"

	v1 "github.com/mozaiks/mozaiks/contracts/v1"
)

func ExampleNames() {
	fmt.Println(strings.Join(v1.Names()[:4], ", "))
	// Output: admin, events, module, module_tests
}

func ExampleSchema() {
	fmt.Println(bytes.Contains(v1.Schema("events"), []byte("mozaiks.events.v1")))
	// Output: true
}

func ExampleExample() {
	first, _, _ := strings.Cut(string(v1.Example("events")), "\n")
	fmt.Println(first)
	// Output: schema_version: mozaiks.events.v1
}
