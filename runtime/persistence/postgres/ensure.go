package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
)

// Ensure makes what is missing, all in one transaction of the role that owns the tables.
func (db *DB) Ensure(ctx context.Context, app string, collections []*data.Collection, rules driver.Rules) ([]*driver.Collection, error) {
	conn, err := db.owner(ctx)
	if err != nil {
		return nil, translateError(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // it is not used again
	own, err := conn.Begin(ctx)
	if err != nil {
		return nil, translateError(err)
	}
	defer func() { _ = own.Rollback(context.WithoutCancel(ctx)) }() // after a commit it does nothing
	e := &ensurer{Tx: own, db: db, app: app, rules: rules}
	if err := e.begin(ctx); err != nil {
		return nil, translateError(err)
	}
	var out []*driver.Collection
	if err = e.kept(ctx, collections); err == nil {
		for _, c := range collections {
			var made *driver.Collection
			if made, err = e.collection(ctx, c); err != nil {
				break
			}
			out = append(out, made)
		}
	}
	if err != nil {
		return nil, translateError(err)
	}
	return out, translateError(own.Commit(ctx))
}

// ensurer brings an app's tables up to its contract.
type ensurer struct {
	pgx.Tx
	db      *DB
	app     string
	schema  string
	rules   driver.Rules
	tenants []string // of the app, and those of nobody
}

// idsMax is how many documents a mismatch names.
const idsMax = 20

func mismatch(c *data.Collection, reason, what string, ids ...string) error {
	return &driver.MismatchError{Module: c.Module, Collection: c.Name, Reason: reason, What: what, IDs: ids}
}

// begin keeps others from doing the same, lists the app's tenants and makes its schema.
func (e *ensurer) begin(ctx context.Context) error {
	e.schema, _ = rowsql.Names(e.app, "m", "c")
	if _, err := e.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('mozaiks:' || $1, 0)), set_config('mozaiks.app', $1, true),
		set_config('mozaiks.owners', 'all', true), set_config('mozaiks.tenants', 'all', true), set_config('search_path', '', true)`, e.app); err != nil {
		return err
	}
	found, err := e.Query(ctx, `SELECT tenant FROM mozaiks.mz_tenants WHERE app = $1 ORDER BY tenant`, e.app)
	if err != nil {
		return err
	}
	if e.tenants, err = pgx.CollectRows(found, pgx.RowTo[string]); err != nil {
		return err
	}
	_, err = e.Exec(ctx, fmt.Sprintf("CREATE SCHEMA IF NOT EXISTS %s; GRANT USAGE ON SCHEMA %s TO %s", e.schema, e.schema, pgx.Identifier{e.db.server}.Sanitize()))
	return err
}

// as makes the rows of a tenant those that are seen.
func (e *ensurer) as(ctx context.Context, tenant string) error {
	_, err := e.Exec(ctx, `SELECT set_config('mozaiks.tenant', $1, true)`, tenant)
	return err
}

// kept refuses a contract that leaves out a collection with rows: they would be out of everybody's reach.
func (e *ensurer) kept(ctx context.Context, collections []*data.Collection) error {
	type known struct{ Module, Name, Table string }
	found, err := e.Query(ctx, `SELECT module, name, table_name FROM mozaiks.mz_collections WHERE app = $1 ORDER BY module, name`, e.app)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(found, pgx.RowToStructByPos[known])
	if err != nil {
		return err
	}
	declared := map[[2]string]bool{}
	for _, c := range collections {
		declared[[2]string{c.Module, c.Name}] = true
	}
	for _, k := range all {
		if declared[[2]string{k.Module, k.Name}] {
			continue
		}
		if used, err := e.used(ctx, k.Table); err != nil {
			return err
		} else if used {
			return mismatch(&data.Collection{Module: k.Module, Name: k.Name}, "policy", "it has rows and is declared no more")
		}
	}
	return nil
}

// used tells whether a table has rows, of whichever tenant.
func (e *ensurer) used(ctx context.Context, table string) (used bool, err error) {
	for _, tenant := range e.tenants {
		if err := e.as(ctx, tenant); err != nil {
			return false, err
		}
		if err := e.QueryRow(ctx, "SELECT EXISTS (SELECT FROM "+table+")").Scan(&used); err != nil || used {
			return used, err
		}
	}
	return false, nil
}

// collection makes or checks one table. The name in the catalogue stands; it is not made again.
func (e *ensurer) collection(ctx context.Context, c *data.Collection) (*driver.Collection, error) {
	p := &driver.Collection{}
	var tenancy, owner, before string
	err := e.QueryRow(ctx, `SELECT table_name, tenancy, owner, definition FROM mozaiks.mz_collections WHERE app = $1 AND module = $2 AND name = $3`,
		e.app, c.Module, c.Name).Scan(&p.Table, &tenancy, &owner, &before)
	definition := e.rules.Definition(c)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		_, table := rowsql.Names(e.app, c.Module, c.Name)
		p.Table = e.schema + "." + table
		if err := e.create(ctx, c, p.Table, definition); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	default:
		if tenancy != string(c.Tenancy) || owner != c.OwnerField {
			if used, err := e.used(ctx, p.Table); err != nil {
				return nil, err
			} else if used {
				return nil, mismatch(c, "tenancy", "its rows belong to others than the contract says")
			}
			if err := e.wall(ctx, c, p.Table); err != nil {
				return nil, err
			}
		}
		if err := e.redefine(ctx, c, p.Table, before, definition); err != nil {
			return nil, err
		}
	}
	if err := e.keys(ctx, p, c); err != nil {
		return nil, err
	}
	return p, e.indexes(ctx, p, c)
}

func (e *ensurer) create(ctx context.Context, c *data.Collection, table, definition string) error {
	if _, err := e.Exec(ctx, "CREATE TABLE "+table+` (
		tenant text COLLATE "C" NOT NULL CHECK (tenant <> ''), owner text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, rev bigint NOT NULL,
		created_at bigint NOT NULL, updated_at bigint NOT NULL, size integer NOT NULL, doc text COLLATE "C" NOT NULL,
		PRIMARY KEY (tenant, owner, id))`); err != nil {
		return err
	}
	if _, err := e.Exec(ctx, `INSERT INTO mozaiks.mz_collections (app, module, name, table_name, tenancy, owner, definition, policy) VALUES ($1, $2, $3, $4, $5, $6, $7, '')`,
		e.app, c.Module, c.Name, table, string(c.Tenancy), c.OwnerField, definition); err != nil {
		return err
	}
	if _, err := e.Exec(ctx, "ALTER TABLE "+table+" ENABLE ROW LEVEL SECURITY; ALTER TABLE "+table+" FORCE ROW LEVEL SECURITY; GRANT SELECT, INSERT, UPDATE, DELETE ON "+
		table+" TO "+pgx.Identifier{e.db.server}.Sanitize()); err != nil {
		return err
	}
	return e.wall(ctx, c, table)
}

// wall makes the one policy of a table, and notes it.
func (e *ensurer) wall(ctx context.Context, c *data.Collection, table string) error {
	owner := map[data.Tenancy]string{
		data.PerTenant:    "owner = ''",
		data.PerWorkspace: "(owner = mozaiks.scope('workspace') OR mozaiks.scope('owners') = 'all')",
		data.PerUser:      "(owner = mozaiks.scope('user') OR mozaiks.scope('owners') = 'all')",
		data.AppWide:      "owner = ''",
	}[c.Tenancy]
	tenant := "tenant = mozaiks.scope('tenant')"
	if c.Tenancy == data.AppWide {
		tenant = "tenant = '*'"
	}
	scope := "mozaiks.scope('app') = " + quote(e.app) + " AND " + tenant + " AND " + owner
	if _, err := e.Exec(ctx, "DROP POLICY IF EXISTS scope ON "+table+"; CREATE POLICY scope ON "+table+" USING ("+scope+") WITH CHECK ("+scope+")"); err != nil {
		return err
	}
	_, err := e.Exec(ctx, `UPDATE mozaiks.mz_collections SET policy = (SELECT md5(pg_get_expr(p.polqual, p.polrelid)) FROM pg_catalog.pg_policy p
		WHERE p.polrelid = to_regclass($1) AND p.polname = 'scope') WHERE table_name = $1`, table)
	return err
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// redefine notes what the documents are checked against from now on, if those that are there fit it.
func (e *ensurer) redefine(ctx context.Context, c *data.Collection, table, before, definition string) error {
	if before != definition && before != "" {
		var ids []string
		err := e.documents(ctx, table, func(_ driver.Scope, d *driver.Document) error {
			fits, err := e.rules.Fits(c, before, d)
			if err == nil && !fits && len(ids) < idsMax {
				ids = append(ids, d.ID)
			}
			return err
		})
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			return mismatch(c, "data_conflict", "documents do not fit its new fields", ids...)
		}
	}
	_, err := e.Exec(ctx, `UPDATE mozaiks.mz_collections SET tenancy = $1, owner = $2, definition = $3 WHERE app = $4 AND module = $5 AND name = $6`,
		string(c.Tenancy), c.OwnerField, definition, e.app, c.Module, c.Name)
	return err
}

// batch is how many rows are held at a time.
const batch = 500

// documents hands every document of a table on, tenant by tenant, each under the tenant's turn. row may change the table.
func (e *ensurer) documents(ctx context.Context, table string, row func(s driver.Scope, d *driver.Document) error) error {
	for _, tenant := range e.tenants {
		if err := e.as(ctx, tenant); err != nil {
			return err
		}
		if _, err := e.Exec(ctx, `UPDATE mozaiks.mz_tenants SET commits = commits + 1 WHERE app = $1 AND tenant = $2`, e.app, tenant); err != nil {
			return err
		}
		owner, id := "", ""
		for {
			found, err := e.Query(ctx, "SELECT owner, "+rowsql.Fields+" FROM "+table+" WHERE tenant = $1 AND (owner, id) > ($2, $3) ORDER BY owner, id LIMIT $4",
				tenant, owner, id, batch)
			if err != nil {
				return err
			}
			type entry struct {
				owner string
				driver.Document
			}
			some, err := pgx.CollectRows(found, func(r pgx.CollectableRow) (x entry, err error) {
				err = r.Scan(&x.owner, &x.ID, &x.Rev, &x.Created, &x.Updated, &x.Doc)
				return x, err
			})
			if err != nil {
				return err
			}
			for i := range some {
				if err := row(driver.Scope{Tenant: tenant, Owner: some[i].owner}, &some[i].Document); err != nil {
					return err
				}
				owner, id = some[i].owner, some[i].ID
			}
			if len(some) < batch {
				break
			}
		}
	}
	return nil
}
