package routing

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// Snapshots answers the current snapshot of an app to look at, or nil.
type Snapshots func(app string) *modules.Snapshot

// Taken answers the current snapshot of an app to call, or nil, and how it is given back.
type Taken func(app string) (*modules.Snapshot, func())

// Deliverer brings deliveries to their end: reactions through the executor, notifications through the inbox.
type Deliverer struct {
	store     *persistence.Store
	outbox    *events.Outbox
	executor  *modules.Executor
	snapshots Taken
	inbox     *Inbox
	log       *slog.Logger
	now       func() time.Time
	draw      func(now time.Time) (invocation string, seed [32]byte)
}

// Fixed lets deliveries run at one time, with identities and seeds that are drawn in order: for tests as data, whose outcome must not
// depend on when they run.
func (d *Deliverer) Fixed(now time.Time, draw func(now time.Time) (invocation string, seed [32]byte)) {
	d.now, d.draw = func() time.Time { return now }, draw
}

// NewDeliverer joins the parts.
func NewDeliverer(store *persistence.Store, outbox *events.Outbox, executor *modules.Executor, snapshots Taken,
	inbox *Inbox, log *slog.Logger) *Deliverer {
	return &Deliverer{store: store, outbox: outbox, executor: executor, snapshots: snapshots, inbox: inbox, log: log, now: time.Now,
		draw: func(now time.Time) (string, [32]byte) { return id.New("inv_", now), modules.NewSeed() }}
}

// Deliver runs one claimed delivery. When it answers nil, the delivery was completed in the transaction of its effect.
func (d *Deliverer) Deliver(ctx context.Context, dl *events.Delivery) error {
	snapshot, done := d.snapshots(dl.App)
	defer done()
	if snapshot == nil {
		return fault.New(fault.AppUnavailable, "the app is not served")
	}
	if _, failed := snapshot.Failed[dl.Module]; failed {
		return fault.New(fault.ModuleUnavailable, "the module of the delivery did not load")
	}
	m := snapshot.Modules[dl.Module]
	if m == nil {
		return fault.New(fault.ReactionGone, "the module is no longer part of the app")
	}
	stored, payload, err := d.event(ctx, dl)
	if err != nil {
		return err
	}
	if dl.Kind == events.KindNotification {
		rule := m.Notification(dl.Subscription)
		if rule == nil {
			return fault.New(fault.ReactionGone, "the rule is no longer declared")
		}
		return d.notify(ctx, dl, m.Module, rule, stored, payload, nil)
	}
	for i := range m.Reactions {
		if r := &m.Reactions[i]; r.ID == dl.Subscription && r.EventType == dl.EventType {
			return d.react(ctx, dl, snapshot, m, r, stored, payload)
		}
	}
	return fault.New(fault.ReactionGone, "the reaction is no longer declared")
}

// whose is on whose behalf a delivery is brought to its end.
func whose(dl *events.Delivery) persistence.Whose {
	return persistence.Whose{App: dl.App, Tenant: dl.Tenant, Workspace: dl.Workspace}
}

func (d *Deliverer) event(ctx context.Context, dl *events.Delivery) (stored *events.Stored, payload map[string]any, err error) {
	err = d.store.ViewFor(ctx, whose(dl), func(ctx context.Context, sql persistence.SQL) error {
		stored, err = d.outbox.Event(ctx, sql, dl.EventID)
		return err
	})
	if err != nil {
		return nil, nil, fault.Wrap(fault.StoreUnavailable, err, "the event could not be read")
	}
	v, err := canonical.Parse(stored.Envelope.Data)
	if err != nil {
		return nil, nil, fault.Wrap(fault.InvalidEventPayload, err, "the stored payload is not JSON")
	}
	payload, _ = v.(map[string]any)
	return stored, payload, nil
}

func (d *Deliverer) react(ctx context.Context, dl *events.Delivery, snapshot *modules.Snapshot, m *modules.Loaded,
	r *module.Reaction, stored *events.Stored, payload map[string]any) error {
	authority, ok := modules.ForReaction(stored.Grant, r.Permissions)
	if !ok {
		return d.skip(ctx, dl, fault.PermissionMissing)
	}
	hash, err := reactionKey(dl, r, payload)
	if err != nil {
		return err
	}
	if r.Target.Kind == "notification" {
		rule := m.Notification(r.Target.NotificationID)
		if rule == nil {
			return fault.New(fault.ReactionGone, "the rule is no longer declared")
		}
		return d.notify(ctx, dl, m.Module, rule, stored, payload, func(ctx context.Context, sql persistence.SQL) error {
			return d.takeKey(ctx, sql, dl, hash)
		})
	}
	target := r.Target
	switch target.Kind {
	case "handler":
	case "capability":
		owner, c := snapshot.Capability(target.CapabilityID)
		switch {
		case owner == nil && (snapshot.Suspended[target.CapabilityID] || len(snapshot.Failed) > 0):
			return fault.New(fault.ModuleUnavailable, "the module that has the capability did not load")
		case owner == nil || c.Kind != "action":
			return fault.New(fault.ReactionGone, "no module has the capability as an action")
		}
		for _, p := range c.Permissions {
			if !slices.Contains(authority.Permissions, p) {
				return d.skip(ctx, dl, fault.PermissionMissing)
			}
		}
		m, target = owner, module.Target{Kind: "handler", Action: c.Target}
	default:
		return fault.New(fault.ReactionGone, "this build does not run reactions of kind %s", target.Kind)
	}
	inv := d.invocation(dl, snapshot, m, r, target, stored, payload)
	inv.Authority = authority
	inv.InCommit = func(ctx context.Context, sql persistence.SQL, out *modules.Outcome) error {
		if err := d.takeKey(ctx, sql, dl, hash); err != nil {
			return err
		}
		return d.outbox.Complete(ctx, sql, dl, "", out.InvocationID, d.now())
	}
	_, err = d.executor.Invoke(ctx, inv)
	if fault.CodeOf(err) == fault.Duplicate {
		return d.skip(ctx, dl, fault.Duplicate)
	}
	if err == nil && inv.Effects == module.Read {
		// A read has no transaction to complete the delivery in; doing so twice is harmless.
		return d.skipOrComplete(ctx, dl, "", inv.ID)
	}
	return err
}

// invocation builds what a reaction runs: its action, or the bare export, which writes and emits nothing.
func (d *Deliverer) invocation(dl *events.Delivery, snapshot *modules.Snapshot, m *modules.Loaded, r *module.Reaction, target module.Target,
	stored *events.Stored, payload map[string]any) *modules.Invocation {
	now := d.now().UTC().Truncate(time.Millisecond)
	e := &stored.Envelope
	invocation, seed := d.draw(now)
	inv := &modules.Invocation{
		ID: invocation, Snapshot: snapshot, Module: m, Export: target.Export, Effects: module.Write,
		Surface: modules.SurfaceReaction, Principal: actor(stored), Params: payload,
		RootID: e.RootID, CorrelationID: e.CorrelationID, CausationID: e.ID, Depth: e.Depth, Event: e, Subscription: r.ID,
		Seed: seed, Now: now,
	}
	if target.Action != "" {
		inv.Action = m.Action(target.Action)
		inv.Export, inv.Effects = inv.Action.Export, inv.Action.Effects
	}
	inv.Timeout = m.Limits.Timeout
	if inv.Action != nil && inv.Action.Timeout > 0 {
		inv.Timeout = inv.Action.Timeout
	}
	inv.Timeout = min(inv.Timeout, dl.Lease)
	return inv
}

// actor is the event's: its scope and user hold for the reaction's data.
func actor(stored *events.Stored) *auth.Principal {
	e := &stored.Envelope
	p := &auth.Principal{Kind: auth.User, Provenance: auth.IsSystem, UserID: e.AuthID, Tenant: e.Tenant, Workspace: e.Workspace,
		Roles: stored.Roles, Scopes: []string{}}
	switch e.AuthType {
	case "service_account":
		p.Kind = auth.Service
	case "system":
		p.Kind = auth.System
	case "unauthenticated":
		p.Kind = auth.Anonymous
	}
	return p
}

// takeKey ends a delivery whose reaction took effect before under the same key.
func (d *Deliverer) takeKey(ctx context.Context, sql persistence.SQL, dl *events.Delivery, hash string) error {
	if hash == "" {
		return nil
	}
	_, duplicate, err := d.outbox.ReactionKey(ctx, sql, dl, hash, d.now())
	if err == nil && duplicate {
		return fault.New(fault.Duplicate, "the reaction took effect before under this key")
	}
	return err
}

func (d *Deliverer) skip(ctx context.Context, dl *events.Delivery, reason fault.Code) error {
	return d.skipOrComplete(ctx, dl, reason, "")
}

func (d *Deliverer) skipOrComplete(ctx context.Context, dl *events.Delivery, reason fault.Code, invocation string) error {
	err := d.store.UpdateFor(ctx, whose(dl), func(ctx context.Context, sql persistence.SQL) error {
		return d.outbox.Complete(ctx, sql, dl, reason, invocation, d.now())
	})
	if err != nil && !errors.Is(err, events.ErrClaimLost) {
		return fault.Wrap(fault.StoreUnavailable, err, "the delivery could not be completed")
	}
	return err
}

// reactionKey is SHA-256 over module, reaction, event type and the canonical JSON of each value, each preceded by its length;
// "" for a reaction without a key.
func reactionKey(dl *events.Delivery, r *module.Reaction, payload map[string]any) (string, error) {
	if len(r.IdempotencyKey) == 0 {
		return "", nil
	}
	h := sha256.New()
	part := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	part([]byte(dl.Module))
	part([]byte(r.ID))
	part([]byte(dl.EventType))
	for _, path := range r.IdempotencyKey {
		v, ok := module.Lookup(payload, path)
		if !ok || v == nil {
			return "", fault.New(fault.IdempotencyValueMissing, "the payload has no value at %s", path)
		}
		part(canonical.Append(nil, v))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
