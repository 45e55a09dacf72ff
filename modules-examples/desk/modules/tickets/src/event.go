package main

// The events that this module publishes.
const (
	eventOpened    = "domain.tickets.ticket_opened"
	eventAssigned  = "domain.tickets.ticket_assigned"
	eventCommented = "domain.tickets.ticket_commented"
	eventClosed    = "domain.tickets.ticket_closed"
)

// Opened is the payload of ticket_opened.
type Opened struct {
	TicketID   string `json:"ticket_id"`
	Ref        string `json:"ref"`
	Subject    string `json:"subject"`
	CustomerID string `json:"customer_id"`
	Priority   string `json:"priority"`
	OpenedAt   string `json:"opened_at"`
}

// Assigned is the payload of ticket_assigned.
type Assigned struct {
	TicketID   string `json:"ticket_id"`
	Ref        string `json:"ref"`
	Subject    string `json:"subject"`
	CustomerID string `json:"customer_id"`
	Priority   string `json:"priority"`
	AssigneeID string `json:"assignee_id"`
	AssignedAt string `json:"assigned_at"`
}

// Commented is the payload of ticket_commented.
type Commented struct {
	TicketID      string  `json:"ticket_id"`
	Ref           string  `json:"ref"`
	Subject       string  `json:"subject"`
	CustomerID    string  `json:"customer_id"`
	Priority      string  `json:"priority"`
	OpenedAt      string  `json:"opened_at"`
	AssigneeID    *string `json:"assignee_id"` // null if nobody
	AuthorKind    string  `json:"author_kind"`
	AuthorID      string  `json:"author_id"`
	Number        int     `json:"number"`
	At            string  `json:"at"`
	FirstResponse bool    `json:"first_response"` // the first comment of an agent on the ticket
}

// Closed is the payload of ticket_closed.
type Closed struct {
	TicketID   string  `json:"ticket_id"`
	Ref        string  `json:"ref"`
	Subject    string  `json:"subject"`
	CustomerID string  `json:"customer_id"`
	Priority   string  `json:"priority"`
	OpenedAt   string  `json:"opened_at"`
	AssigneeID *string `json:"assignee_id"` // null if nobody
	ClosedAt   string  `json:"closed_at"`
}

// orNull answers nil for an empty text.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
