package vectors_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/vectors"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// The probe is a module whose handlers ask the host for one thing each and answer what they are told.
const manifest = `schema_version: mozaiks.module.v1
module: {id: probe, handler: "backend.probe:M", user_data_scope: true}
grants: {data: write, events: true, capabilities: [notes.create], http: {hosts: [example.com]}}
capabilities: [{capability_id: notes.create, kind: action, target: draw, title: Notes}]
permissions: [{id: probe.use, description: Use it.}]
actions:
  - {id: draw, description: Draw random bytes., handler_method: draw, effects: read}
  - {id: put, description: Put a thing., handler_method: put, permissions: [probe.use]}
  - {id: gate, description: Behind a gate., handler_method: put, entitlement_gate: probe.gate}
  - {id: fail, description: Put a thing and fail., handler_method: fail}
  - {id: tell, description: Tell of it., handler_method: tell, emits: [domain.probe.told]}
  - {id: call, description: Call another., handler_method: call}
  - {id: fetch, description: Fetch twice., handler_method: fetch, effects: external}
  - {id: react, description: React., handler_method: put, api_surface: internal}
  - {id: no, description: Refuse., handler_method: no, api_surface: internal}
`

var files = map[string]string{
	"app.json":                                   `{"schema_version": "mozaiks.app.v1", "appId": "lab"}`,
	"data/contract.json":                         `{"version": "1", "surfaces": [{"surface_id": "probe", "surface_kind": "module", "collections": [{"name": "things", "fields": [{"name": "k", "type": "string"}]}, {"name": "own", "tenancy": "per_user", "owner_field": "user_id", "fields": [{"name": "user_id", "type": "string"}]}]}]}`,
	"modules/probe/module.yaml":                  manifest,
	"modules/probe/contracts/events.yaml":        "schema_version: mozaiks.events.v1\nevents:\n  - {type: domain.probe.told, version: 1, producer: probe, description: Told., payload_schema: {type: object, properties: {n: {type: integer}, who: {type: string}}}}\n",
	"modules/probe/contracts/notifications.yaml": "schema_version: mozaiks.notifications.v1\nnotifications:\n  - {id: told, event_type: domain.probe.told, channels: [in_app], audience: {user_id_field: who}, template: {title: \"Told {{n}}\", body: b}}\n",
	"modules/probe/contracts/reactions.yaml":     "schema_version: mozaiks.reactions.v1\nreactions:\n  - {id: small, event_type: domain.probe.told, filters: {n: 1}, target: {kind: handler, action: react}}\n  - {id: guarded, event_type: domain.probe.told, permissions: [probe.use], target: {kind: handler, action: put}}\n  - {id: refusing, event_type: domain.probe.told, target: {kind: handler, action: 'no'}}\n",
	"modules/probe/runtime_extensions.yaml":      "schema_version: mozaiks.runtime_extensions.v1\nextensions:\n  - {id: web, kind: api_router, entrypoint: \"backend.probe:put\", prefix: /web, routes: [{id: draw, method: GET, path: \"/d/{n}\", action: draw}, {id: put, method: POST, path: /p, action: put, permissions: [probe.use]}]}\n  - {id: hourly, kind: schedule, cron: \"0 * * * *\", action: react}\n",
}

// probe writes the app and answers its folder.
func probe(t *testing.T, tests string) string {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{"modules/probe/tests/all.yaml": "schema_version: mozaiks.module_tests.v1\ntests:\n" + tests, "modules/probe/backend/probe.wasm": string(binary())}
	for name, content := range files {
		all[name] = content
	}
	for name, content := range all {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func binary() []byte {
	b := w.New().Memory(2, 0)
	ops := map[string]uint32{}
	for _, op := range []string{"random", "data_write", "event_emit", "capability_call", "http_fetch"} {
		ops[op] = b.Operation(op)
	}
	b.Allocator()
	free := int32(70_000)
	text := func(s string) (at, n int32) {
		at = free
		b.Data(at, s)
		free += int32(len(s))
		return at, int32(len(s))
	}
	ask := func(op, request string) []byte {
		at, n := text(request)
		return slices.Concat(w.I32Const(at), w.I32Const(n), w.Call(ops[op]))
	}
	answer := func(s string) []byte {
		at, n := text(s)
		return w.Packed(uint32(at), uint32(n))
	}
	put := `{"ops": [{"op": "insert", "collection": "things", "doc": {"k": "new"}}, {"op": "insert", "collection": "own", "doc": {}}]}`
	b.Handler("draw", ask("random", `{"bytes": 8}`))
	b.Handler("put", ask("data_write", put))
	b.Handler("fail", ask("data_write", put), w.Drop, answer(`{"error": {"code": "conflict", "message": "no, thanks"}}`))
	b.Handler("no", answer(`{"error": {"code": "conflict", "message": "no"}}`))
	b.Handler("tell", ask("event_emit", `{"type": "domain.probe.told", "payload": {"n": 2, "who": "bob"}}`), w.Drop, ask("event_emit", `{"type": "domain.probe.told", "payload": {"n": 3}}`))
	b.Handler("call", ask("capability_call", `{"capability_id": "notes.create", "input": {"x": 1}}`))
	b.Handler("fetch", ask("http_fetch", `{"url": "https://example.com/1"}`), w.Drop, ask("http_fetch", `{"url": "https://example.com/2"}`))
	b.Handler("account_export", answer(`{"ok": {"items": [1]}}`))
	b.Handler("account_erase", ask("data_write", `{"ops": [{"op": "delete", "collection": "things", "filter": {}, "max": 100}]}`))
	return b.Bytes()
}

// run runs the tests and answers the report.
func run(t *testing.T, dir, match string) *vectors.Report {
	t.Helper()
	check := &modules.CheckOptions{}
	bundle, err := app.Check(dir, check)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := wasmhost.New(t.Context(), &wasmhost.Options{Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close(context.Background()) })
	c := bundle.Modules[0]
	report := &vectors.Report{Findings: slices.Clone(c.Findings)}
	if !c.OK() {
		return report
	}
	options := vectors.Options{Open: func(ctx context.Context, dir string) (*persistence.Store, error) {
		db, err := sqlite.Open(ctx, dir, &sqlite.Options{Readers: 2, Synchronous: "OFF"})
		if err != nil {
			return nil, err
		}
		return persistence.New(db, &persistence.Options{CursorKey: [32]byte{1}}), nil
	}}
	if match != "" {
		options.Match = regexp.MustCompile(match)
	}
	results, findings, err := vectors.Run(t.Context(), engine, &vectors.Subject{App: bundle.App.ID, Data: bundle.Data, Module: c.Module, Dir: c.Dir,
		Candidate: c, Check: check}, options)
	if err != nil {
		t.Fatal(err)
	}
	report.Results, report.Findings = results, append(report.Findings, findings...)
	return report
}

// said lists the findings of failed tests, one a line: place and message.
func said(r *vectors.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		if f.Code != fault.TestUncovered {
			fmt.Fprintf(&b, "%d:%d %s %s\n", f.Line, f.Column, f.Code, f.Message)
		}
	}
	return b.String()
}

func TestWhatPasses(t *testing.T) {
	t.Parallel()
	report := run(t, probe(t, `  - id: same_seed
    given: {seed: 3}
    when: {action: draw}
    expect: {output: {base64: {$regex: "^[A-Za-z0-9+/]{11}=$"}}, events: [], documents: {things: [], own: []}}
  - {id: route, when: {extension: web, route: draw, request: {params: {n: 1}}}, expect: {output: {base64: {$type: string}}}}
  - {id: tick, when: {extension: hourly}, expect: {error: {code: scope_denied}}}
  - id: puts
    given: {documents: {things: [{_id: a, k: old}], own: [{_id: b, user_id: u_eve}]}}
    when: {action: put}
    expect: {documents: {things: [{_id: a}, {k: new}], own: [{user_id: u_eve}, {user_id: u_test}]}}
  - {id: denied, given: {principal: {permissions: []}}, when: {action: put}, expect: {error: {code: PERMISSION_DENIED}}}
  - {id: denied_route, given: {principal: {permissions: []}}, when: {extension: web, route: put}, expect: {error: {code: PERMISSION_DENIED}}}
  - {id: fails, when: {action: fail}, expect: {error: {code: conflict, message: "no, thanks"}}}
  - id: tells
    when: {action: tell}
    expect:
      events: [{type: domain.probe.told, payload: {n: 2}}, {type: domain.probe.told, payload: {$exact: {n: 3}}}]
      notifications: [{id: told, recipients: [bob], title: Told 2}]
  - id: reacts
    when: {event: domain.probe.told, payload: {n: 1}}
    expect: {reactions: {small: ok, guarded: ok, refusing: failed}, documents: {things: [{k: new}, {k: new}]}}
  - {id: skips, given: {principal: {permissions: []}}, when: {event: domain.probe.told, payload: {n: 2}}, expect: {reactions: {guarded: skipped}}}
  - id: calls
    given: {capabilities: [{match: {capability_id: notes.create}, answer: {note_id: n_1}}]}
    when: {action: call}
    expect: {output: {note_id: n_1}}
  - {id: calls_nobody, when: {action: call}, expect: {error: {code: unavailable}}}
  - id: fetches_in_order
    given: {http: [{match: {url: {$regex: "/1$"}}, answer: {status: 200}}, {match: {url: {$regex: "/2$"}}, answer: {error: {code: timeout}}}]}
    when: {action: fetch}
    expect: {error: {code: timeout}}
  - {id: exports, when: {account: export}, expect: {output: {items: [1]}}}
  - id: erases
    given: {documents: {things: [{_id: a}]}}
    when: {account: erase, user: u_bob}
    expect: {documents: {things: []}, output: {results: [{deleted: 1}]}}
`), "")
	if got := said(report); got != "" {
		t.Error(got)
	}
	if passed, failed := report.Counts(); passed != 15 || failed != 0 {
		t.Errorf("%d passed, %d failed", passed, failed)
	}
	var uncovered []string
	for _, f := range report.Findings {
		uncovered = append(uncovered, fmt.Sprint(f.Code, " ", f.File, ":", f.Line))
	}
	if got := strings.Join(uncovered, ", "); got != "TEST_UNCOVERED modules/probe/module.yaml:9" {
		t.Errorf("uncovered: %s", got)
	}
}

func TestWhatFailsIsNamedWhereItIsExpected(t *testing.T) {
	t.Parallel()
	dir := probe(t, `  - {id: output, when: {action: draw}, expect: {output: {base64: nothing}}}
  - {id: succeeds, when: {action: fail}, expect: {}}
  - {id: refuses, when: {action: put}, expect: {error: {code: CONFLICT}}}
  - {id: code, when: {action: fail}, expect: {error: {code: not_found, message: {$regex: "^yes"}}}}
  - {id: too_many, when: {action: tell}, expect: {events: [{payload: {n: 2}}]}}
  - {id: too_few, when: {action: put}, expect: {events: [{type: domain.probe.told}]}}
  - {id: order, when: {action: tell}, expect: {events: [{payload: {n: 3}}, {payload: {n: 2}}]}}
  - {id: nobody, when: {action: tell}, expect: {notifications: [{recipients: [eve]}]}}
  - {id: missing, when: {action: put}, expect: {documents: {things: [{k: old}, {_id: a}]}}}
  - {id: twice, when: {action: put}, expect: {documents: {things: [{k: new}, {k: new}]}}}
  - {id: reaction, when: {event: domain.probe.told, payload: {n: 2}}, expect: {reactions: {small: ok, refusing: ok}}}
  - {id: fuel, when: {action: put}, expect: {fuel_max: 7}}
`)
	report := run(t, dir, "")
	got := regexp.MustCompile(`[0-9]+ units|got "[A-Za-z0-9+/]+="|doc_[A-Z0-9]+`).ReplaceAllString(said(report), "…")
	want := `3:57 TEST_FAILED output: the output at $.base64: expected "nothing", …
4:5 TEST_FAILED succeeds: expected success, got CONFLICT: no, thanks
5:56 TEST_FAILED refuses: expected CONFLICT, got success: {"results":[{"id":"…","rev":1},{"id":"……
6:54 TEST_FAILED code: expected not_found, got CONFLICT: no, thanks
6:54 TEST_FAILED code: the message at $: expected text that matches ^yes, got "no, thanks"
7:60 TEST_FAILED too_many: events: one more than expected: {"payload":{"n":3},"subject":"","type":"domain.probe.told","version":1}
8:58 TEST_FAILED too_few: events: 1 were expected, there are 0
9:57 TEST_FAILED order: events[0] at $.payload.n: expected 3, got 2
9:76 TEST_FAILED order: events[1] at $.payload.n: expected 2, got 3
10:65 TEST_FAILED nobody: notifications: 1 were expected, there are 0
11:70 TEST_FAILED missing: a document of things at $.k: expected "old", got "new"
11:80 TEST_FAILED missing: no such document in things
12:78 TEST_FAILED twice: no such document in things
13:99 TEST_FAILED reaction: the reaction small: expected ok, got nothing
13:113 TEST_FAILED reaction: the reaction refusing: expected ok, got failed
14:56 TEST_FAILED fuel: … of fuel were used, more than 7
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if passed, failed := report.Counts(); passed != 0 || failed != 12 {
		t.Errorf("%d passed, %d failed", passed, failed)
	}
	for _, f := range report.Findings {
		if f.Code == fault.TestFailed && (f.File != "modules/probe/tests/all.yaml" || f.Column == 0) {
			t.Errorf("no place: %+v", f)
		}
	}
}

func TestOneTestIsChosenByItsName(t *testing.T) {
	t.Parallel()
	dir := probe(t, "  - {id: one, when: {action: draw}, expect: {}}\n  - {id: two, when: {action: draw}, expect: {}}\n")
	report := run(t, dir, `^probe\.two$`)
	if len(report.Results) != 1 || report.Results[0].ID != "two" || len(report.Findings) != 0 {
		t.Errorf("%+v", report)
	}
}

func TestAModuleWithAnErrorIsNotTested(t *testing.T) {
	t.Parallel()
	report := run(t, probe(t, "  - {id: one, when: {action: nothing}, expect: {}}\n"), "")
	if len(report.Results) != 0 || !strings.HasPrefix(said(report), "3:30 ACTION_UNDECLARED ") || strings.Count(said(report), "\n") != 1 {
		t.Errorf("%+v", report)
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	report := run(t, probe(t, "  - {id: good, when: {action: draw}, expect: {}}\n  - {id: bad, when: {action: put}, expect: {output: {n: 1}}}\n"), "probe")
	var text, doc, junit bytes.Buffer
	if err := report.WriteText(&text, func(string) []byte { return nil }); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(text.String(), "\n1 of 2 tests passed\n") || strings.Count(text.String(), "TEST_FAILED") != 1 {
		t.Errorf("text: %s", &text)
	}
	if err := report.WriteJSON(&doc); err != nil {
		t.Fatal(err)
	}
	var v struct {
		SchemaVersion string `json:"schema_version"`
		OK            bool
		Passed        int
		Failed        int
		Tests         []vectors.Result
		Diagnostics   []struct{ Code, File string }
	}
	if err := json.Unmarshal(doc.Bytes(), &v); err != nil || v.OK || v.Passed != 1 || v.Failed != 1 || len(v.Tests) != 2 || len(v.Diagnostics) != 1 ||
		v.SchemaVersion != "mozaiks.test.v1" || v.Tests[0].Fuel == 0 || v.Diagnostics[0].Code != "TEST_FAILED" {
		t.Errorf("json: %v %s", err, &doc)
	}
	if err := report.WriteJUnit(&junit); err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(junit.Bytes(), &suites); err != nil || suites.Tests != 2 || suites.Failures != 1 || len(suites.Suites) != 1 ||
		suites.Suites[0].Name != "probe" || suites.Suites[0].Cases[0].Failure != nil || suites.Suites[0].Cases[1].Failure == nil {
		t.Errorf("junit: %v %s", err, &junit)
	}
}
