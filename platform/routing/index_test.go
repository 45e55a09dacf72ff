package routing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/runtime/events"
)

func decode(t *testing.T, id string, companions map[string]string) *module.Module {
	t.Helper()
	files := map[string]string{"module.yaml": "schema_version: mozaiks.module.v1\nmodule: {id: " + id + ", handler: \"backend." + id + ":M\"}\n" +
		"actions:\n  - {id: act, description: Act., handler_method: act}\n"}
	for name, text := range companions {
		files["contracts/"+name] = text
	}
	return decodeFiles(t, id, files)
}

func decodeFiles(t *testing.T, id string, files map[string]string) *module.Module {
	t.Helper()
	raw := map[string][]byte{}
	for name, text := range files {
		raw[name] = []byte(text)
	}
	m, findings := module.Decode(raw, id, module.Options{})
	for _, f := range findings {
		if f.Severity == "error" {
			t.Fatalf("%+v", f)
		}
	}
	return m
}

func TestAnEventReachesWhoSubscribesToIt(t *testing.T) {
	t.Parallel()
	a := decode(t, "a", map[string]string{"reactions.yaml": `reactions:
  - {id: all, event_type: domain.x.done, target: {kind: handler, action: act}, lease_seconds: 20, max_attempts: 3, retry_delay_seconds: 7}
  - {id: of_b, event_type: domain.x.done, producer: b, target: {kind: handler, action: act}}
  - {id: high, event_type: domain.x.done, filters: {priority: [high, urgent]}, target: {kind: handler, action: act}}
  - {id: other, event_type: domain.x.other, target: {kind: handler, action: act}}
`})
	b := decode(t, "b", map[string]string{
		"reactions.yaml": "reactions:\n  - {id: tell, event_type: domain.x.done, filters: {priority: high}, target: {kind: notification, notification_id: told}}\n",
		"notifications.yaml": "notifications:\n  - {id: told, event_type: domain.x.done, audience: {everyone: true}}\n" +
			"  - {id: self, event_type: domain.x.done, audience: {everyone: true}}\n",
	})
	x := routing.NewIndex([]*module.Module{a, b}, 10)
	for _, c := range []struct {
		producer string
		payload  map[string]any
		want     string
	}{
		{"b", map[string]any{}, "a.all a.of_b b.self"},
		{"c", map[string]any{"priority": "low"}, "a.all b.self"},
		{"c", map[string]any{"priority": "urgent"}, "a.all a.high b.self"},
		{"b", map[string]any{"priority": "high"}, "a.all a.of_b a.high b.tell b.self"}, // told fires through its reaction alone
	} {
		var got []string
		for _, s := range x.Match(&events.Envelope{Type: "domain.x.done", Module: c.producer}, c.payload) {
			got = append(got, s.Module+"."+s.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %v: got %v, want %s", c.producer, c.payload, got, c.want)
		}
	}
	if got := x.Match(&events.Envelope{Type: "domain.x.nothing"}, nil); got != nil {
		t.Errorf("an event that nobody knows reaches %v", got)
	}
}

func TestASubscriptionCarriesItsRulesOfRepetition(t *testing.T) {
	t.Parallel()
	m := decode(t, "m", map[string]string{"reactions.yaml": `reactions:
  - {id: own, event_type: domain.x.done, target: {kind: handler, action: act}, lease_seconds: 20, max_attempts: 3, retry_delay_seconds: 7}
  - {id: plain, event_type: domain.x.done, target: {kind: handler, action: act}}
`, "notifications.yaml": "notifications:\n  - {id: rule, event_type: domain.x.done, audience: {everyone: true}}\n"})
	var got []string
	for _, s := range routing.NewIndex([]*module.Module{m}, 4).Match(&events.Envelope{Type: "domain.x.done"}, map[string]any{}) {
		got = append(got, fmt.Sprint(s.ID, " ", s.MaxAttempts, " ", s.Lease, " ", s.RetryDelay))
	}
	want := []string{fmt.Sprint("own 3 ", 20*time.Second, " ", 7*time.Second), fmt.Sprint("plain 10 ", 300*time.Second, " ", 5*time.Second),
		fmt.Sprint("rule 4 ", 300*time.Second, " ", 5*time.Second)}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
