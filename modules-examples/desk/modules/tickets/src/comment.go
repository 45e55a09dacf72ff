package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// CommentInput is the input of the action comment.
type CommentInput struct {
	TicketID   string `json:"ticket_id"`
	AuthorKind string `json:"author_kind"`
	AuthorID   string `json:"author_id"`
	Body       string `json:"body"`
	At         string `json:"at"`
}

// CommentOutput is its output.
type CommentOutput struct {
	CommentID string `json:"comment_id"`
	Number    int    `json:"number"`
}

func comment(ctx mozaiks.Context, in CommentInput) (CommentOutput, error) {
	at, err := moment(ctx, in.At)
	if err != nil {
		return CommentOutput{}, err
	}
	doc, err := openTicketOf(ctx, in.TicketID)
	if err != nil {
		return CommentOutput{}, err
	}
	t := doc.Value
	number := t.Comments + 1
	firstResponse := in.AuthorKind == byAgent && t.FirstResponseAt == ""
	patch := mozaiks.Patch{}.Inc("comments", 1)
	if firstResponse {
		patch.Set("first_response_at", at)
	}
	written, err := ctx.Write(
		comments.InsertOp("", Comment{TicketID: doc.ID, Number: number, AuthorKind: in.AuthorKind, AuthorID: in.AuthorID,
			Body: in.Body, At: at}),
		tickets.UpdateOp(mozaiks.ID(doc.ID), patch, nil),
	)
	if err != nil {
		return CommentOutput{}, err
	}
	_, err = ctx.Emit(eventCommented, Commented{TicketID: doc.ID, Ref: t.Ref, Subject: t.Subject, CustomerID: t.CustomerID,
		Priority: t.Priority, OpenedAt: t.OpenedAt, AssigneeID: orNull(t.AssigneeID), AuthorKind: in.AuthorKind,
		AuthorID: in.AuthorID, Number: number, At: at, FirstResponse: firstResponse})
	return CommentOutput{CommentID: written[0].ID, Number: number}, err
}
