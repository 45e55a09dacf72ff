package module_test

import (
	"testing"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/module"
)

// FuzzDecode holds that no declarations break the decoder, that findings are complete, and that what has no error is whole.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(base[module.ManifestFile]), []byte(base[module.EventsFile]), []byte(base[module.ReactionsFile]), []byte(base[module.NotificationsFile]), []byte(base[module.SettingsFile]))
	f.Add([]byte("schema_version: mozaiks.module.v1\nmodule:\n  id: tasks\n  backend: {file: backend/a.wasm}\ngrants: {http: {hosts: [a.b]}}\nlimits: {fuel: 99999}\n"), []byte("events: [{}]"),
		[]byte("reactions: [{id: a, event_type: domain.x, filters: {a: {gt: 1}}, target: {kind: handler}, idempotency_key: x}]"),
		[]byte("notifications: [{id: a, on: domain.x, condition: {field: x, in: [1]}, template: {body: '{% if a %}{{b | upper}}{% endif %}'}}]"), []byte("settings: [{id: x, type: enum, enum_values: [a]}]"))
	f.Fuzz(func(t *testing.T, manifest, events, reactions, notifications, settings []byte) {
		in := map[string][]byte{module.ManifestFile: manifest, module.EventsFile: events, module.ReactionsFile: reactions, module.NotificationsFile: notifications, module.SettingsFile: settings}
		m, findings := module.Decode(in, "tasks", module.Options{})
		lines(t, findings)
		if diagnostic.HasError(findings) {
			return
		}
		if m == nil || m.ID != "tasks" || m.Backend.File == "" || m.Limits.MemoryMB == 0 {
			t.Fatalf("no error, but %+v", m)
		}
		for i := range m.Reactions {
			module.Match(m.Reactions[i].Filters, map[string]any{"a": int64(1)})
		}
		for i := range m.Notifications {
			if _, err := module.ParseTemplate(m.Notifications[i].Title); err != nil {
				t.Error(err)
			}
		}
		module.CheckAcross([]*module.Module{m, m}, module.AppFacts{})
	})
}
