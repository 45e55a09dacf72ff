package vectors

import (
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/events"
)

// judge compares what a test came to with what it expects. Each finding stands at the expectation that failed.
type judge struct {
	vector   *module.Vector
	findings []diagnostic.Finding
}

func (j *judge) fail(e *module.Expected, message string) {
	j.findings = append(j.findings, diagnostic.Finding{Code: fault.TestFailed, Severity: diagnostic.Error, File: j.vector.File,
		Line: e.Line, Column: e.Column, Path: e.Path, Message: j.vector.ID + ": " + message, Hint: "mend the module, or the expectation"})
}

func (j *judge) whole() *module.Expected {
	return &module.Expected{Line: j.vector.Line, Column: j.vector.Column, Path: j.vector.Path}
}

// mismatch says what was expected where, and what was there.
func (j *judge) mismatch(e *module.Expected, what string, m *module.Mismatch) {
	actual := "nothing"
	if !m.Absent {
		plain, _ := canonical.Of(m.Actual)
		actual = string(canonical.Append(nil, plain))
	}
	j.fail(e, fmt.Sprintf("%s at %s: expected %s, got %s", what, m.Path, diagnostic.Quote(m.Expected), diagnostic.Quote(actual)))
}

func (j *judge) judge(out *outcome) {
	x := &j.vector.Expect
	failed, who := j.failed(out)
	switch {
	case x.Error != nil:
		j.refused(x.Error, out, failed)
	case failed != nil:
		at := j.whole()
		if x.Output != nil {
			at = x.Output
		}
		j.fail(at, who+"expected success, got "+said(failed))
	case x.Output != nil:
		if m := module.MatchValue(x.Output.Matcher, out.output); m != nil {
			j.mismatch(x.Output, "the output", m)
		}
	}
	j.list("events", x.Events, out.events)
	j.list("notifications", x.Notifications, out.notifications)
	for _, name := range sortedKeys(x.Documents) {
		j.documents(name, x.Documents[name], out.documents[name])
	}
	for _, id := range sortedKeys(x.Reactions) {
		want, got := x.Reactions[id], out.reactions[id]
		if want.Matcher == got {
			continue
		}
		if got == "" {
			got = "nothing"
		}
		for _, f := range out.failures {
			if f.kind == string(events.KindReaction) && f.id == id {
				got = "failed, " + said(f.fault)
				break
			}
		}
		j.fail(&want, fmt.Sprintf("the reaction %s: expected %v, got %s", id, want.Matcher, got))
	}
	if x.FuelMax != nil && out.fuel > uint64(x.FuelMax.Matcher.(int64)) {
		j.fail(x.FuelMax, fmt.Sprintf("%d units of fuel were used, more than %v", out.fuel, x.FuelMax.Matcher))
	}
}

// failed answers what went wrong where it should not: the fault of a call, or, after an event, the first of a reaction or rule whose end
// is not expected by its name. who names the latter.
func (j *judge) failed(out *outcome) (f *fault.Error, who string) {
	if out.fault != nil || j.vector.When.Event == "" {
		return out.fault, ""
	}
	for _, d := range out.failures {
		_, named := j.vector.Expect.Reactions[d.id]
		if named && d.kind == string(events.KindReaction) && j.vector.Expect.Error == nil {
			continue
		}
		return d.fault, "the " + d.kind + " " + d.id + ": "
	}
	return nil, ""
}

func said(f *fault.Error) string { return fmt.Sprintf("%s: %s", f.Code, diagnostic.Quote(f.Message)) }

// refused holds an error to what is expected of it, and that nothing changed.
func (j *judge) refused(e *module.ExpectedError, out *outcome, failed *fault.Error) {
	if failed == nil {
		plain, _ := canonical.Of(out.output)
		j.fail(&e.Expected, fmt.Sprintf("expected %s, got success: %s", e.Code, diagnostic.Quote(string(canonical.Append(nil, plain)))))
		return
	}
	if !names(failed, e.Code) {
		j.fail(&e.Expected, fmt.Sprintf("expected %s, got %s", e.Code, said(failed)))
	}
	if e.Message != nil {
		if m := module.MatchValue(e.Message, failed.Message); m != nil {
			j.mismatch(&e.Expected, "the message", m)
		}
	}
	if len(out.events) > 0 || len(out.notifications) > 0 {
		j.fail(&e.Expected, "the call failed, and yet events or notifications were committed")
	}
	for _, name := range sortedKeys(out.documents) {
		if !canonical.Equal(out.before[name], out.documents[name]) {
			j.fail(&e.Expected, "the call failed, and yet documents of "+name+" changed")
		}
	}
}

// names tells whether a fault has that code: its own, or the one that the guest gave.
func names(f *fault.Error, code fault.Code) bool {
	if f.Code == code {
		return true
	}
	return f.Details["error"] != nil && fmt.Sprint(f.Details["error"]) == string(code)
}

// list compares one by one.
func (j *judge) list(what string, want *[]module.Expected, got []any) {
	if want == nil {
		return
	}
	for i := range *want {
		e := &(*want)[i]
		if i >= len(got) {
			j.fail(e, fmt.Sprintf("%s: %d were expected, there are %d", what, len(*want), len(got)))
			return
		}
		if m := module.MatchValue(e.Matcher, got[i]); m != nil {
			j.mismatch(e, fmt.Sprintf("%s[%d]", what, i), m)
		}
	}
	if len(got) > len(*want) {
		at := j.whole()
		if len(*want) > 0 {
			at = &(*want)[len(*want)-1]
		}
		plain, _ := canonical.Of(got[len(*want)])
		j.fail(at, fmt.Sprintf("%s: one more than expected: %s", what, diagnostic.Quote(string(canonical.Append(nil, plain)))))
	}
}

// documents looks for a different document for each matcher, by its id where it names one. No matcher takes the only document that
// another one could have.
func (j *judge) documents(collection string, want []module.Expected, got []any) {
	fits := make([][]int, len(want)) // documents, by matcher
	nearest := make([]*module.Mismatch, len(want))
	for i := range want {
		id, named := idOf(want[i].Matcher)
		for n, doc := range got {
			object, _ := doc.(map[string]any)
			if named && object["_id"] != id {
				continue
			}
			if m := module.MatchValue(want[i].Matcher, doc); m == nil {
				fits[i] = append(fits[i], n)
			} else if nearest[i] == nil {
				nearest[i] = m
			}
		}
	}
	holder := make([]int, len(got)) // matchers, by document; -1 for none
	for n := range holder {
		holder[n] = -1
	}
	for i := range want {
		switch {
		case take(i, fits, holder, make([]bool, len(got))):
		case len(fits[i]) > 0:
			j.fail(&want[i], "the documents of "+collection+" that match are taken by other matchers")
		case nearest[i] != nil:
			j.mismatch(&want[i], "a document of "+collection, nearest[i])
		default:
			j.fail(&want[i], "no such document in "+collection)
		}
	}
}

// idOf answers the id that a matcher names as it is.
func idOf(matcher any) (id string, named bool) {
	m, _ := matcher.(map[string]any)
	id, named = m["_id"].(string)
	return id, named
}

// take gives a matcher a document, moving others to another one that they fit where that makes room.
func take(i int, fits [][]int, holder []int, tried []bool) bool {
	for _, n := range fits[i] {
		if tried[n] {
			continue
		}
		tried[n] = true
		if holder[n] < 0 || take(holder[n], fits, holder, tried) {
			holder[n] = i
			return true
		}
	}
	return false
}
