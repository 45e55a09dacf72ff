package module_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
)

// base is a module without a finding; cases change it in one place.
var base = map[string]string{
	module.ManifestFile: `schema_version: mozaiks.module.v1
module:
  id: tasks
  handler: backend.tasks:Tasks
permissions:
  - {id: tasks.write, description: Change tasks.}
  - {id: tasks.read, description: See tasks.}
actions:
  - id: create
    description: Add a task.
    handler_method: create_task
    permissions: [tasks.write]
    emits: [domain.tasks.created]
    input_schema: {type: object, required: [title]}
  - {id: list, description: List tasks., handler_method: list_tasks, effects: read}
  - {id: note, description: Count a note., handler_method: count_note, api_surface: internal}
capabilities:
  - {capability_id: tasks.create, kind: action, target: create, title: Add a task}
`,
	module.EventsFile: `events:
  - {type: domain.tasks.created, version: 1, producer: tasks}
`,
	module.ReactionsFile: `reactions:
  - id: tell
    event_type: domain.tasks.created
    target: {kind: notification, notification_id: added}
`,
	module.NotificationsFile: `notifications:
  - id: added
    event_type: domain.tasks.created
    audience: {permissions: [tasks.read]}
`,
	module.SettingsFile: `settings:
  - {id: size, type: integer, default: 50}
`,
}

// changed answers the files of base with old replaced by text in file.
func changed(t testing.TB, file, old, text string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for name, content := range base {
		files[name] = []byte(content)
	}
	if strings.Count(string(files[file]), old) == 0 {
		t.Fatalf("%q is not in %s", old, file)
	}
	files[file] = []byte(strings.Replace(string(files[file]), old, text, 1))
	return files
}

// lines writes findings as CODE file path, warnings with a w behind them.
func lines(t testing.TB, findings []diagnostic.Finding) string {
	t.Helper()
	var out []string
	for _, f := range findings {
		line := fmt.Sprintf("%s %s %s", f.Code, f.File, f.Path)
		if f.Severity == diagnostic.Warning {
			line += " w"
		}
		if _, known := fault.Lookup(f.Code); !known || f.Message == "" || f.Hint == "" || (f.Line == 0) != (f.Column == 0) {
			t.Errorf("incomplete: %+v", f)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// change is one case: base with one thing changed, and the findings that it must have.
type change struct {
	name, file, old, text, want string
}

func (c change) run(t *testing.T, opts module.Options) {
	t.Run(c.name, func(t *testing.T) {
		t.Parallel()
		_, findings := module.Decode(changed(t, c.file, c.old, c.text), "tasks", opts)
		if got := lines(t, findings); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
			for _, f := range findings {
				t.Logf("%+v", f)
			}
		}
	})
}

func files(from map[string]string) map[string][]byte {
	out := map[string][]byte{}
	for name, content := range maps.All(from) {
		out[name] = []byte(content)
	}
	return out
}
