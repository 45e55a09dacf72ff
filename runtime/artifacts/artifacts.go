// Package artifacts keeps bundles, binaries and reports by their content, so that every node of a store has them, and the versions
// that they are. Each version has a signed statement that is checked before anything of it runs: whoever can write to the store
// cannot make a node run code.
package artifacts

import (
	"errors"
	"log/slog"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// Options are what a store of artifacts can be told. The zero value means the defaults.
type Options struct {
	// CacheDir holds copies of content on this node. Defaults to none.
	CacheDir string
	// Log learns of copies that were thrown away or could not be kept, which fails nothing. Defaults to nobody.
	Log *slog.Logger
	// Now tells the time. Defaults to time.Now.
	Now func() time.Time
}

// Store keeps content and versions in a store's own tables. It is safe for concurrent use.
type Store struct {
	store *persistence.Store
	trust *Trust
	cache cache
	now   func() time.Time
}

// New makes a store of artifacts that trusts whom trust does; opts may be nil.
func New(store *persistence.Store, trust *Trust, opts *Options) *Store {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{store: store, trust: trust, cache: cache{dir: o.CacheDir, log: o.Log}, now: o.Now}
}

// stored gives an error of the store that has no code the one of a store that cannot be used.
func stored(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	return fault.Wrap(fault.StoreUnavailable, err, "the artifacts could not be read or stored")
}
