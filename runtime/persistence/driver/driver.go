// Package driver is what a store does under the portable layer: rows of collections by key range, the host's own tables in
// SQL, transactions. Drivers return raw errors; the portable layer gives them codes, once.
package driver

import (
	"context"
	"errors"
)

// Errors that the portable layer tells apart.
var (
	ErrNoRows  = errors.New("no rows")              // QueryRow found nothing
	ErrUnique  = errors.New("a unique index clash") // an insert or update met a row with the same key
	ErrBusy    = errors.New("the store is busy")
	ErrFull    = errors.New("the disk is full")
	ErrCorrupt = errors.New("the store is damaged")
	ErrClosed  = errors.New("the store is closed")
	// ErrConflict: another transaction was first. This one can only be rolled back; the same work may succeed in a new one.
	ErrConflict = errors.New("another transaction was first")
	// ErrUnknown: the connection was lost while the transaction committed; nobody knows whether it did.
	ErrUnknown = errors.New("the outcome of the commit is unknown")
	// ErrStale: a row was to be written by a catalogue that misses a key column. The same work may succeed with a newer one.
	ErrStale = errors.New("the catalogue is older than the table")
	// ErrDown: the store cannot be reached.
	ErrDown = errors.New("the store cannot be reached")
)

// SQL runs statements on the host's own tables, mz_*, in SQL that SQLite and PostgreSQL both read, with ? placeholders.
type SQL interface {
	Exec(ctx context.Context, query string, args ...any) (rows int64, err error)
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) Row
	// Later runs statements of which nobody needs to know before the commit, in order: they may travel with what follows, and so may
	// their failure.
	Later(ctx context.Context, statements []Statement) error
}

// Statement is one of several.
type Statement struct {
	Query string
	Args  []any
}

// Rows is a result set; Close may be called at any time and twice.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// Row is a result of one row; Scan answers ErrNoRows if there is none.
type Row interface{ Scan(dest ...any) error }

// Mode says what a transaction may do.
type Mode int

const (
	// ReadOnly sees one snapshot.
	ReadOnly Mode = iota
	// ReadWrite holds its tenant's turn from the beginning and cannot lose it.
	ReadWrite
	// Optimistic begins as a snapshot and takes the turn by Turn, before it first writes. If another transaction with the turn of the same
	// tenant has committed since the snapshot, or holds the turn now, that is ErrConflict.
	Optimistic
)

// Whose is on whose behalf a transaction runs. Stores that isolate rows by themselves let it see theirs alone. The zero value is the
// host's own work; it holds a turn of its own, and sees no rows of tables that hold what tenants wrote.
type Whose struct{ App, Tenant, Workspace, User string }

// Driver is a store.
type Driver interface {
	// Begin opens a transaction. Who must wait for the turn, or for a connection, waits in the line of their app and tenant; lines are
	// served one after the other, so that one that is long keeps no other waiting.
	Begin(ctx context.Context, mode Mode, whose Whose) (Tx, error)
	// Migrator opens what changes an app's tables.
	Migrator(ctx context.Context, app string, rules Rules) (Migrator, error)
	// Tenants answers an app's tenants where each sees its own rows alone; nil where the host's own work sees the rows of all.
	Tenants(ctx context.Context, app string) ([]string, error)
	// Clock is the expression for the store's time, in Unix milliseconds.
	Clock() string
	Close() error
}

// Tx is one transaction. It is used by one goroutine at a time.
type Tx interface {
	SQL() SQL
	// Turn takes the turn of the transaction's tenant, which everything that writes documents or what commits with them needs. It does
	// nothing where the transaction has it; in one that only reads it fails.
	Turn(ctx context.Context) error
	Commit(ctx context.Context) error
	Rollback() // safe after Commit and twice
	Savepoint(ctx context.Context) error
	// Release ends the newest savepoint; undo takes back what was done since.
	Release(ctx context.Context, undo bool) error

	Get(ctx context.Context, c *Collection, s Scope, id string) (*Document, error) // nil if there is none
	// Scan hands the rows of a range to each, in order, until each answers false. The document is each's to keep; no other
	// statement may run before Scan is done.
	Scan(ctx context.Context, c *Collection, s Scope, r *Range, each func(*Document) (bool, error)) error
	Count(ctx context.Context, c *Collection, s Scope, r *Range) (int64, error) // stops at r.Limit
	Insert(ctx context.Context, c *Collection, s Scope, d *Document) error      // ErrUnique
	Update(ctx context.Context, c *Collection, s Scope, d *Document) error      // by id; ErrUnique
	Delete(ctx context.Context, c *Collection, s Scope, id string) error
}

// Scope says whose rows are meant. No statement on a collection can be made without one.
type Scope struct{ Tenant, Owner string }

// Collection is a collection as it is stored.
type Collection struct {
	Table   string
	Keys    []Key // column k1, k2, … in order
	Indexes []Index
}

// Key is one key column: the encoded value at a path.
type Key struct {
	Field string
	Fold  bool
}

// Index is an index over key columns, behind the scope.
type Index struct {
	Name   string
	Parts  []Part
	Unique bool
	Sparse bool
}

// Part is one column of an index; Key counts from 0.
type Part struct {
	Key  int
	Desc bool
}

// Document is one stored row. Times are Unix milliseconds.
type Document struct {
	ID      string
	Rev     int64
	Created int64
	Updated int64
	Doc     []byte   // canonical
	Keys    [][]byte // as Collection.Keys; only on the way in
}

// Range chooses rows of a scope in order. Equal binds leading columns; Low and High bound the column after them, which then
// leads the order.
type Range struct {
	Equal   []Bound
	Present []int  // columns that miss no value in these rows, so that a sparse index over them may serve
	Low     *Bound // at least, or above if Open
	High    *Bound // at most, or below if Open
	Order   []Column
	Desc    bool      // of the id, which always comes last
	After   *Position // only rows behind it
	Limit   int
}

// Bound is a value of a key column.
type Bound struct {
	Key   int
	Value []byte
	Open  bool
}

// Column is one column of an order.
type Column struct {
	Key  int
	Desc bool
}

// Position is a place in an order: the values of its columns, and the id.
type Position struct {
	Values [][]byte
	ID     string
}
