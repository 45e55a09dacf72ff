package module_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/module"
)

func TestTheManifestIsHeldToItsRules(t *testing.T) {
	t.Parallel()
	const f = module.ManifestFile
	id, handler := "id: tasks\n", "handler: backend.tasks:Tasks"
	backend := func(fields string) string { return "backend: {" + fields + "}" }
	limits := func(fields string) string { return "limits: {" + fields + "}\npermissions:" }
	grants := func(fields string) string { return "grants: {data: write, events: true, " + fields + "}\npermissions:" }
	create, list, note := "handler_method: create_task", "effects: read", "handler_method: count_note"
	for _, c := range []change{
		{"version missing", f, "schema_version: mozaiks.module.v1\n", "", "SCHEMA_VERSION module.yaml $"},
		{"version other", f, "module.v1", "module.v2", "SCHEMA_VERSION module.yaml $.schema_version"},
		{"unknown field", f, "permissions:", "histry: 1\npermissions:", "FIELD_UNKNOWN module.yaml $.histry"},
		{"id other than the folder", f, id, "id: other\n", "ID_FOLDER_MISMATCH module.yaml $.module.id"},
		{"id reserved", f, id, "id: host\n", "ID_RESERVED module.yaml $.module.id"},
		{"id in capitals", f, id, "id: Tasks\n", "ID_PATTERN module.yaml $.module.id"},
		{"id blank", f, id, "id: ' '\n", "TEXT_FORM module.yaml $.module.id"},
		{"id missing", f, id, "owner: x\n", "FIELD_MISSING module.yaml $.module"},
		{"version form", f, handler, handler + "\n  version: '1.0'", "VERSION_FORM module.yaml $.module.version"},
		{"version with all parts", f, handler, handler + "\n  version: 1.0.0-rc.1+b.5", ""},
		{"version with a leading zero", f, handler, handler + "\n  version: 1.0.01", "VERSION_FORM module.yaml $.module.version"},
		{"type", f, handler, handler + "\n  type: crud", "ENUM module.yaml $.module.type"},
		{"nulls that mean absent", f, handler, handler + "\n  display_name:\n  owner: ~\n  description: null\n  version:", ""},
		{"user_data_scope null", f, handler, handler + "\n  user_data_scope:", "TYPE module.yaml $.module.user_data_scope"},

		{"no binary", f, "  " + handler + "\n", "", "FIELD_MISSING module.yaml $.module"},
		{"two binaries", f, handler, handler + "\n  " + backend("file: backend/x.wasm"), "BACKEND_AMBIGUOUS module.yaml $.module.backend"},
		{"backend null beside handler", f, handler, handler + "\n  backend:", "TYPE module.yaml $.module.backend"},
		{"handler without colon", f, handler, "handler: backend.tasks", "ENTRYPOINT_FORM module.yaml $.module.handler"},
		{"handler without symbol", f, handler, "handler: 'backend.tasks:'", "ENTRYPOINT_FORM module.yaml $.module.handler"},
		{"handler without path", f, handler, "handler: ':Tasks'", "ENTRYPOINT_FORM module.yaml $.module.handler"},
		{"handler with a dash", f, handler, "handler: backend.tasks:My-Class", "ENTRYPOINT_FORM module.yaml $.module.handler"},
		{"handler elsewhere", f, handler, "handler: other.tasks:Tasks", "ENTRYPOINT_NOT_LOCAL module.yaml $.module.handler"},
		{"handler not in a folder", f, handler, "handler: backend:Tasks", "ENTRYPOINT_NOT_LOCAL module.yaml $.module.handler"},
		{"handler, bad segment", f, handler, "handler: backend._x:Tasks", "ENTRYPOINT_FORM module.yaml $.module.handler"},
		{"handler, two segments", f, handler, "handler: backend.a.b:T", ""},
		{"handler, symbol judged before place", f, handler, "handler: x:1", "ENTRYPOINT_FORM module.yaml $.module.handler"},
		{"long form", f, handler, backend("file: backend/a/b.wasm, abi: extism, sha256: " + strings.Repeat("0a", 32)), ""},
		{"long form without file", f, handler, backend("abi: extism"), "FIELD_MISSING module.yaml $.module.backend"},
		{"long form outside", f, handler, backend("file: ../x.wasm"), "ENTRYPOINT_NOT_LOCAL module.yaml $.module.backend.file"},
		{"long form with dots", f, handler, backend("file: backend/../x.wasm"), "ENTRYPOINT_FORM module.yaml $.module.backend.file"},
		{"long form, text format", f, handler, backend("file: backend/x.wat"), "ENTRYPOINT_FORM module.yaml $.module.backend.file"},
		{"long form, other ABI", f, handler, backend("file: backend/x.wasm, abi: wasi"), "ENUM module.yaml $.module.backend.abi"},
		{"digest in capitals", f, handler, backend("file: backend/x.wasm, sha256: " + strings.Repeat("AA", 32)), "TEXT_FORM module.yaml $.module.backend.sha256"},
		{"digest too short", f, handler, backend("file: backend/x.wasm, sha256: abc"), "TEXT_FORM module.yaml $.module.backend.sha256"},

		{"memory at the ceiling", f, "permissions:", limits("memory_mb: 256"), ""},
		{"memory above the ceiling", f, "permissions:", limits("memory_mb: 257"), "LIMIT_CEILING module.yaml $.limits.memory_mb"},
		{"memory beyond all", f, "permissions:", limits("memory_mb: 4097"), "RANGE module.yaml $.limits.memory_mb"},
		{"no memory", f, "permissions:", limits("memory_mb: 0"), "RANGE module.yaml $.limits.memory_mb"},
		{"fuel at the ceiling", f, "permissions:", limits("fuel: 50000000000"), ""},
		{"fuel above the ceiling", f, "permissions:", limits("fuel: 50000000001"), "LIMIT_CEILING module.yaml $.limits.fuel"},
		{"little fuel", f, "permissions:", limits("fuel: 9999"), "RANGE module.yaml $.limits.fuel"},
		{"timeout longest", f, "permissions:", limits("timeout_ms: 600000"), ""},
		{"timeout longer", f, "permissions:", limits("timeout_ms: 600001"), "RANGE module.yaml $.limits.timeout_ms"},
		{"limits null", f, "permissions:", "limits:\npermissions:", "TYPE module.yaml $.limits"},
		{"unknown limit", f, "permissions:", limits("cpu: 1"), "FIELD_UNKNOWN module.yaml $.limits.cpu"},

		{"grants null", f, "permissions:", "grants:\npermissions:", "TYPE module.yaml $.grants"},
		{"no events granted", f, "permissions:", "grants: {data: write}\npermissions:", "GRANT_REQUIRED module.yaml $.actions[0].emits"},
		{"events false", f, "permissions:", "grants: {events: false}\npermissions:", "GRANT_REQUIRED module.yaml $.actions[0].emits"},
		{"unknown grant", f, "permissions:", grants("files: true"), "FIELD_UNKNOWN module.yaml $.grants.files"},
		{"data", f, "permissions:", "grants: {data: all, events: true}\npermissions:", "ENUM module.yaml $.grants.data"},
		{"http without hosts", f, "permissions:", grants("http: {}"), "FIELD_MISSING module.yaml $.grants.http"},
		{"http without methods", f, "permissions:", grants("http: {hosts: [], methods: []}"), "FIELD_MISSING module.yaml $.grants.http.methods"},
		{"http method", f, "permissions:", grants("http: {hosts: [], methods: [get]}"), "ENUM module.yaml $.grants.http.methods[0]"},
		{"http: true", f, "permissions:", grants("http: true"), "TYPE module.yaml $.grants.http"},
		{"ai tokens", f, "permissions:", grants("ai: {models: [], max_tokens: 200001}"), "RANGE module.yaml $.grants.ai.max_tokens"},
		{"ai without models", f, "permissions:", grants("ai: {}"), "FIELD_MISSING module.yaml $.grants.ai"},
		{"http that an action uses", f, "effects: read", "effects: external", ""},

		{"permission twice", f, "id: tasks.read", "id: tasks.write", "DUPLICATE_ID module.yaml $.permissions[1].id"},
		{"permission without text", f, ", description: See tasks.", "", "FIELD_MISSING module.yaml $.permissions[1]"},
		{"undeclared permission", f, "[tasks.write]", "[tasks.wirte]", "PERMISSION_UNDECLARED module.yaml $.actions[0].permissions[0]"},
		{"permission repeated", f, "[tasks.write]", "[tasks.write, tasks.write]", "LIST_DUPLICATE module.yaml $.actions[0].permissions[1] w"},
		{"permissions null", f, "[tasks.write]", "", ""},

		{"action twice", f, "id: note", "id: list", "DUPLICATE_ID module.yaml $.actions[2].id"},
		{"action without handler", f, "    " + create + "\n", "", "FIELD_MISSING module.yaml $.actions[0]"},
		{"reserved handler", f, create, "handler_method: account_export", "ID_RESERVED module.yaml $.actions[0].handler_method"},
		{"surface", f, "api_surface: internal", "api_surface: partner", "ENUM module.yaml $.actions[2].api_surface"},
		{"surface null", f, "api_surface: internal", "api_surface:", ""},
		{"effects", f, list, "effects: mutate", "ENUM module.yaml $.actions[1].effects"},
		{"undeclared event", f, "[domain.tasks.created]", "[domain.tasks.gone]", "EVENT_UNDECLARED module.yaml $.actions[0].emits[0]"},
		{"event of the platform", f, "[domain.tasks.created]", "[platform.user.created]", "EVENT_UNDECLARED module.yaml $.actions[0].emits[0]"},
		{"event of no namespace", f, "[domain.tasks.created]", "[app.x]", "EVENT_NAMESPACE module.yaml $.actions[0].emits[0]"},
		{"read that emits", f, create, create + "\n    effects: read", "EFFECTS_CONFLICT module.yaml $.actions[0].emits"},
		{"public_readonly that emits", f, create, create + "\n    api_surface: public_readonly", "EFFECTS_CONFLICT module.yaml $.actions[0].emits"},
		{"read that is not idempotent", f, list, list + ", idempotent: false", "EFFECTS_CONFLICT module.yaml $.actions[1].idempotent"},
		{"read that asks for a key", f, list, list + ", idempotency: required", "EFFECTS_CONFLICT module.yaml $.actions[1].idempotency"},
		{"read with an optional key", f, list, list + ", idempotency: optional, idempotent: true", ""},
		{"write that is public_readonly", f, list, "effects: write, api_surface: public_readonly", "EFFECTS_CONFLICT module.yaml $.actions[1].effects"},
		{"external that grounds answers", f, list, "effects: external, ask_context_safe: true", "EFFECTS_CONFLICT module.yaml $.actions[1].effects"},
		{"grounds answers", f, list, "ask_context_safe: true", ""},
		{"grounds answers, with permissions", f, list, "ask_context_safe: true, permissions: [tasks.read]", "ASK_CONTEXT_INELIGIBLE module.yaml $.actions[1].ask_context_safe w"},
		{"longest transaction", f, note, note + ", timeout_ms: 60000", ""},
		{"transaction too long", f, note, note + ", timeout_ms: 60001", "RANGE module.yaml $.actions[2].timeout_ms"},
		{"external may take longer", f, note, note + ", timeout_ms: 600000, effects: external", ""},
		{"nothing takes longer", f, note, note + ", timeout_ms: 600001, effects: external", "RANGE module.yaml $.actions[2].timeout_ms"},
		{"input not an object", f, "{type: object, required: [title]}", "{type: array}", "SCHEMA_ROOT module.yaml $.actions[0].input_schema.type"},
		{"output may be anything", f, "input_schema: {type: object, required: [title]}", "output_schema: {type: array}", ""},
		{"schema null", f, "input_schema: {type: object, required: [title]}", "output_schema:", "TYPE module.yaml $.actions[0].output_schema"},
		{"schema with a misspelt keyword", f, "required: [title]", "requried: [title]", "SCHEMA_KEYWORD module.yaml $.actions[0].input_schema.requried w"},
		{"gate blank", f, create, create + "\n    entitlement_gate: ' '", "TEXT_FORM module.yaml $.actions[0].entitlement_gate"},

		{"capability's target", f, "target: create", "target: creat", "CAPABILITY_TARGET module.yaml $.capabilities[0].target"},
		{"capability of a page", f, "kind: action, target: create", "kind: page, target: Anything", ""},
		{"capability's kind", f, "kind: action", "kind: thing", "ENUM module.yaml $.capabilities[0].kind"},
		{"capability out of reach", f, "kind: action, target: create", "kind: action, target: note", ""},
		{"capability's schema", f, "title: Add a task", "title: x, input_schema: {type: 5}", "SCHEMA_INVALID module.yaml $.capabilities[0].input_schema.type"},
		{"capability's permission", f, "title: Add a task", "title: x, permissions: [ghost]", "PERMISSION_UNDECLARED module.yaml $.capabilities[0].permissions[0]"},
	} {
		c.run(t, module.Options{})
	}
	change{"an action for operators alone", f, "api_surface: internal}\ncapabilities:\n  - {capability_id: tasks.create, kind: action, target: create",
		"api_surface: admin_internal}\ncapabilities:\n  - {capability_id: tasks.create, kind: action, target: note",
		"ACTION_UNREACHABLE module.yaml $.capabilities[0].target"}.run(t, module.Options{})
}

func TestHostsThatCanBeGranted(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 63)
	for host, good := range map[string]bool{
		"api.example.com": true, "*.example.com": true, "a.b:1": true, "a.b:65535": true, "x-1.example.co": true, long + ".example.com": true,
		"example": false, "*.com": false, "10.0.0.7": false, "[::1]": false, "api.example.com/v1": false, "https://a.b": false, "a.b:0": false, "a.b:65536": false,
		"a.b:": false, "a.b:080": false, "a.b:+1": false, "API.example.com": false, "api.*.example.com": false, "*": false, "user@example.com": false,
		"a..b": false, ".a.b": false, "a.b.": false, "-a.b": false, "a-.b": false, "a.-b": false, "a.b-": false, long + "a.example.com": false,
		"a." + long + "b": false, "ünicode.de": false, strings.Repeat("abcdefg.", 32) + "com": false,
	} {
		in := changed(t, module.ManifestFile, "permissions:", "grants: {data: write, events: true, http: {hosts: ['"+host+"']}}\npermissions:")
		in[module.ManifestFile] = []byte(strings.Replace(string(in[module.ManifestFile]), "effects: read", "effects: external", 1))
		want := ""
		if !good {
			want = "GRANT_HOST module.yaml $.grants.http.hosts[0]"
		}
		if _, findings := module.Decode(in, "tasks", module.Options{}); lines(t, findings) != want {
			t.Errorf("%q: %s", host, lines(t, findings))
		}
	}
}

func TestCeilingsAndDefaultsAreOptions(t *testing.T) {
	t.Parallel()
	opts := module.Options{MemoryMB: 100, MemoryMaxMB: 32, Fuel: 5e9, FuelMax: 1e6, Timeout: time.Minute, TimeoutMax: time.Second}
	m, findings := module.Decode(files(base), "tasks", opts)
	if want := (module.Limits{MemoryMB: 32, Fuel: 1e6, Timeout: time.Second}); len(findings) > 0 || m.Limits != want {
		t.Errorf("%+v %v", m.Limits, findings)
	}
	in := changed(t, module.ManifestFile, "permissions:", "limits: {memory_mb: 33, fuel: 1000001, timeout_ms: 1001}\npermissions:")
	in[module.ManifestFile] = []byte(strings.Replace(string(in[module.ManifestFile]), "effects: read", "timeout_ms: 1001", 1))
	_, findings = module.Decode(in, "tasks", opts)
	if got := strings.Count(lines(t, findings), "LIMIT_CEILING"); got != 4 || len(findings) != 4 {
		t.Error(lines(t, findings))
	}
}

func TestAListOfEntriesIsLimited(t *testing.T) {
	t.Parallel()
	entries := func(n int) string {
		var b strings.Builder
		b.WriteString("settings:\n")
		for i := range n {
			b.WriteString("  - {id: s" + strings.Repeat("x", i/26) + string(rune('a'+i%26)) + "}\n")
		}
		return b.String()
	}
	for n, want := range map[int]string{200: "", 201: "COUNT_LIMIT contracts/settings.yaml $.settings"} {
		in := files(base)
		in[module.SettingsFile] = []byte(entries(n))
		if _, findings := module.Decode(in, "tasks", module.Options{}); lines(t, findings) != want {
			t.Errorf("%d: %s", n, lines(t, findings))
		}
	}
}
