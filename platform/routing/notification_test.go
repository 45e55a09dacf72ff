package routing_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
)

func TestANotificationTellsItsAudienceAndNobodyElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rule, workspace string
		payload               map[string]any
		told                  string
		state                 events.State
		why                   fault.Code
	}{
		{name: "everyone in the tenant", rule: "all", told: "ann bob cyd", state: events.Completed},
		{name: "everyone in the workspace", rule: "all", workspace: "west", told: "cyd", state: events.Completed},
		{name: "a role", rule: "agents", told: "ann cyd", state: events.Completed},
		{name: "a role in a workspace", rule: "agents", workspace: "west", told: "cyd", state: events.Completed},
		{name: "a permission, by scope and by role", rule: "readers", told: "bob cyd", state: events.Completed},
		{name: "the user at a field", rule: "owner", payload: map[string]any{"owner": "bob"}, told: "bob", state: events.Completed},
		{name: "a list of users, one twice", rule: "owner", payload: map[string]any{"owner": []any{"bob", "ann", "bob"}}, told: "ann bob", state: events.Completed},
		{name: "a user of another tenant", rule: "owner", payload: map[string]any{"owner": "dan"}, state: events.Skipped, why: fault.AudienceNobody},
		{name: "nobody at the field", rule: "owner", payload: map[string]any{}, state: events.Skipped, why: fault.AudienceNobody},
		{name: "a number at the field", rule: "owner", payload: map[string]any{"owner": 7}, state: events.DeadLetter, why: fault.AudienceInvalid},
		{name: "an empty id", rule: "owner", payload: map[string]any{"owner": []any{"bob", ""}}, state: events.DeadLetter, why: fault.AudienceInvalid},
		{name: "a role or a user", rule: "either", payload: map[string]any{"owner": "bob"}, told: "ann bob cyd", state: events.Completed},
		{name: "a role or nobody", rule: "either", payload: map[string]any{}, told: "ann cyd", state: events.Completed},
		{name: "a condition that holds", rule: "high", payload: map[string]any{"high": true}, told: "ann bob cyd", state: events.Completed},
		{name: "a condition that does not", rule: "high", payload: map[string]any{"high": false}, state: events.Skipped, why: fault.ConditionUnmet},
		{name: "a rule that is off unless wanted", rule: "quiet", state: events.Completed},
		{name: "a rule that is gone", rule: "gone", state: events.DeadLetter, why: fault.ReactionGone},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, nil)
			e := d.emission(events.KindNotification, c.rule, c.payload)
			e.Envelope.Workspace = c.workspace
			if c.payload == nil {
				e.Envelope.Data = []byte("{}")
			}
			got := d.deliver(e)
			if why := fault.Code(got.Reason) + got.ErrorCategory; got.State != c.state || why != c.why {
				t.Errorf("%s %s, want %s %s", got.State, why, c.state, c.why)
			}
			if told := strings.Join(d.told(), " "); told != c.told {
				t.Errorf("told %q, want %q", told, c.told)
			}
		})
	}
}

func TestANotificationIsRenderedOnceAndCut(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	got := d.deliver(d.emission(events.KindNotification, "all", map[string]any{"kind": "ä", "high": true, "secret": "s",
		"text": "{{secret}}\x1b[1m\n" + strings.Repeat("x", 5000), "ticket": map[string]any{"id": "t-1"}}))
	if got.State != events.Completed {
		t.Fatalf("%s %s", got.State, got.ErrorCategory)
	}
	item := d.items("acme", "bob")[0]
	body := "Now: {{secret}}[1m\n"
	want := routing.Item{ID: item.ID, Module: "desk", Rule: "all", EventID: "evt_0001", EventType: "domain.x.done", CorrelationID: "c-1",
		Title: "Ä t-1", Body: body + strings.Repeat("x", 4000-len(body)-1) + "…", Renderer: "card", Status: "unread", CreatedAt: item.CreatedAt}
	fields := string(item.Context)
	item.Context = nil
	if item.Title != want.Title || item.Body != want.Body || item.Module != want.Module || item.Rule != want.Rule || item.EventID != want.EventID ||
		item.CorrelationID != want.CorrelationID || item.Renderer != want.Renderer || item.Status != want.Status || item.ReadAt != nil {
		t.Errorf("got %+v", item)
	}
	if fields != `{"kind":"ä","ticket.id":"t-1"}` || !strings.HasPrefix(item.ID, "ntf_") {
		t.Errorf("%s has the context %s", item.ID, fields)
	}
}

func TestTooManyRecipientsTellNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t, &routing.InboxOptions{RecipientsMax: 2})
	if got := d.deliver(d.emission(events.KindNotification, "agents", map[string]any{})); got.State != events.Completed {
		t.Errorf("two recipients: %s %s", got.State, got.ErrorCategory)
	}
	before := len(d.items("acme", "ann"))
	if got := d.deliver(d.emission(events.KindNotification, "all", map[string]any{})); got.State != events.DeadLetter || got.ErrorCategory != fault.AudienceTooLarge {
		t.Errorf("three recipients: %s %s", got.State, got.ErrorCategory)
	}
	if n := len(d.items("acme", "ann")); n != before || len(d.items("acme", "bob")) != 0 {
		t.Errorf("ann has %d rows", n)
	}
}

func TestAReactionThatTellsDoesSoOncePerKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	var states []events.State
	for _, kind := range []string{"a", "a", "b"} {
		states = append(states, d.deliver(d.emission(events.KindReaction, "tell", map[string]any{"kind": kind})).State)
	}
	if want := []events.State{events.Completed, events.Skipped, events.Completed}; !slices.Equal(states, want) {
		t.Errorf("got %v", states)
	}
	if n := len(d.items("acme", "ann")); n != 2 {
		t.Errorf("ann was told %d times", n)
	}
}

func TestPreferencesDecideWhoIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	ctx := context.Background()
	ann, dan := routing.Owner{App: "app", Tenant: "acme", User: "ann"}, routing.Owner{App: "app", Tenant: "globex", User: "dan"}
	bob := routing.Owner{App: "app", Tenant: "acme", User: "bob"}
	for _, c := range []struct {
		who  routing.Owner
		pref routing.Preference
	}{
		{ann, routing.Preference{Key: "desk.all", Channel: "in_app"}},
		{dan, routing.Preference{Key: "desk.all", Channel: "in_app"}},
		{bob, routing.Preference{Key: "desk.quiet", Channel: "in_app", Enabled: true}},
	} {
		if err := d.inbox.SetPreferences(ctx, c.who, d.snapshot, []routing.Preference{c.pref}); err != nil {
			t.Fatal(err)
		}
	}
	d.deliver(d.emission(events.KindNotification, "all", map[string]any{}))
	if told := strings.Join(d.told(), " "); told != "bob cyd" {
		t.Errorf("told %s", told)
	}
	d.deliver(d.emission(events.KindNotification, "quiet", map[string]any{}))
	if n := len(d.items("acme", "bob")); n != 2 {
		t.Errorf("bob was told %d times", n)
	}
	err := d.inbox.SetPreferences(ctx, bob, d.snapshot, []routing.Preference{{Key: "desk.all", Channel: "in_app"}, {Key: "desk.none", Channel: "in_app"}})
	if fault.CodeOf(err) != fault.InvalidParams {
		t.Errorf("an unknown key: %v", err)
	}
	got, err := d.inbox.Preferences(ctx, bob, d.snapshot)
	if err != nil {
		t.Fatal(err)
	}
	on := map[string]bool{}
	for _, p := range got {
		on[p.Key] = p.Enabled
	}
	if len(got) != 7 || !on["desk.all"] || !on["desk.quiet"] || !on["desk.owner"] {
		t.Errorf("bob's switches: %v", got)
	}
}

func TestTheInboxIsEachPersonsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	ctx, now := context.Background(), time.Now()
	for range 3 {
		d.deliver(d.emission(events.KindNotification, "all", map[string]any{}))
	}
	ann, bob := routing.Owner{App: "app", Tenant: "acme", User: "ann"}, routing.Owner{App: "app", Tenant: "acme", User: "bob"}
	of := d.items("acme", "ann")
	if len(of) != 3 || of[0].ID < of[1].ID || of[1].ID < of[2].ID {
		t.Fatalf("got %d, or not newest first: %v", len(of), of)
	}
	for name, do := range map[string]func(o routing.Owner, id string) (int64, error){
		"read":    func(o routing.Owner, id string) (int64, error) { return d.inbox.MarkRead(ctx, o, id, true, now) },
		"unread":  func(o routing.Owner, id string) (int64, error) { return d.inbox.MarkRead(ctx, o, id, false, now) },
		"dismiss": func(o routing.Owner, id string) (int64, error) { return d.inbox.Dismiss(ctx, o, id, now) },
	} {
		for _, foreign := range []routing.Owner{bob, {App: "app", Tenant: "globex", User: "ann"}, {App: "other", Tenant: "acme", User: "ann"}} {
			if _, err := do(foreign, of[0].ID); fault.CodeOf(err) != fault.NotificationNotFound {
				t.Errorf("%s as %+v: %v", name, foreign, err)
			}
		}
	}
	for i, want := range []int64{1, 0} { // the second finds it read
		if n, err := d.inbox.MarkRead(ctx, ann, of[0].ID, true, now); n != want || err != nil {
			t.Errorf("reading %d: %d %v", i, n, err)
		}
	}
	if count, unread, err := d.inbox.Count(ctx, ann); count != 3 || unread != 2 || err != nil {
		t.Errorf("ann has %d, unread %d: %v", count, unread, err)
	}
	if n, err := d.inbox.MarkAllRead(ctx, ann, of[2].ID, now); n != 1 || err != nil {
		t.Errorf("all up to the oldest: %d %v", n, err)
	}
	page, more, err := d.inbox.List(ctx, ann, "read", "", 1)
	if err != nil || !more || len(page) != 1 || page[0].ID != of[0].ID || page[0].ReadAt == nil {
		t.Errorf("the first page of what is read: %v %v %v", page, more, err)
	}
	if page, more, err = d.inbox.List(ctx, ann, "read", page[0].ID, 1); err != nil || more || len(page) != 1 || page[0].ID != of[2].ID {
		t.Errorf("the second page: %v %v %v", page, more, err)
	}
	if n, err := d.inbox.Dismiss(ctx, ann, of[1].ID, now); n != 1 || err != nil {
		t.Errorf("dismissing: %d %v", n, err)
	}
	if _, err := d.inbox.MarkRead(ctx, ann, of[1].ID, true, now); fault.CodeOf(err) != fault.NotificationNotFound {
		t.Errorf("what was dismissed: %v", err)
	}
	if n, err := d.inbox.DismissAll(ctx, ann, now); n != 2 || err != nil {
		t.Errorf("dismissing all: %d %v", n, err)
	}
	if _, unread, err := d.inbox.Count(ctx, bob); unread != 3 || err != nil {
		t.Errorf("bob has %d unread: %v", unread, err)
	}
}

func TestTheDirectoryFollowsItsMembersAndSkipsTheRest(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	directory := routing.NewDirectory(d.store)
	for _, p := range []auth.Principal{
		{UserID: "bob", Tenant: "acme", Roles: []string{"agent"}}, // new: bob is an agent now
		{UserID: "bob", Tenant: "acme", Roles: []string{"agent"}},
		{UserID: "svc", Tenant: "acme", Roles: []string{"agent"}, Kind: auth.Service},
		{UserID: "", Tenant: "acme", Roles: []string{"agent"}},
		{UserID: "eve", Tenant: "", Roles: []string{"agent"}},
	} {
		if err := directory.Saw(context.Background(), "app", &p); err != nil {
			t.Fatal(err)
		}
	}
	d.deliver(d.emission(events.KindNotification, "agents", map[string]any{}))
	if told := strings.Join(d.told(), " "); told != "ann bob cyd" || len(d.items("acme", "svc")) != 0 || len(d.items("acme", "")) != 0 {
		t.Errorf("told %s", told)
	}
}
