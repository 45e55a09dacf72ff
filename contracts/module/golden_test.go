package module_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/module"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// faulty is a module with many faults, as a hurried author or a generator makes them.
var faulty = map[string]string{
	module.ManifestFile: `schema_version: mozaiks.module.v1
module:
  id: Tasks
  display_name: " Tasks"
  version: 1.0
  type: crud
  handler: backend.tasks
grants: {data: admin, http: {hosts: [https://api.example.com, 10.0.0.1]}, flies: true}
limits: {memory_mb: 512, fuel: 5, timeout_ms: "100"}
permissions:
  - {id: tasks.write, description: Change tasks.}
  - {id: tasks.write, description: Again.}
actions:
  - id: create
    description: Add a task.
    handler_method: mozaiks_create
    effects: read
    emits: [domain.tasks.created]
    input_schema: {type: array, properties: {title: {type: strng, patern: x}}, $ref: other.json}
    timeout_ms: 60001
  - {id: list-all, handlr_method: list, idempotent: yes}
capabilities:
  - {capability_id: a, kind: action, target: nothing, title: x, title: y}
`,
	module.EventsFile: "events:\n  - {type: tasks.created, version: 0, producer: other, subject: 'a[0]'}\n",
	module.ReactionsFile: `reactions:
  - {id: r, event_type: domain.x, target: {kind: handler}, filters: {a: {like: x}, 'b[0]': 1, c: null}, idempotency_key: []}
  - {id: r, event_type: domain.x, target: {kind: notification, notification_id: nowhere, action: create}, max_attempts: 101}
`,
	module.NotificationsFile: `notifications:
  - {id: n, condition: {field: p}, channels: [fax, push], audience: {everyone: true, roles: [a]}, body: "{{x | lower}}", context_fields: [api_key]}
`,
	module.SettingsFile: "settings:\n  - {id: s, type: enum}\n  - {id: t, type: integer, minimum: 5, default: 4}\n  - {id: u, default: 1}\n",
}

func TestFindingsSayWhatIsWrongAndWhatHelps(t *testing.T) {
	t.Parallel()
	_, findings := module.Decode(files(faulty), "tasks", module.Options{})
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s[%s] %s:%d:%d: %s\n  at %s\n  hint: %s\n", f.Severity, f.Code, f.File, f.Line, f.Column, f.Message, f.Path, f.Hint)
	}
	const golden = "testdata/findings.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}
