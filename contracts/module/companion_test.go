package module_test

import (
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/module"
)

func TestEventsAreHeldToTheirRules(t *testing.T) {
	t.Parallel()
	const f = module.EventsFile
	const entry = "type: domain.tasks.created, version: 1, producer: tasks"
	for _, c := range []change{
		{"version null file", f, "events:", "schema_version: mozaiks.events.v1\nevents:", ""},
		{"unknown list", f, "events:", "evnts: []\nevents:", "FIELD_UNKNOWN contracts/events.yaml $.evnts"},
		{"namespace of the platform", f, entry, entry + "}\n  - {type: platform.x, version: 1, producer: tasks", "EVENT_NAMESPACE contracts/events.yaml $.events[1].type"},
		{"twice", f, entry, entry + "}\n  - {" + entry, "DUPLICATE_ID contracts/events.yaml $.events[1].type"},
		{"producer", f, "producer: tasks", "producer: notes", "EVENT_PRODUCER contracts/events.yaml $.events[0].producer"},
		{"no producer", f, ", producer: tasks", "", "FIELD_MISSING contracts/events.yaml $.events[0]"},
		{"version", f, "version: 1", "version: 1000001", "RANGE contracts/events.yaml $.events[0].version"},
		{"version as text", f, "version: 1", "version: 0x1", "TYPE contracts/events.yaml $.events[0].version"},
		{"subject", f, "version: 1", "version: 1, subject: 'items[0]'", "PAYLOAD_PATH contracts/events.yaml $.events[0].subject"},
		{"visibility", f, "version: 1", "version: 1, visibility: public", "ENUM contracts/events.yaml $.events[0].visibility"},
		{"payload not an object", f, "version: 1", "version: 1, payload_schema: {type: string}", "SCHEMA_ROOT contracts/events.yaml $.events[0].payload_schema.type"},
	} {
		c.run(t, module.Options{})
	}
	change{"the host's own modules", f, entry, entry + "}\n  - {type: platform.x, version: 1, producer: tasks", ""}.run(t, module.Options{HostRoot: true})
}

func TestReactionsAreHeldToTheirRules(t *testing.T) {
	t.Parallel()
	const f = module.ReactionsFile
	const target = "target: {kind: notification, notification_id: added}"
	const event = "event_type: domain.tasks.created"
	with := func(fields string) string { return "target: {" + fields + "}" }
	also := func(field string) string { return target + "\n    " + field }
	for _, c := range []change{
		{"kind", f, target, with("kind: module"), "ENUM contracts/reactions.yaml $.reactions[0].target.kind"},
		{"no kind", f, target, with("action: note"), "FIELD_MISSING contracts/reactions.yaml $.reactions[0].target"},
		{"no target", f, "    " + target + "\n", "", "FIELD_MISSING contracts/reactions.yaml $.reactions[0]"},
		{"unknown field of a target", f, target, with("kind: handler, action: note, acton: x"), "FIELD_UNKNOWN contracts/reactions.yaml $.reactions[0].target.acton"},
		{"handler without one", f, target, with("kind: handler"), "FIELD_MISSING contracts/reactions.yaml $.reactions[0].target"},
		{"handler with both", f, target, with("kind: handler, action: note, handler_method: count_note"), "FIELD_CONFLICT contracts/reactions.yaml $.reactions[0].target.action"},
		{"handler with another kind's", f, target, with("kind: handler, action: note, capability_id: x"), "FIELD_CONFLICT contracts/reactions.yaml $.reactions[0].target.capability_id"},
		{"handler by action", f, target, with("kind: handler, action: note"), ""},
		{"undeclared action", f, target, with("kind: handler, action: nota"), "ACTION_UNDECLARED contracts/reactions.yaml $.reactions[0].target.action"},
		{"bare handler", f, target, with("kind: handler, handler_method: tick"), ""},
		{"handler of one action", f, target, with("kind: handler, handler_method: count_note"), ""},
		{"reserved handler", f, target, with("kind: handler, handler_method: memory"), "ID_RESERVED contracts/reactions.yaml $.reactions[0].target.handler_method"},
		{"permission not held", f, "event_type: domain.tasks.created\n    " + target, "event_type: domain.x.y\n    " + with("kind: handler, action: create"), "PERMISSION_NOT_HELD contracts/reactions.yaml $.reactions[0].target.action"},
		{"permission held", f, "event_type: domain.tasks.created\n    " + target, "event_type: domain.x.y\n    permissions: [tasks.write]\n    " + with("kind: handler, action: create"), ""},
		{"capability of another module", f, target, with("kind: capability, capability_id: notes.create"), ""},
		{"own capability without its permission", f, "event_type: domain.tasks.created\n    " + target, "event_type: domain.x.y\n    " + with("kind: capability, capability_id: tasks.create"), "PERMISSION_NOT_HELD contracts/reactions.yaml $.reactions[0].target.capability_id"},
		{"undeclared notification", module.NotificationsFile, "id: added", "id: adedd", "NOTIFICATION_UNDECLARED contracts/reactions.yaml $.reactions[0].target.notification_id"},
		{"adapter", f, target, with("kind: service_adapter, adapter: x, adapter_method: y"), "ADAPTER_UNKNOWN contracts/reactions.yaml $.reactions[0].target.adapter"},
		{"adapter without method", f, target, with("kind: service_adapter, adapter: x"), "FIELD_MISSING contracts/reactions.yaml $.reactions[0].target\nADAPTER_UNKNOWN contracts/reactions.yaml $.reactions[0].target.adapter"},
		{"undeclared permission", f, target, also("permissions: [ghost]"), "PERMISSION_UNDECLARED contracts/reactions.yaml $.reactions[0].permissions[0]"},
		{"event", f, event, "event_type: app.x", "EVENT_NAMESPACE contracts/reactions.yaml $.reactions[0].event_type"},
		{"event of the platform", f, event, "event_type: mozaikspay.paid", ""},
		{"twice", f, "reactions:", "reactions:\n  - {id: tell, " + event + ", " + target + "}", "DUPLICATE_ID contracts/reactions.yaml $.reactions[1].id"},
		{"lease", f, target, also("lease_seconds: 9"), "RANGE contracts/reactions.yaml $.reactions[0].lease_seconds"},
		{"longest lease", f, target, also("lease_seconds: 3600"), ""},
		{"attempts", f, target, also("max_attempts: 0"), "RANGE contracts/reactions.yaml $.reactions[0].max_attempts"},
		{"attempts null", f, target, also("max_attempts:"), ""},
		{"delay", f, target, also("retry_delay_seconds: 3601"), "RANGE contracts/reactions.yaml $.reactions[0].retry_delay_seconds"},
		{"no delay", f, target, also("retry_delay_seconds: 0"), ""},
		{"producer", f, target, also("producer: a-b"), "ID_PATTERN contracts/reactions.yaml $.reactions[0].producer"},
		{"key of paths", f, target, also("idempotency_key: [a, b.c]"), ""},
		{"key without paths", f, target, also("idempotency_key: []"), "FIELD_MISSING contracts/reactions.yaml $.reactions[0].idempotency_key"},
		{"key of nine", f, target, also("idempotency_key: [a, b, c, d, e, f, g, h, i]"), "COUNT_LIMIT contracts/reactions.yaml $.reactions[0].idempotency_key"},
		{"key with brackets", f, target, also("idempotency_key: ['a[0]']"), "PAYLOAD_PATH contracts/reactions.yaml $.reactions[0].idempotency_key[0]"},
		{"key as a label", f, target, also("idempotency_key: x"), "IDEMPOTENCY_LABEL contracts/reactions.yaml $.reactions[0].idempotency_key w"},
		{"key a number", f, target, also("idempotency_key: 5"), "TYPE contracts/reactions.yaml $.reactions[0].idempotency_key"},
		{"key null", f, target, also("idempotency_key:"), ""},

		{"filters of all forms", f, target, also("filters: {a: x, b: [1, true], c.d: {exists: true}, e: {gte: 1, lt: 9.5}, f: {nin: [q], ne: false, in: [1], eq: 1, gt: a, lte: b}}"), ""},
		{"filters null", f, target, also("filters:"), ""},
		{"filters a list", f, target, also("filters: []"), "TYPE contracts/reactions.yaml $.reactions[0].filters"},
		{"filter with brackets", f, target, also("filters: {'a[0]': 1}"), `PAYLOAD_PATH contracts/reactions.yaml $.reactions[0].filters["a[0]"]`},
		{"filter null", f, target, also("filters: {a: }"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a"},
		{"filter infinite", f, target, also("filters: {a: .inf}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a"},
		{"filter without test", f, target, also("filters: {a: {}}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a"},
		{"filter without values", f, target, also("filters: {a: []}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a"},
		{"filter with a list in a list", f, target, also("filters: {a: [[1]]}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a[0]"},
		{"unknown operator", f, target, also("filters: {a: {like: x}}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a.like"},
		{"order of booleans", f, target, also("filters: {a: {gt: true}}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a.gt"},
		{"exists as text", f, target, also("filters: {a: {exists: yes}}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a.exists"},
		{"in without a list", f, target, also("filters: {a: {in: x}}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a.in"},
		{"16 filters", f, target, also("filters: {" + many(16, "p%d: 1") + "}"), ""},
		{"17 filters", f, target, also("filters: {" + many(17, "p%d: 1") + "}"), "COUNT_LIMIT contracts/reactions.yaml $.reactions[0].filters"},
		{"100 alternatives", f, target, also("filters: {a: [" + many(100, "%d") + "]}"), ""},
		{"101 alternatives", f, target, also("filters: {a: [" + many(101, "%d") + "]}"), "FILTER_FORM contracts/reactions.yaml $.reactions[0].filters.a"},
	} {
		c.run(t, module.Options{})
	}
	change{"adapter of the host", f, target, with("kind: service_adapter, adapter: x, adapter_method: y"), ""}.run(t, module.Options{Adapters: []string{"x"}})
}

// many joins n texts that hold their number.
func many(n int, form string) string {
	var out []string
	for i := range n {
		out = append(out, strings.Replace(form, "%d", string(rune('0'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10)), 1))
	}
	return strings.ReplaceAll(strings.Join(out, ", "), " 0", " 1")
}

func TestNotificationsAreHeldToTheirRules(t *testing.T) {
	t.Parallel()
	const f = module.NotificationsFile
	const event, audience = "event_type: domain.tasks.created", "audience: {permissions: [tasks.read]}"
	also := func(field string) string { return audience + "\n    " + field }
	for _, c := range []change{
		{"no event", f, "    " + event + "\n", "", "FIELD_MISSING contracts/notifications.yaml $.notifications[0]"},
		{"both events", f, event, event + "\n    on: domain.x.y", "FIELD_CONFLICT contracts/notifications.yaml $.notifications[0].on"},
		{"on", f, event, "on: domain.tasks.created", ""},
		{"on, with event_type null", f, event, "event_type:\n    on: domain.tasks.created", ""},
		{"event broken", f, event, "event_type: domain", "ID_PATTERN contracts/notifications.yaml $.notifications[0].event_type"},
		{"channel", f, audience, also("channels: [fax]"), "ENUM contracts/notifications.yaml $.notifications[0].channels[0]"},
		{"channel without sender", f, audience, also("channels: [in_app, sms]"), "CHANNEL_UNAVAILABLE contracts/notifications.yaml $.notifications[0].channels[1] w"},
		{"channels empty", f, audience, also("channels: []"), ""},
		{"template and title", f, audience, also("template: {}\n    title: x"), "FIELD_CONFLICT contracts/notifications.yaml $.notifications[0].title"},
		{"template field", f, audience, also("template: {subject: x}"), "FIELD_UNKNOWN contracts/notifications.yaml $.notifications[0].template.subject"},
		{"template null beside title", f, audience, also("template:\n    title: x"), ""},
		{"template form", f, audience, also("body: 'Hi {{title'"), "TEMPLATE_FORM contracts/notifications.yaml $.notifications[0].body"},
		{"title too long", f, audience, also("title: " + strings.Repeat("x", 201)), "TEXT_FORM contracts/notifications.yaml $.notifications[0].title"},
		{"body long", f, audience, also("body: " + strings.Repeat("x", 4000)), ""},
		{"body too long", f, audience, also("body: " + strings.Repeat("x", 4001)), "TEXT_FORM contracts/notifications.yaml $.notifications[0].body"},
		{"body of lines", f, audience, also("body: |-\n      a\n      b"), ""},
		{"secret context", f, audience, also("context_fields: [task_id, a.api_KEY_id]"), "CONTEXT_FIELD_DROPPED contracts/notifications.yaml $.notifications[0].context_fields[1] w"},
		{"audience null", f, audience, "audience:", "TYPE contracts/notifications.yaml $.notifications[0].audience"},
		{"nobody", f, audience, "audience: {}", "AUDIENCE_EVERYONE contracts/notifications.yaml $.notifications[0].audience w"},
		{"no audience", f, "    " + audience + "\n", "", "AUDIENCE_EVERYONE contracts/notifications.yaml $.notifications[0] w"},
		{"nobody, in words", f, audience, "audience: {everyone: false, roles: [], permissions: }", "AUDIENCE_EVERYONE contracts/notifications.yaml $.notifications[0].audience w"},
		{"everyone", f, audience, "audience: {everyone: true}", ""},
		{"everyone and some", f, audience, "audience: {everyone: true, roles: [x]}", "FIELD_CONFLICT contracts/notifications.yaml $.notifications[0].audience.everyone"},
		{"resolver", f, audience, "audience: {resolver: list}", ""},
		{"resolver unknown", f, audience, "audience: {resolver: lsit}", "ACTION_UNDECLARED contracts/notifications.yaml $.notifications[0].audience.resolver"},
		{"condition", f, audience, also("condition: {field: a.b, in: [x, 5, null]}"), ""},
		{"condition null", f, audience, also("condition:"), ""},
		{"condition without test", f, audience, also("condition: {field: p}"), "CONDITION_FORM contracts/notifications.yaml $.notifications[0].condition"},
		{"condition with two", f, audience, also("condition: {field: p, equals: 1, in: [1]}"), "CONDITION_FORM contracts/notifications.yaml $.notifications[0].condition"},
		{"condition unknown", f, audience, also("condition: {field: p, matches: x}"), "CONDITION_FORM contracts/notifications.yaml $.notifications[0].condition"},
		{"condition without field", f, audience, also("condition: {equals: 1}"), "CONDITION_FORM contracts/notifications.yaml $.notifications[0].condition"},
		{"condition, in without list", f, audience, also("condition: {field: p, in: x}"), "CONDITION_FORM contracts/notifications.yaml $.notifications[0].condition.in"},
		{"condition, in empty", f, audience, also("condition: {field: p, in: []}"), "CONDITION_FORM contracts/notifications.yaml $.notifications[0].condition.in"},
		{"condition, a list", f, audience, also("condition: {field: p, equals: [x]}"), "CONDITION_FORM contracts/notifications.yaml $.notifications[0].condition.equals"},
		{"condition, path", f, audience, also("condition: {field: 'p[0]', equals: x}"), "PAYLOAD_PATH contracts/notifications.yaml $.notifications[0].condition.field"},
		{"preference", f, audience, also("preference_key: A"), "ID_PATTERN contracts/notifications.yaml $.notifications[0].preference_key"},
		{"enabled", f, audience, also("default_enabled: no"), "TYPE contracts/notifications.yaml $.notifications[0].default_enabled"},
		{"twice", f, "notifications:", "notifications:\n  - {id: added, " + event + ", " + audience + "}", "DUPLICATE_ID contracts/notifications.yaml $.notifications[1].id"},
	} {
		c.run(t, module.Options{})
	}
}

func TestSettingsAreHeldToTheirRules(t *testing.T) {
	t.Parallel()
	const f = module.SettingsFile
	const entry = "id: size, type: integer, default: 50"
	at := " contracts/settings.yaml $.settings[0]"
	for _, c := range []change{
		{"type", f, entry, "id: s, type: date, default: 5", "ENUM" + at + ".type"},
		{"scope", f, entry, "id: s, scope: workspace", "ENUM" + at + ".scope"},
		{"id", f, entry, "id: 5", "TYPE" + at + ".id"},
		{"twice", f, entry, "id: s}\n  - {id: s", "DUPLICATE_ID contracts/settings.yaml $.settings[1].id"},
		{"default null", f, entry, "id: s, type: enum, enum_values: [a], default: null", ""},
		{"integer at its bounds", f, entry, entry + ", minimum: 50, maximum: 50", ""},
		{"integer below", f, entry, entry + ", minimum: 51", "SETTING_DEFAULT" + at + ".default"},
		{"integer above", f, entry, entry + ", maximum: 49", "SETTING_DEFAULT" + at + ".default"},
		{"integer as float", f, entry, "id: s, type: integer, default: 5.0", "SETTING_DEFAULT" + at + ".default"},
		{"integer as text", f, entry, "id: s, type: integer, default: 007", "SETTING_DEFAULT" + at + ".default"},
		{"not a number", f, entry, "id: s, type: integer, default: .nan", "SETTING_DEFAULT" + at + ".default"},
		{"integer too large", f, entry, "id: s, type: integer, default: 9007199254740993", "SETTING_DEFAULT" + at + ".default"},
		{"bounds out of order", f, entry, entry + ", minimum: 6, maximum: 5", "RANGE" + at + ".minimum"},
		{"bounds of a text", f, entry, "id: s, minimum: 6", "FIELD_CONFLICT" + at + ".minimum"},
		{"text at its length", f, entry, "id: s, max_length: 3, default: äöü", ""},
		{"text too long", f, entry, "id: s, max_length: 3, default: äöüx", "SETTING_DEFAULT" + at + ".default"},
		{"text, a number", f, entry, "id: s, default: 5", "SETTING_DEFAULT" + at + ".default"},
		{"length beyond", f, entry, "id: s, max_length: 10001", "RANGE" + at + ".max_length"},
		{"length of an integer", f, entry, entry + ", max_length: 5", "FIELD_CONFLICT" + at + ".max_length"},
		{"boolean", f, entry, "id: s, type: boolean, default: yes", "SETTING_DEFAULT" + at + ".default"},
		{"enum", f, entry, "id: s, type: enum, enum_values: [a, b], default: b", ""},
		{"enum, another", f, entry, "id: s, type: enum, enum_values: [a, b], default: c", "SETTING_DEFAULT" + at + ".default"},
		{"enum without values", f, entry, "id: s, type: enum, default: c", "SETTING_ENUM" + at},
		{"enum without a value", f, entry, "id: s, type: enum, enum_values: []", "SETTING_ENUM" + at + ".enum_values"},
		{"enum_values elsewhere", f, entry, "id: s, enum_values: [a]", "SETTING_ENUM" + at + ".enum_values"},
		{"features", f, "settings:", "features: [{id: x, rollout: {a: 1}}]\nsettings:", ""},
		{"features of text", f, "settings:", "features: [x]\nsettings:", "TYPE contracts/settings.yaml $.features[0]"},
	} {
		c.run(t, module.Options{})
	}
}

func TestASettingAcceptsWhatItsDefaultMayBe(t *testing.T) {
	t.Parallel()
	m, findings := module.Decode(changed(t, module.SettingsFile, "default: 50", "default: 50, maximum: 100"), "tasks", module.Options{})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	for v, want := range map[any]bool{int64(100): true, int64(101): false, "5": false, 5.0: false, nil: false} {
		if m.Settings[0].Accepts(v) != want {
			t.Errorf("%v: %v", v, !want)
		}
	}
}
