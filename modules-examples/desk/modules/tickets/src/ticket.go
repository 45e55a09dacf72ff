package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

var (
	tickets  = mozaiks.NewCollection[Ticket]("tickets")
	comments = mozaiks.NewCollection[Comment]("comments")
)

// The states of a ticket.
const (
	statusOpen   = "open"
	statusClosed = "closed"
)

// byAgent is the author_kind of a comment that may be a ticket's first response.
const byAgent = "agent"

// Ticket is a document of the collection tickets. Times are RFC 3339 in UTC with milliseconds; what has not happened yet, or
// was not said, is empty here and absent in the store.
type Ticket struct {
	Ref             string   `json:"ref"`
	Subject         string   `json:"subject"`
	Body            string   `json:"body"`
	CustomerID      string   `json:"customer_id"`
	CustomerName    string   `json:"customer_name,omitempty"`
	Language        string   `json:"language"`
	Channel         string   `json:"channel"`
	Priority        string   `json:"priority"`
	Status          string   `json:"status"`
	Tags            []string `json:"tags"`
	Terms           []string `json:"terms"`
	OpenedAt        string   `json:"opened_at"`
	AssigneeID      string   `json:"assignee_id,omitempty"`
	AssignedAt      string   `json:"assigned_at,omitempty"`
	FirstResponseAt string   `json:"first_response_at,omitempty"`
	ClosedAt        string   `json:"closed_at,omitempty"`
	Resolution      string   `json:"resolution,omitempty"`
	Comments        int      `json:"comments"`
}

// Comment is a document of the collection comments. Numbers count from 1 within a ticket.
type Comment struct {
	TicketID   string `json:"ticket_id"`
	Number     int    `json:"number"`
	AuthorKind string `json:"author_kind"`
	AuthorID   string `json:"author_id"`
	Body       string `json:"body"`
	At         string `json:"at"`
}

// headFields are what an action needs of a ticket that it changes.
var headFields = []string{"ref", "subject", "customer_id", "priority", "status", "opened_at", "assignee_id",
	"first_response_at", "comments"}

// openTicketOf reads a ticket that is to change: not_found if it is unknown, conflict if it is closed.
func openTicketOf(ctx mozaiks.Context, ticketID string) (mozaiks.Doc[Ticket], error) {
	doc, found, err := tickets.Get(ctx, ticketID, headFields...)
	switch {
	case err != nil:
		return doc, err
	case !found:
		return doc, unknownTicket()
	case doc.Value.Status == statusClosed:
		return doc, mozaiks.Fail(mozaiks.CodeConflict, "the ticket is closed", map[string]any{"reason": "closed"})
	}
	return doc, nil
}

func unknownTicket() error {
	return mozaiks.Fail(mozaiks.CodeNotFound, "there is no such ticket", nil)
}
