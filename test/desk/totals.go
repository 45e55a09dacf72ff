package desk

// Totals is what a host that serves nothing else holds after an import: what it must hold, by Expect, or does, by Collect.
type Totals struct {
	Events        int
	Deliveries    Deliveries
	Notifications int
	Tenants       map[string]*Tenant
}

// Deliveries counts deliveries by their state.
type Deliveries struct {
	Pending    int `json:"pending"`
	Retryable  int `json:"retryable"`
	Claimed    int `json:"claimed"`
	Completed  int `json:"completed"`
	Skipped    int `json:"skipped"`
	DeadLetter int `json:"dead_letter"`
}

// Unfinished counts the deliveries that will still be worked on.
func (d Deliveries) Unfinished() int { return d.Pending + d.Retryable + d.Claimed }

// All counts every delivery.
func (d Deliveries) All() int { return d.Unfinished() + d.Completed + d.Skipped + d.DeadLetter }

// Tenant is what a host holds for one tenant.
type Tenant struct {
	Tickets map[string]*State // by reference
	// Doubles are references that more than one ticket has.
	Doubles   []string
	Report    Report
	Customers map[string]*Summary // by the customer's id
	// Top are the customers with the most tickets, in order.
	Top     []Ranked
	Inboxes map[string]Inbox // by the agent's id
}

// State is a ticket as it is shown. Times are texts, as the app writes them; empty is what has not happened.
type State struct {
	Ref, Subject, Body, CustomerID, CustomerName, Language, Channel, Priority, Status string
	Tags                                                                              []string
	OpenedAt, AssigneeID, AssignedAt, FirstResponseAt, ClosedAt, Resolution           string
	Comments                                                                          []Remark
}

// Remark is a comment as it is shown.
type Remark struct {
	Number     int    `json:"number"`
	AuthorKind string `json:"author_kind"`
	AuthorID   string `json:"author_id"`
	Body       string `json:"body"`
	At         string `json:"at"`
}

// Report is the answer of sla.report.
type Report struct {
	Tickets          int `json:"tickets"`
	Responded        int `json:"responded"`
	Closed           int `json:"closed"`
	ResponseBreaches int `json:"response_breaches"`
	ResolveBreaches  int `json:"resolve_breaches"`
	OverdueResponses int `json:"overdue_responses"`
	OverdueResolves  int `json:"overdue_resolves"`
}

// Breaches counts breaches of both kinds.
func (r Report) Breaches() int { return r.ResponseBreaches + r.ResolveBreaches }

// Summary is the answer of digest.summary but its sentence.
type Summary struct {
	Opened         int
	Closed         int
	Open           int
	Comments       int
	Breaches       int
	ByPriority     map[string]int // without those of which there are none
	LastActivityAt string
}

// Ranked is a row of digest.top.
type Ranked struct {
	CustomerID string `json:"customer_id"`
	Opened     int    `json:"opened"`
	Closed     int    `json:"closed"`
	Open       int    `json:"open"`
	Breaches   int    `json:"breaches"`
}

// Inbox counts the notifications of an agent.
type Inbox struct {
	Count  int `json:"count"`
	Unread int `json:"unread_count"`
}

// Tickets counts the tickets of all tenants.
func (t *Totals) Tickets() int {
	n := 0
	for _, tenant := range t.Tenants {
		n += len(tenant.Tickets)
	}
	return n
}

// Breaches counts the breaches of all tenants.
func (t *Totals) Breaches() int {
	n := 0
	for _, tenant := range t.Tenants {
		n += tenant.Report.Breaches()
	}
	return n
}
