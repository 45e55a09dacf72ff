package sqlite_test

import (
	"context"
	"testing"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/persistencetest"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	persistencetest.Run(t, func(t *testing.T) driver.Driver {
		db, err := sqlite.Open(context.Background(), t.TempDir(), &sqlite.Options{Synchronous: "NORMAL"})
		if err != nil {
			t.Fatal(err)
		}
		return db
	})
}
