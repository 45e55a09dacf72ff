package driver

import (
	"context"

	"github.com/mozaiks/mozaiks/contracts/data"
)

// Stored is a collection as the store's catalogue has it.
type Stored struct {
	Module, Name, Table string
	Tenancy, Owner      string
	Definition          string // what its documents are checked against, as Rules wrote it
	Keys                []StoredKey
	Indexes             []StoredIndex
}

// StoredKey is a key column. One that is not ready misses values of rows that were there before it.
type StoredKey struct {
	Key
	Ready bool
}

// StoredIndex is an index that is there whole.
type StoredIndex struct {
	Name   string // of the database
	Text   string // how it was made
	Unique bool
}

// StepKind says what a step does.
type StepKind string

// The steps of migrations. Each is safe to do again after a crash.
const (
	StepCreate    StepKind = "create_collection" // with its keys and indexes
	StepCheck     StepKind = "check"             // reads: do documents fit, and can the keys of new indexes be made?
	StepAddKey    StepKind = "add_key"           // from here on no row is written without it
	StepFillKey   StepKind = "fill_key"
	StepSealKey   StepKind = "seal_key"
	StepIndex     StepKind = "make_index"
	StepFill      StepKind = "fill_default"
	StepRedefine  StepKind = "redefine" // what documents are checked against
	StepDropField StepKind = "drop_field"
	StepDropIndex StepKind = "drop_index"
	StepDrop      StepKind = "drop_collection"
)

// Step is one step on one collection.
type Step struct {
	Kind       StepKind
	Module     string
	Name       string
	Table      string           // "" before it is made
	Collection *data.Collection // as it is to be; nil for one that is dropped
	Keys       []Key            // to check
	Key        Key              // to add, to fill or to seal
	Index      *data.Index      // to make
	IndexName  string           // to drop
	Field      string           // to fill or to drop
	Before     string           // the definition that was
	Definition string           // the definition that is to be
}

// Progress is how far a step came.
type Progress struct {
	Rows  int64  // read or changed, in this piece
	After string // behind which row to go on
	Done  bool
}

// Note is what is done in the transaction of each piece of a step: Before it, and After it, with how far it came.
type Note struct {
	Before func(context.Context, SQL) error
	After  func(context.Context, SQL, Progress) error
}

// Migrator changes the tables of one app. It is used by one goroutine at a time.
type Migrator interface {
	Stored(ctx context.Context) ([]*Stored, error)
	// Used tells whether a table has rows, of whichever tenant.
	Used(ctx context.Context, table string) (bool, error)
	// Describe answers an index over key columns, with its name and text in the database.
	Describe(table string, keys []Key, x *data.Index) (Index, StoredIndex)
	// Do does a piece of a step, behind the row where the piece before it ended: a bounded number of rows, in one transaction together
	// with the note. What does not fit is a *MismatchError.
	Do(ctx context.Context, s *Step, after string, note Note) (Progress, error)
	// Drift answers what the database has otherwise than the catalogue says.
	Drift(ctx context.Context) ([]Drift, error)
	Close()
}

// Drift is one difference between catalogue and database.
type Drift struct {
	Kind   string `json:"kind"`   // missing, extra, different or invalid
	Object string `json:"object"` // a table, a column or an index
}

// Rules is what the portable layer knows of stored documents.
type Rules interface {
	// Definition describes what the contract says of a collection's documents; while it stays, so does what fits.
	Definition(c *data.Collection) string
	// Key computes a key of a stored document.
	Key(k Key, d *Document) ([]byte, error)
	// Fits tells whether a stored document fits the collection, which had another definition before.
	Fits(s *Step, d *Document) (bool, error)
	// Change makes of a document what the step wants, with its keys; nil if it stays as it is.
	Change(s *Step, keys []Key, d *Document) (*Document, error)
}

// MismatchError says why a contract does not fit what is stored: in which collection, for what reason, and the ids of up to 20
// documents that are in the way.
type MismatchError struct {
	Module, Collection string
	Reason             string // tenancy, data_conflict, additive_only or policy
	What               string // for people
	IDs                []string
}

func (m *MismatchError) Error() string { return m.Module + "/" + m.Collection + ": " + m.What }
