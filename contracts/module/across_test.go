package module_test

import (
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/module"
)

// parts are the texts of a small module; each file is completed with its head.
type parts struct {
	manifest, events, reactions, notifications string
}

func small(t *testing.T, id string, p parts) *module.Module {
	t.Helper()
	in := map[string][]byte{module.ManifestFile: []byte("schema_version: mozaiks.module.v1\nmodule: {id: " + id + ", handler: backend.m:M}\n" + p.manifest)}
	for file, text := range map[string]string{module.EventsFile: p.events, module.ReactionsFile: p.reactions, module.NotificationsFile: p.notifications} {
		if text != "" {
			in[file] = []byte(text)
		}
	}
	m, findings := module.Decode(in, id, module.Options{})
	if diagnostic.HasError(findings) {
		t.Fatal(lines(t, findings))
	}
	return m
}

func TestAModuleInACircleWithItself(t *testing.T) {
	t.Parallel()
	const f = module.ReactionsFile
	const old = "    target: {kind: notification, notification_id: added}\n"
	run := "    permissions: [tasks.write]\n    target: {kind: handler, action: create}\n"
	at := "REACTION_CYCLE contracts/reactions.yaml $.reactions[0].event_type"
	shape := "\nREACTION_INPUT_SHAPE contracts/reactions.yaml $.reactions[0].target w"
	for _, c := range []change{
		{"by action", f, old, run, at + shape},
		{"by handler", f, old, strings.Replace(run, "action: create", "handler_method: create_task", 1), at + shape},
		{"by capability", f, old, strings.Replace(run, "handler, action: create", "capability, capability_id: tasks.create", 1), at},
		{"with a filter", f, old, "    filters: {depth: 0}\n" + run, at + " w" + shape},
		{"of its own events alone", f, old, "    producer: tasks\n" + run, at + shape},
		{"of another's events", f, old, "    producer: notes\n" + run, ""},
		{"with a key", f, old, "    idempotency_key: [id]\n" + run, at + shape},
	} {
		c.run(t, module.Options{})
	}
}

func TestACircleIsReportedWithItsWholePath(t *testing.T) {
	t.Parallel()
	in := files(base)
	in[module.ManifestFile] = []byte("schema_version: mozaiks.module.v1\nmodule: {id: tasks, handler: backend.m:M}\nactions:\n" +
		"  - {id: a, description: x, handler_method: f, emits: [domain.x]}\n  - {id: b, description: x, handler_method: g, emits: [domain.y]}\n" +
		"  - {id: c, description: x, handler_method: h, emits: [domain.z]}\n")
	in[module.EventsFile] = []byte("events:\n  - {type: domain.x, version: 1, producer: tasks}\n  - {type: domain.y, version: 1, producer: tasks}\n  - {type: domain.z, version: 1, producer: tasks}\n")
	in[module.ReactionsFile] = []byte("reactions:\n  - {id: zero, event_type: domain.z, target: {kind: handler, action: a}}\n  - {id: one, event_type: domain.x, target: {kind: handler, action: b}}\n" +
		"  - {id: two, event_type: domain.y, target: {kind: handler, action: a}}\n  - {id: out, event_type: domain.y, target: {kind: handler, action: c}}\n")
	delete(in, module.NotificationsFile)
	_, findings := module.Decode(in, "tasks", module.Options{})
	// zero is in no shorter circle than the one through out
	want := "reactions go in a circle: tasks/zero -> domain.x -> tasks/one -> domain.y -> tasks/out -> domain.z -> tasks/zero"
	if len(findings) != 1 || findings[0].Message != want {
		t.Errorf("%+v", findings)
	}
}

func TestReadingWhatAnEventDoesNotHold(t *testing.T) {
	t.Parallel()
	const payload = "{type: object, required: [task_id], properties: {task_id: {type: string}, who: {properties: {id: {}}}, any: {}}}"
	event := func(t *testing.T) map[string][]byte {
		return changed(t, module.EventsFile, "version: 1", "version: 1, payload_schema: "+payload)
	}
	for name, c := range map[string]struct{ file, text, want string }{
		"filter":         {module.ReactionsFile, "filters: {priority: 1, task_id: x}", "$.reactions[0].filters.priority"},
		"key":            {module.ReactionsFile, "idempotency_key: [task_id, who.id, who.name]", "$.reactions[0].idempotency_key[2]"},
		"open part":      {module.ReactionsFile, "idempotency_key: [any.thing, task_id.x]", ""},
		"condition":      {module.NotificationsFile, "condition: {field: p, equals: 1}", "$.notifications[0].condition.field"},
		"context":        {module.NotificationsFile, "context_fields: [task_id, p]", "$.notifications[0].context_fields[1]"},
		"template":       {module.NotificationsFile, "title: '{{task_id}}{% if p %}{{who.id}}{% endif %}'", "$.notifications[0].title"},
		"another module": {module.ReactionsFile, "producer: notes\n    filters: {priority: 1}", ""},
	} {
		in := event(t)
		lines := strings.SplitAfter(string(in[c.file]), "domain.tasks.created\n")
		in[c.file] = []byte(lines[0] + "    " + c.text + "\n" + lines[1])
		_, findings := module.Decode(in, "tasks", module.Options{})
		got := ""
		for _, f := range findings {
			got += string(f.Code) + " " + f.Path
		}
		if want := strings.TrimSuffix("PAYLOAD_PATH_UNKNOWN "+c.want, "PAYLOAD_PATH_UNKNOWN "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAHandlerOfSeveralActionsIsNamedByTheAction(t *testing.T) {
	t.Parallel()
	in := changed(t, module.ManifestFile, "handler_method: list_tasks", "handler_method: count_note")
	in[module.ReactionsFile] = []byte("reactions:\n  - {id: r, event_type: domain.x.y, target: {kind: handler, handler_method: count_note}}\n")
	_, findings := module.Decode(in, "tasks", module.Options{})
	if got := lines(t, findings); got != "HANDLER_AMBIGUOUS contracts/reactions.yaml $.reactions[0].target.handler_method" {
		t.Error(got)
	}
}

func TestWhatOnlyShowsBetweenModules(t *testing.T) {
	t.Parallel()
	action := func(id, emits string) string {
		return "actions: [{id: " + id + ", description: x, handler_method: f, emits: [" + emits + "], input_schema: {required: [k]}}]\n"
	}
	event := func(producer, typ, schema string) string {
		return "events: [{type: " + typ + ", version: 1, producer: " + producer + schema + "}]\n"
	}
	for name, c := range map[string]struct {
		mods []*module.Module
		want string
	}{
		"nothing": {nil, ""},
		"a capability twice": {[]*module.Module{
			small(t, "b", parts{manifest: "capabilities: [{capability_id: x.y, kind: page, target: p, title: t}]\n"}),
			small(t, "a", parts{manifest: "capabilities: [{capability_id: x.y, kind: page, target: p, title: t}]\n"}),
		}, "CAPABILITY_DUPLICATE modules/b/module.yaml $.capabilities[0].capability_id"},
		"a capability of nobody": {[]*module.Module{
			small(t, "a", parts{manifest: "grants: {capabilities: [x.y]}\n", reactions: "reactions: [{id: r, event_type: platform.x, target: {kind: capability, capability_id: x.z}}]\n"}),
		}, "CAPABILITY_UNRESOLVED modules/a/contracts/reactions.yaml $.reactions[0].target\nCAPABILITY_UNRESOLVED modules/a/module.yaml $.grants.capabilities[0]"},
		"a capability of another": {[]*module.Module{
			small(t, "a", parts{manifest: "grants: {capabilities: [x.y]}\n"}),
			small(t, "b", parts{manifest: "capabilities: [{capability_id: x.y, kind: page, target: p, title: t}]\n"}),
		}, ""},
		"an event of nobody": {[]*module.Module{
			small(t, "a", parts{reactions: "reactions: [{id: r, event_type: domain.x.y, target: {kind: handler, handler_method: f}}, {id: s, event_type: platform.x, target: {kind: handler, handler_method: f}}]\n",
				notifications: "notifications: [{id: n, event_type: domain.x.y, audience: {roles: [a]}}]\n"}),
		}, "EVENT_UNKNOWN modules/a/contracts/notifications.yaml $.notifications[0].event_type w\nEVENT_UNKNOWN modules/a/contracts/reactions.yaml $.reactions[0].event_type w"},
		"an event of two": {[]*module.Module{small(t, "a", parts{events: event("a", "domain.x", "")}), small(t, "b", parts{events: event("b", "domain.x", "")})},
			"EVENT_SHARED modules/b/contracts/events.yaml $.events[0].type w"},
		"a permission of nobody": {[]*module.Module{
			small(t, "a", parts{notifications: "notifications: [{id: n, event_type: platform.x, audience: {permissions: [p.q]}}]\n"}),
		}, "PERMISSION_UNKNOWN modules/a/contracts/notifications.yaml $.notifications[0].audience.permissions[0] w"},
		"what another's event holds": {[]*module.Module{
			small(t, "a", parts{events: event("a", "domain.x", ", payload_schema: {properties: {p: {}}}")}),
			small(t, "b", parts{manifest: action("do", ""), reactions: "reactions: [{id: r, event_type: domain.x, filters: {q: 1, p: 1}, target: {kind: handler, action: do}}]\n"}),
		}, "PAYLOAD_PATH_UNKNOWN modules/b/contracts/reactions.yaml $.reactions[0].filters.q w\nREACTION_INPUT_SHAPE modules/b/contracts/reactions.yaml $.reactions[0].target w"},
		"a circle of two": {[]*module.Module{
			small(t, "a", parts{manifest: action("do", "domain.a.x"), events: event("a", "domain.a.x", ", payload_schema: {required: [k]}"),
				reactions: "reactions: [{id: r, event_type: domain.b.x, target: {kind: handler, action: do}}]\n"}),
			small(t, "b", parts{manifest: action("do", "domain.b.x"), events: event("b", "domain.b.x", ", payload_schema: {required: [k]}"),
				reactions: "reactions: [{id: r, event_type: domain.a.x, target: {kind: handler, action: do}}]\n"}),
			small(t, "c", parts{reactions: "reactions: [{id: r, event_type: domain.a.x, target: {kind: handler, handler_method: f}}]\n"}),
		}, "REACTION_CYCLE modules/a/contracts/reactions.yaml $.reactions[0].event_type\nREACTION_CYCLE modules/b/contracts/reactions.yaml $.reactions[0].event_type"},
		"a circle of two with a filter": {[]*module.Module{
			small(t, "a", parts{manifest: action("do", "domain.a.x"), events: event("a", "domain.a.x", ", payload_schema: {required: [k]}"),
				reactions: "reactions: [{id: r, event_type: domain.b.x, filters: {k: 1}, target: {kind: handler, action: do}}]\n"}),
			small(t, "b", parts{manifest: action("do", "domain.b.x"), events: event("b", "domain.b.x", ", payload_schema: {required: [k]}"),
				reactions: "reactions: [{id: r, event_type: domain.a.x, target: {kind: handler, action: do}}]\n"}),
		}, "REACTION_CYCLE modules/a/contracts/reactions.yaml $.reactions[0].event_type w\nREACTION_CYCLE modules/b/contracts/reactions.yaml $.reactions[0].event_type w"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := lines(t, module.CheckAcross(c.mods, module.AppFacts{})); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestACircleOfModulesGoesThroughBoth(t *testing.T) {
	t.Parallel()
	one := func(id, other string) *module.Module {
		return small(t, id, parts{manifest: "actions: [{id: do, description: x, handler_method: f, emits: [domain." + id + "]}]\n",
			events:    "events: [{type: domain." + id + ", version: 1, producer: " + id + "}]\n",
			reactions: "reactions: [{id: r, event_type: domain." + other + ", target: {kind: handler, action: do}}]\n"})
	}
	findings := module.CheckAcross([]*module.Module{one("b", "a"), one("a", "b")}, module.AppFacts{})
	want := []string{"reactions go in a circle: a/r -> domain.a -> b/r -> domain.b -> a/r", "reactions go in a circle: b/r -> domain.b -> a/r -> domain.a -> b/r"}
	if len(findings) != 2 || findings[0].Message != want[0] || findings[1].Message != want[1] {
		t.Errorf("%+v", findings)
	}
}

func TestNothingIsMissingWhileAModuleIsUnread(t *testing.T) {
	t.Parallel()
	m := small(t, "a", parts{manifest: "grants: {capabilities: [x.y]}\n", reactions: "reactions: [{id: r, event_type: domain.x.y, target: {kind: handler, handler_method: f}}]\n"})
	if findings := module.CheckAcross([]*module.Module{m}, module.AppFacts{Unread: []string{"b"}}); len(findings) > 0 {
		t.Error(lines(t, findings))
	}
}
