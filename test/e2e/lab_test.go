package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// The lab is an app of modules written byte by byte: one that misbehaves in every way, and some that must not be served.

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// guest builds a binary whose handlers call operations with fixed requests and answer fixed texts.
type guest struct {
	*w.Builder
	ops  map[string]uint32
	free int32 // next byte of data
}

func newGuest(operations ...string) *guest {
	g := &guest{Builder: w.New().Memory(2, 0), ops: map[string]uint32{}, free: 70_000}
	for _, op := range operations {
		g.ops[op] = g.Operation(op)
	}
	g.Allocator()
	return g
}

// text puts a text into the memory and answers where.
func (g *guest) text(s string) (ptr, length int32) {
	ptr = g.free
	g.Data(ptr, s)
	g.free += int32(len(s))
	return ptr, int32(len(s))
}

// call calls an operation and leaves its answer on the stack.
func (g *guest) call(op, request string) []byte {
	ptr, n := g.text(request)
	return slices.Concat(w.I32Const(ptr), w.I32Const(n), w.Call(g.ops[op]))
}

// answer leaves a text on the stack as a handler's result.
func (g *guest) answer(s string) []byte {
	ptr, n := g.text(s)
	return w.Packed(uint32(ptr), uint32(n))
}

var drop = w.Drop

const rogueYAML = `schema_version: mozaiks.module.v1
module: {id: rogue, handler: "backend.rogue:Rogue"}
grants: {data: write, events: true}
limits: {timeout_ms: 300, fuel: 50000000000}
actions:
`

// misdeeds are what the rogue does after it has stored a row and announced it, and what its caller is told.
var misdeeds = []struct {
	name, code string
	status     int
	body       func(g *guest) []byte
}{
	{"trap", "EXECUTION_ERROR", 500, func(*guest) []byte { return w.Unreachable }},
	{"loop", "ACTION_TIMEOUT", 504, func(*guest) []byte { return slices.Concat(w.Loop(w.Br(0)), w.Unreachable) }},
	{"undeclared_event", "EVENT_REFUSED", 500, func(g *guest) []byte {
		return slices.Concat(g.call("event_emit", `{"type": "domain.rogue.other", "payload": {}}`), drop, g.answer(`{"ok": {"n": 1}}`))
	}},
	{"bad_payload", "INVALID_EVENT_PAYLOAD", 500, func(g *guest) []byte {
		return slices.Concat(g.call("event_emit", `{"type": "domain.rogue.stored", "payload": {"n": "one"}}`), drop, g.answer(`{"ok": {"n": 1}}`))
	}},
	{"bad_output", "INVALID_OUTPUT", 500, func(g *guest) []byte { return g.answer(`{"ok": {"n": "one"}}`) }},
	{"not_json", "RESULT_NOT_JSON", 500, func(g *guest) []byte { return g.answer(`{"ok": `) }},
	{"two_members", "RESULT_NOT_JSON", 500, func(g *guest) []byte { return g.answer(`{"ok": 1, "error": {"code": "failed", "message": ""}}`) }},
	{"out_of_memory", "EXECUTION_ERROR", 500, func(*guest) []byte { return w.Packed(0xfffffff0, 64) }},
	{"refuse", "CONFLICT", 409, func(g *guest) []byte { return g.answer(`{"error": {"code": "conflict", "message": "no"}}`) }},
	{"own_code", "RESULT_NOT_JSON", 500, func(g *guest) []byte { return g.answer(`{"error": {"code": "my_own", "message": "no"}}`) }},
}

// rogue writes the module that misbehaves.
func rogue(t *testing.T, dir string) {
	t.Helper()
	g := newGuest("data_write", "event_emit", "data_count")
	deed := func() []byte {
		return slices.Concat(g.call("data_write", `{"ops": [{"op": "insert", "collection": "things", "doc": {"k": "v"}}]}`), drop,
			g.call("event_emit", `{"type": "domain.rogue.stored", "payload": {"n": 1}}`), drop)
	}
	yaml := rogueYAML
	for _, m := range misdeeds {
		g.Handler(m.name, deed(), m.body(g))
		yaml += fmt.Sprintf("  - {id: %s, description: Misbehave., handler_method: %s, emits: [domain.rogue.stored],\n"+
			"     output_schema: {type: object, required: [n], properties: {n: {type: integer}}}}\n", m.name, m.name)
	}
	g.Handler("good", deed(), g.answer(`{"ok": {"n": 1}}`))
	g.Handler("count", g.call("data_count", `{"collection": "things"}`))
	g.Handler("sly", slices.Concat(g.call("data_write", `{"ops": [{"op": "insert", "collection": "things", "doc": {"k": "v"}}]}`), drop), g.answer(`{"ok": {}}`))
	yaml += "  - {id: good, description: Behave., handler_method: good, emits: [domain.rogue.stored]}\n" +
		"  - {id: count, description: Count the rows., handler_method: count, effects: read}\n" +
		"  - {id: sly, description: Write in a read., handler_method: sly, effects: read}\n"
	writeFile(t, dir+"/modules/rogue/module.yaml", yaml)
	writeFile(t, dir+"/modules/rogue/contracts/events.yaml", "events:\n  - type: domain.rogue.stored\n    version: 1\n    producer: rogue\n"+
		"    payload_schema: {type: object, required: [n], properties: {n: {type: integer}}}\n")
	writeFile(t, dir+"/modules/rogue/backend/rogue.wasm", string(g.Bytes()))
}

const labData = `{"version": "1", "surfaces": [{"surface_id": "rogue", "surface_kind": "module", "collections": [
  {"name": "things", "fields": [{"name": "k", "type": "string"}]}]}]}`

// spoiled writes modules that must be refused, each with one fault. The lines are those of the faults.
var spoiled = []struct{ module, yaml, code, file, at string }{
	{"greedy", "schema_version: mozaiks.module.v1\nmodule: {id: greedy, handler: \"backend.greedy:G\"}\ngrants: {data: read}\n",
		"BACKEND_IMPORT_DENIED", "backend/greedy.wasm", ""},
	{"lacking", "schema_version: mozaiks.module.v1\nmodule: {id: lacking, handler: \"backend.lacking:L\"}\nactions:\n" +
		"  - id: act\n    description: Act.\n    handler_method: not_there\n",
		"HANDLER_METHOD_MISSING", "module.yaml", ":6:21"},
	{"malformed", "schema_version: mozaiks.module.v1\nmodule: {id: malformed, handler: \"backend.malformed:M\"}\ngrants:\n  datum: read\n",
		"FIELD_UNKNOWN", "module.yaml", ":4:3"},
}

func lab(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lab")
	writeFile(t, dir+"/app.json", `{"schema_version": "mozaiks.app.v1", "appId": "lab"}`)
	writeFile(t, dir+"/data/contract.json", labData)
	rogue(t, dir)
	for _, s := range spoiled {
		g := newGuest("data_write")
		if s.module != "greedy" {
			g = newGuest()
		}
		writeFile(t, dir+"/modules/"+s.module+"/module.yaml", s.yaml)
		writeFile(t, dir+"/modules/"+s.module+"/backend/"+s.module+".wasm", string(g.Bytes()))
	}
	return dir
}

var labUser = persona{"ann", "acme", ""}

func (h *host) lab(action string) answer {
	return h.do(http.MethodPost, "/api/apps/lab/modules/rogue/actions/"+action, "{}", labUser)
}

// labTotals answers the rows, events and deliveries that there are.
func (h *host) labTotals() string {
	h.t.Helper()
	rows := h.lab("count")
	health := h.do(http.MethodGet, "/api/apps/lab/health", "", persona{})
	return fmt.Sprint(rows.field(h.t, "count"), " ", health.field(h.t, "events"))
}

func TestAMisbehavingActionLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	h := launch(t, freeAddr(t), t.TempDir(), nil, lab(t))
	if got := h.labTotals(); got != "0 0" {
		t.Fatalf("the lab begins with %s", got)
	}
	for _, m := range misdeeds {
		got := h.lab(m.name)
		if got.status != m.status || got.code() != m.code {
			t.Errorf("%s: %d %s, want %d %s\n%s", m.name, got.status, got.body, m.status, m.code, tail(h.log.String()))
		}
		if id, _ := got.field(t, "invocation_id").(string); !strings.HasPrefix(id, "inv_") {
			t.Errorf("%s: the problem names no invocation: %s", m.name, got.body)
		}
		if left := h.labTotals(); left != "0 0" {
			t.Fatalf("%s left rows and events: %s", m.name, left)
		}
	}
	if got := h.lab("sly"); got.code() != "EFFECT_REFUSED" {
		t.Errorf("a read that writes: %d %s", got.status, got.body)
	}
	if got := h.lab("good"); got.status != http.StatusOK {
		t.Errorf("the good action: %d %s", got.status, got.body)
	}
	if left := h.labTotals(); left != "1 1" {
		t.Errorf("the good action left %s", left)
	}
	if code := h.stop(); code != 0 {
		t.Errorf("the host ended with %d\n%s", code, tail(h.log.String()))
	}
}

func TestAModuleThatDoesNotFitItsDeclarationsIsRefusedAndTheOthersServe(t *testing.T) {
	t.Parallel()
	dir := lab(t)
	out, err := exec.Command(binary(t), "check", dir).CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 { //nolint:errorlint // Run answers exactly this type
		t.Fatalf("check: %v\n%s", err, out)
	}
	for _, s := range spoiled {
		want := fmt.Sprintf("error[%s] %s/modules/%s/%s%s: ", s.code, dir, s.module, s.file, s.at)
		i := strings.Index(string(out), want)
		if i < 0 {
			t.Errorf("check does not say %s\n%s", want, out)
			continue
		}
		finding := string(out)[i:]
		if next := strings.Index(finding[1:], "error["); next > 0 {
			finding = finding[:next+1]
		}
		if !strings.Contains(finding, "\n  hint: ") {
			t.Errorf("no hint: %s", finding)
		}
	}
	h := launch(t, freeAddr(t), t.TempDir(), nil, dir)
	health := h.do(http.MethodGet, "/api/apps/lab/health", "", persona{})
	var v struct {
		Status string                          `json:"status"`
		Failed []struct{ Module, Code string } `json:"failed_modules"`
	}
	if err := json.Unmarshal(health.body, &v); err != nil || health.status != http.StatusServiceUnavailable || v.Status != "degraded" {
		t.Errorf("health: %d %s", health.status, health.body)
	}
	for _, s := range spoiled {
		if !slices.Contains(v.Failed, struct{ Module, Code string }{s.module, s.code}) {
			t.Errorf("health does not name %s with %s: %s", s.module, s.code, health.body)
		}
		if got := h.do(http.MethodPost, "/api/apps/lab/modules/"+s.module+"/actions/act", "{}", labUser); got.code() != "MODULE_UNAVAILABLE" || got.status != 503 {
			t.Errorf("a call of %s: %d %s", s.module, got.status, got.body)
		}
		if !strings.Contains(h.log.String(), s.code) {
			t.Errorf("serve does not print %s", s.code)
		}
	}
	if got := h.do(http.MethodPost, "/api/apps/lab/modules/nothing/actions/act", "{}", labUser); got.code() != "MODULE_NOT_FOUND" {
		t.Errorf("a module that nobody declared: %d %s", got.status, got.body)
	}
	if got := h.lab("good"); got.status != http.StatusOK {
		t.Errorf("the others do not serve: %d %s", got.status, got.body)
	}
}

func TestAModuleThatFailsAtItsStartFailsAlone(t *testing.T) {
	t.Parallel()
	dir := lab(t)
	for name, body := range map[string][]byte{"traps": w.Unreachable, "loops": w.Loop(w.Br(0))} {
		g := newGuest()
		g.Export("_initialize", w.KindFunction, g.Func(w.Plain, nil, body))
		writeFile(t, dir+"/modules/"+name+"/module.yaml", "schema_version: mozaiks.module.v1\nmodule: {id: "+name+", handler: \"backend."+name+":M\"}\n")
		writeFile(t, dir+"/modules/"+name+"/backend/"+name+".wasm", string(g.Bytes()))
		out, err := exec.Command(binary(t), "check", dir+"/modules/"+name).CombinedOutput()
		if err != nil {
			t.Errorf("check runs guest code: %v\n%s", err, out)
		}
	}
	h := launch(t, freeAddr(t), t.TempDir(), []string{"MOZAIKS_WASM_INIT_TIMEOUT=200ms"}, dir)
	health := string(h.do(http.MethodGet, "/api/apps/lab/health", "", persona{}).body)
	for _, name := range []string{"traps", "loops"} {
		if !strings.Contains(health, `"module":"`+name+`","code":"BACKEND_INIT"`) {
			t.Errorf("health does not say that %s failed: %s", name, health)
		}
	}
	if got := h.lab("good"); got.status != http.StatusOK {
		t.Errorf("the others do not serve: %d %s", got.status, got.body)
	}
}
