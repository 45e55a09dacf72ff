package wasmhost_test

import (
	"context"
	"fmt"
	"time"

	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// A module is loaded once and called often; every call has a sandbox, a clock and a random stream of its own.
func Example() {
	b := w.New().Allocator().Data(1024, `{"ok":{"hello":"world"}}`)
	binary := b.Handler("greet", w.Packed(1024, 24)).Bytes()

	ctx := context.Background()
	engine, err := wasmhost.New(ctx, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close(ctx)
	module, err := engine.Load(ctx, binary, wasmhost.Policy{Handlers: []string{"greet"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := module.Call(ctx, &wasmhost.Call{Export: "greet", Now: time.Now(), Timeout: time.Second})
	fmt.Printf("%s %v\n", result.Value, err)
	// Output: {"hello":"world"} <nil>
}

// Inspect needs no engine: it tells what a binary asks for, and what of that it is not granted.
func ExampleInspect() {
	b := w.New()
	b.Operation("data_write")
	binary := b.Allocator().Bytes()

	inspection := wasmhost.Inspect(binary, wasmhost.Policy{}, wasmhost.InspectLimits{})
	for _, f := range inspection.Findings {
		fmt.Println(f.Code, f.Path)
		fmt.Println(f.Hint)
	}
	// Output:
	// BACKEND_IMPORT_DENIED imports["mozaiks_v1.data_write"]
	// add the grant `data: write` to module.yaml, or remove the call from the module
}
