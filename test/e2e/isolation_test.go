package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// marker stands in everything that the victim owns; it must never be seen by anybody else.
const marker = "only-for-acme"

// victim is what a tenant owns that others will ask for.
type victim struct {
	persona
	ticket, ref, cursor, inboxCursor, notification string
}

func prepareVictim(t *testing.T, h *host) victim {
	t.Helper()
	v := victim{persona: persona{"ann-" + marker, "acme", allScopes}, ref: "A-" + marker}
	h.do(http.MethodGet, "/api/apps/desk/notifications", "", v.persona) // signing in makes her a member
	for i := range 3 {
		body, err := json.Marshal(map[string]any{"ref": fmt.Sprintf("%s-%d", v.ref, i), "subject": "printer " + marker,
			"body": "toner " + marker, "customer_id": "c-" + marker})
		if err != nil {
			t.Fatal(err)
		}
		v.ticket = h.must(v.persona, "tickets.open", string(body), "Idempotency-Key", fmt.Sprint("open-", i)).field(t, "ticket_id").(string)
		h.must(v.persona, "tickets.assign", fmt.Sprintf(`{"ticket_id": %q, "assignee_id": %q}`, v.ticket, v.user))
	}
	v.ref += "-2"
	v.cursor, _ = h.must(v.persona, "tickets.list", `{"limit": 1}`).field(t, "next_cursor").(string)
	h.settle()
	inbox := h.do(http.MethodGet, "/api/apps/desk/notifications?limit=1", "", v.persona)
	v.inboxCursor, _ = inbox.field(t, "next_cursor").(string)
	items := inbox.field(t, "items").([]any)
	if v.cursor == "" || v.inboxCursor == "" || len(items) != 1 {
		t.Fatalf("the victim owns too little: %q %q %s", v.cursor, v.inboxCursor, inbox.body)
	}
	v.notification = items[0].(map[string]any)["notification_id"].(string)
	return v
}

// nothing is an id that no document has.
const nothing = "doc_01ARZ3NDEKTSV4RRFFQ69G5FAV"

// attempt is one way of asking for what is another's. unknown asks in the same way for what nobody has: both must answer
// alike.
type attempt struct {
	name, method, path, body, unknown string
	want                              int
	code                              string
}

func attempts(v victim) []attempt {
	act := func(name string) string {
		m, a, _ := strings.Cut(name, ".")
		return "/api/apps/desk/modules/" + m + "/actions/" + a
	}
	post, get, del := http.MethodPost, http.MethodGet, http.MethodDelete
	id := func(body string) (string, string) {
		return fmt.Sprintf(body, v.ticket), fmt.Sprintf(body, nothing)
	}
	var all []attempt
	byID := func(name, action, body string, want int, code string) {
		mine, unknown := id(body)
		all = append(all, attempt{name, post, act(action), mine, unknown, want, code})
	}
	byID("get by id", "tickets.get", `{"ticket_id": %q}`, 404, "RECORD_NOT_FOUND")
	byID("get with comments", "tickets.get", `{"ticket_id": %q, "comments": true}`, 404, "RECORD_NOT_FOUND")
	byID("assign", "tickets.assign", `{"ticket_id": %q, "assignee_id": "eve"}`, 404, "RECORD_NOT_FOUND")
	byID("comment", "tickets.comment", `{"ticket_id": %q, "author_kind": "agent", "author_id": "eve", "body": "x"}`, 404, "RECORD_NOT_FOUND")
	byID("close", "tickets.close", `{"ticket_id": %q, "resolution": "x"}`, 404, "RECORD_NOT_FOUND")
	byID("clock", "sla.clock", `{"ticket_id": %q}`, 404, "RECORD_NOT_FOUND")
	return append(all, []attempt{
		{"get by ref", post, act("tickets.get"), `{"ref": "` + v.ref + `"}`, `{"ref": "A-no"}`, 404, "RECORD_NOT_FOUND"},
		{"get by GET", get, act("tickets.get") + "?ticket_id=" + v.ticket, "", "", 404, "RECORD_NOT_FOUND"},
		{"list", post, act("tickets.list"), `{}`, "", 200, ""},
		{"list by customer", post, act("tickets.list"), `{"customer_id": "c-` + marker + `"}`, "", 200, ""},
		{"list by assignee", post, act("tickets.list"), `{"assignee_id": "` + v.user + `"}`, "", 200, ""},
		{"list by status", get, act("tickets.list") + "?status=open", "", "", 200, ""},
		{"list from a foreign cursor", post, act("tickets.list"), `{"limit": 1, "cursor": "` + v.cursor + `"}`, "", 422, "ACTION_FAILED"},
		{"search", post, act("tickets.search"), `{"text": "printer"}`, "", 200, ""},
		{"search for the marker", post, act("tickets.search"), `{"text": "` + marker + `"}`, "", 200, ""},
		{"summary", post, act("digest.summary"), `{"customer_id": "c-` + marker + `"}`, `{"customer_id": "c-none"}`, 404, "RECORD_NOT_FOUND"},
		{"top", post, act("digest.top"), `{}`, "", 200, ""},
		{"report", post, act("sla.report"), `{}`, "", 200, ""},
		{"inbox", get, "/api/apps/desk/notifications", "", "", 200, ""},
		{"inbox from a foreign cursor", get, "/api/apps/desk/notifications?limit=1&cursor=" + v.inboxCursor, "", "", 400, "CURSOR_INVALID"},
		{"inbox count", get, "/api/apps/desk/notifications/count", "", "", 200, ""},
		{"preferences", get, "/api/apps/desk/notifications/preferences", "", "", 200, ""},
		{"read a notification", post, "/api/apps/desk/notifications/" + v.notification + "/read", "", "", 404, "NOTIFICATION_NOT_FOUND"},
		{"unread a notification", post, "/api/apps/desk/notifications/" + v.notification + "/unread", "", "", 404, "NOTIFICATION_NOT_FOUND"},
		{"dismiss a notification", del, "/api/apps/desk/notifications/" + v.notification, "", "", 404, "NOTIFICATION_NOT_FOUND"},
		{"mark all read", post, "/api/apps/desk/notifications/mark-all-read", `{"before": "` + v.notification + `"}`, "", 200, ""},
		{"dismiss all", del, "/api/apps/desk/notifications", "", "", 200, ""},
		{"an internal action", post, act("sla.on_opened"), `{}`, "", 404, "ACTION_NOT_FOUND"},
		{"who am I", get, "/api/whoami", "", "", 200, ""},
		{"health", get, "/api/health", "", "", 200, ""},
	}...)
}

func TestAUserOfOneTenantGetsNothingOfAnother(t *testing.T) {
	t.Parallel()
	h := launch(t, freeAddr(t), t.TempDir(), nil, deskApp)
	v := prepareVictim(t, h)
	before := h.must(v.persona, "tickets.list", `{}`)
	others := []struct {
		name string
		persona
	}{
		{"a user of another tenant", persona{"eve", "globex", allScopes}},
		{"a user of the victim's name in another tenant", persona{v.user, "globex", allScopes}},
		{"a tenant whose name begins alike", persona{v.user, "acme2", allScopes}},
	}
	for _, o := range others {
		for _, a := range attempts(v) {
			t.Run(o.name+"/"+a.name, func(t *testing.T) {
				got := h.do(a.method, a.path, a.body, o.persona)
				if got.status != a.want || got.code() != a.code {
					t.Errorf("got %d %s, want %d %s: %s", got.status, got.code(), a.want, a.code, got.body)
				}
				if seen := bytes.ReplaceAll(got.body, []byte(o.user), nil); bytes.Contains(seen, []byte(marker)) {
					t.Errorf("the victim's data is in the answer: %s", got.body)
				}
				if a.unknown != "" {
					unknown := h.do(a.method, a.path, a.unknown, o.persona)
					// An answer may repeat the id that was asked for; that is all they may differ in.
					if strings.ReplaceAll(clean(unknown), nothing, v.ticket) != clean(got) {
						t.Errorf("another's and nobody's differ:\n%s\n%s", clean(got), clean(unknown))
					}
				}
			})
		}
	}
	if after := h.must(v.persona, "tickets.list", `{}`); !bytes.Equal(before.body, after.body) {
		t.Errorf("the victim's tickets changed:\n%s\n%s", before.body, after.body)
	}
	if n := h.do(http.MethodGet, "/api/apps/desk/notifications/count", "", v.persona).field(t, "unread_count"); n != 3.0 {
		t.Errorf("the victim has %v unread notifications, not 3", n)
	}
}

func TestAUserOfTheSameTenantHasAnInboxOfTheirOwn(t *testing.T) {
	t.Parallel()
	h := launch(t, freeAddr(t), t.TempDir(), nil, deskApp)
	v := prepareVictim(t, h)
	colleague := persona{"carl", "acme", allScopes}
	if n := h.do(http.MethodGet, "/api/apps/desk/notifications/count", "", colleague).field(t, "count"); n != 0.0 {
		t.Errorf("the colleague sees %v notifications", n)
	}
	for _, path := range []string{"/" + v.notification + "/read", "/" + v.notification + "/unread"} {
		if got := h.do(http.MethodPost, "/api/apps/desk/notifications"+path, "", colleague); got.code() != "NOTIFICATION_NOT_FOUND" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := h.do(http.MethodGet, "/api/apps/desk/notifications?limit=1&cursor="+v.inboxCursor, "", colleague); got.code() != "CURSOR_INVALID" {
		t.Errorf("a colleague's cursor: %d %s", got.status, got.body)
	}
}

func TestAnIdempotencyKeyIsItsCallersAlone(t *testing.T) {
	t.Parallel()
	h := launch(t, freeAddr(t), t.TempDir(), nil, deskApp)
	body := `{"ref": "R-1", "subject": "s", "body": "b", "customer_id": "c"}`
	ids := map[any]bool{}
	for _, p := range []persona{{"ann", "acme", allScopes}, {"ann", "globex", allScopes}} {
		first := h.must(p, "tickets.open", body, "Idempotency-Key", "k")
		again := h.must(p, "tickets.open", body, "Idempotency-Key", "k")
		if again.header.Get("Idempotency-Replayed") != "true" || !bytes.Equal(first.body, again.body) {
			t.Errorf("the repetition was not answered from the store: %v %s", again.header, again.body)
		}
		ids[first.field(t, "ticket_id")] = true
	}
	if len(ids) != 2 {
		t.Errorf("two tenants share a ticket: %v", ids)
	}
	other := h.call(persona{"ann", "acme", allScopes}, "tickets.open", `{"ref": "R-2", "subject": "s", "body": "b", "customer_id": "c"}`,
		"Idempotency-Key", "k")
	if other.code() != "IDEMPOTENCY_MISMATCH" {
		t.Errorf("another body under the key: %d %s", other.status, other.body)
	}
}

// clean takes out of an answer what differs between any two calls.
func clean(a answer) string {
	var v map[string]any
	if json.Unmarshal(a.body, &v) != nil {
		return string(a.body)
	}
	delete(v, "instance")
	delete(v, "invocation_id")
	out, _ := json.Marshal(v)
	return string(out)
}
