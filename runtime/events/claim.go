package events

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// ErrClaimLost says that a delivery is no longer the caller's: its lease ended and another claimed or completed it.
// Whatever was to commit with its completion must be rolled back.
var ErrClaimLost = errors.New("the claim of the delivery was lost")

const columns = `delivery_id, kind, app, tenant, workspace, module, subscription, event_id, event_type, state, attempt_count,
	max_attempts, lease_ms, retry_delay_ms, claim_token, lease_expires_at, next_attempt_at, last_failed_at, waiting_since,
	error_category, invocation_id, reason, created_at, completed_at, dead_lettered_at`

func scanDeliveries(rows driver.Rows) ([]Delivery, error) {
	defer rows.Close()
	var out []Delivery
	for rows.Next() {
		var d Delivery
		var lease, delay int64
		var kind, state, code string
		if err := rows.Scan(&d.ID, &kind, &d.App, &d.Tenant, &d.Workspace, &d.Module, &d.Subscription, &d.EventID, &d.EventType,
			&state, &d.AttemptCount, &d.MaxAttempts, &lease, &delay, &d.ClaimToken, &d.LeaseExpiresAt, &d.NextAttemptAt,
			&d.LastFailedAt, &d.WaitingSince, &code, &d.InvocationID, &d.Reason, &d.CreatedAt, &d.CompletedAt,
			&d.DeadLetteredAt); err != nil {
			return nil, err
		}
		d.Kind, d.State, d.ErrorCategory = Kind(kind), State(state), fault.Code(code)
		d.Lease, d.RetryDelay = time.Duration(lease)*time.Millisecond, time.Duration(delay)*time.Millisecond
		out = append(out, d)
	}
	return out, rows.Err()
}

// Claim takes up to limit due deliveries of these apps: attempts are counted here, so that a delivery that kills its process
// uses its attempts up. A delivery whose attempts are spent becomes a dead letter and is not answered. busy counts the
// deliveries that run already, by app/tenant; nobody gets more than WorkersPerTenant places.
func (o *Outbox) Claim(ctx context.Context, tx driver.SQL, apps []string, busy map[string]int, limit int, now time.Time) ([]Delivery, error) {
	if limit <= 0 || len(apps) == 0 {
		return nil, nil
	}
	room := map[string]int{}
	var passTenants []string
	for key, n := range busy {
		room[key] = o.opts.WorkersPerTenant - n
		if room[key] <= 0 {
			passTenants = append(passTenants, key)
		}
	}
	ms := now.UnixMilli()
	query := `SELECT ` + columns + ` FROM mz_deliveries
		WHERE next_attempt_at <= ? AND state IN ('pending', 'retryable', 'claimed') AND app IN (` + marks(len(apps)) + `)`
	args := []any{ms}
	for _, a := range apps {
		args = append(args, a)
	}
	if len(passTenants) > 0 {
		query += ` AND app || '/' || tenant NOT IN (` + marks(len(passTenants)) + `)`
		for _, t := range passTenants {
			args = append(args, t)
		}
	}
	rows, err := tx.Query(ctx, query+` ORDER BY next_attempt_at, delivery_id LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	due, err := scanDeliveries(rows)
	if err != nil {
		return nil, err
	}
	var claimed []Delivery
	for _, d := range due {
		key := d.App + "/" + d.Tenant
		if _, known := room[key]; !known {
			room[key] = o.opts.WorkersPerTenant
		}
		if room[key] <= 0 {
			continue
		}
		room[key]--
		if d.AttemptCount >= d.MaxAttempts {
			if _, err := tx.Exec(ctx, `UPDATE mz_deliveries SET state = 'dead_letter', error_category = ?, claim_token = '',
				dead_lettered_at = ? WHERE delivery_id = ?`, string(fault.AttemptsExhausted), ms, d.ID); err != nil {
				return nil, err
			}
			continue
		}
		d.AttemptCount++
		d.State, d.ClaimToken = Claimed, newToken()
		d.LeaseExpiresAt = now.Add(d.Lease).UnixMilli()
		// next_attempt_at is when the row is due next, whatever its state, so that one index finds all that is due.
		if _, err := tx.Exec(ctx, `UPDATE mz_deliveries SET state = 'claimed', attempt_count = ?, claim_token = ?,
			lease_expires_at = ?, next_attempt_at = ? WHERE delivery_id = ?`,
			d.AttemptCount, d.ClaimToken, d.LeaseExpiresAt, d.LeaseExpiresAt, d.ID); err != nil {
			return nil, err
		}
		claimed = append(claimed, d)
	}
	return claimed, nil
}

// NextDue answers when the next delivery of these apps falls due, and false if none is waiting.
func (o *Outbox) NextDue(ctx context.Context, tx driver.SQL, apps []string) (time.Time, bool, error) {
	if len(apps) == 0 {
		return time.Time{}, false, nil
	}
	args := make([]any, len(apps))
	for i, a := range apps {
		args[i] = a
	}
	var ms *int64
	if err := tx.QueryRow(ctx, `SELECT min(next_attempt_at) FROM mz_deliveries
		WHERE state IN ('pending', 'retryable', 'claimed') AND app IN (`+marks(len(apps))+`)`, args...).Scan(&ms); err != nil {
		return time.Time{}, false, err
	}
	if ms == nil {
		return time.Time{}, false, nil
	}
	return time.UnixMilli(*ms), true, nil
}

// Reclaim ends every lease at once and tells how many there were. It is for a store that one process holds alone: a claim that is
// there when that process starts belongs to one that is gone. The attempt stays counted.
func (o *Outbox) Reclaim(ctx context.Context, tx driver.SQL, now time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE mz_deliveries SET next_attempt_at = ?, lease_expires_at = ? WHERE state = 'claimed'`,
		now.UnixMilli(), now.UnixMilli())
}

// Renew extends the claim's lease.
func (o *Outbox) Renew(ctx context.Context, tx driver.SQL, d *Delivery, now time.Time) error {
	until := now.Add(d.Lease).UnixMilli()
	return held(tx.Exec(ctx, `UPDATE mz_deliveries SET lease_expires_at = ?, next_attempt_at = ?
		WHERE delivery_id = ? AND claim_token = ? AND state = 'claimed'`, until, until, d.ID, d.ClaimToken))
}

// Complete ends a claimed delivery in its effect's transaction, as completed or, with a reason, as skipped.
func (o *Outbox) Complete(ctx context.Context, tx driver.SQL, d *Delivery, reason fault.Code, invocation string, now time.Time) error {
	state := Completed
	if reason != "" {
		state = Skipped
	}
	return held(tx.Exec(ctx, `UPDATE mz_deliveries SET state = ?, reason = ?, invocation_id = ?, claim_token = '',
		completed_at = ?, error_category = '' WHERE delivery_id = ? AND claim_token = ? AND state = 'claimed'`,
		string(state), string(reason), invocation, now.UnixMilli(), d.ID, d.ClaimToken))
}

// Fail records that a claimed delivery failed with code, and says what it does next. retryAfter, if set, replaces the
// default delay of a wait; jitter in 0..1 spreads the backoff.
func (o *Outbox) Fail(ctx context.Context, tx driver.SQL, d *Delivery, code fault.Code, invocation string,
	retryAfter time.Duration, jitter float64, now time.Time) (State, error) {
	ms := now.UnixMilli()
	class := Classify(code)
	waiting := d.WaitingSince
	if class == Wait {
		if waiting == 0 {
			waiting = ms
		}
		if now.Sub(time.UnixMilli(waiting)) > o.opts.WaitMax {
			class = Final
		}
	} else {
		waiting = 0
	}
	if class == Retry && d.AttemptCount >= d.MaxAttempts {
		class, code = Final, fault.AttemptsExhausted
	}
	state, attempts, next, dead := Retryable, d.AttemptCount, int64(0), int64(0)
	switch class {
	case Retry:
		next = now.Add(Backoff(d.RetryDelay, d.AttemptCount, o.opts.BackoffMax, jitter)).UnixMilli()
	case Wait:
		if retryAfter == 0 {
			retryAfter = 30 * time.Second
		}
		attempts, next = attempts-1, now.Add(retryAfter).UnixMilli()
	default:
		state, dead = DeadLetter, ms
	}
	return state, held(tx.Exec(ctx, `UPDATE mz_deliveries SET state = ?, attempt_count = ?, next_attempt_at = ?,
		last_failed_at = ?, waiting_since = ?, error_category = ?, invocation_id = ?, dead_lettered_at = ?, claim_token = ''
		WHERE delivery_id = ? AND claim_token = ? AND state = 'claimed'`, string(state), attempts, next, ms, waiting,
		string(code), invocation, dead, d.ID, d.ClaimToken))
}

// ReactionKey takes the key of a reaction for a delivery. If an earlier delivery took effect under it, it answers that one's
// id and true.
func (o *Outbox) ReactionKey(ctx context.Context, tx driver.SQL, d *Delivery, hash string, now time.Time) (string, bool, error) {
	var first string
	err := tx.QueryRow(ctx, `SELECT delivery_id FROM mz_reaction_keys
		WHERE app = ? AND tenant = ? AND key_hash = ? AND expires_at > ?`, d.App, d.Tenant, hash, now.UnixMilli()).Scan(&first)
	if err == nil {
		return first, true, nil
	}
	if !errors.Is(err, driver.ErrNoRows) {
		return "", false, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO mz_reaction_keys (app, tenant, key_hash, delivery_id, expires_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (app, tenant, key_hash) DO UPDATE SET delivery_id = excluded.delivery_id, expires_at = excluded.expires_at`,
		d.App, d.Tenant, hash, d.ID, now.Add(o.opts.ReactionKeyRetention).UnixMilli())
	return "", false, err
}

// held turns "no row had this claim" into ErrClaimLost.
func held(rows int64, err error) error {
	if err == nil && rows != 1 {
		return ErrClaimLost
	}
	return err
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func newToken() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b[:])
}
