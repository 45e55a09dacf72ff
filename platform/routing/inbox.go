package routing

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// InboxOptions are the limits of notifications. The zero value means the defaults.
type InboxOptions struct {
	// RecipientsMax is the most people that one firing may tell (MOZAIKS_NOTIFICATION_RECIPIENTS_MAX). Defaults to 10,000.
	RecipientsMax int
}

// Inbox keeps notifications, a row for each recipient with its own state, and what people want to be told.
type Inbox struct {
	store  *persistence.Store
	rights *modules.Rights
	snaps  Snapshots
	opts   InboxOptions
}

// NewInbox makes the inbox.
func NewInbox(store *persistence.Store, rights *modules.Rights, snaps Snapshots, opts *InboxOptions) *Inbox {
	b := &Inbox{store: store, rights: rights, snaps: snaps}
	if opts != nil {
		b.opts = *opts
	}
	if b.opts.RecipientsMax == 0 {
		b.opts.RecipientsMax = 10_000
	}
	return b
}

// recipients answers the members whom a firing tells, each once: those of the audience in the event's tenant and workspace,
// everyone there if the audience is empty.
func (b *Inbox) recipients(ctx context.Context, sql persistence.SQL, dl *events.Delivery, rule *module.Notification,
	named []string) ([]string, error) {
	a := &rule.Audience
	everyone := a.Everyone || len(a.Roles) == 0 && len(a.Permissions) == 0 && a.UserIDField == "" && a.Resolver == ""
	if !everyone && len(a.Roles) == 0 && len(a.Permissions) == 0 && len(named) == 0 {
		return nil, nil
	}
	all, err := members(ctx, sql, dl.App, dl.Tenant, narrow(everyone || len(a.Roles)+len(a.Permissions) > 0, named))
	if err != nil {
		return nil, err
	}
	snapshot := b.snaps(dl.App)
	var out []string
	for i := range all {
		m := &all[i]
		if dl.Workspace != "" && m.Workspace != dl.Workspace {
			continue
		}
		if everyone || slices.Contains(named, m.UserID) || intersects(a.Roles, m.Roles) ||
			len(a.Permissions) > 0 && snapshot != nil && intersects(a.Permissions, b.rights.Grant(snapshot, m.principal())) {
			out = append(out, m.UserID)
		}
	}
	if len(out) > b.opts.RecipientsMax {
		return nil, fault.New(fault.AudienceTooLarge, "more than %d recipients", b.opts.RecipientsMax)
	}
	return out, nil
}

// narrow answers the ids to read, or nil for every member.
func narrow(all bool, named []string) []string {
	if all {
		return nil
	}
	return named
}

func intersects(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// add writes one recipient's row, unless that person has switched every channel of the rule off.
func (b *Inbox) add(ctx context.Context, sql persistence.SQL, dl *events.Delivery, user string, n *note, now time.Time) error {
	channels, err := b.channels(ctx, sql, dl, user, n)
	if err != nil || len(channels) == 0 {
		return err
	}
	list, err := json.Marshal(channels)
	if err != nil {
		return err
	}
	_, err = sql.Exec(ctx, `INSERT INTO mz_notifications (notification_id, app, tenant, workspace, user_id, module, rule,
		delivery_id, event_id, event_type, correlation_id, title, body, renderer, context, channels, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (delivery_id, user_id) DO NOTHING`,
		id.New("ntf_", now), dl.App, dl.Tenant, n.workspace, user, n.module, n.rule, dl.ID, n.eventID, n.eventType, n.correlation,
		n.title, n.body, n.renderer, n.context, string(list), now.UnixMilli())
	return err
}

func (b *Inbox) channels(ctx context.Context, sql persistence.SQL, dl *events.Delivery, user string, n *note) ([]string, error) {
	rows, err := sql.Query(ctx, `SELECT channel, enabled FROM mz_preferences
		WHERE app = ? AND tenant = ? AND user_id = ? AND preference_key = ?`, dl.App, dl.Tenant, user, n.preferenceKey)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	switched := map[string]bool{}
	for rows.Next() {
		var channel string
		var enabled bool
		if err := rows.Scan(&channel, &enabled); err != nil {
			return nil, err
		}
		switched[channel] = enabled
	}
	var on []string
	for _, c := range n.wanted {
		if enabled, set := switched[c]; set && enabled || !set && n.defaultEnabled {
			on = append(on, c)
		}
	}
	return on, rows.Err()
}

// Owner is whose inbox is meant; it is the principal's and never the request's.
type Owner struct{ App, Tenant, Workspace, User string }

func (o Owner) whose() persistence.Whose { return persistence.Whose(o) }

// Item is one notification as its recipient sees it.
type Item struct {
	ID            string          `json:"notification_id"`
	Module        string          `json:"module_id"`
	Rule          string          `json:"rule_id"`
	EventID       string          `json:"event_id"`
	EventType     string          `json:"event_type"`
	CorrelationID string          `json:"correlation_id"`
	Title         string          `json:"title"`
	Body          string          `json:"body"`
	Renderer      string          `json:"renderer,omitempty"`
	Context       json.RawMessage `json:"context"`
	Status        string          `json:"status"` // unread, read
	CreatedAt     string          `json:"created_at"`
	ReadAt        *string         `json:"read_at"`
}

const mine = ` WHERE app = ? AND tenant = ? AND user_id = ? AND dismissed_at = 0`

// List answers a page of the inbox, newest first: those of status (all, unread, read) that are older than before.
func (b *Inbox) List(ctx context.Context, o Owner, status, before string, limit int) (items []Item, more bool, err error) {
	query, args := `SELECT notification_id, module, rule, event_id, event_type, correlation_id, title, body, renderer, context,
		created_at, read_at FROM mz_notifications`+mine, []any{o.App, o.Tenant, o.User}
	switch status {
	case "unread":
		query += ` AND read_at = 0`
	case "read":
		query += ` AND read_at > 0`
	}
	if before != "" {
		query, args = query+` AND notification_id < ?`, append(args, before)
	}
	query, args = query+` ORDER BY notification_id DESC LIMIT ?`, append(args, limit+1)
	items = []Item{}
	err = b.store.ViewFor(ctx, o.whose(), func(ctx context.Context, sql persistence.SQL) error {
		rows, err := sql.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var it Item
			var fields string
			var created, read int64
			if err := rows.Scan(&it.ID, &it.Module, &it.Rule, &it.EventID, &it.EventType, &it.CorrelationID, &it.Title, &it.Body,
				&it.Renderer, &fields, &created, &read); err != nil {
				return err
			}
			it.Context, it.Status, it.CreatedAt = json.RawMessage(fields), "unread", id.FormatTime(time.UnixMilli(created))
			if read > 0 {
				at := id.FormatTime(time.UnixMilli(read))
				it.Status, it.ReadAt = "read", &at
			}
			items = append(items, it)
		}
		return rows.Err()
	})
	if len(items) > limit {
		items, more = items[:limit], true
	}
	return items, more, unavailable(err)
}

// Count counts the inbox, all of it and what is unread.
func (b *Inbox) Count(ctx context.Context, o Owner) (count, unread int64, err error) {
	err = b.store.ViewFor(ctx, o.whose(), func(ctx context.Context, sql persistence.SQL) error {
		return sql.QueryRow(ctx, `SELECT count(*), count(CASE WHEN read_at = 0 THEN 1 END) FROM mz_notifications`+mine,
			o.App, o.Tenant, o.User).Scan(&count, &unread)
	})
	return count, unread, unavailable(err)
}

// MarkRead sets or clears the read state of one own notification and tells how many changed.
func (b *Inbox) MarkRead(ctx context.Context, o Owner, notification string, read bool, now time.Time) (int64, error) {
	at, was := now.UnixMilli(), ` AND read_at = 0`
	if !read {
		at, was = 0, ` AND read_at > 0`
	}
	return b.change(ctx, o, notification, `UPDATE mz_notifications SET read_at = ?`+mine+` AND notification_id = ?`+was,
		at, o.App, o.Tenant, o.User, notification)
}

// Dismiss removes one own notification from the inbox.
func (b *Inbox) Dismiss(ctx context.Context, o Owner, notification string, now time.Time) (int64, error) {
	return b.change(ctx, o, notification, `UPDATE mz_notifications SET dismissed_at = ?`+mine+` AND notification_id = ?`,
		now.UnixMilli(), o.App, o.Tenant, o.User, notification)
}

// MarkAllRead marks all own notifications read, or those up to and with before.
func (b *Inbox) MarkAllRead(ctx context.Context, o Owner, before string, now time.Time) (int64, error) {
	query, args := `UPDATE mz_notifications SET read_at = ?`+mine+` AND read_at = 0`, []any{now.UnixMilli(), o.App, o.Tenant, o.User}
	if before != "" {
		query, args = query+` AND notification_id <= ?`, append(args, before)
	}
	return b.change(ctx, o, "", query, args...)
}

// DismissAll empties the inbox.
func (b *Inbox) DismissAll(ctx context.Context, o Owner, now time.Time) (int64, error) {
	return b.change(ctx, o, "", `UPDATE mz_notifications SET dismissed_at = ?`+mine, now.UnixMilli(), o.App, o.Tenant, o.User)
}

// change runs an update on own rows. With an id, one that is not there, dismissed or another's is NOTIFICATION_NOT_FOUND.
func (b *Inbox) change(ctx context.Context, o Owner, notification, query string, args ...any) (changed int64, err error) {
	err = b.store.UpdateFor(ctx, o.whose(), func(ctx context.Context, sql persistence.SQL) error {
		if notification != "" {
			var one int64
			err := sql.QueryRow(ctx, `SELECT count(*) FROM mz_notifications`+mine+` AND notification_id = ?`,
				o.App, o.Tenant, o.User, notification).Scan(&one)
			if err != nil {
				return err
			}
			if one == 0 {
				return fault.New(fault.NotificationNotFound, "no such notification in your inbox")
			}
		}
		changed, err = sql.Exec(ctx, query, args...)
		return err
	})
	return changed, unavailable(err)
}

// Preference is one switch of a person.
type Preference struct {
	Key     string `json:"key"`
	Channel string `json:"channel"`
	Enabled bool   `json:"enabled"`
}

// Preferences answers every switch that the app's rules know, with the person's choice or the rule's default.
func (b *Inbox) Preferences(ctx context.Context, o Owner, s *modules.Snapshot) ([]Preference, error) {
	known := switches(s)
	err := b.store.ViewFor(ctx, o.whose(), func(ctx context.Context, sql persistence.SQL) error {
		rows, err := sql.Query(ctx, `SELECT preference_key, channel, enabled FROM mz_preferences
			WHERE app = ? AND tenant = ? AND user_id = ?`, o.App, o.Tenant, o.User)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p Preference
			var enabled int64
			if err := rows.Scan(&p.Key, &p.Channel, &enabled); err != nil {
				return err
			}
			p.Enabled = enabled != 0
			for i := range known {
				if known[i].Key == p.Key && known[i].Channel == p.Channel {
					known[i].Enabled = p.Enabled
				}
			}
		}
		return rows.Err()
	})
	return known, unavailable(err)
}

// SetPreferences stores switches, all or none; an unknown key or channel is INVALID_PARAMS.
func (b *Inbox) SetPreferences(ctx context.Context, o Owner, s *modules.Snapshot, wanted []Preference) error {
	known := switches(s)
	for _, w := range wanted {
		if !slices.ContainsFunc(known, func(k Preference) bool { return k.Key == w.Key && k.Channel == w.Channel }) {
			return fault.New(fault.InvalidParams, "no rule of the app has such a key and channel")
		}
	}
	return unavailable(b.store.UpdateFor(ctx, o.whose(), func(ctx context.Context, sql persistence.SQL) error {
		for _, w := range wanted {
			enabled := 0
			if w.Enabled {
				enabled = 1
			}
			if _, err := sql.Exec(ctx, `INSERT INTO mz_preferences (app, tenant, user_id, preference_key, channel, enabled)
				VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (app, tenant, user_id, preference_key, channel)
				DO UPDATE SET enabled = excluded.enabled`, o.App, o.Tenant, o.User, w.Key, w.Channel, enabled); err != nil {
				return err
			}
		}
		return nil
	}))
}

func switches(s *modules.Snapshot) []Preference {
	out := []Preference{}
	for _, m := range s.Modules {
		for i := range m.Notifications {
			for _, c := range m.Notifications[i].Channels {
				out = append(out, Preference{Key: m.Notifications[i].PreferenceKey, Channel: c, Enabled: m.Notifications[i].DefaultEnabled})
			}
		}
	}
	slices.SortFunc(out, func(a, b Preference) int {
		if c := strings.Compare(a.Key, b.Key); c != 0 {
			return c
		}
		return strings.Compare(a.Channel, b.Channel)
	})
	return slices.CompactFunc(out, func(a, b Preference) bool { return a.Key == b.Key && a.Channel == b.Channel })
}

// unavailable gives a store's error its code; an outage is never an empty list.
func unavailable(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	return fault.Wrap(fault.StoreUnavailable, err, "the inbox cannot be read")
}
