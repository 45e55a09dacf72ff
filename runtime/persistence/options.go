package persistence

import (
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// SQL runs statements on the host's own tables in a transaction.
type SQL = driver.SQL

// ErrNoRows is what a row that is not there answers.
var ErrNoRows = driver.ErrNoRows

// Mode says what a transaction may do.
type Mode = driver.Mode

// The modes: a snapshot, the tenant's turn from the beginning, and a snapshot that takes the turn before it writes.
const (
	ReadOnly   = driver.ReadOnly
	ReadWrite  = driver.ReadWrite
	Optimistic = driver.Optimistic
)

// Whose is on whose behalf a transaction runs.
type Whose = driver.Whose

// ErrConflict says that another transaction was first; the same work may succeed in a new one.
var ErrConflict = driver.ErrConflict

// Options are the limits of documents and data operations. The zero value means the defaults.
type Options struct {
	// CursorKey seals the cursors of queries. Required in a host that serves more than one caller.
	CursorKey [32]byte
	// MaxDocument is the largest document in canonical bytes (MOZAIKS_DATA_MAX_DOCUMENT). Defaults to 1 MiB.
	MaxDocument int
	// MaxRequest is the largest request in bytes (MOZAIKS_DATA_MAX_REQUEST). Defaults to 4 MiB.
	MaxRequest int
	// MaxResponse is the largest answer in bytes (MOZAIKS_DATA_MAX_RESPONSE). Defaults to 2 MiB.
	MaxResponse int
	// MaxOps is how many ops one data_write may hold (MOZAIKS_DATA_MAX_OPS). Defaults to 100.
	MaxOps int
	// MaxBatches is how many data_write calls an invocation may make (MOZAIKS_DATA_MAX_BATCHES). Defaults to 64.
	MaxBatches int
	// MaxCalls is how many data calls of any kind an invocation may make (MOZAIKS_DATA_MAX_CALLS). Defaults to 1,000.
	MaxCalls int
	// MaxRows is how many rows an invocation may change (MOZAIKS_DATA_MAX_ROWS). Defaults to 5,000.
	MaxRows int
	// ScanBudget is how many rows a query, update or delete may examine (MOZAIKS_DATA_SCAN_BUDGET). Defaults to 10,000.
	ScanBudget int
	// AggregateBudget is how many rows a count may examine (MOZAIKS_DATA_AGGREGATE_BUDGET). Defaults to 100,000.
	AggregateBudget int
	// QuotaRows is how many documents a tenant may have in an app (MOZAIKS_QUOTA_ROWS). Defaults to 1,000,000.
	QuotaRows int64
	// QuotaSize is how many bytes they may have in all (MOZAIKS_QUOTA_SIZE). Defaults to 1 GiB.
	QuotaSize int64
	// RateData is how many data calls a tenant may make in a second on this node (MOZAIKS_RATE_DATA). Defaults to 2,000.
	RateData float64
	// RateDataBurst is how many of these may come at once (MOZAIKS_RATE_DATA_BURST). Defaults to 4,000.
	RateDataBurst int
	// MigrateWait is how long an app waits while another process changes its tables (MOZAIKS_MIGRATE_WAIT). Defaults to 30 s; negative: not at all.
	MigrateWait time.Duration
	// StatementTimeout is how long one data operation may take (MOZAIKS_DATA_STATEMENT_TIMEOUT). Defaults to 10 s.
	StatementTimeout time.Duration
	// AppWideWrites says who may write collections that all tenants share (MOZAIKS_DATA_APP_WIDE_WRITES): declared, as the
	// contract says; operator, operators alone; deny, nobody. Defaults to declared.
	AppWideWrites string
}

// Values of Options.AppWideWrites.
const (
	AppWideDeclared = "declared"
	AppWideOperator = "operator"
	AppWideDeny     = "deny"
)

func (o *Options) withDefaults() Options {
	var v Options
	if o != nil {
		v = *o
	}
	for _, d := range []struct {
		p *int
		v int
	}{{&v.MaxDocument, 1 << 20}, {&v.MaxRequest, 4 << 20}, {&v.MaxResponse, 2 << 20}, {&v.MaxOps, 100}, {&v.MaxBatches, 64},
		{&v.MaxCalls, 1000}, {&v.MaxRows, 5000}, {&v.ScanBudget, 10_000}, {&v.AggregateBudget, 100_000}, {&v.RateDataBurst, 4000}} {
		if *d.p == 0 {
			*d.p = d.v
		}
	}
	if v.MigrateWait == 0 {
		v.MigrateWait = 30 * time.Second
	}
	if v.RateData == 0 {
		v.RateData = 2000
	}
	if v.QuotaRows == 0 {
		v.QuotaRows = 1_000_000
	}
	if v.QuotaSize == 0 {
		v.QuotaSize = 1 << 30
	}
	if v.StatementTimeout == 0 {
		v.StatementTimeout = 10 * time.Second
	}
	if v.AppWideWrites == "" {
		v.AppWideWrites = AppWideDeclared
	}
	return v
}
