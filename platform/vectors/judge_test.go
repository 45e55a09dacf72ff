package vectors

import (
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
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

// The executor leaves nothing of a call that failed; should it ever, the judge says so.
func TestAnErrorLeavesEverythingAsItWas(t *testing.T) {
	t.Parallel()
	one, other := []any{map[string]any{"_id": "a", "n": int64(1)}}, []any{map[string]any{"_id": "a", "n": int64(2)}}
	const committed, changed = "t: the call failed, and yet events or notifications were committed", "t: the call failed, and yet documents of things changed"
	for _, c := range []struct {
		change func(*outcome)
		want   string
	}{
		{func(*outcome) {}, ""},
		{func(o *outcome) { o.events = []any{"e"} }, committed},
		{func(o *outcome) { o.notifications = []any{"n"} }, committed},
		{func(o *outcome) { o.documents["things"] = other }, changed},
		{func(o *outcome) { o.documents["things"] = []any{} }, changed},
	} {
		out := &outcome{fault: fault.New(fault.Conflict, "no"), events: []any{}, notifications: []any{},
			before: map[string][]any{"things": one}, documents: map[string][]any{"things": one}}
		c.change(out)
		j := &judge{vector: &module.Vector{ID: "t", Expect: module.Expect{Error: &module.ExpectedError{Code: fault.Conflict}}}}
		j.judge(out)
		var got []string
		for _, f := range j.findings {
			got = append(got, f.Message)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
