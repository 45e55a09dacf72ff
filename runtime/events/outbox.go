package events

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Outbox keeps events and deliveries in the host's own tables, in whatever transaction it is given. It is safe for
// concurrent use.
type Outbox struct{ opts Options }

// NewOutbox makes an outbox with these limits; opts may be nil.
func NewOutbox(opts *Options) *Outbox { return &Outbox{opts: opts.WithDefaults()} }

// Options answers the limits in force.
func (o *Outbox) Options() Options { return o.opts }

// Emission is one event with whoever is told of it, ready to be stored.
type Emission struct {
	Envelope      Envelope
	Grant         []string // what the event's actor holds in the app; carried to its reactions, shown to no guest
	Roles         []string // the actor's roles
	Subscriptions []Subscription
}

const (
	insertEvent = `INSERT INTO mz_events (event_id, app, tenant, workspace, type, module, depth, envelope, actor_grant, actor_roles,
		created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	insertDelivery = `INSERT INTO mz_deliveries (delivery_id, kind, app, tenant, workspace, module, subscription, event_id, event_type,
		state, attempt_count, max_attempts, lease_ms, retry_delay_ms, next_attempt_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0, ?, ?, ?, ?, ?)`
)

// Append stores the event and a delivery for each subscription, due at once.
func (o *Outbox) Append(ctx context.Context, tx driver.SQL, e *Emission, now time.Time) error {
	envelope, err := json.Marshal(e.Envelope)
	if err != nil {
		return err
	}
	grant, err := json.Marshal(e.Grant)
	if err != nil {
		return err
	}
	roles, err := json.Marshal(e.Roles)
	if err != nil {
		return err
	}
	v, ms := &e.Envelope, now.UnixMilli()
	statements := make([]driver.Statement, 0, 1+len(e.Subscriptions))
	statements = append(statements, driver.Statement{Query: insertEvent, Args: []any{v.ID, v.App, v.Tenant, v.Workspace, v.Type, v.Module,
		v.Depth, string(envelope), string(grant), string(roles), ms}})
	for i := range e.Subscriptions {
		s := &e.Subscriptions[i]
		statements = append(statements, driver.Statement{Query: insertDelivery, Args: []any{id.New("dlv_", now), string(s.Kind), v.App, v.Tenant,
			v.Workspace, s.Module, s.ID, v.ID, v.Type, s.MaxAttempts, s.Lease.Milliseconds(), s.RetryDelay.Milliseconds(), ms, ms}})
	}
	return tx.Later(ctx, statements)
}

// Key remembers that the event id stands for an event key. If the key already stands for another event, it answers that
// one's id and true, and nothing is to be stored.
func (o *Outbox) Key(ctx context.Context, tx driver.SQL, v *Envelope, key string, now time.Time) (string, bool, error) {
	var first string
	err := tx.QueryRow(ctx, `SELECT event_id FROM mz_event_keys
		WHERE app = ? AND tenant = ? AND module = ? AND type = ? AND event_key = ? AND expires_at > ?`,
		v.App, v.Tenant, v.Module, v.Type, key, now.UnixMilli()).Scan(&first)
	if err == nil {
		return first, true, nil
	}
	if !errors.Is(err, driver.ErrNoRows) {
		return "", false, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO mz_event_keys (app, tenant, module, type, event_key, event_id, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (app, tenant, module, type, event_key)
		DO UPDATE SET event_id = excluded.event_id, expires_at = excluded.expires_at`,
		v.App, v.Tenant, v.Module, v.Type, key, v.ID, now.Add(o.opts.KeyRetention).UnixMilli())
	return v.ID, false, err
}

// Stored is an event as the outbox keeps it.
type Stored struct {
	Envelope Envelope
	Grant    []string
	Roles    []string
}

// Event answers a stored event; driver.ErrNoRows if there is none.
func (o *Outbox) Event(ctx context.Context, tx driver.SQL, eventID string) (*Stored, error) {
	var envelope, grant, roles string
	if err := tx.QueryRow(ctx, `SELECT envelope, actor_grant, actor_roles FROM mz_events WHERE event_id = ?`, eventID).
		Scan(&envelope, &grant, &roles); err != nil {
		return nil, err
	}
	s := &Stored{}
	return s, errors.Join(json.Unmarshal([]byte(envelope), &s.Envelope), json.Unmarshal([]byte(grant), &s.Grant),
		json.Unmarshal([]byte(roles), &s.Roles))
}

// Totals counts an app's deliveries by state.
type Totals struct{ Deliveries map[State]int64 }

// Count counts the events of an app, as far as the transaction sees them.
func (o *Outbox) Count(ctx context.Context, tx driver.SQL, app string) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM mz_events WHERE app = ?`, app).Scan(&n)
	return n, err
}

// Totals counts the deliveries of an app by their states.
func (o *Outbox) Totals(ctx context.Context, tx driver.SQL, app string) (*Totals, error) {
	t := &Totals{Deliveries: map[State]int64{Pending: 0, Retryable: 0, Claimed: 0, Completed: 0, Skipped: 0, DeadLetter: 0}}
	rows, err := tx.Query(ctx, `SELECT state, count(*) FROM mz_deliveries WHERE app = ? GROUP BY state`, app)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var state string
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		t.Deliveries[State(state)] = n
	}
	return t, rows.Err()
}

// ListFilter chooses deliveries; empty fields choose all.
type ListFilter struct {
	App, Tenant, Module, EventType string
	State                          State
	Before                         string // delivery id: only older ones, for the next page
	Limit                          int    // defaults to 50
}

// List answers deliveries, newest first.
func (o *Outbox) List(ctx context.Context, tx driver.SQL, f ListFilter) ([]Delivery, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	where, args := []string{"1 = 1"}, []any{}
	for _, c := range []struct{ column, value string }{{"app", f.App}, {"tenant", f.Tenant}, {"module", f.Module},
		{"event_type", f.EventType}, {"state", string(f.State)}} {
		if c.value != "" {
			where, args = append(where, c.column+" = ?"), append(args, c.value)
		}
	}
	if f.Before != "" {
		where, args = append(where, "delivery_id < ?"), append(args, f.Before)
	}
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM mz_deliveries WHERE `+strings.Join(where, " AND ")+
		` ORDER BY delivery_id DESC LIMIT ?`, append(args, f.Limit)...)
	if err != nil {
		return nil, err
	}
	return scanDeliveries(rows)
}
