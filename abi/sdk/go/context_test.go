package mozaiks_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
	"github.com/mozaiks/mozaiks/abi/sdk/go/mozaikstest"
)

// refused is how every operation is refused in these tests.
func refused(e *mozaikstest.Expectation) {
	e.Refuse(mozaiks.CodeBusy, "later", map[string]any{"ms": 5})
}

// wantBusy fails unless err is the refusal that the host gave, unchanged.
func wantBusy(t *testing.T, err error) {
	t.Helper()
	want := &mozaiks.Error{Code: mozaiks.CodeBusy, Message: "later", Details: map[string]any{"ms": int64(5)}}
	if !reflect.DeepEqual(err, want) {
		t.Errorf("got %#v, want %#v", err, want)
	}
}

func TestInvocationAnswersTheFactsOfTheCall(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("context", `{}`).Answer(`{"invocation_id":"inv_1","app":"desk","tenant":"acme","workspace":null,"user":"ann",
		"module":"m","module_version":"1.0.0","action":null,"surface":"reaction","effects":"write","permissions":["a","b"],"roles":[],
		"correlation_id":"c","causation_id":"d","depth":1,"call_depth":0,"now":"2026-03-02T08:15:00.250Z","log_level":"info",
		"event":{"id":"evt_1","type":"domain.a.b","subject":"s","time":"2026-03-02T08:14:00.000Z","schemaversion":2,"depth":1,"tenant":"acme"}}`)
	got, err := h.Context().Invocation()
	want := mozaiks.Invocation{ID: "inv_1", App: "desk", Tenant: "acme", User: "ann", Module: "m", ModuleVersion: "1.0.0",
		Surface: "reaction", Effects: "write", Permissions: []string{"a", "b"}, Roles: []string{}, CorrelationID: "c",
		CausationID: "d", Depth: 1, Now: 1772439300250, LogLevel: mozaiks.LevelInfo,
		Event: &mozaiks.EventEnvelope{ID: "evt_1", Type: "domain.a.b", Subject: "s", Time: 1772439240000, Version: 2, Depth: 1}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestEveryOperationPassesARefusalOn(t *testing.T) {
	t.Parallel()
	tasks := mozaiks.NewCollection[Task]("tasks")
	cases := []struct {
		operation string
		run       func(mozaiks.Context) error
	}{
		{"context", func(c mozaiks.Context) error { _, err := c.Invocation(); return err }},
		{"settings_get", func(c mozaiks.Context) error { _, err := c.Settings(); return err }},
		{"clock", func(c mozaiks.Context) error { _, err := c.Now(); return err }},
		{"random", func(c mozaiks.Context) error { _, err := c.Random(1); return err }},
		{"event_emit", func(c mozaiks.Context) error { _, err := c.Emit("e", nil); return err }},
		{"data_get", func(c mozaiks.Context) error { _, _, err := tasks.Get(c, "t"); return err }},
		{"data_get", func(c mozaiks.Context) error { _, err := tasks.GetMany(c, nil); return err }},
		{"data_query", func(c mozaiks.Context) error { _, err := tasks.Query(c, mozaiks.Query{}); return err }},
		{"data_count", func(c mozaiks.Context) error { _, err := tasks.Count(c, nil, 0); return err }},
		{"data_write", func(c mozaiks.Context) error { _, err := tasks.Insert(c, Task{}); return err }},
	}
	for _, c := range cases {
		t.Run(c.operation, func(t *testing.T) {
			t.Parallel()
			h := mozaikstest.New(t)
			refused(h.Expect(c.operation, ""))
			wantBusy(t, c.run(h.Context()))
		})
	}
}

func TestAnAnswerOfAnotherShapeIsAnInternalError(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("clock", `{}`).Answer(`{"unix_ms":"noon"}`)
	_, err := h.Context().Now()
	if mozaiks.CodeOf(err) != mozaiks.CodeInternal || !strings.Contains(err.Error(), "$.ok.unix_ms: want a number, found a text") {
		t.Errorf("got %v", err)
	}
}

func TestNowAnswersTheCallsTime(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t).At("2026-03-02T09:15:00.5+01:00")
	got, err := h.Context().Now()
	if err != nil || got.String() != "2026-03-02T08:15:00.500Z" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestRandomAsksAsOftenAsItMust(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("random", `{"bytes":4096}`).Answer(`{"base64":"` + strings.Repeat("AAAA", 4096/3) + `AA=="}`)
	h.Expect("random", `{"bytes":3}`).Answer(`{"base64":"AQID"}`)
	got, err := h.Context().Random(4099)
	if want := append(make([]byte, 4096), 1, 2, 3); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if got, err := h.Context().Random(0); err != nil || len(got) != 0 {
		t.Errorf("for none, got %v, %v", got, err)
	}
}

func TestRandomRefusesTooFewBytes(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{`{"base64":"AQ=="}`, `{"base64":"***"}`} {
		h := mozaikstest.New(t)
		h.Expect("random", `{"bytes":3}`).Answer(answer)
		if _, err := h.Context().Random(3); mozaiks.CodeOf(err) != mozaiks.CodeInternal {
			t.Errorf("%s: got %v", answer, err)
		}
	}
}

func TestSettingsAreReadByTheirType(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("settings_get", `{"ids":["n","f","s","b"]}`).Answer(`{"values":{"n":3,"f":0.5,"s":"x","b":true}}`)
	s, err := h.Context().Settings("n", "f", "s", "b")
	if err != nil {
		t.Fatal(err)
	}
	got := []any{s.Int("n", 1), s.Int("s", 1), s.Float("f", 1), s.Float("n", 1), s.Float("none", 1), s.Text("s", "d"), s.Text("n", "d"),
		s.Bool("b", false), s.Bool("none", true)}
	want := []any{int64(3), int64(1), 0.5, 3.0, 1.0, "x", "d", true, true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	h.Expect("settings_get", `{}`).Answer(`{"values":{}}`)
	if _, err := h.Context().Settings(); err != nil {
		t.Error(err)
	}
}

func TestEmitSendsTypePayloadAndKey(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("event_emit", `{"type":"domain.a.b","payload":{"n":1}}`).Answer(`{"event_id":"evt_1","duplicate":false}`)
	h.Expect("event_emit", `{"type":"domain.a.b"}`).Answer(`{"event_id":"evt_2","duplicate":false}`)
	h.Expect("event_emit", `{"type":"domain.a.b","payload":{},"event_key":"k"}`).Answer(`{"event_id":"evt_1","duplicate":true}`)
	ctx := h.Context()
	first, err1 := ctx.Emit("domain.a.b", map[string]int{"n": 1})
	second, err2 := ctx.Emit("domain.a.b", nil)
	again, err3 := ctx.EmitOnce("k", "domain.a.b", struct{}{})
	if err1 != nil || err2 != nil || err3 != nil || first != (mozaiks.Emitted{ID: "evt_1"}) || second.ID != "evt_2" ||
		again != (mozaiks.Emitted{ID: "evt_1", Duplicate: true}) {
		t.Errorf("got %v %v %v, %v %v %v", first, second, again, err1, err2, err3)
	}
	if _, err := ctx.EmitOnce("", "domain.a.b", nil); mozaiks.CodeOf(err) != mozaiks.CodeInvalidArgument {
		t.Errorf("an empty key: got %v", err)
	}
}

func TestAPayloadWithoutJSONFormDoesNotReachTheHost(t *testing.T) {
	t.Parallel()
	_, err := mozaikstest.New(t).Context().Emit("e", map[string]any{"f": func() {}})
	if mozaiks.CodeOf(err) != mozaiks.CodeInvalidArgument {
		t.Errorf("got %v", err)
	}
}

func TestLogSendsLevelMessageAndFields(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("log", `{"level":"warn","message":"slow","fields":{"ms":12}}`)
	h.Expect("log", `{"level":"debug","message":"x"}`)
	refused(h.Expect("log", `{"level":"info","message":"y"}`))
	h.Context().Log(mozaiks.LevelWarn, "slow", mozaiks.Fields{"ms": 12})
	h.Context().Log(mozaiks.LevelDebug, "x", nil)
	h.Context().Log(mozaiks.LevelInfo, "y", nil)
}
