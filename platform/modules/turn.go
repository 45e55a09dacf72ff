package modules

import (
	"context"
	"errors"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// turn is one attempt of an invocation: its transaction, taken when it is first needed, and what it has done so far. It is the
// engine's host, and is used by one goroutine at a time.
type turn struct {
	x   *Executor
	inv *Invocation

	attempt int
	cancel  context.CancelCauseFunc // ends the guest
	tx      *persistence.Tx
	hold    *time.Timer
	session *persistence.Session
	docIDs  *id.Stream
	evtIDs  *id.Stream
	emitted []events.Emission
	chosen  map[string]any // settings that override defaults, once they were asked for

	doom   error // the invocation ends with this, whatever the guest does next
	broken error // the host could not go on: a conflict or a failing store
}

func newTurn(x *Executor, inv *Invocation, attempt int, cancel context.CancelCauseFunc) *turn {
	return &turn{x: x, inv: inv, attempt: attempt, cancel: cancel,
		docIDs: id.NewStream(wasmhost.DeriveSeed("mozaiks.seed.documents.v1", inv.Seed[:]), inv.Now),
		evtIDs: id.NewStream(wasmhost.DeriveSeed("mozaiks.seed.events.v1", inv.Seed[:]), inv.Now)}
}

// begin takes the transaction: a snapshot, for a write one that takes the tenant's turn before it first writes. A turn that is held too
// long is lost.
func (t *turn) begin(ctx context.Context) error {
	if t.tx != nil {
		return nil
	}
	mode := persistence.Optimistic
	switch {
	case t.inv.Effects == module.Read:
		mode = persistence.ReadOnly
	case t.attempt > 1: // it lost a conflict: now it holds the turn from the beginning and cannot
		mode = persistence.ReadWrite
	}
	p := t.inv.Principal
	tx, err := t.x.store.Begin(ctx, mode, persistence.Whose{App: t.inv.Snapshot.App, Tenant: p.Tenant, Workspace: p.Workspace, User: p.UserID})
	if err != nil {
		t.broken = fault.From(err)
		return t.broken
	}
	t.tx = tx
	t.tx.OnTurn(func() {
		t.hold = time.AfterFunc(t.x.opts.Hold, func() {
			t.cancel(fault.New(fault.ActionTimeout, "the transaction was held longer than %s", t.x.opts.Hold))
		})
	})
	return nil
}

// data answers the session of the data operations.
func (t *turn) data(ctx context.Context) (*persistence.Session, error) {
	if t.session != nil {
		return t.session, nil
	}
	if err := t.begin(ctx); err != nil {
		return nil, err
	}
	t.session = t.tx.Session(t.inv.Module.View,
		persistence.Call{Module: t.inv.Module.ID, Now: t.inv.Now, IDs: func() string { return t.docIDs.Next("doc_") }})
	return t.session, nil
}

// commit stores what belongs to the effects and commits: events with their deliveries, the answer under its idempotency key,
// and what the caller asked for.
func (t *turn) commit(ctx context.Context, ticket *ticket, out *Outcome) error {
	if t.inv.Effects == module.Read {
		return nil
	}
	if t.tx == nil && len(t.emitted) == 0 && !ticket.held() && t.inv.InCommit == nil {
		return nil
	}
	if err := t.begin(ctx); err != nil {
		return err
	}
	if err := t.tx.Turn(ctx); err != nil {
		return storeFault(ctx, err)
	}
	sql := t.tx.SQL()
	for i := range t.emitted {
		if err := t.x.outbox.Append(ctx, sql, &t.emitted[i], t.inv.Now); err != nil {
			return storeFault(ctx, err)
		}
		out.Deliveries += len(t.emitted[i].Subscriptions)
	}
	if err := ticket.store(ctx, sql, out); err != nil {
		return err
	}
	if t.inv.InCommit != nil {
		if err := t.inv.InCommit(ctx, sql, out); err != nil {
			if errors.Is(err, events.ErrClaimLost) {
				return err
			}
			return storeFault(ctx, err)
		}
	}
	if !t.hold.Stop() {
		return context.Cause(ctx)
	}
	if err := t.tx.Commit(ctx); err != nil {
		return storeFault(ctx, err)
	}
	return nil
}

// end rolls back what was not committed.
func (t *turn) end() {
	if t.hold != nil {
		t.hold.Stop()
	}
	if t.tx != nil {
		t.tx.Rollback()
	}
}

// storeFault keeps faults that have a code and calls the rest the store's.
func storeFault(ctx context.Context, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, persistence.ErrConflict) {
		return errConflict
	}
	if cause := context.Cause(ctx); cause != nil && errors.As(cause, &f) {
		return f
	}
	if ctx.Err() != nil {
		return fault.Wrap(fault.Cancelled, err, "the invocation was cancelled")
	}
	return fault.Wrap(fault.StoreUnavailable, err, "the store could not do it")
}
