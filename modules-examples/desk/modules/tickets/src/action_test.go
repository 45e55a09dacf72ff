package main

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
	"github.com/mozaiks/mozaiks/abi/sdk/go/mozaikstest"
)

// now is the time of every call in these tests.
const now = "2026-03-02T08:15:00.000Z"

const headRequest = `{"collection":"tickets","id":"doc_1","fields":["ref","subject","customer_id","priority","status","opened_at",
	"assignee_id","first_response_at","comments"]}`

// head answers the stored ticket as the changing actions read it, with some members more.
func head(more string) string {
	return `{"doc":{"_id":"doc_1","_rev":2,"ref":"A-1","subject":"Printer","customer_id":"c1","priority":"high","status":"open",
		"opened_at":"2026-03-01T10:00:00.000Z","comments":1` + more + `}}`
}

// wantOutput runs a handler and compares what it answers.
func wantOutput[In, Out any](t *testing.T, h *mozaikstest.Host, handler mozaiks.Handler[In, Out], input, want string) {
	t.Helper()
	got, err := mozaikstest.Call(h, handler, input)
	if err != nil || !mozaikstest.SameJSON(t, got, want) {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

// wantError runs a handler and compares how it refuses.
func wantError[In, Out any](t *testing.T, h *mozaikstest.Host, handler mozaiks.Handler[In, Out], input string, want mozaiks.Error) {
	t.Helper()
	out, err := mozaikstest.Call(h, handler, input)
	var got *mozaiks.Error
	if !errors.As(err, &got) {
		t.Fatalf("got %s, %v", out, err)
	}
	if got.Code != want.Code || !reflect.DeepEqual(got.Details, want.Details) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestOpenStoresATicketWithItsTermsAndTellsOthers(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_write", `{"ops":[{"op":"insert","collection":"tickets","doc":{"ref":"A-1","subject":"Printer jams","body":"It jams.",
		"customer_id":"c1","customer_name":"Ann","language":"de","channel":"phone","priority":"high","status":"open","tags":["hw"],
		"terms":["printer","jams","it"],"opened_at":"2026-03-02T08:15:00.000Z","comments":0}}]}`).
		Answer(`{"results":[{"id":"doc_1","rev":1}]}`)
	h.Expect("event_emit", `{"type":"domain.tickets.ticket_opened","payload":{"ticket_id":"doc_1","ref":"A-1","subject":"Printer jams",
		"customer_id":"c1","priority":"high","opened_at":"2026-03-02T08:15:00.000Z"}}`).Answer(`{"event_id":"evt_1","duplicate":false}`)
	wantOutput(t, h, open, `{"ref":"A-1","subject":"Printer jams","body":"It jams.","customer_id":"c1","customer_name":"Ann",
		"language":"de","channel":"phone","priority":"high","tags":["hw"],"at":"2026-03-02T09:15:00+01:00"}`,
		`{"ticket_id":"doc_1","ref":"A-1"}`)
}

func TestOpenFillsInWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t).At(now)
	h.Expect("random", `{"bytes":8}`).Answer(`{"base64":"AAEKHyArP/8="}`) // 0 1 10 31 32 43 63 255
	h.Expect("data_write", `{"ops":[{"op":"insert","collection":"tickets","doc":{"ref":"T-01AZ0BZZ","subject":"s","body":"",
		"customer_id":"c1","language":"en","channel":"web","priority":"normal","status":"open","tags":[],"terms":["s"],
		"opened_at":"2026-03-02T08:15:00.000Z","comments":0}}]}`).Answer(`{"results":[{"id":"doc_1","rev":1}]}`)
	h.Expect("event_emit", "").Answer(`{"event_id":"evt_1","duplicate":false}`)
	wantOutput(t, h, open, `{"subject":"s","body":"","customer_id":"c1"}`, `{"ticket_id":"doc_1","ref":"T-01AZ0BZZ"}`)
}

// taken lets an insertion fail because another ticket has the reference.
func taken(h *mozaikstest.Host) {
	h.Expect("data_write", "").Refuse(mozaiks.CodeUniqueConflict, "taken", map[string]any{"index": "by_ref"})
}

func TestOpenRefusesAReferenceThatIsTaken(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t).At(now)
	taken(h)
	wantError(t, h, open, `{"ref":"A-1","subject":"s","body":"b","customer_id":"c1"}`,
		mozaiks.Error{Code: mozaiks.CodeUniqueConflict, Details: map[string]any{"index": "by_ref"}})
}

func TestOpenMakesAnotherReferenceWhereItsOwnIsTaken(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t).At(now)
	h.Expect("random", "").Answer(`{"base64":"AAAAAAAAAAA="}`)
	taken(h)
	h.Expect("random", "").Answer(`{"base64":"AQEBAQEBAQE="}`)
	h.Expect("data_write", "").Answer(`{"results":[{"id":"doc_2","rev":1}]}`)
	h.Expect("event_emit", "").Answer(`{"event_id":"evt_1","duplicate":false}`)
	wantOutput(t, h, open, `{"subject":"s","body":"b","customer_id":"c1"}`, `{"ticket_id":"doc_2","ref":"T-11111111"}`)
}

func TestOpenGivesUpAfterSomeReferences(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t).At(now)
	for range refAttempts {
		h.Expect("random", "").Answer(`{"base64":"AAAAAAAAAAA="}`)
		taken(h)
	}
	wantError(t, h, open, `{"subject":"s","body":"b","customer_id":"c1"}`,
		mozaiks.Error{Code: mozaiks.CodeUniqueConflict, Details: map[string]any{"index": "by_ref"}})
}

func TestAssignKeepsTheAssigneeAndTellsOthers(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t).At(now)
	h.Expect("data_get", headRequest).Answer(head(``))
	h.Expect("data_write", `{"ops":[{"op":"update","collection":"tickets","id":"doc_1","patch":{"$set":{"assignee_id":"bob",
		"assigned_at":"2026-03-02T08:15:00.000Z"}}}]}`).Answer(`{"results":[{"matched":1,"modified":1}]}`)
	h.Expect("event_emit", `{"type":"domain.tickets.ticket_assigned","payload":{"ticket_id":"doc_1","ref":"A-1","subject":"Printer",
		"customer_id":"c1","priority":"high","assignee_id":"bob","assigned_at":"2026-03-02T08:15:00.000Z"}}`).
		Answer(`{"event_id":"evt_1","duplicate":false}`)
	wantOutput(t, h, assign, `{"ticket_id":"doc_1","assignee_id":"bob"}`, `{"ticket_id":"doc_1","assignee_id":"bob"}`)
}

func TestCommentNumbersItAndMarksTheFirstResponse(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, stored, kind, patch, assignee, first string
	}{
		{"first of an agent", `,"assignee_id":"bob"`, "agent",
			`{"$inc":{"comments":1},"$set":{"first_response_at":"2026-03-02T08:15:00.000Z"}}`, `"bob"`, `true`},
		{"second of an agent", `,"first_response_at":"2026-03-01T11:00:00.000Z"`, "agent", `{"$inc":{"comments":1}}`, `null`, `false`},
		{"of the customer", `,"assignee_id":null`, "customer", `{"$inc":{"comments":1}}`, `null`, `false`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := mozaikstest.New(t).At(now)
			h.Expect("data_get", headRequest).Answer(head(c.stored))
			h.Expect("data_write", `{"ops":[{"op":"insert","collection":"comments","doc":{"ticket_id":"doc_1","number":2,
				"author_kind":"`+c.kind+`","author_id":"x","body":"Hello","at":"2026-03-02T08:15:00.000Z"}},
				{"op":"update","collection":"tickets","id":"doc_1","patch":`+c.patch+`}]}`).
				Answer(`{"results":[{"id":"doc_9","rev":1},{"matched":1,"modified":1}]}`)
			h.Expect("event_emit", `{"type":"domain.tickets.ticket_commented","payload":{"ticket_id":"doc_1","ref":"A-1","subject":"Printer",
				"customer_id":"c1","priority":"high","opened_at":"2026-03-01T10:00:00.000Z","assignee_id":`+c.assignee+`,
				"author_kind":"`+c.kind+`","author_id":"x","number":2,"at":"2026-03-02T08:15:00.000Z","first_response":`+c.first+`}}`).
				Answer(`{"event_id":"evt_1","duplicate":false}`)
			wantOutput(t, h, comment, `{"ticket_id":"doc_1","author_kind":"`+c.kind+`","author_id":"x","body":"Hello"}`,
				`{"comment_id":"doc_9","number":2}`)
		})
	}
}

func TestCloseKeepsTheResolutionAndTellsOthers(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_get", headRequest).Answer(head(`,"assignee_id":"bob"`))
	h.Expect("data_write", `{"ops":[{"op":"update","collection":"tickets","id":"doc_1","patch":{"$set":{"status":"closed",
		"closed_at":"2026-03-03T00:00:00.000Z","resolution":"New toner"}}}]}`).Answer(`{"results":[{"matched":1,"modified":1}]}`)
	h.Expect("event_emit", `{"type":"domain.tickets.ticket_closed","payload":{"ticket_id":"doc_1","ref":"A-1","subject":"Printer",
		"customer_id":"c1","priority":"high","opened_at":"2026-03-01T10:00:00.000Z","assignee_id":"bob",
		"closed_at":"2026-03-03T00:00:00.000Z"}}`).Answer(`{"event_id":"evt_1","duplicate":false}`)
	wantOutput(t, h, closing, `{"ticket_id":"doc_1","resolution":"New toner","at":"2026-03-03T00:00:00Z"}`,
		`{"ticket_id":"doc_1","closed_at":"2026-03-03T00:00:00.000Z"}`)
}

// change is an action on a ticket that exists already.
type change struct {
	name string
	run  func(t *testing.T, h *mozaikstest.Host, at string, want mozaiks.Error)
}

func changes() []change {
	input := func(at string) string { return `{"ticket_id":"doc_1"` + at + `}` }
	return []change{
		{"assign", func(t *testing.T, h *mozaikstest.Host, at string, want mozaiks.Error) {
			wantError(t, h, assign, input(at), want)
		}},
		{"comment", func(t *testing.T, h *mozaikstest.Host, at string, want mozaiks.Error) {
			wantError(t, h, comment, input(at), want)
		}},
		{"close", func(t *testing.T, h *mozaikstest.Host, at string, want mozaiks.Error) {
			wantError(t, h, closing, input(at), want)
		}},
	}
}

func TestAClosedTicketDoesNotChange(t *testing.T) {
	t.Parallel()
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := mozaikstest.New(t).At(now)
			h.Expect("data_get", headRequest).Answer(strings.Replace(head(``), `"open"`, `"closed"`, 1))
			c.run(t, h, ``, mozaiks.Error{Code: mozaiks.CodeConflict, Details: map[string]any{"reason": "closed"}})
		})
	}
}

func TestAnUnknownTicketIsNotFound(t *testing.T) {
	t.Parallel()
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := mozaikstest.New(t).At(now)
			h.Expect("data_get", headRequest).Answer(`{"doc":null}`)
			c.run(t, h, ``, mozaiks.Error{Code: mozaiks.CodeNotFound})
		})
	}
}

func TestATimeThatIsNoneChangesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, mozaikstest.New(t), `,"at":"noon"`,
				mozaiks.Error{Code: mozaiks.CodeInvalidArgument, Details: map[string]any{"path": "$.at"}})
		})
	}
	wantError(t, mozaikstest.New(t), open, `{"at":"noon"}`,
		mozaiks.Error{Code: mozaiks.CodeInvalidArgument, Details: map[string]any{"path": "$.at"}})
}

// Whatever operation of an action the host refuses, the action must end there with that refusal.
func TestARefusalOfTheHostIsTheActionsAnswer(t *testing.T) {
	t.Parallel()
	busy := mozaiks.Error{Code: mozaiks.CodeBusy, Details: map[string]any{"step": 1.0}}
	ticket := head(``)
	cases := []struct {
		name    string
		answers [][2]string // operation, answer
		run     func(t *testing.T, h *mozaikstest.Host)
	}{
		{"open", [][2]string{{"clock", `{"unix_ms":0}`}, {"random", `{"base64":"AAAAAAAAAAA="}`},
			{"data_write", `{"results":[{"id":"doc_1","rev":1}]}`}, {"event_emit", `{}`}},
			func(t *testing.T, h *mozaikstest.Host) { wantError(t, h, open, `{"subject":"s"}`, busy) }},
		{"assign", [][2]string{{"clock", `{"unix_ms":0}`}, {"data_get", ticket}, {"data_write", `{"results":[{}]}`}, {"event_emit", `{}`}},
			func(t *testing.T, h *mozaikstest.Host) { wantError(t, h, assign, `{"ticket_id":"doc_1"}`, busy) }},
		{"comment", [][2]string{{"clock", `{"unix_ms":0}`}, {"data_get", ticket}, {"data_write", `{"results":[{},{}]}`}, {"event_emit", `{}`}},
			func(t *testing.T, h *mozaikstest.Host) { wantError(t, h, comment, `{"ticket_id":"doc_1"}`, busy) }},
		{"close", [][2]string{{"clock", `{"unix_ms":0}`}, {"data_get", ticket}, {"data_write", `{"results":[{}]}`}, {"event_emit", `{}`}},
			func(t *testing.T, h *mozaikstest.Host) { wantError(t, h, closing, `{"ticket_id":"doc_1"}`, busy) }},
		{"get", [][2]string{{"data_get", ticket}, {"data_query", `{"docs":[],"next_cursor":"c"}`}, {"data_query", `{}`}},
			func(t *testing.T, h *mozaikstest.Host) {
				wantError(t, h, get, `{"ticket_id":"doc_1","comments":true}`, busy)
			}},
		{"list", [][2]string{{"data_query", `{}`}},
			func(t *testing.T, h *mozaikstest.Host) { wantError(t, h, list, `{}`, busy) }},
		{"search", [][2]string{{"data_query", `{}`}},
			func(t *testing.T, h *mozaikstest.Host) { wantError(t, h, search, `{"text":"x"}`, busy) }},
	}
	for _, c := range cases {
		for last := range c.answers {
			t.Run(c.name+" at "+c.answers[last][0], func(t *testing.T) {
				t.Parallel()
				h := mozaikstest.New(t)
				for _, a := range c.answers[:last] {
					h.Expect(a[0], "").Answer(a[1])
				}
				h.Expect(c.answers[last][0], "").Refuse(mozaiks.CodeBusy, "later", busy.Details)
				c.run(t, h)
			})
		}
	}
}
