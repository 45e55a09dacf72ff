// Package postgres keeps documents and the host's own tables in PostgreSQL. Rows of tenants are walled off by the database itself:
// row-level security is forced on every table that holds them, for its owner as well, and no role goes around it.
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ownerRole owns schemas and tables; whoever makes them acts as it.
const ownerRole = "mozaiks_owner"

// leastVersion is the oldest server that is served.
const leastVersion = 150000

// Options are the settings of the store. The zero value means the defaults.
type Options struct {
	// MigrateURL is the role that makes tables (MOZAIKS_DATABASE_MIGRATE_URL). Defaults to the server's own.
	MigrateURL string
	// Pool is the number of connections (MOZAIKS_DATABASE_POOL). Defaults to 20.
	Pool int
	// TurnWait is how long a transaction waits for its tenant's turn (MOZAIKS_TX_WAIT). Defaults to 5 s.
	TurnWait time.Duration
	// Wait is how long one waits for a connection (MOZAIKS_DATABASE_WAIT). Defaults to 2 s.
	Wait time.Duration
	// StatementTimeout bounds each statement (MOZAIKS_DATA_STATEMENT_TIMEOUT). Defaults to 10 s.
	StatementTimeout time.Duration
}

// DB is the store. It implements driver.Driver.
type DB struct {
	opts       Options
	pool       *pgxpool.Pool
	migrateURL string
	server     string // the server's role
	turns      *turns
	known      sync.Map // lines of tenants that have a row
	trips      atomic.Int64
	ending     sync.WaitGroup // rollbacks that nobody waits for
}

// Open connects to the database and brings the host's own tables up to date. The errors are *fault.Error: STORE_ROLE_UNSAFE for a role
// that row-level security does not hold, STORE_VERSION_NEWER, STORE_POLICY_DRIFT, STORE_UNAVAILABLE.
func Open(ctx context.Context, url string, opts *Options) (*DB, error) {
	db := &DB{turns: newTurns()}
	if opts != nil {
		db.opts = *opts
	}
	db.opts.defaults()
	db.migrateURL = url
	if db.opts.MigrateURL != "" {
		db.migrateURL = db.opts.MigrateURL
	}
	if err := db.open(ctx, url); err != nil {
		return nil, errors.Join(openFault(err), db.Close())
	}
	return db, nil
}

func (o *Options) defaults() {
	if o.Pool == 0 {
		o.Pool = 20
	}
	if o.TurnWait == 0 {
		o.TurnWait = 5 * time.Second
	}
	if o.Wait == 0 {
		o.Wait = 2 * time.Second
	}
	if o.StatementTimeout == 0 {
		o.StatementTimeout = 10 * time.Second
	}
}

func (db *DB) open(ctx context.Context, url string) error {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fault.New(fault.StoreUnavailable, "the database's URL cannot be read") // its text may hold a password
	}
	cfg.MaxConns = int32(min(db.opts.Pool, 10_000))
	if db.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return err
	}
	if err := db.suits(ctx); err != nil {
		return err
	}
	if err := db.migrate(ctx); err != nil {
		return err
	}
	return db.walled(ctx)
}

// suits holds the server to its version and encoding, and the role to what row-level security needs.
func (db *DB) suits(ctx context.Context) error {
	var version int
	var encoding string
	var super, bypass bool
	err := db.pool.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), r.rolsuper, r.rolbypassrls, r.rolname
		FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`).Scan(&version, &encoding, &super, &bypass, &db.server)
	switch {
	case err != nil:
		return err
	case super || bypass:
		return fault.New(fault.StoreRoleUnsafe, "row-level security does not hold for the role %s", db.server).
			WithHint("make the roles with `mozaiks db init`, and connect as mozaiks_server")
	case version < leastVersion:
		return fault.New(fault.StoreUnavailable, "the server is older than PostgreSQL 15")
	case encoding != "UTF8":
		return fault.New(fault.StoreUnavailable, "the database's encoding is %s, not UTF8", encoding)
	}
	return nil
}

// owner connects as the role that makes tables.
func (db *DB) owner(ctx context.Context) (*pgx.Conn, error) {
	c, err := pgx.Connect(ctx, db.migrateURL)
	if err != nil {
		return nil, err
	}
	return c, asOwner(ctx, c)
}

// asOwner takes the role that owns the tables, where the caller may.
func asOwner(ctx context.Context, c *pgx.Conn) error {
	var may bool
	if err := c.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND pg_has_role(current_user, oid, 'MEMBER'))`, ownerRole).Scan(&may); err != nil {
		return err
	}
	if !may {
		return nil
	}
	_, err := c.Exec(ctx, "SET ROLE "+ownerRole)
	return err
}

// migrate brings the host's own tables to this version, forward only, and opens them to the server's role.
func (db *DB) migrate(ctx context.Context) error {
	cfg, err := pgx.ParseConfig(db.migrateURL)
	if err != nil {
		return fault.New(fault.StoreUnavailable, "the URL of the migrating role cannot be read")
	}
	pool := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(asOwner))
	defer pool.Close()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithTableName("mozaiks.mz_versions"))
	if err != nil {
		return err
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return fault.New(fault.StoreVersionNewer, "the store has version %d, this program knows %d", have, newest).
			WithHint("start the newer program again, or restore a backup made before it ran")
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	_, err = pool.ExecContext(ctx, fmt.Sprintf("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mozaiks TO %[1]s; GRANT USAGE ON SCHEMA mozaiks TO %[1]s",
		pgx.Identifier{db.server}.Sanitize()))
	return err
}

// walled holds every table of tenants to forced row-level security with one policy.
func (db *DB) walled(ctx context.Context) error {
	var table string
	err := db.pool.QueryRow(ctx, `SELECT c.table_name FROM mozaiks.mz_collections c
		LEFT JOIN pg_catalog.pg_class t ON t.oid = to_regclass(c.table_name)
		WHERE NOT coalesce(t.relrowsecurity AND t.relforcerowsecurity, false)
		OR (SELECT count(*) FROM pg_catalog.pg_policy p WHERE p.polrelid = t.oid) <> 1
		OR NOT EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = t.oid AND p.polname = 'scope' AND p.polcmd = '*' AND p.polpermissive
			AND pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
			AND md5(pg_get_expr(p.polqual, p.polrelid)) = c.policy) LIMIT 1`).Scan(&table)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.StorePolicyDrift, "row-level security of %s is not as it was made", table).
		WithHint("find out who changed it; restore a backup, or make the policy anew")
}

// Tenants answers the tenants of an app that have stored something.
func (db *DB) Tenants(ctx context.Context, app string) ([]string, error) {
	t, err := db.Begin(ctx, driver.ReadOnly, driver.Whose{App: app})
	if err != nil {
		return nil, err
	}
	defer t.Rollback()
	if _, err := t.SQL().Exec(ctx, `SELECT set_config('mozaiks.tenants', 'all', true)`); err != nil {
		return nil, err
	}
	found, err := t.SQL().Query(ctx, `SELECT tenant FROM mz_tenants WHERE app = ? AND tenant <> '*' ORDER BY tenant`, app)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	all := []string{}
	for found.Next() {
		var tenant string
		if err := found.Scan(&tenant); err != nil {
			return nil, err
		}
		all = append(all, tenant)
	}
	return all, found.Err()
}

// Trips answers how often a transaction waited for the server so far.
func (db *DB) Trips() int64 { return db.trips.Load() }

// Close lets the connections go.
func (db *DB) Close() error {
	db.ending.Wait()
	if db.pool != nil {
		db.pool.Close()
	}
	return nil
}

// openFault gives what went wrong while connecting its code.
func openFault(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	if err = translateError(err); errors.Is(err, driver.ErrCorrupt) {
		return fault.Wrap(fault.StoreCorrupt, err, "the store is damaged").WithHint("restore the newest backup")
	}
	return fault.Wrap(fault.StoreUnavailable, err, "the database cannot be opened").
		WithHint("is the server running, and has `mozaiks db init` made roles and schema?")
}
