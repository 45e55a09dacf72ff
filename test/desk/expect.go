package desk

import (
	"cmp"
	"slices"
	"time"
)

// topRows is how many customers are asked of digest.top: the most that it gives.
const topRows = 50

// Expect works out from the app's rules what a host holds once these tickets are imported and every delivery is through.
func Expect(tickets []*Ticket) Totals {
	e := expectation{totals: Totals{Tenants: map[string]*Tenant{}}, asOf: SurveyOf(tickets).AsOf}
	for _, t := range tickets {
		e.add(t)
	}
	for _, tenant := range e.totals.Tenants {
		tenant.Top = rank(tenant.Customers)
		for _, inbox := range tenant.Inboxes {
			e.totals.Notifications += inbox.Count
		}
	}
	return e.totals
}

type expectation struct {
	totals Totals
	asOf   time.Time
}

func (e *expectation) tenant(id string) *Tenant {
	if e.totals.Tenants[id] == nil {
		e.totals.Tenants[id] = &Tenant{Tickets: map[string]*State{}, Customers: map[string]*Summary{}, Inboxes: map[string]Inbox{}}
	}
	return e.totals.Tenants[id]
}

// add takes a ticket through its steps and counts what each causes.
func (e *expectation) add(t *Ticket) {
	tenant := e.tenant(t.Tenant)
	state := &State{Ref: t.Ref, Subject: t.Subject, Body: t.Body, CustomerID: t.CustomerID, CustomerName: t.CustomerName,
		Language: t.Language, Channel: t.Channel, Priority: t.Priority, Status: "open", Tags: t.Tags, OpenedAt: stamp(t.OpenedAt)}
	tenant.Tickets[t.Ref] = state
	customer := tenant.Customers[t.CustomerID]
	if customer == nil {
		customer = &Summary{ByPriority: map[string]int{}}
		tenant.Customers[t.CustomerID] = customer
	}
	for _, step := range t.Steps() {
		e.totals.Events++
		switch step.Action {
		case "open":
			e.totals.Deliveries.Completed += 2 // sla and digest
			tenant.Report.Tickets++
			customer.Opened++
			customer.Open++
			customer.ByPriority[t.Priority]++
			customer.active(step.At)
		case "assign":
			state.AssigneeID, state.AssignedAt = t.AssigneeID, stamp(step.At)
			e.notify(tenant, state.AssigneeID)
		case "comment":
			e.comment(tenant, customer, state, step)
		case "close":
			state.Status, state.ClosedAt, state.Resolution = "closed", stamp(step.At), t.Resolution
			e.totals.Deliveries.Completed += 2 // sla and digest
			tenant.Report.Closed++
			customer.Closed++
			customer.Open--
			customer.active(step.At)
			if step.At.After(t.resolveDue()) {
				tenant.Report.ResolveBreaches++
				e.breach(tenant, customer, state.AssigneeID)
			}
		}
	}
	if state.FirstResponseAt == "" && t.responseDue().Before(e.asOf) {
		tenant.Report.OverdueResponses++
	}
	if state.ClosedAt == "" && t.resolveDue().Before(e.asOf) {
		tenant.Report.OverdueResolves++
	}
}

func (e *expectation) comment(tenant *Tenant, customer *Summary, state *State, step Step) {
	c := step.comment
	state.Comments = append(state.Comments, Remark{Number: len(state.Comments) + 1, AuthorKind: c.AuthorKind, AuthorID: c.AuthorID,
		Body: c.Body, At: stamp(c.At)})
	e.totals.Deliveries.Completed++ // digest
	customer.Comments++
	customer.active(step.At)
	if c.AuthorKind == Customer {
		e.notify(tenant, state.AssigneeID)
		return
	}
	e.totals.Deliveries.Skipped++ // the notification is for what customers say
	if state.FirstResponseAt != "" {
		return
	}
	state.FirstResponseAt = stamp(step.At)
	e.totals.Deliveries.Completed++ // sla, which wants first responses alone
	tenant.Report.Responded++
	if step.At.After(step.ticket.responseDue()) {
		tenant.Report.ResponseBreaches++
		e.breach(tenant, customer, state.AssigneeID)
	}
}

// breach counts the event of a breach, and what it causes.
func (e *expectation) breach(tenant *Tenant, customer *Summary, assignee string) {
	e.totals.Events++
	e.totals.Deliveries.Completed++ // digest
	customer.Breaches++
	e.notify(tenant, assignee)
}

// notify counts the delivery of a notification to the assignee, which is skipped if there is none.
func (e *expectation) notify(tenant *Tenant, assignee string) {
	if assignee == "" {
		e.totals.Deliveries.Skipped++
		return
	}
	e.totals.Deliveries.Completed++
	inbox := tenant.Inboxes[assignee]
	inbox.Count++
	inbox.Unread++
	tenant.Inboxes[assignee] = inbox
}

// active moves the last activity of a customer on, never back.
func (s *Summary) active(at time.Time) {
	s.LastActivityAt = max(s.LastActivityAt, stamp(at))
}

func rank(customers map[string]*Summary) []Ranked {
	rows := make([]Ranked, 0, len(customers))
	for id, c := range customers {
		rows = append(rows, c.row(id))
	}
	slices.SortFunc(rows, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.Opened, a.Opened), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	return rows[:min(topRows, len(rows))]
}

func (s *Summary) row(id string) Ranked {
	return Ranked{CustomerID: id, Opened: s.Opened, Closed: s.Closed, Open: s.Open, Breaches: s.Breaches}
}
