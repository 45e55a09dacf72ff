package wire

import (
	"context"

	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

// OpenStore opens the store for a command. On SQLite one that reads works beside a running host, and one that writes needs the host stopped;
// on PostgreSQL both work beside it.
func OpenStore(ctx context.Context, cfg *Config, reads bool) (*persistence.Store, error) {
	var db driver.Driver
	var err error
	if reads && cfg.DatabaseURL == "" {
		db, err = sqlite.OpenReader(ctx, cfg.DataDir)
	} else {
		db, err = cfg.openStore(ctx)
	}
	if err != nil {
		return nil, err
	}
	opts := cfg.storeOptions([32]byte{})
	opts.MigrateWait = -1 // people wait less patiently than hosts
	return persistence.New(db, opts), nil
}
