package vectors_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/vectors"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// testsFile is where the probe's tests stand; the first test is on line 3.
const testsFile = "modules/probe/tests/all.yaml"

// probe writes the app of testdata/probe.txtar with these tests, and answers its folder.
func probe(t *testing.T, tests string) string {
	t.Helper()
	return probeWith(t, tests, binary())
}

func probeWith(t *testing.T, tests string, wasm []byte) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/probe.txtar")
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(archive.Files, []txtar.File{{Name: "modules/probe/backend/probe.wasm", Data: wasm}})
	if tests != "" {
		all = append(all, txtar.File{Name: testsFile, Data: []byte("schema_version: mozaiks.module_tests.v1\ntests:\n" + tests)})
	}
	dir := t.TempDir()
	for _, f := range all {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// binary is the guest: each handler makes its requests one after the other and answers what it is told last.
func binary() []byte { return guest().Bytes() }

func guest() *w.Builder {
	b := w.New().Memory(2, 0)
	ops := map[string]uint32{}
	for _, op := range []string{"random", "data_write", "data_query", "event_emit", "capability_call", "http_fetch", "ai_complete", "context",
		"settings_get"} {
		ops[op] = b.Operation(op)
	}
	b.Allocator()
	free := int32(70_000) // above what the allocator hands out
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
	pass := func(op string) []byte { return slices.Concat(w.LocalGet(0), w.LocalGet(1), w.Call(ops[op])) }
	answer := func(s string) []byte {
		at, n := text(s)
		return w.Packed(uint32(at), uint32(n))
	}
	tell := func(n int, who string) []byte {
		return ask("event_emit", fmt.Sprintf(`{"type": "domain.probe.told", "payload": {"n": %d%s}}`, n, who))
	}
	put := `{"ops": [{"op": "insert", "collection": "things", "doc": {"k": "new"}}, {"op": "insert", "collection": "own", "doc": {}}]}`
	b.Handler("draw", ask("random", `{"bytes": 8}`))
	b.Handler("put", ask("data_write", put))
	b.Handler("fail", ask("data_write", put), w.Drop, answer(`{"error": {"code": "conflict", "message": "no, thanks"}}`))
	b.Handler("refuse", answer(`{"error": {"code": "conflict", "message": "no"}}`))
	b.Handler("tell", tell(2, `, "who": "bob"`), w.Drop, tell(3, ""))
	b.Handler("tell_all", tell(7, ""), w.Drop, tell(8, ""))
	b.Handler("relay", ask("event_emit", `{"type": "domain.probe.relayed", "payload": {"word": "hi", "to": ["eve"]}}`))
	b.Handler("relay_more", ask("event_emit", `{"type": "domain.probe.relayed", "payload": {"word": "bye", "to": ["eve"]}}`))
	b.Handler("pass", pass("capability_call"))
	b.Handler("raw", pass("capability_call"))
	b.Handler("fetch", ask("http_fetch", `{"url": "https://example.com/1"}`), w.Drop, ask("http_fetch", `{"url": "https://example.com/2"}`))
	b.Handler("ask", ask("ai_complete", `{"model": "fast"}`), w.Drop, ask("ai_complete", `{"model": "slow"}`))
	b.Handler("who", ask("context", ``))
	b.Handler("prefs", ask("settings_get", ``))
	b.Handler("page", ask("data_query", `{"collection": "things", "limit": 1}`))
	b.Handler("account_export", ask("context", ``))
	b.Handler("account_erase", ask("data_write", `{"ops": [{"op": "delete", "collection": "things", "filter": {}, "max": 100}, {"op": "insert", "collection": "own", "doc": {}}]}`))
	return b
}

// open opens a store as the program does, whose cursors are sealed with a key.
func open(key byte) func(ctx context.Context, dir string) (*persistence.Store, error) {
	return func(ctx context.Context, dir string) (*persistence.Store, error) {
		db, err := sqlite.Open(ctx, dir, &sqlite.Options{Readers: 2, Synchronous: "OFF"})
		if err != nil {
			return nil, err
		}
		return persistence.New(db, &persistence.Options{CursorKey: [32]byte{key}}), nil
	}
}

// run runs the tests and answers the report.
func run(t *testing.T, dir string, options vectors.Options) *vectors.Report {
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
	if options.Open == nil {
		options.Open = open(1)
	}
	results, findings, err := vectors.Run(t.Context(), engine, &vectors.Subject{App: bundle.App.ID, Data: bundle.Data, Module: c.Module, Dir: c.Dir,
		Candidate: c, Check: check}, options)
	if err != nil {
		t.Fatal(err)
	}
	report.Results, report.Findings = results, append(report.Findings, findings...)
	return report
}

// said lists the findings but for notes, one a line: place, code and message.
func said(r *vectors.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		if f.Severity != diagnostic.Note {
			fmt.Fprintf(&b, "%d:%d %s %s\n", f.Line, f.Column, f.Code, f.Message)
		}
	}
	return b.String()
}

// passes holds all of some tests to passing.
func passes(t *testing.T, tests string) {
	t.Helper()
	report := run(t, probe(t, tests), vectors.Options{})
	want := len(regexp.MustCompile(`(?m)^  - `).FindAllString(tests, -1))
	if passed, failed := report.Counts(); passed != want || failed != 0 {
		t.Errorf("%d of %d passed, %d failed", passed, want, failed)
	}
	if got := said(report); got != "" {
		t.Error(got)
	}
}

// fails holds each of some tests to failing, with these findings.
func fails(t *testing.T, tests, want string) {
	t.Helper()
	report := run(t, probe(t, tests), vectors.Options{})
	got := regexp.MustCompile(`[0-9]+ units|got "[A-Za-z0-9+/]+="|(doc|inv|evt)_[A-Z0-9]+`).ReplaceAllString(said(report), "…")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if passed, failed := report.Counts(); passed != 0 || failed != strings.Count(tests, "- {id: ")+strings.Count(tests, "- id: ") {
		t.Errorf("%d passed, %d failed", passed, failed)
	}
	for _, r := range report.Results {
		for _, f := range r.Findings {
			if f.File != testsFile || f.Severity != diagnostic.Error || !strings.HasPrefix(f.Path, "$.tests[") || f.Hint == "" {
				t.Errorf("%+v", f)
			}
		}
	}
}
