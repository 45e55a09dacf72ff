package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// maxPage is the longest page that the host gives.
const maxPage = 100

// ListInput is the input of the action list. What is empty is not asked for.
type ListInput struct {
	Status     string `json:"status"`
	AssigneeID string `json:"assignee_id"`
	CustomerID string `json:"customer_id"`
	Limit      int    `json:"limit"`
	Cursor     string `json:"cursor"`
}

// PageOutput is the output of the actions list and search: a page of tickets, the newest first.
type PageOutput struct {
	Items      []ShownTicket `json:"items"`
	NextCursor *string       `json:"next_cursor"` // null on the last page
}

// ShownTicket is a ticket as a list shows it.
type ShownTicket struct {
	TicketID        string   `json:"ticket_id"`
	Ref             string   `json:"ref"`
	Subject         string   `json:"subject"`
	CustomerID      string   `json:"customer_id"`
	CustomerName    *string  `json:"customer_name"`
	Language        string   `json:"language"`
	Channel         string   `json:"channel"`
	Priority        string   `json:"priority"`
	Status          string   `json:"status"`
	Tags            []string `json:"tags"`
	OpenedAt        string   `json:"opened_at"`
	AssigneeID      *string  `json:"assignee_id"`
	AssignedAt      *string  `json:"assigned_at"`
	FirstResponseAt *string  `json:"first_response_at"`
	ClosedAt        *string  `json:"closed_at"`
	Comments        int      `json:"comments"`
}

// shownFields are what a ShownTicket is made of.
var shownFields = []string{"ref", "subject", "customer_id", "customer_name", "language", "channel", "priority", "status", "tags",
	"opened_at", "assignee_id", "assigned_at", "first_response_at", "closed_at", "comments"}

func shown(doc mozaiks.Doc[Ticket]) ShownTicket {
	t := doc.Value
	return ShownTicket{TicketID: doc.ID, Ref: t.Ref, Subject: t.Subject, CustomerID: t.CustomerID,
		CustomerName: orNull(t.CustomerName), Language: t.Language, Channel: t.Channel, Priority: t.Priority, Status: t.Status,
		Tags: t.Tags, OpenedAt: t.OpenedAt, AssigneeID: orNull(t.AssigneeID), AssignedAt: orNull(t.AssignedAt),
		FirstResponseAt: orNull(t.FirstResponseAt), ClosedAt: orNull(t.ClosedAt), Comments: t.Comments}
}

func list(ctx mozaiks.Context, in ListInput) (PageOutput, error) {
	filter := mozaiks.Filter{}
	for path, value := range map[string]string{"status": in.Status, "assignee_id": in.AssigneeID, "customer_id": in.CustomerID} {
		if value != "" {
			filter[path] = value
		}
	}
	return page(ctx, filter, in.Limit, in.Cursor)
}

// page answers a page of the tickets that the filter matches, the newest first.
func page(ctx mozaiks.Context, filter mozaiks.Filter, limit int, cursor string) (PageOutput, error) {
	found, err := tickets.Query(ctx, mozaiks.Query{Filter: filter, Sort: []mozaiks.Order{mozaiks.Desc("opened_at")},
		Limit: limit, Cursor: cursor, Fields: shownFields})
	if err != nil {
		return PageOutput{}, err
	}
	out := PageOutput{NextCursor: orNull(found.NextCursor)}
	for _, doc := range found.Docs {
		out.Items = append(out.Items, shown(doc))
	}
	return out, nil
}
