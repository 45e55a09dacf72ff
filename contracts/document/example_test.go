package document_test

import (
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/document"
)

func ExampleReader() {
	r := document.NewReader("pet.yaml", document.Limits{})
	top := r.YAML([]byte("name: Rex\nage: '3'\ncolour: brown\n"))
	name, _ := top.String("name", document.Text(40), document.Required)
	top.Int("age", 0, 40, document.Optional)
	top.String("color", document.Text(40), document.Optional)
	top.Close()
	fmt.Println(name)
	for _, f := range r.Findings() {
		fmt.Printf("%s %s:%d:%d: %s (%s)\n", f.Code, f.File, f.Line, f.Column, f.Message, f.Hint)
	}
	// Output:
	// Rex
	// TYPE pet.yaml:2:6: expected an integer, found text (write an integer here, without quotes)
	// FIELD_UNKNOWN pet.yaml:3:1: there is no field colour here (did you mean color?)
}

func ExampleParseYAML() {
	n, problems := document.ParseYAML([]byte("actions:\n  - {id: list, on: yes}\n"), document.Limits{})
	on := n.Get("actions").Items[0].Get("on")
	fmt.Println(on.Text, on.Path, on.Line, on.Column, problems)
	// Output: yes $.actions[0].on 2 20 []
}

func ExampleParseJSON() {
	_, problems := document.ParseJSON([]byte(`{"a": 1, "a": 2}`), document.Limits{})
	fmt.Println(problems[0].Code, problems[0].Column)
	// Output: JSON_DUPLICATE_KEY 10
}
