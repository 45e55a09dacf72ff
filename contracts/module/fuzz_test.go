package module_test

import (
	"os"
	"path/filepath"
	"strings"
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

// FuzzEachFile changes one file of a module at a time, tests included: what is found says where, and a second reading finds the same.
func FuzzEachFile(f *testing.F) {
	names := []string{module.ManifestFile, module.ExtensionsFile, module.EventsFile, module.ReactionsFile, module.NotificationsFile, module.SettingsFile,
		module.AdminFile, module.ProfileFile, module.RelationshipsFile, module.PolicyHooksFile, "tests/a.yaml"}
	for i, name := range names {
		kind := strings.TrimSuffix(filepath.Base(name), ".yaml")
		if i == len(names)-1 {
			kind = "module_tests"
		}
		examples, err := filepath.Glob("../v1/examples/" + kind + "/*/*.yaml")
		if err != nil || len(examples) == 0 {
			f.Fatal(kind, err)
		}
		for _, e := range examples {
			raw, err := os.ReadFile(e)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(uint8(i), raw)
		}
	}
	decode := func(t *testing.T, file string, content []byte) ([]diagnostic.Finding, *module.Module) {
		files := changed(t, module.ManifestFile, "id: tasks", "id: tasks")
		if strings.HasPrefix(file, "tests/") {
			m, findings := module.Decode(files, "tasks", module.Options{})
			_, more := m.DecodeTests(map[string][]byte{file: content}, module.Options{})
			return append(findings, more...), m
		}
		files[file] = content
		m, findings := module.Decode(files, "tasks", module.Options{})
		return findings, m
	}
	f.Fuzz(func(t *testing.T, which uint8, content []byte) {
		file := names[int(which)%len(names)]
		findings, m := decode(t, file, content)
		again, _ := decode(t, file, content)
		if a, b := lines(t, findings), lines(t, again); a != b {
			t.Fatalf("two readings differ:\n%s\n%s", a, b)
		}
		for _, x := range findings {
			if x.Line == 0 && x.Path != "$" {
				t.Errorf("no place: %+v", x)
			}
		}
		if !diagnostic.HasError(findings) && (m == nil || m.ID != "tasks") {
			t.Fatalf("no error, but %+v", m)
		}
	})
}
