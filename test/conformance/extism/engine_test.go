package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// outcome is what can be seen of a call through the engine, which reads the output as JSON and keeps no variables.
type outcome struct {
	Code     fault.Code // of a call that failed; EXTISM_HOST_ERROR stands for all ends that are not the output's
	Value    string
	Refusal  string
	Log      []string
	Requests []string
}

// engineLeftOut are plug-ins that the engine does not load, with the reason.
var engineLeftOut = map[string]string{"hello_haskell.wasm": "its blocks are nested deeper than a binary's may be"}

// TestTheEngineAnswersAsTheSDK makes the first call of each case, where that needs neither variables nor host functions of
// the test's own.
func TestTheEngineAnswersAsTheSDK(t *testing.T) {
	engine, err := wasmhost.New(t.Context(), &wasmhost.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = engine.Close(context.WithoutCancel(t.Context())) }()
	cache, shipped := t.TempDir(), shippedPlugins(t)
	for _, c := range shippedCases {
		if c.user == nil && c.variables == nil && engineLeftOut[c.file] == "" {
			m := loadEngine(t, engine, shipped[c.file])
			t.Run(c.name, func(t *testing.T) { c.compareEngine(t, m, cache, shipped[c.file]) })
		}
	}
	for file, binary := range ownPlugins(t) {
		m, cases := loadEngine(t, engine, binary), commonCases
		if file == "c.wasm" {
			cases = slices.Concat(commonCases, functionCases)
		}
		for _, c := range cases {
			if c.variables == nil {
				t.Run(file+"/"+c.name, func(t *testing.T) { c.compareEngine(t, m, cache, binary) })
			}
		}
	}
}

func loadEngine(t *testing.T, engine *wasmhost.Engine, binary []byte) *wasmhost.Module {
	t.Helper()
	m, err := engine.Load(t.Context(), binary, wasmhost.Policy{ABI: "extism", Granted: func(string) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (c *pluginCase) compareEngine(t *testing.T, m *wasmhost.Module, cache string, binary []byte) {
	t.Helper()
	p := c.plugin(t, cache, binary)
	first := *c
	first.inputs = c.inputs[:1]
	if first.inputs[0] == "" {
		first.inputs = []string{"{}"} // what the engine makes of no input
	}
	want := expected(t, first.run(t, newReference, p)[0])
	want.Log = append(want.Log, c.printed...)
	got := callEngine(t, m, p, c.export, first.inputs[0])
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the engine differs from the SDK (-SDK +engine):\n%s", diff)
	}
}

// expected is what the engine must make of a call that the SDK saw so.
func expected(t *testing.T, r record) outcome {
	t.Helper()
	o := outcome{Log: r.Log, Requests: r.Requests}
	if r.Ended {
		o.Code = fault.ExtismHostError
		return o
	}
	if r.ErrorText != "" || r.Returned != 0 {
		o.Refusal = r.ErrorText
		return o
	}
	if r.Output == "" {
		o.Value = "null"
		return o
	}
	v, err := canonical.Parse([]byte(r.Output))
	if err != nil {
		o.Code = fault.OutputNotJson
		return o
	}
	o.Value = string(canonical.Append(nil, v))
	return o
}

// callEngine is the one place that knows how the engine is called.
func callEngine(t *testing.T, m *wasmhost.Module, p *plugin, export, input string) outcome {
	t.Helper()
	h := &engineHost{raw: &rawHost{plugin: p}}
	r, err := m.Call(t.Context(), &wasmhost.Call{Export: export, Input: []byte(input), LogLevel: p.level, Host: h})
	o := outcome{Value: string(r.Value), Log: h.raw.log, Requests: p.network.take()}
	var e *wasmhost.Error
	switch {
	case errors.As(err, &e):
		o.Code = e.Code
		if e.Code != fault.OutputNotJson {
			o.Code = fault.ExtismHostError
		}
	case r.Refusal != nil && r.Refusal.Message[0] == '{':
		t.Fatalf("a refusal with a document as its text: %+v", r.Refusal)
	case r.Refusal != nil:
		o.Refusal = refusalText(r.Refusal)
	}
	return o
}

// refusalText is what the guest said: the engine finds words of its own for a return value without a text.
func refusalText(e *abi.Error) string {
	switch {
	case e.Code != abi.CodeFailed:
		return `{"error":{"code":"` + string(e.Code) + `"}}`
	case e.Message == "the handler returned -1", e.Message == "the handler returned 7":
		return ""
	}
	return e.Message
}

// engineHost answers operations for the engine as rawHost does for the kernel.
type engineHost struct{ raw *rawHost }

func (h *engineHost) Operation(_ context.Context, name string, request []byte) ([]byte, error) {
	switch name {
	case "http_fetch":
		answer, err := h.raw.fetch(request)
		if err != nil {
			return nil, err
		}
		return answer, nil
	case "settings_get":
		return h.settings(request)
	}
	return nil, &abi.Error{Code: abi.CodeUnavailable, Message: name}
}

func (h *engineHost) settings(request []byte) ([]byte, error) {
	var r struct{ IDs []string }
	if err := json.Unmarshal(request, &r); err != nil {
		return nil, &abi.Error{Code: abi.CodeInvalidArgument, Message: err.Error()}
	}
	values := map[string]string{}
	for _, id := range r.IDs {
		v, ok := h.raw.plugin.config[id]
		if !ok {
			return nil, &abi.Error{Code: abi.CodeNotFound, Message: id}
		}
		values[id] = v
	}
	return json.Marshal(map[string]any{"values": values})
}

func (h *engineHost) Log(level, message string, _ map[string]any) {
	h.raw.log = append(h.raw.log, level+": "+message)
}
