package data_test

import (
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/data"
)

func ExampleDecode() {
	contract, findings := data.Decode([]byte(`{"version": "1", "surfaces": [{"surface_id": "tasks", "surface_kind": "module", "collections": [
		{"name": "tasks", "entity": "Task", "fields": [{"name": "title", "type": "string", "maxlength": 200}]}]}]}`),
		"shop", []string{"tasks"}, data.Options{})
	for _, f := range findings {
		fmt.Println(f.Code, f.Path, f.Hint)
	}
	c, readOnly, ok := contract.Resolve("tasks", "Task")
	fmt.Println(c.Name, c.Tenancy, c.Fields[0].MaxLength, readOnly, ok)
	// Output:
	// FIELD_UNKNOWN $.surfaces[0].collections[0].fields[0].maxlength did you mean max_length?
	// tasks per_tenant 65536 false true
}
