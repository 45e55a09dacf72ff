package persistence

import (
	"context"
	"maps"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// What a tenant stores is counted in the transaction that stores it, under the tenant's turn: the counts are exact, and quotas hold to the
// row. Rows of collections that all tenants share are counted for nobody but the collection.

// amount is how much is stored.
type amount struct{ rows, bytes int64 }

func (a amount) plus(b amount) amount { return amount{a.rows + b.rows, a.bytes + b.bytes} }

// usage is what a transaction knows of one tenant's amounts: what was there, and what it changed.
type usage struct {
	stored  map[string]amount // by table
	changed map[string]amount
	total   amount // of both, over all tables
	quotas  map[string]quota
}

// quota is the limits of one table, or of all under "". Zero: the defaults.
type quota struct{ rows, bytes int64 }

// account notes that rows of a collection change by an amount, and refuses growth past a quota.
func (s *Session) account(ctx context.Context, t *target, rows driver.Scope, by amount) error {
	u, err := s.tx.usageOf(ctx, s.scope.App, rows.Tenant)
	if err != nil {
		return err
	}
	table := t.stored.Table
	used := u.stored[table].plus(u.changed[table])
	limits := quota{t.MaxDocuments, t.MaxBytes}
	if own, set := u.quotas[table]; set {
		limits = own
	}
	if err := exceeded(used, by, limits, "max_documents", "max_bytes"); err != nil {
		return err
	}
	if rows.Tenant != appWide {
		all := quota{s.opts.QuotaRows, s.opts.QuotaSize}
		if own, set := u.quotas[""]; set {
			all = own
		}
		if err := exceeded(u.total, by, all, "rows", "size"); err != nil {
			return err
		}
	}
	u.changed[table] = u.changed[table].plus(by)
	u.total = u.total.plus(by)
	return nil
}

// exceeded refuses what grows past a limit. What is past it already may shrink and stay.
func exceeded(used, by amount, limits quota, rows, size string) error {
	for _, q := range []struct {
		name            string
		used, by, limit int64
	}{{rows, used.rows, by.rows, limits.rows}, {size, used.bytes, by.bytes, limits.bytes}} {
		if q.limit > 0 && q.by > 0 && q.used+q.by > q.limit {
			return &fault.ValueError{Code: fault.ValueQuotaExceeded, Message: "the tenant's quota is used up",
				Details: map[string]any{"quota": q.name, "limit": q.limit, "used": q.used}}
		}
	}
	return nil
}

// usageOf reads a tenant's amounts and quotas, once in a transaction.
func (t *Tx) usageOf(ctx context.Context, app, tenant string) (*usage, error) {
	if u := t.usage[tenant]; u != nil {
		return u, nil
	}
	u := &usage{stored: map[string]amount{}, changed: map[string]amount{}, quotas: map[string]quota{}}
	rows, err := t.tx.SQL().Query(ctx, `SELECT table_name, stored_rows, stored_bytes, quota_rows, quota_bytes FROM mz_usage
		WHERE app = ? AND tenant = ?`, app, tenant)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		var has amount
		var limit quota
		if err := rows.Scan(&table, &has.rows, &has.bytes, &limit.rows, &limit.bytes); err != nil {
			return nil, err
		}
		u.stored[table] = has
		u.total = u.total.plus(has)
		if limit != (quota{}) {
			u.quotas[table] = limit
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if t.usage == nil {
		t.usage = map[string]*usage{}
	}
	t.usage[tenant] = u
	return u, nil
}

const addUsage = `INSERT INTO mz_usage (app, tenant, table_name, stored_rows, stored_bytes, quota_rows, quota_bytes) VALUES (?, ?, ?, ?, ?, 0, 0)
	ON CONFLICT (app, tenant, table_name) DO UPDATE SET stored_rows = mz_usage.stored_rows + excluded.stored_rows,
	stored_bytes = mz_usage.stored_bytes + excluded.stored_bytes`

// settle writes what changed, as the last of the transaction.
func (t *Tx) settle(ctx context.Context) error {
	var all []driver.Statement
	for _, tenant := range slices.Sorted(maps.Keys(t.usage)) {
		u := t.usage[tenant]
		for _, table := range slices.Sorted(maps.Keys(u.changed)) {
			if by := u.changed[table]; by != (amount{}) {
				all = append(all, driver.Statement{Query: addUsage, Args: []any{t.whose.App, tenant, table, by.rows, by.bytes}})
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return t.tx.SQL().Later(ctx, all)
}

// mark answers the changes so far, and reset takes back those that were made since.
func (t *Tx) mark() map[string]map[string]amount {
	out := make(map[string]map[string]amount, len(t.usage))
	for tenant, u := range t.usage {
		out[tenant] = maps.Clone(u.changed)
	}
	return out
}

func (t *Tx) reset(to map[string]map[string]amount) {
	for tenant, u := range t.usage {
		u.changed = map[string]amount{}
		maps.Copy(u.changed, to[tenant])
		u.total = amount{}
		for _, table := range []map[string]amount{u.stored, u.changed} {
			for _, a := range table {
				u.total = u.total.plus(a)
			}
		}
	}
}
