package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// AssignInput is the input of the action assign.
type AssignInput struct {
	TicketID   string `json:"ticket_id"`
	AssigneeID string `json:"assignee_id"`
	At         string `json:"at"`
}

// AssignOutput is its output.
type AssignOutput struct {
	TicketID   string `json:"ticket_id"`
	AssigneeID string `json:"assignee_id"`
}

func assign(ctx mozaiks.Context, in AssignInput) (AssignOutput, error) {
	at, err := moment(ctx, in.At)
	if err != nil {
		return AssignOutput{}, err
	}
	doc, err := openTicketOf(ctx, in.TicketID)
	if err != nil {
		return AssignOutput{}, err
	}
	patch := mozaiks.Patch{}.Set("assignee_id", in.AssigneeID).Set("assigned_at", at)
	if _, err := tickets.Update(ctx, mozaiks.ID(doc.ID), patch, nil); err != nil {
		return AssignOutput{}, err
	}
	t := doc.Value
	_, err = ctx.Emit(eventAssigned, Assigned{TicketID: doc.ID, Ref: t.Ref, Subject: t.Subject, CustomerID: t.CustomerID,
		Priority: t.Priority, AssigneeID: in.AssigneeID, AssignedAt: at})
	return AssignOutput{TicketID: doc.ID, AssigneeID: in.AssigneeID}, err
}
