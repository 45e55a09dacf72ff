package postgres_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/persistencetest"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres/postgrestest"
)

var server *postgrestest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = postgrestest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// open makes a database of its own for a test.
func open(t *testing.T, opts *postgres.Options) (*postgres.DB, string) {
	t.Helper()
	name, err := server.Database(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var o postgres.Options
	if opts != nil {
		o = *opts
	}
	o.MigrateURL = server.URL("mozaiks_migrate", name)
	if o.Pool == 0 {
		o.Pool = 4
	}
	db, err := postgres.Open(context.Background(), server.URL("mozaiks_server", name), &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, name
}

func TestConformance(t *testing.T) {
	t.Parallel()
	persistencetest.Run(t, func(t *testing.T) driver.Driver {
		db, _ := open(t, nil)
		return db
	})
}
