package wire

import (
	"context"

	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

// ListDeliveries reads deliveries from the store, also beside a running host.
func ListDeliveries(ctx context.Context, cfg *Config, filter events.ListFilter) (items []events.Delivery, err error) {
	var db driver.Driver
	if cfg.DatabaseURL == "" {
		db, err = sqlite.OpenReader(ctx, cfg.DataDir)
	} else {
		db, err = cfg.openStore(ctx)
	}
	if err != nil {
		return nil, err
	}
	store := persistence.New(db, nil)
	defer store.Close()
	err = store.View(ctx, func(ctx context.Context, sql persistence.SQL) error {
		items, err = events.NewOutbox(cfg.eventOptions()).List(ctx, sql, filter)
		return err
	})
	return items, err
}
