package e2e

import (
	"fmt"
	"net/http"
	"testing"
)

const inbox = "/api/apps/desk/notifications"

// assignTo opens a ticket and gives it to somebody.
func assignTo(h *host, p persona, ref, assignee string) {
	h.t.Helper()
	id := h.must(p, "tickets.open", fmt.Sprintf(`{"ref": %q, "subject": "s %s", "body": "b", "customer_id": "c"}`, ref, ref)).field(h.t, "ticket_id")
	h.must(p, "tickets.assign", fmt.Sprintf(`{"ticket_id": %q, "assignee_id": %q}`, id, assignee))
	h.settle()
}

func TestAPersonReadsAndClearsTheirInbox(t *testing.T) {
	t.Parallel()
	h := launch(t, freeAddr(t), t.TempDir(), nil, deskApp)
	ann, bob := persona{"ann", "acme", allScopes}, persona{"bob", "acme", allScopes}
	counts := func() string {
		a := h.do(http.MethodGet, inbox+"/count", "", ann)
		return fmt.Sprint(a.field(t, "count"), " ", a.field(t, "unread_count"))
	}
	if got := counts(); got != "0 0" { // asking makes her a member
		t.Fatalf("the inbox begins with %s", got)
	}
	for i := range 3 {
		assignTo(h, bob, fmt.Sprint("T-", i), "ann")
	}
	assignTo(h, bob, "T-9", "nobody-here") // no member: nobody is told
	if got := counts(); got != "3 3" {
		t.Fatalf("the inbox holds %s", got)
	}
	var ids []string
	for cursor := ""; ; {
		page := h.do(http.MethodGet, inbox+"?limit=2"+cursor, "", ann)
		for _, item := range page.field(t, "items").([]any) {
			m := item.(map[string]any)
			ids = append(ids, m["notification_id"].(string))
			if m["title"] != "Ticket T-"+fmt.Sprint(3-len(ids))+" is yours" || m["status"] != "unread" {
				t.Errorf("item %v", m)
			}
		}
		next, more := page.field(t, "next_cursor").(string)
		if !more {
			break
		}
		cursor = "&cursor=" + next
	}
	if len(ids) != 3 {
		t.Fatalf("the pages hold %v", ids)
	}
	for _, step := range []struct{ method, path, body, changed, counts string }{
		{http.MethodPost, "/" + ids[0] + "/read", "", "1", "3 2"},
		{http.MethodPost, "/" + ids[0] + "/read", "", "0", "3 2"},
		{http.MethodPost, "/" + ids[0] + "/unread", "", "1", "3 3"},
		{http.MethodPost, "/mark-all-read", `{"before": "` + ids[1] + `"}`, "2", "3 1"},
		{http.MethodPost, "/mark-all-read", "", "1", "3 0"},
		{http.MethodDelete, "/" + ids[1], "", "1", "2 0"},
		{http.MethodDelete, "", "", "2", "0 0"},
	} {
		a := h.do(step.method, inbox+step.path, step.body, ann)
		if a.status != http.StatusOK || fmt.Sprint(a.field(t, "changed")) != step.changed || counts() != step.counts {
			t.Errorf("%s %s: %d %s, now %s, want %s and %s", step.method, step.path, a.status, a.body, counts(), step.changed, step.counts)
		}
	}
	if a := h.do(http.MethodDelete, inbox+"/"+ids[1], "", ann); a.code() != "NOTIFICATION_NOT_FOUND" {
		t.Errorf("dismissed twice: %d %s", a.status, a.body)
	}
	for _, query := range []string{"?status=lost", "?limit=0", "?limit=201", "?limit=x", "?limit=1&limit=2", "?user=bob"} {
		if a := h.do(http.MethodGet, inbox+query, "", ann); a.code() != "INVALID_PARAMS" {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

func TestAPersonSwitchesARuleOff(t *testing.T) {
	t.Parallel()
	h := launch(t, freeAddr(t), t.TempDir(), nil, deskApp)
	ann, bob := persona{"ann", "acme", allScopes}, persona{"bob", "acme", allScopes}
	path := inbox + "/preferences"
	set := func(key string, on bool) answer {
		return h.do(http.MethodPut, path, fmt.Sprintf(`{"items": [{"key": %q, "channel": "in_app", "enabled": %t}]}`, key, on), ann)
	}
	if a := set("tickets.assigned", false); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, item := range h.do(http.MethodGet, path, "", ann).field(t, "items").([]any) {
		m := item.(map[string]any)
		if m["enabled"] != (m["key"] != "tickets.assigned") {
			t.Errorf("preference %v", m)
		}
	}
	assignTo(h, bob, "T-1", "ann")
	if n := h.do(http.MethodGet, inbox+"/count", "", ann).field(t, "count"); n != 0.0 {
		t.Errorf("switched off, and %v notifications came", n)
	}
	set("tickets.assigned", true)
	assignTo(h, bob, "T-2", "ann")
	if n := h.do(http.MethodGet, inbox+"/count", "", ann).field(t, "count"); n != 1.0 {
		t.Errorf("switched on, and %v notifications came", n)
	}
	for _, body := range []string{`{"items": [{"key": "no.rule", "channel": "in_app", "enabled": true}]}`, `{"items": [{"key": "tickets.assigned", "channel": "fax", "enabled": true}]}`,
		`{"items": [{"key": "tickets.assigned"}]}`, `{}`, `{"items": {}, "x": 1}`} {
		if a := h.do(http.MethodPut, path, body, ann); a.code() != "INVALID_PARAMS" {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}
