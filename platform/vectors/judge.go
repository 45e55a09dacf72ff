package vectors

import (
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
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
	return &module.Expected{Line: j.vector.Line, Column: j.vector.Column, Path: "$.tests"}
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
	switch {
	case x.Error != nil:
		j.refused(x.Error, out)
	case out.fault != nil:
		at := j.whole()
		if x.Output != nil {
			at = x.Output
		}
		j.fail(at, fmt.Sprintf("expected success, got %s: %s", out.fault.Code, diagnostic.Quote(out.fault.Message)))
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
		if got == "" {
			got = "nothing"
		}
		if want.Matcher != got {
			j.fail(&want, fmt.Sprintf("the reaction %s: expected %v, got %s", id, want.Matcher, got))
		}
	}
	if x.FuelMax > 0 && out.fuel > uint64(x.FuelMax) {
		j.fail(&module.Expected{Line: x.FuelLine, Column: x.FuelColumn, Path: "$.tests"}, fmt.Sprintf("%d units of fuel were used, more than %d", out.fuel, x.FuelMax))
	}
}

// refused holds an error to what is expected of it, and that nothing changed.
func (j *judge) refused(e *module.ExpectedError, out *outcome) {
	if out.fault == nil {
		plain, _ := canonical.Of(out.output)
		j.fail(&e.Expected, fmt.Sprintf("expected %s, got success: %s", e.Code, diagnostic.Quote(string(canonical.Append(nil, plain)))))
		return
	}
	if !names(out.fault, e.Code) {
		j.fail(&e.Expected, fmt.Sprintf("expected %s, got %s: %s", e.Code, out.fault.Code, diagnostic.Quote(out.fault.Message)))
	}
	if e.Message != nil {
		if m := module.MatchValue(e.Message, out.fault.Message); m != nil {
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

// documents looks for a different document for each matcher, by its id where it names one.
func (j *judge) documents(collection string, want []module.Expected, got []any) {
	taken := make([]bool, len(got))
	for i := range want {
		e := &want[i]
		id := any(nil)
		if m, ok := e.Matcher.(map[string]any); ok {
			id = m["_id"]
		}
		var nearest *module.Mismatch
		at := -1
		for n, doc := range got {
			if taken[n] {
				continue
			}
			object, _ := doc.(map[string]any)
			if text, named := id.(string); named && object["_id"] != text {
				continue
			}
			m := module.MatchValue(e.Matcher, doc)
			if m == nil {
				at = n
				break
			}
			nearest = m
		}
		switch {
		case at >= 0:
			taken[at] = true
		case nearest != nil:
			j.mismatch(e, "a document of "+collection, nearest)
		default:
			j.fail(e, "no such document in "+collection)
		}
	}
}
