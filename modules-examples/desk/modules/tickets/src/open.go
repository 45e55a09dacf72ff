package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// OpenInput is the input of the action open.
type OpenInput struct {
	Ref          string   `json:"ref"`
	Subject      string   `json:"subject"`
	Body         string   `json:"body"`
	CustomerID   string   `json:"customer_id"`
	CustomerName string   `json:"customer_name"`
	Language     string   `json:"language"`
	Channel      string   `json:"channel"`
	Priority     string   `json:"priority"`
	Tags         []string `json:"tags"`
	At           string   `json:"at"`
}

// OpenOutput is its output.
type OpenOutput struct {
	TicketID string `json:"ticket_id"`
	Ref      string `json:"ref"`
}

// refAttempts is how often a reference is made anew because a ticket has the same.
const refAttempts = 4

func open(ctx mozaiks.Context, in OpenInput) (OpenOutput, error) {
	openedAt, err := moment(ctx, in.At)
	if err != nil {
		return OpenOutput{}, err
	}
	ticket := Ticket{
		Ref: in.Ref, Subject: in.Subject, Body: in.Body, CustomerID: in.CustomerID, CustomerName: in.CustomerName,
		Language: or(in.Language, "en"), Channel: or(in.Channel, "web"), Priority: or(in.Priority, "normal"),
		Status: statusOpen, Tags: in.Tags, Terms: terms(maxTerms, in.Subject, in.Body), OpenedAt: openedAt,
	}
	id, err := insert(ctx, &ticket)
	if err != nil {
		return OpenOutput{}, err
	}
	_, err = ctx.Emit(eventOpened, Opened{TicketID: id, Ref: ticket.Ref, Subject: ticket.Subject,
		CustomerID: ticket.CustomerID, Priority: ticket.Priority, OpenedAt: ticket.OpenedAt})
	return OpenOutput{TicketID: id, Ref: ticket.Ref}, err
}

// insert adds the ticket. One without a reference is given one; only then a reference that is taken is tried again.
func insert(ctx mozaiks.Context, ticket *Ticket) (id string, err error) {
	given := ticket.Ref != ""
	for range refAttempts {
		if !given {
			if ticket.Ref, err = newRef(ctx); err != nil {
				return "", err
			}
		}
		var written mozaiks.Result
		written, err = tickets.Insert(ctx, *ticket)
		if err == nil || given || mozaiks.CodeOf(err) != mozaiks.CodeUniqueConflict {
			return written.ID, err
		}
	}
	return "", err
}

// refAlphabet leaves out the letters that are mistaken for others when a reference is read aloud or copied by hand.
const refAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newRef makes a reference of eight characters, 40 bits, from the host's random stream.
func newRef(ctx mozaiks.Context) (string, error) {
	random, err := ctx.Random(8)
	if err != nil {
		return "", err
	}
	ref := []byte("T-")
	for _, b := range random {
		ref = append(ref, refAlphabet[b%32])
	}
	return string(ref), nil
}

func or(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
