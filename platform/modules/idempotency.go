package modules

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// idempotency keeps the answers of writes under the keys that their callers chose. A key in work is held in memory, so that it
// dies with the process; an answer commits with its effects.
type idempotency struct {
	retention time.Duration

	mu     sync.Mutex
	inWork map[identity]bool
}

// identity is the scope of a key: no two callers, tenants or actions share one.
type identity struct{ app, tenant, workspace, actor, module, action, key string }

func newIdempotency(retention time.Duration) *idempotency {
	return &idempotency{retention: retention, inWork: map[identity]bool{}}
}

// ticket is the hold of one invocation on its key. The zero ticket holds nothing.
type ticket struct {
	keys        *idempotency
	id          identity
	fingerprint string
	now         time.Time
}

// begin takes the invocation's key. If an answer is stored under it, that is the outcome and nothing runs.
func (k *idempotency) begin(ctx context.Context, store *persistence.Store, inv *Invocation) (*ticket, *Outcome, error) {
	if inv.IdempotencyKey == "" || inv.Effects == module.Read {
		return &ticket{}, nil, needed(inv)
	}
	if err := validKey(inv); err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(canonical.Append(nil, inv.Params))
	p := inv.Principal
	t := &ticket{keys: k, fingerprint: hex.EncodeToString(sum[:]), now: inv.Now,
		id: identity{inv.Snapshot.App, p.Tenant, p.Workspace, inv.actor(), inv.Module.ID, inv.actionID(), inv.IdempotencyKey}}
	if !k.hold(t.id) {
		return nil, nil, retryIn(fault.New(fault.IdempotencyInProgress, "the first call with this key still runs"), time.Second)
	}
	stored, err := t.lookup(ctx, store)
	if err != nil || stored != nil {
		t.release()
		return nil, stored, err
	}
	return t, nil, nil
}

func needed(inv *Invocation) error {
	if inv.Effects == module.Read || inv.Surface != SurfaceHTTP {
		return nil
	}
	if inv.Action != nil && inv.Action.IdempotencyRequired || inv.Principal.Kind == auth.Service {
		return fault.New(fault.IdempotencyKeyRequired, "this call needs an Idempotency-Key").
			WithHint("send a header Idempotency-Key that is new for each call and the same in its repetitions")
	}
	return nil
}

func validKey(inv *Invocation) error {
	if inv.Principal.Kind == auth.Anonymous {
		return fault.New(fault.IdempotencyKeyInvalid, "a key needs a caller who is known")
	}
	key := inv.IdempotencyKey
	if len(key) > 200 {
		return fault.New(fault.IdempotencyKeyInvalid, "a key has at most 200 characters")
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return fault.New(fault.IdempotencyKeyInvalid, "a key has visible ASCII characters only")
		}
	}
	return nil
}

func (k *idempotency) hold(id identity) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.inWork[id] {
		return false
	}
	k.inWork[id] = true
	return true
}

// held tells whether the ticket holds a key.
func (t *ticket) held() bool { return t.keys != nil }

// release lets the key go; a later call may take it.
func (t *ticket) release() {
	if t.keys == nil {
		return
	}
	t.keys.mu.Lock()
	defer t.keys.mu.Unlock()
	delete(t.keys.inWork, t.id)
}

func (t *ticket) lookup(ctx context.Context, store *persistence.Store) (out *Outcome, err error) {
	var fingerprint, body, invocation string
	i := t.id
	err = store.ViewFor(ctx, persistence.Whose{App: i.app, Tenant: i.tenant}, func(ctx context.Context, sql persistence.SQL) error {
		return sql.QueryRow(ctx, `SELECT fingerprint, body, invocation_id FROM mz_idempotency WHERE app = ? AND tenant = ?
			AND workspace = ? AND actor = ? AND module = ? AND action = ? AND key = ? AND expires_at > ?`,
			i.app, i.tenant, i.workspace, i.actor, i.module, i.action, i.key, t.now.UnixMilli()).
			Scan(&fingerprint, &body, &invocation)
	})
	switch {
	case errors.Is(err, persistence.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, storeFault(ctx, err)
	case fingerprint != t.fingerprint:
		return nil, fault.New(fault.IdempotencyMismatch, "the key was used with other parameters")
	}
	return &Outcome{InvocationID: invocation, Value: []byte(body), Replayed: true}, nil
}

// store keeps the answer in the transaction that makes it true. Only an expired answer is replaced.
func (t *ticket) store(ctx context.Context, sql persistence.SQL, out *Outcome) error {
	if t.keys == nil {
		return nil
	}
	i := t.id
	rows, err := sql.Exec(ctx, `INSERT INTO mz_idempotency (app, tenant, workspace, actor, module, action, key, fingerprint,
		status, body, invocation_id, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 200, ?, ?, ?)
		ON CONFLICT (app, tenant, workspace, actor, module, action, key) DO UPDATE SET fingerprint = excluded.fingerprint,
		status = excluded.status, body = excluded.body, invocation_id = excluded.invocation_id, expires_at = excluded.expires_at
		WHERE mz_idempotency.expires_at <= ?`,
		i.app, i.tenant, i.workspace, i.actor, i.module, i.action, i.key, t.fingerprint, string(out.Value), out.InvocationID,
		t.now.Add(t.keys.retention).UnixMilli(), t.now.UnixMilli())
	if err != nil {
		return storeFault(ctx, err)
	}
	if rows == 0 {
		return errConflict // another node answered first: the next attempt finds its answer
	}
	return nil
}
