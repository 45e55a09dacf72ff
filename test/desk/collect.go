package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// readers is how many reads of one tenant are under way at a time.
const readers = 8

// pageSize is how many tickets are asked for at a time: the most that tickets.list gives.
const pageSize = 100

// Collect reads what the host holds, as the survey says.
func Collect(ctx context.Context, c *Client, s Survey) (Totals, error) {
	standing, err := Stand(ctx, c)
	if err != nil {
		return Totals{}, err
	}
	totals := Totals{Events: standing.Events, Deliveries: standing.Deliveries, Notifications: standing.Notifications,
		Tenants: map[string]*Tenant{}}
	for _, id := range s.Tenants {
		r := &reader{client: c, who: Persona{User: importer, Tenant: id}, survey: s,
			tenant: &Tenant{Tickets: map[string]*State{}, Customers: map[string]*Summary{}, Inboxes: map[string]Inbox{}}}
		if err := r.read(ctx); err != nil {
			return totals, fmt.Errorf("%s: %w", id, err)
		}
		totals.Tenants[id] = r.tenant
	}
	return totals, nil
}

// reader reads one tenant.
type reader struct {
	client *Client
	who    Persona
	survey Survey

	mu     sync.Mutex // guards the maps of tenant
	tenant *Tenant
}

func (r *reader) read(ctx context.Context) error {
	tickets, err := r.list(ctx)
	if err != nil {
		return err
	}
	if err := each(ctx, readers, tickets, r.full); err != nil {
		return err
	}
	if _, err := r.client.call(ctx, action(r.who, "sla", "report", "", map[string]string{"as_of": stamp(r.survey.AsOf)}),
		&r.tenant.Report); err != nil {
		return err
	}
	var top struct {
		Items []Ranked `json:"items"`
	}
	if _, err := r.client.call(ctx, action(r.who, "digest", "top", "", map[string]int{"limit": topRows}), &top); err != nil {
		return err
	}
	r.tenant.Top = top.Items
	if err := each(ctx, readers, r.survey.Customers[r.who.Tenant], r.summary); err != nil {
		return err
	}
	return each(ctx, readers, r.survey.Agents[r.who.Tenant], r.inbox)
}

// shown is a ticket as tickets.list and tickets.get show it.
type shown struct {
	TicketID        string   `json:"ticket_id"`
	Ref             string   `json:"ref"`
	Subject         string   `json:"subject"`
	Body            string   `json:"body"`
	CustomerID      string   `json:"customer_id"`
	CustomerName    string   `json:"customer_name"`
	Language        string   `json:"language"`
	Channel         string   `json:"channel"`
	Priority        string   `json:"priority"`
	Status          string   `json:"status"`
	Tags            []string `json:"tags"`
	OpenedAt        string   `json:"opened_at"`
	AssigneeID      string   `json:"assignee_id"`
	AssignedAt      string   `json:"assigned_at"`
	FirstResponseAt string   `json:"first_response_at"`
	ClosedAt        string   `json:"closed_at"`
	Resolution      string   `json:"resolution"`
	Comments        int      `json:"comments"`
}

// list reads all tickets page by page, and holds the pages to their order and to references that occur once.
func (r *reader) list(ctx context.Context) ([]shown, error) {
	var all []shown
	seen := map[string]bool{}
	input := map[string]any{"limit": pageSize}
	for {
		var page struct {
			Items      []shown `json:"items"`
			NextCursor *string `json:"next_cursor"`
		}
		if _, err := r.client.call(ctx, action(r.who, "tickets", "list", "", input), &page); err != nil {
			return nil, err
		}
		for _, t := range page.Items {
			if seen[t.Ref] {
				r.tenant.Doubles = append(r.tenant.Doubles, t.Ref)
			}
			seen[t.Ref] = true
			if n := len(all); n > 0 && t.OpenedAt > all[n-1].OpenedAt {
				return nil, fmt.Errorf("tickets.list: %s is newer than %s, and comes after it", t.Ref, all[n-1].Ref)
			}
			all = append(all, t)
		}
		if page.NextCursor == nil {
			return all, nil
		}
		if len(page.Items) == 0 {
			return nil, errors.New("tickets.list: an empty page has a next one")
		}
		input["cursor"] = *page.NextCursor
	}
}

// full reads a listed ticket with its texts and comments.
func (r *reader) full(ctx context.Context, listed shown) error {
	var answer struct {
		Ticket   shown    `json:"ticket"`
		Comments []Remark `json:"comments"`
	}
	input := map[string]any{"ticket_id": listed.TicketID, "comments": true}
	if _, err := r.client.call(ctx, action(r.who, "tickets", "get", "", input), &answer); err != nil {
		return err
	}
	t := answer.Ticket
	if t.Comments != len(answer.Comments) || listed.Comments != t.Comments {
		return fmt.Errorf("ticket %s: %d comments are listed and %d counted, but it has %d", t.Ref, listed.Comments, t.Comments,
			len(answer.Comments))
	}
	if listed.Status != t.Status || listed.Ref != t.Ref {
		return fmt.Errorf("ticket %s: list and get differ", t.Ref)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tenant.Tickets[t.Ref] = &State{Ref: t.Ref, Subject: t.Subject, Body: t.Body, CustomerID: t.CustomerID,
		CustomerName: t.CustomerName, Language: t.Language, Channel: t.Channel, Priority: t.Priority, Status: t.Status,
		Tags: t.Tags, OpenedAt: moment(t.OpenedAt), AssigneeID: t.AssigneeID, AssignedAt: moment(t.AssignedAt),
		FirstResponseAt: moment(t.FirstResponseAt), ClosedAt: moment(t.ClosedAt), Resolution: t.Resolution,
		Comments: moments(answer.Comments)}
	return nil
}

func (r *reader) summary(ctx context.Context, customer string) error {
	var answer struct {
		CustomerID     string         `json:"customer_id"`
		Opened         int            `json:"opened"`
		Closed         int            `json:"closed"`
		Open           int            `json:"open"`
		Comments       int            `json:"comments"`
		Breaches       int            `json:"breaches"`
		ByPriority     map[string]int `json:"by_priority"`
		LastActivityAt string         `json:"last_activity_at"`
		Text           string         `json:"text"`
	}
	_, err := r.client.call(ctx, action(r.who, "digest", "summary", "", map[string]string{"customer_id": customer}), &answer)
	var p *Problem
	if errors.As(err, &p) && p.Code == "RECORD_NOT_FOUND" {
		return nil // none is held, which the comparison shows
	}
	if err != nil {
		return err
	}
	if answer.CustomerID != customer || answer.Text == "" {
		return fmt.Errorf("digest.summary of %s answers for %q, and says %q", customer, answer.CustomerID, answer.Text)
	}
	for priority, n := range answer.ByPriority {
		if n == 0 {
			delete(answer.ByPriority, priority)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tenant.Customers[customer] = &Summary{Opened: answer.Opened, Closed: answer.Closed, Open: answer.Open,
		Comments: answer.Comments, Breaches: answer.Breaches, ByPriority: answer.ByPriority,
		LastActivityAt: moment(answer.LastActivityAt)}
	return nil
}

func (r *reader) inbox(ctx context.Context, agent string) error {
	var inbox Inbox
	who := Persona{User: agent, Tenant: r.who.Tenant}
	req := request{method: http.MethodGet, path: appPath + "/notifications/count", who: who}
	if _, err := r.client.call(ctx, req, &inbox); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tenant.Inboxes[agent] = inbox
	return nil
}

func moments(said []Remark) []Remark {
	for i := range said {
		said[i].At = moment(said[i].At)
	}
	return said
}

// moment writes a time of the host in the one form that is compared. What is no time stays as it is, and differs.
func moment(text string) string {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || t.Nanosecond()%int(time.Millisecond) != 0 {
		return text
	}
	return stamp(t)
}
