// Package desk drives the help desk app from outside, over HTTP alone: it loads tickets from a file, imports them as their
// tenants would have worked on them, says by a reckoning of its own what the host must hold afterwards, reads what it does
// hold, and compares the two. The demo and the crash tests share it.
package desk

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"
)

// Who writes a comment.
const (
	Agent    = "agent"
	Customer = "customer"
)

// Ticket is one line of the input: a ticket with all that happened to it.
type Ticket struct {
	Tenant       string    `json:"tenant"`
	Ref          string    `json:"ref"` // unique within the tenant
	Subject      string    `json:"subject"`
	Body         string    `json:"body"`
	CustomerID   string    `json:"customer_id"`
	CustomerName string    `json:"customer_name"`
	Language     string    `json:"language"`
	Channel      string    `json:"channel"`
	Priority     string    `json:"priority"`
	Tags         []string  `json:"tags"`
	OpenedAt     time.Time `json:"opened_at"`
	AssigneeID   string    `json:"assignee_id"` // empty if nobody was assigned
	AssignedAt   time.Time `json:"assigned_at"`
	Comments     []Comment `json:"comments"`
	ClosedAt     time.Time `json:"closed_at"` // zero if it is still open
	Resolution   string    `json:"resolution"`
}

// Comment is what an agent or the customer said of a ticket.
type Comment struct {
	AuthorKind string    `json:"author_kind"`
	AuthorID   string    `json:"author_id"`
	Body       string    `json:"body"`
	At         time.Time `json:"at"`
}

// Assigned tells whether the ticket was given to somebody.
func (t *Ticket) Assigned() bool { return t.AssigneeID != "" }

// Closed tells whether the ticket was closed.
func (t *Ticket) Closed() bool { return !t.ClosedAt.IsZero() }

// maxLine bounds a line of the input: the longest texts that a ticket may have, with room for its comments.
const maxLine = 1 << 20

// Load reads tickets from a file of one JSON object a line, and refuses what the app would refuse.
func Load(path string) ([]*Ticket, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tickets, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tickets, nil
}

// Read reads tickets as Load does. An error names its line.
func Read(r io.Reader) ([]*Ticket, error) {
	var tickets []*Ticket
	type reference struct{ tenant, ref string }
	seen := map[reference]bool{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for number := 1; lines.Scan(); number++ {
		t, err := decode(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if seen[reference{t.Tenant, t.Ref}] {
			return nil, fmt.Errorf("line %d: a second ticket %s of %s", number, t.Ref, t.Tenant)
		}
		seen[reference{t.Tenant, t.Ref}] = true
		tickets = append(tickets, t)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(tickets) == 0 {
		return nil, errors.New("no tickets")
	}
	return tickets, nil
}

func decode(line []byte) (*Ticket, error) {
	if !utf8.Valid(line) {
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	t := &Ticket{}
	if err := d.Decode(t); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Ref, err)
	}
	return t, nil
}

// stamp writes a time as the app keeps it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
