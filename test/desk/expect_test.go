package desk

import (
	"strings"
	"testing"
)

// sample has three tickets whose consequences are counted by hand below.
const sample = `
{"tenant":"a","ref":"A-1","subject":"One","body":"first","customer_id":"c1","language":"en","channel":"web","priority":"urgent","tags":["x"],"opened_at":"2026-03-02T10:00:00.000Z","assignee_id":"ann","assigned_at":"2026-03-02T10:05:00.000Z","comments":[{"author_kind":"customer","author_id":"c1","body":"hello?","at":"2026-03-02T10:30:00.000Z"},{"author_kind":"agent","author_id":"bob","body":"yes","at":"2026-03-02T11:00:00.001Z"},{"author_kind":"agent","author_id":"ann","body":"done","at":"2026-03-02T11:30:00.000Z"}],"closed_at":"2026-03-03T10:00:00.000Z","resolution":"done"}
{"tenant":"a","ref":"A-2","subject":"Two","body":"second","customer_id":"c1","language":"en","channel":"web","priority":"low","tags":[],"opened_at":"2026-03-02T09:00:00.000Z","comments":[{"author_kind":"customer","author_id":"c1","body":"anyone?","at":"2026-03-02T12:00:00.000Z"},{"author_kind":"agent","author_id":"ann","body":"late","at":"2026-03-04T09:00:00.000Z"}]}
{"tenant":"b","ref":"A-1","subject":"Three","body":"third","customer_id":"c1","language":"en","channel":"web","priority":"normal","tags":[],"opened_at":"2026-03-03T09:00:00.000Z","assignee_id":"zoe","assigned_at":"2026-03-03T09:01:00.000Z"}
`

func load(t *testing.T, text string) []*Ticket {
	t.Helper()
	tickets, err := Read(strings.NewReader(strings.TrimSpace(text)))
	if err != nil {
		t.Fatal(err)
	}
	return tickets
}

// The last thing that happens is at 2026-03-04T09:00Z, and that is when it is judged what is overdue.
//
// A-1 of a, urgent: responses are due at 11:00 and come a millisecond late; the closing is due after 8 hours, at 10:00 of the
// next day, and comes exactly then. A-2, low: due at 17:00 of the next day, answered on the day after. A-1 of b, normal: due
// at 17:00 of its day, never answered.
func TestExpectCountsWhatASampleCausesByHand(t *testing.T) {
	t.Parallel()
	got := Expect(load(t, sample))
	want := Totals{
		// opened 3, assigned 2, commented 5, closed 1, breached 2
		Events: 13,
		Deliveries: Deliveries{
			// opened 6; assigned 2; digest of comments 5; sla of first responses 2; the reply to ann 1; closed 2;
			// digest of breaches 2; the breach told to ann 1
			Completed: 21,
			// three comments of agents; the reply on A-2 and its breach, which is nobody's
			Skipped: 5,
		},
		// ann: assigned, reply, breach; zoe: assigned
		Notifications: 4,
		Tenants: map[string]*Tenant{
			"a": {
				Tickets: map[string]*State{
					"A-1": {Ref: "A-1", Subject: "One", Body: "first", CustomerID: "c1", Language: "en", Channel: "web",
						Priority: "urgent", Status: "closed", Tags: []string{"x"}, OpenedAt: "2026-03-02T10:00:00.000Z",
						AssigneeID: "ann", AssignedAt: "2026-03-02T10:05:00.000Z", FirstResponseAt: "2026-03-02T11:00:00.001Z",
						ClosedAt: "2026-03-03T10:00:00.000Z", Resolution: "done", Comments: []Remark{
							{1, Customer, "c1", "hello?", "2026-03-02T10:30:00.000Z"},
							{2, Agent, "bob", "yes", "2026-03-02T11:00:00.001Z"},
							{3, Agent, "ann", "done", "2026-03-02T11:30:00.000Z"}}},
					"A-2": {Ref: "A-2", Subject: "Two", Body: "second", CustomerID: "c1", Language: "en", Channel: "web",
						Priority: "low", Status: "open", OpenedAt: "2026-03-02T09:00:00.000Z",
						FirstResponseAt: "2026-03-04T09:00:00.000Z", Comments: []Remark{
							{1, Customer, "c1", "anyone?", "2026-03-02T12:00:00.000Z"},
							{2, Agent, "ann", "late", "2026-03-04T09:00:00.000Z"}}},
				},
				Report: Report{Tickets: 2, Responded: 2, Closed: 1, ResponseBreaches: 2},
				Customers: map[string]*Summary{"c1": {Opened: 2, Closed: 1, Open: 1, Comments: 5, Breaches: 2,
					ByPriority: map[string]int{"urgent": 1, "low": 1}, LastActivityAt: "2026-03-04T09:00:00.000Z"}},
				Top:     []Ranked{{CustomerID: "c1", Opened: 2, Closed: 1, Open: 1, Breaches: 2}},
				Inboxes: map[string]Inbox{"ann": {3, 3}},
			},
			"b": {
				Tickets: map[string]*State{"A-1": {Ref: "A-1", Subject: "Three", Body: "third", CustomerID: "c1", Language: "en",
					Channel: "web", Priority: "normal", Status: "open", OpenedAt: "2026-03-03T09:00:00.000Z", AssigneeID: "zoe",
					AssignedAt: "2026-03-03T09:01:00.000Z"}},
				Report: Report{Tickets: 1, OverdueResponses: 1},
				Customers: map[string]*Summary{"c1": {Opened: 1, Open: 1, ByPriority: map[string]int{"normal": 1},
					LastActivityAt: "2026-03-03T09:00:00.000Z"}},
				Top:     []Ranked{{CustomerID: "c1", Opened: 1, Open: 1}},
				Inboxes: map[string]Inbox{"zoe": {1, 1}},
			},
		},
	}
	for _, d := range Diff(want, got) {
		t.Error(d)
	}
}

func TestALateClosingIsABreachOfItsOwn(t *testing.T) {
	t.Parallel()
	tickets := load(t, sample)
	tickets[0].ClosedAt = at(t, "2026-03-03T10:00:00.001Z")
	before, after := Expect(load(t, sample)), Expect(tickets)
	if got := after.Tenants["a"].Report.ResolveBreaches; got != 1 {
		t.Errorf("want 1 late closing, got %d", got)
	}
	if after.Events != before.Events+1 || after.Notifications != before.Notifications+1 ||
		after.Deliveries.Completed != before.Deliveries.Completed+2 || after.Deliveries.Skipped != before.Deliveries.Skipped {
		t.Errorf("a breach must add one event, one notification and two deliveries: before %+v, after %+v", before, after)
	}
}

func TestWhatIsOpenPastItsTimeIsOverdueAndNoBreach(t *testing.T) {
	t.Parallel()
	tickets := load(t, sample)
	tickets[1].Comments[1].At = at(t, "2026-03-31T09:00:00Z") // moves the moment of judgement
	got := Expect(tickets).Tenants["b"].Report
	if want := (Report{Tickets: 1, OverdueResponses: 1, OverdueResolves: 1}); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
}

func TestStepsRunInOrderOfTimeWithTheOpeningFirst(t *testing.T) {
	t.Parallel()
	ticket := load(t, sample)[0]
	var got []string
	for _, s := range ticket.Steps() {
		got = append(got, s.Key())
	}
	want := "a:A-1:open a:A-1:assign a:A-1:comment-1 a:A-1:comment-2 a:A-1:comment-3 a:A-1:close"
	if strings.Join(got, " ") != want {
		t.Errorf("want %s, got %v", want, got)
	}
}

func TestSurveySeesEveryAgentWhoWasAssignedOrWrote(t *testing.T) {
	t.Parallel()
	s := SurveyOf(load(t, sample))
	if got := strings.Join(s.Tenants, " "); got != "a b" {
		t.Errorf("tenants: %s", got)
	}
	if got := strings.Join(s.Agents["a"], " ") + "; " + strings.Join(s.Agents["b"], " "); got != "ann bob; zoe" {
		t.Errorf("agents: %s", got)
	}
	if got := stamp(s.AsOf); got != "2026-03-04T09:00:00.000Z" {
		t.Errorf("as of %s", got)
	}
}
