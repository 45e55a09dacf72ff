package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// GetInput is the input of the action get: one of TicketID and Ref.
type GetInput struct {
	TicketID string `json:"ticket_id"`
	Ref      string `json:"ref"`
	Comments bool   `json:"comments"`
}

// GetOutput is its output. Comments is nil unless they were asked for.
type GetOutput struct {
	Ticket   FullTicket      `json:"ticket"`
	Comments *[]ShownComment `json:"comments,omitempty"`
}

// FullTicket is a ticket with all that was said of it but the comments.
type FullTicket struct {
	ShownTicket
	Body       string  `json:"body"`
	Resolution *string `json:"resolution"`
}

// ShownComment is a comment as it is shown.
type ShownComment struct {
	CommentID  string `json:"comment_id"`
	Number     int    `json:"number"`
	AuthorKind string `json:"author_kind"`
	AuthorID   string `json:"author_id"`
	Body       string `json:"body"`
	At         string `json:"at"`
}

var fullFields = append([]string{"body", "resolution"}, shownFields...)

func get(ctx mozaiks.Context, in GetInput) (GetOutput, error) {
	doc, found, err := find(ctx, in)
	if err != nil {
		return GetOutput{}, err
	}
	if !found {
		return GetOutput{}, unknownTicket()
	}
	out := GetOutput{Ticket: FullTicket{ShownTicket: shown(doc), Body: doc.Value.Body, Resolution: orNull(doc.Value.Resolution)}}
	if in.Comments {
		said, err := commentsOf(ctx, doc.ID)
		if err != nil {
			return GetOutput{}, err
		}
		out.Comments = &said
	}
	return out, nil
}

func find(ctx mozaiks.Context, in GetInput) (mozaiks.Doc[Ticket], bool, error) {
	switch {
	case in.TicketID != "" && in.Ref == "":
		return tickets.Get(ctx, in.TicketID, fullFields...)
	case in.Ref != "" && in.TicketID == "":
		return tickets.GetBy(ctx, mozaiks.Key{"ref": in.Ref}, fullFields...)
	}
	return mozaiks.Doc[Ticket]{}, false, mozaiks.Fail(mozaiks.CodeInvalidArgument, "give one of ticket_id and ref", nil)
}

// commentsOf reads all comments of a ticket, the oldest first. A ticket with more than the host lets through is refused by
// the host, rather than shown in part.
func commentsOf(ctx mozaiks.Context, ticketID string) ([]ShownComment, error) {
	said := []ShownComment{}
	query := mozaiks.Query{Filter: mozaiks.Eq("ticket_id", ticketID), Sort: []mozaiks.Order{mozaiks.Asc("number")}, Limit: maxPage}
	for doc, err := range comments.All(ctx, query) {
		if err != nil {
			return nil, err
		}
		c := doc.Value
		said = append(said, ShownComment{CommentID: doc.ID, Number: c.Number, AuthorKind: c.AuthorKind, AuthorID: c.AuthorID,
			Body: c.Body, At: c.At})
	}
	return said, nil
}
