package desk

import (
	"strings"
	"testing"
)

const plain = `{"tenant":"a","ref":"A-1","subject":"s","body":"b","customer_id":"c","language":"en","channel":"web","priority":"low","tags":[],"opened_at":"2026-03-02T10:00:00.000Z","assignee_id":"ann","assigned_at":"2026-03-02T10:05:00.000Z","comments":[{"author_kind":"agent","author_id":"ann","body":"x","at":"2026-03-02T10:30:00.000Z"}],"closed_at":"2026-03-03T10:00:00.000Z","resolution":"r"}`

func TestReadRefusesWhatTheAppWouldRefuse(t *testing.T) {
	t.Parallel()
	if _, err := Read(strings.NewReader(plain)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, replacement, want string }{
		{"nothing at all", plain, "", "no tickets"},
		{"no JSON", "}", "", "line 1"},
		{"two values on a line", `"r"}`, `"r"}{}`, "more than one value"},
		{"a second ticket with the reference", plain, plain + "\n" + plain, "line 2: a second ticket A-1 of a"},
		{"an unknown field", `"tenant"`, `"colour":1,"tenant"`, "colour"},
		{"no UTF-8", `"s"`, "\"\xff\"", "not UTF-8"},
		{"a null character", `"s"`, `"\u0000"`, "U+0000"},
		{"a long subject", `"s"`, `"` + strings.Repeat("é", 301) + `"`, "subject has 301 characters"},
		{"no body", `"b"`, `""`, "body has 0 characters"},
		{"a channel", `"web"`, `"fax"`, `channel "fax"`},
		{"a priority", `"low"`, `"soon"`, `priority "soon"`},
		{"many tags", `[]`, `["x"` + strings.Repeat(`,"x"`, 20) + `]`, "21 tags"},
		{"an empty tag", `[]`, `[""]`, "tags has 0 characters"},
		{"an author", `"agent"`, `"robot"`, `author_kind "robot"`},
		{"assigned to nobody", `"assignee_id":"ann",`, "", "belong together"},
		{"closed without a resolution", `,"resolution":"r"`, "", "belong together"},
		{"assigned before it was opened", "10:05:00", "09:59:00", "must ascend"},
		{"a comment after the closing", "2026-03-02T10:30", "2026-03-03T10:30", "must ascend"},
		{"finer than a millisecond", "10:30:00.000Z", "10:30:00.0001Z", "finer than a millisecond"},
		{"no opening", `"opened_at":"2026-03-02T10:00:00.000Z",`, "", "no opened_at"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := strings.ReplaceAll(plain, c.old, c.replacement)
			if text == plain {
				t.Fatal("the case changes nothing")
			}
			_, err := Read(strings.NewReader(text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

// The tickets of the demo must keep what they are there for.
func TestTheDemosTicketsAreManyAndVaried(t *testing.T) {
	t.Parallel()
	tickets, err := Load("../../modules-examples/desk/data/tickets.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	tenants, languages, exact, late := map[string]int{}, map[string]int{}, 0, 0
	long, closed, assigned, bodies := 0, 0, 0, map[string]bool{}
	for _, ticket := range tickets {
		tenants[ticket.Tenant]++
		languages[ticket.Language]++
		bodies[ticket.Body] = true
		if len(ticket.Body) > 1000 {
			long++
		}
		if ticket.Assigned() {
			assigned++
		}
		if ticket.Closed() {
			closed++
			if ticket.ClosedAt.Equal(ticket.resolveDue()) {
				exact++
			}
			if ticket.ClosedAt.Sub(ticket.resolveDue()).Milliseconds() == 1 {
				late++
			}
		}
	}
	n := len(tickets)
	for what, ok := range map[string]bool{
		"a thousand tickets":                        n >= 1000,
		"three tenants of some size":                len(tenants) == 3 && min(tenants["nordwind"], tenants["atlas"], tenants["sakura"]) >= 300,
		"ten languages":                             len(languages) == 10,
		"bodies of their own":                       len(bodies)*100 >= n*95,
		"long bodies":                               long >= 8,
		"about 85 of 100 assigned":                  assigned*100 >= n*80 && assigned*100 <= n*90,
		"about 60 of 100 closed":                    closed*100 >= n*55 && closed*100 <= n*65,
		"closings exactly in time":                  exact >= 5,
		"closings that are late by one millisecond": late >= 5,
	} {
		if !ok {
			t.Errorf("not so: %s (%d tickets, %v, %v, %d bodies, %d long, %d assigned, %d closed, %d in time, %d late)", what, n,
				tenants, languages, len(bodies), long, assigned, closed, exact, late)
		}
	}
}
