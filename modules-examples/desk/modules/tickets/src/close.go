package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// CloseInput is the input of the action close.
type CloseInput struct {
	TicketID   string `json:"ticket_id"`
	Resolution string `json:"resolution"`
	At         string `json:"at"`
}

// CloseOutput is its output.
type CloseOutput struct {
	TicketID string `json:"ticket_id"`
	ClosedAt string `json:"closed_at"`
}

// closing is the handler of the action close, whose name Go keeps for itself.
func closing(ctx mozaiks.Context, in CloseInput) (CloseOutput, error) {
	at, err := moment(ctx, in.At)
	if err != nil {
		return CloseOutput{}, err
	}
	doc, err := openTicketOf(ctx, in.TicketID)
	if err != nil {
		return CloseOutput{}, err
	}
	patch := mozaiks.Patch{}.Set("status", statusClosed).Set("closed_at", at).Set("resolution", in.Resolution)
	if _, err := tickets.Update(ctx, mozaiks.ID(doc.ID), patch, nil); err != nil {
		return CloseOutput{}, err
	}
	t := doc.Value
	_, err = ctx.Emit(eventClosed, Closed{TicketID: doc.ID, Ref: t.Ref, Subject: t.Subject, CustomerID: t.CustomerID,
		Priority: t.Priority, OpenedAt: t.OpenedAt, AssigneeID: orNull(t.AssigneeID), ClosedAt: at})
	return CloseOutput{TicketID: doc.ID, ClosedAt: at}, err
}
