// Package persistence keeps documents: declared collections of JSON, scoped by tenant and owner, changed in transactions. A
// guest sees collections and never SQL, tables, tenants or users.
package persistence

import (
	"context"
	"errors"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Store is a store of documents and of the host's own tables. It is safe for concurrent use.
type Store struct {
	driver driver.Driver
	opts   Options
	seal   *seal
	rates  *rates
}

// New makes a store on a driver; opts may be nil.
func New(d driver.Driver, opts *Options) *Store {
	s := &Store{driver: d, opts: opts.withDefaults()}
	s.seal = newSeal(s.opts.CursorKey)
	s.rates = newRates(s.opts.RateData, s.opts.RateDataBurst)
	return s
}

// Close lets the store go.
func (s *Store) Close() error { return s.driver.Close() }

// Tx is one transaction. It is used by one goroutine at a time.
type Tx struct {
	store  *Store
	tx     driver.Tx
	whose  Whose
	has    bool              // the turn
	turned func()            // told when it is taken
	usage  map[string]*usage // of the tenant, and of rows that all share
}

// Begin opens a transaction on somebody's behalf; the error is BUSY or STORE_UNAVAILABLE. Tenants that wait are served one after the
// other, so that one with many calls waiting keeps no other waiting; the host's own work is a line of its own.
func (s *Store) Begin(ctx context.Context, mode Mode, whose Whose) (*Tx, error) {
	tx, err := s.driver.Begin(ctx, mode, whose)
	if err != nil {
		return nil, storeFault(err)
	}
	return &Tx{store: s, tx: tx, whose: whose, has: mode == ReadWrite}, nil
}

// Commit makes the transaction's changes durable.
func (t *Tx) Commit(ctx context.Context) error {
	if err := t.settle(ctx); err != nil {
		return storeFault(err)
	}
	return storeFault(t.tx.Commit(ctx))
}

// Rollback undoes the transaction; it is safe after Commit and twice.
func (t *Tx) Rollback() { t.tx.Rollback() }

// OnTurn lets f know when the transaction takes its tenant's turn; at once if it has it.
func (t *Tx) OnTurn(f func()) {
	if t.has {
		f()
		return
	}
	t.turned = f
}

// Turn takes the turn of the transaction's tenant before it writes; ErrConflict if another was first.
func (t *Tx) Turn(ctx context.Context) error {
	if t.has {
		return nil
	}
	if err := t.tx.Turn(ctx); err != nil {
		return storeFault(err)
	}
	t.has = true
	if t.turned != nil {
		t.turned()
	}
	return nil
}

// SQL runs statements on the host's own tables in this transaction.
func (t *Tx) SQL() SQL { return t.tx.SQL() }

// Update runs fn in a short writing transaction on the host's own tables, and commits unless it fails. After a conflict it runs again.
func (s *Store) Update(ctx context.Context, fn func(context.Context, SQL) error) error {
	return s.UpdateFor(ctx, Whose{}, fn)
}

// UpdateFor is Update on rows of one tenant.
func (s *Store) UpdateFor(ctx context.Context, whose Whose, fn func(context.Context, SQL) error) error {
	for attempt := 1; ; attempt++ {
		err := s.with(ctx, ReadWrite, whose, fn)
		if !errors.Is(err, ErrConflict) {
			return err
		}
		if attempt == updateAttempts {
			return fault.Wrap(fault.Busy, err, "conflicts with other writes did not end")
		}
	}
}

// updateAttempts is how often a short transaction that conflicts is run.
const updateAttempts = 4

// View runs fn on a snapshot of the host's own tables.
func (s *Store) View(ctx context.Context, fn func(context.Context, SQL) error) error {
	return s.with(ctx, ReadOnly, Whose{}, fn)
}

// ViewAll runs fn on rows of all tenants of an app: once, or, where each tenant sees its own rows alone, for one after the other.
func (s *Store) ViewAll(ctx context.Context, app string, fn func(context.Context, SQL) error) error {
	tenants, err := s.driver.Tenants(ctx, app)
	if err != nil {
		return storeFault(err)
	}
	if tenants == nil {
		return s.ViewFor(ctx, Whose{App: app}, fn)
	}
	for _, t := range tenants {
		if err := s.ViewFor(ctx, Whose{App: app, Tenant: t}, fn); err != nil {
			return err
		}
	}
	return nil
}

// ViewFor is View of rows of one tenant.
func (s *Store) ViewFor(ctx context.Context, whose Whose, fn func(context.Context, SQL) error) error {
	return s.with(ctx, ReadOnly, whose, fn)
}

func (s *Store) with(ctx context.Context, mode Mode, whose Whose, fn func(context.Context, SQL) error) error {
	t, err := s.Begin(ctx, mode, whose)
	if err != nil {
		return err
	}
	defer t.Rollback()
	if err := fn(ctx, t.SQL()); err != nil {
		return err
	}
	if mode == ReadOnly {
		return nil
	}
	return t.Commit(ctx)
}

// storeFault gives an error of the driver its code. An error that has one keeps it, and so does a conflict, which its caller knows.
func storeFault(err error) error {
	var f *fault.Error
	switch {
	case err == nil || errors.As(err, &f) || errors.Is(err, ErrConflict):
		return err
	case errors.Is(err, driver.ErrBusy):
		return fault.Wrap(fault.Busy, err, "the store is busy")
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(fault.ActionTimeout, err, "the store took too long")
	case errors.Is(err, context.Canceled):
		return fault.Wrap(fault.Cancelled, err, "the caller is gone")
	case errors.Is(err, driver.ErrUnknown):
		return fault.Wrap(fault.StoreUnavailable, err, "the store was lost while it committed").WithDetails(map[string]any{"outcome": "unknown"})
	default:
		return fault.Wrap(fault.StoreUnavailable, err, "the store could not do it")
	}
}
