// Package persistence keeps documents: declared collections of JSON, scoped by tenant and owner, changed in transactions. A
// guest sees collections and never SQL, tables, tenants or users.
package persistence

import (
	"context"
	"errors"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Store is a store of documents and of the host's own tables. It is safe for concurrent use.
type Store struct {
	driver driver.Driver
	opts   Options
}

// New makes a store on a driver; opts may be nil.
func New(d driver.Driver, opts *Options) *Store { return &Store{driver: d, opts: opts.withDefaults()} }

// Close lets the store go.
func (s *Store) Close() error { return s.driver.Close() }

// Catalog is an app's collections as they are stored.
type Catalog struct {
	contract *data.Contract
	stored   map[*data.Collection]*driver.Collection
}

// Apply makes the tables and indexes that the contract needs and are not there. What would change or drop stored data is
// MIGRATION_BLOCKED.
func (s *Store) Apply(ctx context.Context, app string, c *data.Contract) (*Catalog, error) {
	made, err := s.driver.Ensure(ctx, app, c.Collections, backfill)
	switch {
	case errors.Is(err, driver.ErrMismatch), errors.Is(err, driver.ErrUnique):
		return nil, fault.Wrap(fault.MigrationBlocked, err, "the data contract does not fit what is stored: %v", err)
	case err != nil:
		return nil, storeFault(err)
	}
	cat := &Catalog{contract: c, stored: map[*data.Collection]*driver.Collection{}}
	for i, collection := range c.Collections {
		cat.stored[collection] = made[i]
	}
	return cat, nil
}

// backfill computes a key of a stored document.
func backfill(k driver.Key, doc []byte, id string, created, updated int64) ([]byte, error) {
	object, err := canonical.ParseObject(doc)
	if err != nil {
		return nil, err
	}
	return keyOf(k, &record{id: id, created: created, updated: updated, doc: object})
}

// View is what one module may name.
type View struct {
	catalog *Catalog
	module  string
}

// View answers what the module may name.
func (c *Catalog) View(module string) *View { return &View{catalog: c, module: module} }

// target is a collection that a request names, with how it may be used.
type target struct {
	*data.Collection
	stored   *driver.Collection
	readOnly bool
}

// resolve finds a collection; undeclared and not granted are the same.
func (v *View) resolve(name string) (*target, error) {
	c, readOnly, ok := v.catalog.contract.Resolve(v.module, name)
	if !ok {
		return nil, fault.Valuef(fault.ValueUndeclaredCollection, "no such collection is open to the module")
	}
	return &target{Collection: c, stored: v.catalog.stored[c], readOnly: readOnly || c.GuestsReadOnly}, nil
}

// Tx is one transaction. It is used by one goroutine at a time.
type Tx struct {
	store *Store
	tx    driver.Tx
}

// Begin opens a transaction; the error is BUSY or STORE_UNAVAILABLE.
func (s *Store) Begin(ctx context.Context, mode Mode) (*Tx, error) {
	tx, err := s.driver.Begin(ctx, mode)
	if err != nil {
		return nil, storeFault(err)
	}
	return &Tx{store: s, tx: tx}, nil
}

// Commit makes the transaction's changes durable.
func (t *Tx) Commit(ctx context.Context) error { return storeFault(t.tx.Commit(ctx)) }

// Rollback undoes the transaction; it is safe after Commit and twice.
func (t *Tx) Rollback() { t.tx.Rollback() }

// SQL runs statements on the host's own tables in this transaction.
func (t *Tx) SQL() SQL { return t.tx.SQL() }

// Update runs fn in a short writing transaction on the host's own tables, and commits unless it fails.
func (s *Store) Update(ctx context.Context, fn func(context.Context, SQL) error) error {
	return s.with(ctx, ReadWrite, fn)
}

// View runs fn on a snapshot of the host's own tables.
func (s *Store) View(ctx context.Context, fn func(context.Context, SQL) error) error {
	return s.with(ctx, ReadOnly, fn)
}

func (s *Store) with(ctx context.Context, mode Mode, fn func(context.Context, SQL) error) error {
	t, err := s.Begin(ctx, mode)
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

// storeFault gives an error of the driver its code. An error that has one keeps it.
func storeFault(err error) error {
	var f *fault.Error
	switch {
	case err == nil || errors.As(err, &f):
		return err
	case errors.Is(err, driver.ErrBusy):
		return fault.Wrap(fault.Busy, err, "the store is busy")
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(fault.ActionTimeout, err, "the store took too long")
	case errors.Is(err, context.Canceled):
		return fault.Wrap(fault.Cancelled, err, "the caller is gone")
	default:
		return fault.Wrap(fault.StoreUnavailable, err, "the store could not do it")
	}
}
