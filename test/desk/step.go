package desk

import (
	"slices"
	"strconv"
	"time"
)

// Step is one call that a ticket needs, to an action of the module tickets.
type Step struct {
	Action string
	// Name tells apart the steps of one ticket: the action, for comments with their number, as in comment-2.
	Name string
	At   time.Time

	ticket  *Ticket
	comment *Comment
}

// Tenant answers whose ticket the step belongs to.
func (s Step) Tenant() string { return s.ticket.Tenant }

// Ref answers the reference of the step's ticket.
func (s Step) Ref() string { return s.ticket.Ref }

// Key is the idempotency key of the step: the same in every import of the same input, and for no other step.
func (s Step) Key() string { return s.ticket.Tenant + ":" + s.ticket.Ref + ":" + s.Name }

// Steps answers what happened to a ticket: its opening first, then the rest in order of time. Of two things at one moment
// the assignment comes first and the closing last.
func (t *Ticket) Steps() []Step {
	var later []Step
	if t.Assigned() {
		later = append(later, Step{Action: "assign", Name: "assign", At: t.AssignedAt, ticket: t})
	}
	for i := range t.Comments {
		later = append(later, Step{Action: "comment", Name: "comment-" + strconv.Itoa(i+1), At: t.Comments[i].At, ticket: t,
			comment: &t.Comments[i]})
	}
	if t.Closed() {
		later = append(later, Step{Action: "close", Name: "close", At: t.ClosedAt, ticket: t})
	}
	slices.SortStableFunc(later, func(a, b Step) int { return a.At.Compare(b.At) })
	return append([]Step{{Action: "open", Name: "open", At: t.OpenedAt, ticket: t}}, later...)
}

// input is the body of the step's call. The id of a ticket is the host's, and unknown before it is open.
func (s Step) input(ticketID string) any {
	t, at := s.ticket, stamp(s.At)
	switch s.Action {
	case "open":
		return struct {
			Ref          string   `json:"ref"`
			Subject      string   `json:"subject"`
			Body         string   `json:"body"`
			CustomerID   string   `json:"customer_id"`
			CustomerName string   `json:"customer_name,omitempty"`
			Language     string   `json:"language"`
			Channel      string   `json:"channel"`
			Priority     string   `json:"priority"`
			Tags         []string `json:"tags,omitempty"`
			At           string   `json:"at"`
		}{t.Ref, t.Subject, t.Body, t.CustomerID, t.CustomerName, t.Language, t.Channel, t.Priority, t.Tags, at}
	case "assign":
		return map[string]string{"ticket_id": ticketID, "assignee_id": t.AssigneeID, "at": at}
	case "comment":
		return map[string]string{"ticket_id": ticketID, "author_kind": s.comment.AuthorKind, "author_id": s.comment.AuthorID,
			"body": s.comment.Body, "at": at}
	default:
		return map[string]string{"ticket_id": ticketID, "resolution": t.Resolution, "at": at}
	}
}
