package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// InitSQL makes the roles and the schema in the database that it is run in, by a superuser. Running it again changes nothing.
const InitSQL = `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mozaiks_owner') THEN
    CREATE ROLE mozaiks_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mozaiks_migrate') THEN
    CREATE ROLE mozaiks_migrate LOGIN NOSUPERUSER NOBYPASSRLS IN ROLE mozaiks_owner;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mozaiks_server') THEN
    CREATE ROLE mozaiks_server LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO mozaiks_owner', current_database());
END $$;
CREATE SCHEMA IF NOT EXISTS mozaiks AUTHORIZATION mozaiks_owner;
SET ROLE mozaiks_owner;
CREATE OR REPLACE FUNCTION mozaiks.scope(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('mozaiks.' || name, true), '');
GRANT USAGE ON SCHEMA mozaiks TO mozaiks_server;
RESET ROLE;
`

// Init runs InitSQL as the role of the URL. Passwords of the new roles are for their operator to set.
func Init(ctx context.Context, url string) error {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return openFault(err)
	}
	defer func() { _ = c.Close(ctx) }() // it is not used again
	if _, err := c.Exec(ctx, InitSQL); err != nil {
		return openFault(err)
	}
	return nil
}
