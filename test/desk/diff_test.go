package desk

import (
	"strings"
	"testing"
)

func TestDiffFindsEachThingThatIsOtherwise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*Totals)
		want  string
	}{
		{"an event too many", func(v *Totals) { v.Events++ }, "events: want 13, got 14"},
		{"a lost notification", func(v *Totals) { v.Notifications-- }, "notifications: want 4, got 3"},
		{"a dead letter", func(v *Totals) { v.Deliveries.Completed--; v.Deliveries.DeadLetter++ }, "deliveries DeadLetter: want 0, got 1"},
		{"a lost tenant", func(v *Totals) { delete(v.Tenants, "b") }, "tenant b: want true, got false"},
		{"a lost ticket", func(v *Totals) { delete(v.Tenants["a"].Tickets, "A-2") }, `a ticket A-2: want "present", got "absent"`},
		{"a ticket of another tenant", func(v *Totals) { v.Tenants["b"].Tickets["A-2"] = v.Tenants["a"].Tickets["A-2"] },
			`b ticket A-2: want "absent", got "present"`},
		{"a reference twice", func(v *Totals) { v.Tenants["a"].Doubles = []string{"A-1"} }, "a references of more than one ticket"},
		{"a text that was normalised", func(v *Totals) { v.Tenants["a"].Tickets["A-1"].Subject = "O\u0301ne" },
			`a ticket A-1 Subject: want "One", got "O\u0301ne"`},
		{"a comment twice", func(v *Totals) {
			s := v.Tenants["a"].Tickets["A-1"]
			s.Comments = append(s.Comments, s.Comments[2])
		}, "a ticket A-1 Comments"},
		{"a tag lost", func(v *Totals) { v.Tenants["a"].Tickets["A-1"].Tags = nil }, "a ticket A-1 Tags"},
		{"a breach missed", func(v *Totals) { v.Tenants["a"].Report.ResponseBreaches-- }, "a sla.report ResponseBreaches: want 2, got 1"},
		{"a customer counted twice", func(v *Totals) { v.Tenants["a"].Customers["c1"].Opened++ }, "a customer c1 Opened: want 2, got 3"},
		{"a customer's last activity", func(v *Totals) { v.Tenants["a"].Customers["c1"].LastActivityAt = "" }, "a customer c1 LastActivityAt"},
		{"a rank", func(v *Totals) { v.Tenants["a"].Top[0].Closed = 7 }, "a digest.top c1 Closed: want 1, got 7"},
		{"a rank of nobody", func(v *Totals) { v.Tenants["a"].Top[0].CustomerID = "c9" }, "a digest.top c9: want \"no such customer\""},
		{"an inbox", func(v *Totals) { v.Tenants["a"].Inboxes["ann"] = Inbox{Count: 2, Unread: 3} }, "a inbox of ann Count: want 3, got 2"},
		{"an inbox of somebody else", func(v *Totals) { v.Tenants["b"].Inboxes["ann"] = Inbox{Count: 1} }, "b inbox of ann Count: want 0, got 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := Expect(load(t, sample))
			c.spoil(&got)
			var lines []string
			for _, d := range Diff(Expect(load(t, sample)), got) {
				lines = append(lines, d.String())
			}
			if !strings.Contains(strings.Join(lines, "\n"), c.want) {
				t.Errorf("want %q among %q", c.want, lines)
			}
		})
	}
}

func TestDiffTakesCustomersWithAsManyTicketsInAnyOrder(t *testing.T) {
	t.Parallel()
	rows := []Ranked{{CustomerID: "x", Opened: 2}, {CustomerID: "y", Opened: 2}}
	customers := map[string]*Summary{"x": {Opened: 2}, "y": {Opened: 2}}
	want := Totals{Tenants: map[string]*Tenant{"a": {Customers: customers, Top: rows}}}
	got := Totals{Tenants: map[string]*Tenant{"a": {Customers: customers, Top: []Ranked{rows[1], rows[0]}}}}
	if d := Diff(want, got); len(d) != 0 {
		t.Errorf("got %v", d)
	}
	got.Tenants["a"].Top[1] = rows[1]
	if d := Diff(want, got); len(d) != 1 || !strings.Contains(d[0].String(), "twice") {
		t.Errorf("a customer that stands there twice: %v", d)
	}
}
