package module_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/module"
)

func TestASoundModuleHasNoFinding(t *testing.T) {
	t.Parallel()
	m, findings := module.Decode(files(base), "tasks", module.Options{})
	if len(findings) > 0 || m == nil {
		t.Fatalf("%+v", findings)
	}
}

func TestDefaultsAreFilledIn(t *testing.T) {
	t.Parallel()
	m, findings := module.Decode(map[string][]byte{
		module.ManifestFile: []byte("schema_version: mozaiks.module.v1\nmodule: {id: m, backend: {file: backend/m.wasm}}\n" +
			"actions: [{id: a, description: x, handler_method: f}, {id: b, description: x, handler_method: f, api_surface: public_readonly}]\n"),
		module.EventsFile:        []byte("events: [{type: domain.m.x, version: 2, producer: m}]\n"),
		module.ReactionsFile:     []byte("reactions: [{id: r, event_type: domain.m.x, target: {kind: handler, action: a}}]\n"),
		module.NotificationsFile: []byte("notifications: [{id: n, on: domain.m.x, audience: {everyone: true}}]\n"),
		module.SettingsFile:      []byte("settings: [{id: s}]\n"),
	}, "m", module.Options{})
	if len(findings) > 0 {
		t.Fatalf("%+v", findings)
	}
	for name, pair := range map[string][2]any{
		"version":      {m.Version, "1.0.0"},
		"type":         {m.Type, "standard"},
		"backend":      {m.Backend, module.Backend{File: "backend/m.wasm", ABI: "mozaiks_v1"}},
		"limits":       {m.Limits, module.Limits{MemoryMB: 64, Fuel: 1_000_000_000, Timeout: 30 * time.Second}},
		"grants":       {m.Grants, module.Grants{Data: "write", Events: true}},
		"effects":      {m.Actions[0].Effects, module.Write},
		"readonly":     {m.Actions[1].Effects, module.Read},
		"idempotent":   {m.Actions[1].Idempotent, true},
		"visibility":   {m.Events[0].Visibility, "internal"},
		"lease":        {m.Reactions[0].Lease, 300 * time.Second},
		"attempts":     {m.Reactions[0].MaxAttempts, 10},
		"retry delay":  {m.Reactions[0].RetryDelay, 5 * time.Second},
		"channels":     {m.Notifications[0].Channels, []string{"in_app"}},
		"title":        {m.Notifications[0].Title, "n"},
		"preference":   {m.Notifications[0].PreferenceKey, "m.n"},
		"enabled":      {m.Notifications[0].DefaultEnabled, true},
		"setting type": {m.Settings[0].Type + m.Settings[0].Scope, "stringapp"},
		"setting":      {m.Settings[0].MaxLength, 1000},
		"event of on":  {m.Notifications[0].EventType, "domain.m.x"},
	} {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestGrantsThatAreWrittenAreAllThereIs(t *testing.T) {
	t.Parallel()
	m, findings := module.Decode(changed(t, module.ManifestFile, "permissions:\n", `grants:
  data: read
  events: true
  notify: false
  capabilities: []
  http: {hosts: [api.example.com, "*.example.org:8443"]}
  ai: {models: [default]}
permissions:
`), "tasks", module.Options{})
	if got := lines(t, findings); got != "GRANT_UNUSED module.yaml $.grants.http w\nGRANT_UNUSED module.yaml $.grants.ai w" {
		t.Error(got)
	}
	want := module.Grants{Data: "read", Events: true, Capabilities: []string{},
		HTTP:    &module.HTTPGrant{Hosts: []string{"api.example.com", "*.example.org:8443"}, Methods: []string{"GET"}},
		AI:      &module.AIGrant{Models: []string{"default"}, MaxTokens: 4096},
		Written: map[string]bool{"data": true, "events": true, "capabilities": true, "http": true, "ai": true}}
	if diff := cmp.Diff(want, m.Grants); diff != "" {
		t.Error(diff)
	}
	for grant, want := range map[string]bool{"": true, "data": true, "data: write": false, "events": true, "notify": false, "capabilities": true,
		"runs": false, "http": true, "ai": true, "secrets": false} {
		if m.Grants.Allows(grant) != want {
			t.Errorf("%q: %v", grant, !want)
		}
	}
}

func TestNeededExportsStandAtTheirFirstDeclaration(t *testing.T) {
	t.Parallel()
	in := changed(t, module.ManifestFile, "  handler: backend", "  user_data_scope: true\n  handler: backend")
	in[module.ReactionsFile] = []byte("reactions:\n  - {id: a, event_type: domain.x.y, target: {kind: handler, handler_method: tick}}\n" +
		"  - {id: b, event_type: domain.x.y, target: {kind: handler, handler_method: count_note}}\n")
	m, findings := module.Decode(in, "tasks", module.Options{})
	if len(findings) > 0 {
		t.Fatal(lines(t, findings))
	}
	var got []string
	for _, n := range m.NeededExports() {
		got = append(got, fmt.Sprintf("%s %s:%d:%d %s %v", n.Name, n.File, n.Line, n.Column, n.Path, n.Account))
	}
	want := []string{
		"account_export module.yaml:4:20 $.module.user_data_scope true", "account_erase module.yaml:4:20 $.module.user_data_scope true",
		"create_task module.yaml:12:21 $.actions[0].handler_method false", "list_tasks module.yaml:16:58 $.actions[1].handler_method false",
		"count_note module.yaml:17:60 $.actions[2].handler_method false",
		"tick contracts/reactions.yaml:2:77 $.reactions[0].target.handler_method false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhileAListIsBrokenNothingIsMissingFromIt(t *testing.T) {
	t.Parallel()
	for _, c := range []change{
		{"events with a broken entry", module.EventsFile, "version: 1", "version: 0", "RANGE contracts/events.yaml $.events[0].version"},
		{"events that do not parse", module.EventsFile, "events:", "events: [", "YAML_SYNTAX contracts/events.yaml $.events"},
		{"events of another version", module.EventsFile, "events:", "schema_version: v9\nevents:", "SCHEMA_VERSION contracts/events.yaml $.schema_version"},
		{"event with a broken type", module.EventsFile, "domain.tasks.created", "domain.Tasks", "ID_PATTERN contracts/events.yaml $.events[0].type"},
		{"permission without text", module.ManifestFile, "id: tasks.write, description: Change tasks.", "id: tasks_write, description: 5", "TYPE module.yaml $.permissions[0].description"},
		{"action with a broken id", module.ManifestFile, "id: create", "id: Create", "ID_PATTERN module.yaml $.actions[0].id"},
		{"notification with a broken id", module.NotificationsFile, "id: added", "id: Added", "ID_PATTERN contracts/notifications.yaml $.notifications[0].id"},
	} {
		c.run(t, module.Options{})
	}
	in := files(base)
	in[module.EventsFile] = nil // there, but unreadable
	if _, findings := module.Decode(in, "tasks", module.Options{}); len(findings) > 0 {
		t.Error(lines(t, findings))
	}
}

func TestEveryFileIsReadWhateverTheOthersHold(t *testing.T) {
	t.Parallel()
	in := files(base)
	in[module.ManifestFile] = []byte("module: [\n")
	in[module.SettingsFile] = []byte("settings: 5\n")
	m, findings := module.Decode(in, "tasks", module.Options{})
	if got := lines(t, findings); m != nil || got != "TYPE contracts/settings.yaml $.settings\nYAML_SYNTAX module.yaml $.module" {
		t.Error(m != nil, got)
	}
	delete(in, module.ManifestFile)
	in[module.SettingsFile] = []byte{}
	m, findings = module.Decode(in, "tasks", module.Options{})
	if got := lines(t, findings); m != nil || got != "FILE_MISSING module.yaml $" {
		t.Error(m != nil, got)
	}
}

func ExampleDecode() {
	_, findings := module.Decode(map[string][]byte{
		"module.yaml": []byte("schema_version: mozaiks.module.v1\nmodule:\n  id: notes\n  handlr: backend.notes:Notes\n"),
	}, "notes", module.Options{})
	for _, f := range findings {
		fmt.Printf("%s %s:%d:%d %s\n", f.Code, f.File, f.Line, f.Column, f.Hint)
	}
	// Output:
	// FIELD_MISSING module.yaml:3:3 add handler: backend.notes:Module, for backend/notes.wasm
	// FIELD_UNKNOWN module.yaml:4:3 did you mean handler?
}
