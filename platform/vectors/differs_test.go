package vectors

import (
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

func TestTwoRunsAreComparedInEverything(t *testing.T) {
	t.Parallel()
	base := func() *outcome {
		return &outcome{output: map[string]any{"n": int64(1)}, events: []any{"e"}, notifications: []any{"n"},
			documents: map[string][]any{"things": {map[string]any{"_id": "a"}}}, fuel: 5}
	}
	if got := base().differs(base()); got != "" {
		t.Errorf("equal runs differ in %s", got)
	}
	for want, change := range map[string]func(*outcome){
		"the error":                func(o *outcome) { o.fault = fault.New(fault.Conflict, "no") },
		"the output":               func(o *outcome) { o.output = nil },
		"an event":                 func(o *outcome) { o.events = []any{"e", "e"} },
		"a notification":           func(o *outcome) { o.notifications = nil },
		"a document":               func(o *outcome) { o.documents = map[string][]any{"things": {}} },
		"the fuel, 5 and 6 units,": func(o *outcome) { o.fuel = 6 },
	} {
		other := base()
		change(other)
		if got := base().differs(other); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
