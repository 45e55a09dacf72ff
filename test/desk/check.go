package desk

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// The most that the app's data contract and its actions take. Lengths are in characters.
const (
	maxTags      = 20
	maxTagLength = 60
	maxSaid      = 20000 // of a body or comment
)

// check finds what the app would refuse, and times in an order in which nothing can happen.
func (t *Ticket) check() error {
	texts := []struct {
		field, value string
		least, most  int
	}{
		{"tenant", t.Tenant, 1, 64}, {"ref", t.Ref, 1, 40}, {"subject", t.Subject, 1, 300}, {"body", t.Body, 1, maxSaid},
		{"customer_id", t.CustomerID, 1, 80}, {"customer_name", t.CustomerName, 0, 200}, {"language", t.Language, 1, 12},
		{"assignee_id", t.AssigneeID, 0, 80}, {"resolution", t.Resolution, 0, 4000},
	}
	for _, text := range texts {
		if err := checkText(text.field, text.value, text.least, text.most); err != nil {
			return err
		}
	}
	switch t.Channel {
	case "web", "email", "phone", "chat":
	default:
		return fmt.Errorf("channel %q", t.Channel)
	}
	if hoursOf(t.Priority) == nil {
		return fmt.Errorf("priority %q", t.Priority)
	}
	if len(t.Tags) > maxTags {
		return fmt.Errorf("%d tags", len(t.Tags))
	}
	for _, tag := range t.Tags {
		if err := checkText("tags", tag, 1, maxTagLength); err != nil {
			return err
		}
	}
	for _, c := range t.Comments {
		if c.AuthorKind != Agent && c.AuthorKind != Customer {
			return fmt.Errorf("author_kind %q", c.AuthorKind)
		}
		if err := errors.Join(checkText("author_id", c.AuthorID, 1, 80), checkText("comment", c.Body, 1, maxSaid)); err != nil {
			return err
		}
	}
	return t.checkTimes()
}

func (t *Ticket) checkTimes() error {
	switch {
	case t.OpenedAt.IsZero():
		return errors.New("no opened_at")
	case t.Assigned() == t.AssignedAt.IsZero():
		return errors.New("assignee_id and assigned_at belong together")
	case t.Closed() != (t.Resolution != ""):
		return errors.New("closed_at and resolution belong together")
	}
	moments := []time.Time{t.OpenedAt}
	if t.Assigned() {
		moments = append(moments, t.AssignedAt)
	}
	for _, c := range t.Comments {
		moments = append(moments, c.At)
	}
	if t.Closed() {
		moments = append(moments, t.ClosedAt)
	}
	for i, at := range moments {
		if at.Nanosecond()%int(time.Millisecond) != 0 {
			return fmt.Errorf("%s is finer than a millisecond", at.Format(time.RFC3339Nano))
		}
		if i > 0 && !at.After(moments[i-1]) {
			return fmt.Errorf("%s follows %s: opened, assigned, comments and closed must ascend", stamp(at), stamp(moments[i-1]))
		}
	}
	return nil
}

func checkText(field, value string, least, most int) error {
	if n := utf8.RuneCountInString(value); n < least || n > most {
		return fmt.Errorf("%s has %d characters, and must have %d to %d", field, n, least, most)
	}
	if strings.ContainsRune(value, 0) {
		return fmt.Errorf("%s holds U+0000", field)
	}
	return nil
}
