package desk

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is a host in memory that keeps tickets and answers the same call by the same key once. What deliveries would lead to it
// answers from totals that a test gives it.
type fake struct {
	totals Totals
	// before may answer a request in the host's stead, and then says true.
	before func(w http.ResponseWriter, r *http.Request) bool

	mu      sync.Mutex
	tickets map[string][]*kept // by tenant, in order of opening
	answers map[string]string  // by tenant and idempotency key
	seen    map[string]bool    // members, by tenant and user
	calls   map[string]int     // that had an effect, by action
}

type kept struct {
	shown
	remarks []Remark
}

func newFake(t *testing.T, totals Totals) (*fake, *Client) {
	t.Helper()
	f := &fake{totals: totals, tickets: map[string][]*kept{}, answers: map[string]string{}, seen: map[string]bool{}, calls: map[string]int{}}
	server := httptest.NewServer(f)
	c := NewClient(server.URL, &ClientOptions{Patience: 5 * time.Second, FirstDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond})
	t.Cleanup(func() {
		c.Close()
		server.Close()
	})
	return f, c
}

func problem(w http.ResponseWriter, status int, code string, retryable bool) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"status": %d, "code": %q, "title": "It failed", "retryable": %t, "instance": "req_1"}`, status, code, retryable)
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.before != nil && f.before(w, r) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	tenant, user := r.Header.Get("Mozaiks-Dev-Tenant-Id"), r.Header.Get("Mozaiks-Dev-User-Id")
	f.seen[tenant+" "+user] = true
	key := r.Header.Get("Idempotency-Key")
	if answer, ok := f.answers[tenant+" "+key]; ok && key != "" {
		w.Header().Set("Idempotency-Replayed", "true")
		io.WriteString(w, answer)
		return
	}
	var in map[string]any
	if r.Method == http.MethodPost {
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			problem(w, http.StatusBadRequest, "JSON_INVALID", false)
			return
		}
	}
	out, code := f.answer(tenant, user, r.URL.Path, in)
	if code != "" {
		problem(w, map[string]int{"RECORD_NOT_FOUND": 404, "CONFLICT": 409, "ROUTE_NOT_FOUND": 404}[code], code, false)
		return
	}
	answer, _ := json.Marshal(out)
	if key != "" {
		f.answers[tenant+" "+key] = string(answer)
	}
	w.Write(answer)
}

// answer answers a request, or the code of a refusal.
func (f *fake) answer(tenant, user, path string, in map[string]any) (any, string) {
	want := f.totals.Tenants[tenant]
	switch path {
	case "/api/health/ready":
		return map[string]string{"status": "ready"}, ""
	case appPath + "/health":
		return Standing{Status: "ok", Events: f.totals.Events, Deliveries: f.totals.Deliveries, Notifications: f.totals.Notifications}, ""
	case appPath + "/notifications":
		return map[string]any{"items": []any{}}, ""
	case appPath + "/notifications/count":
		return want.Inboxes[user], ""
	}
	name, ok := strings.CutPrefix(path, appPath+"/modules/")
	if !ok {
		return nil, "ROUTE_NOT_FOUND"
	}
	switch name {
	case "sla/actions/report":
		return want.Report, ""
	case "digest/actions/top":
		return map[string]any{"items": want.Top}, ""
	case "digest/actions/summary":
		id := in["customer_id"].(string)
		c := want.Customers[id]
		if c == nil {
			return nil, "RECORD_NOT_FOUND"
		}
		priorities := map[string]int{"low": 0, "urgent": 0}
		maps.Copy(priorities, c.ByPriority)
		return map[string]any{"customer_id": id, "opened": c.Opened, "closed": c.Closed, "open": c.Open, "comments": c.Comments,
			"breaches": c.Breaches, "by_priority": priorities, "last_activity_at": c.LastActivityAt, "text": "So it is."}, ""
	case "tickets/actions/list":
		return f.page(tenant, in), ""
	}
	return f.ticket(tenant, strings.TrimPrefix(name, "tickets/actions/"), in)
}

// page answers two tickets at a time, the newest first, so that there are pages to turn.
func (f *fake) page(tenant string, in map[string]any) any {
	all := slices.Clone(f.tickets[tenant])
	slices.SortStableFunc(all, func(a, b *kept) int { return strings.Compare(b.OpenedAt, a.OpenedAt) })
	from := 0
	if cursor, ok := in["cursor"].(string); ok {
		from, _ = strconv.Atoi(cursor)
	}
	items, next := []shown{}, any(nil)
	for _, t := range all[from:min(from+2, len(all))] {
		items = append(items, t.shown)
	}
	if from+2 < len(all) {
		next = strconv.Itoa(from + 2)
	}
	return map[string]any{"items": items, "next_cursor": next}
}

func (f *fake) ticket(tenant, action string, in map[string]any) (any, string) {
	text := func(field string) string { s, _ := in[field].(string); return s }
	if action == "open" {
		f.calls[action]++
		t := &kept{shown: shown{TicketID: fmt.Sprintf("doc_%d", len(f.tickets[tenant])), Ref: text("ref"), Subject: text("subject"),
			Body: text("body"), CustomerID: text("customer_id"), CustomerName: text("customer_name"), Language: text("language"),
			Channel: text("channel"), Priority: text("priority"), Status: "open", OpenedAt: text("at")}}
		if tags, ok := in["tags"].([]any); ok {
			for _, tag := range tags {
				t.Tags = append(t.Tags, tag.(string))
			}
		}
		f.tickets[tenant] = append(f.tickets[tenant], t)
		return map[string]string{"ticket_id": t.TicketID, "ref": t.Ref}, ""
	}
	i := slices.IndexFunc(f.tickets[tenant], func(t *kept) bool { return t.TicketID == text("ticket_id") })
	if i < 0 {
		return nil, "RECORD_NOT_FOUND"
	}
	t := f.tickets[tenant][i]
	if action == "get" {
		return map[string]any{"ticket": t.shown, "comments": t.remarks}, ""
	}
	if t.Status == "closed" {
		return nil, "CONFLICT"
	}
	f.calls[action]++
	switch action {
	case "assign":
		t.AssigneeID, t.AssignedAt = text("assignee_id"), text("at")
	case "comment":
		t.Comments++
		t.remarks = append(t.remarks, Remark{Number: t.Comments, AuthorKind: text("author_kind"), AuthorID: text("author_id"),
			Body: text("body"), At: text("at")})
		if text("author_kind") == Agent && t.FirstResponseAt == "" {
			t.FirstResponseAt = text("at")
		}
	case "close":
		t.Status, t.ClosedAt, t.Resolution = "closed", text("at"), text("resolution")
	}
	return map[string]string{"ticket_id": t.TicketID}, ""
}
