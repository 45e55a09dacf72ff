package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"

	"github.com/mozaiks/mozaiks/runtime/persistence/postgres"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres/postgrestest"
)

// errSkipped is the error of what cannot be measured on this machine.
var errSkipped = errors.New("skipped")

// server starts PostgreSQL. It does not sync its files: waits for the disk would hide what is measured, in ours and the peer alike.
func server() (*postgrestest.Server, error) {
	for _, name := range []string{"initdb", "postgres"} {
		_, err := exec.LookPath(name)
		if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); err != nil && len(found) == 0 { // the pattern is sound
			return nil, fmt.Errorf("%w: PostgreSQL is not installed (no %s); make setup installs it", errSkipped, name)
		}
	}
	return postgrestest.Start()
}

// postgresAt opens a database, through a relay if there is one.
func postgresAt(ctx context.Context, s *postgrestest.Server, database string, through *relay) (*documents, *postgres.DB, error) {
	at := s.URL("mozaiks_server", database)
	if through != nil {
		u, err := url.Parse(at)
		if err != nil {
			return nil, nil, err
		}
		u.Host = through.address()
		at = u.String()
	}
	db, err := postgres.Open(ctx, at, &postgres.Options{MigrateURL: s.URL("mozaiks_migrate", database)})
	if err != nil {
		return nil, nil, err
	}
	d, err := newDocuments(ctx, db)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return d, db, nil
}

// onPostgres opens databases of a server. One that was filled is vacuumed, as the server does by itself in time.
func onPostgres(s *postgrestest.Server) opener {
	return func(ctx context.Context) (*documents, func(context.Context) error, error) {
		name, err := s.Database(ctx)
		if err != nil {
			return nil, nil, err
		}
		d, _, err := postgresAt(ctx, s, name, nil)
		return d, func(ctx context.Context) error {
			if err := s.Exec(ctx, name, "VACUUM (ANALYZE)"); err != nil {
				return err
			}
			return s.Exec(ctx, name, "CHECKPOINT")
		}, err
	}
}

func (b *bench) growthPostgres(ctx context.Context) ([]Row, error) {
	sizes, names := b.ofDocuments()
	return b.onServer(ctx, "D5", sizes, names)
}

func (b *bench) tenantsPostgres(ctx context.Context) ([]Row, error) {
	sizes, names := b.ofTenants()
	return b.onServer(ctx, "D6", sizes, names)
}

func (b *bench) onServer(ctx context.Context, id string, sizes []size, names []string) (_ []Row, err error) {
	s, err := server()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	return b.growth(ctx, id, "PostgreSQL", onPostgres(s), sizes, names)
}
