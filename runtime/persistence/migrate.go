package persistence

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// approvalAge is how long an approval holds.
const approvalAge = 7 * 24 * time.Hour

// leasePoll is how often one that waits for a lease asks again.
const leasePoll = 200 * time.Millisecond

// Apply brings an app's tables to a contract, by steps that each commit, so that a process that was killed, or another, goes on where it
// stopped. What would leave rows that do not fit is MIGRATION_BLOCKED with the collection, a reason and up to 20 ids. Steps that destroy need
// an approval, else MIGRATION_APPROVAL_REQUIRED; they are left to Finish, which is called when nobody serves the contract before any more.
func (s *Store) Apply(ctx context.Context, app string, c *data.Contract) (*Catalog, error) {
	if _, err := s.migrate(ctx, app, c, false); err != nil {
		return nil, err
	}
	cat := &Catalog{store: s, app: app, contract: c}
	if err := cat.refresh(ctx); err != nil {
		return nil, err
	}
	return cat, nil
}

// Finish does what destroys. It answers the whole migration; nil where there was nothing to do.
func (s *Store) Finish(ctx context.Context, app string, c *data.Contract) (*Migration, error) {
	return s.migrate(ctx, app, c, true)
}

// migrate plans and runs what is to be done.
func (s *Store) migrate(ctx context.Context, app string, c *data.Contract, whole bool) (*Migration, error) {
	m, err := s.driver.Migrator(ctx, app, rules{})
	if err != nil {
		return nil, storeFault(err)
	}
	defer m.Close()
	plan, err := (&planner{ctx: ctx, m: m, app: app, contract: c}).plan()
	if err != nil {
		return nil, migrationFault(err)
	}
	if len(plan.Steps) == 0 {
		return nil, s.settled(ctx, plan)
	}
	if !plan.todo(whole) {
		return nil, s.approved(ctx, plan)
	}
	l, err := s.waitLease(ctx, "migrate:"+app)
	if err != nil {
		return nil, err
	}
	defer l.give(ctx)
	// Who had the lease may have done all of it.
	if plan, err = (&planner{ctx: ctx, m: m, app: app, contract: c}).plan(); err != nil {
		return nil, migrationFault(err)
	}
	if len(plan.Steps) == 0 {
		return nil, s.settled(ctx, plan)
	}
	if err := s.approved(ctx, plan); err != nil {
		return nil, err
	}
	r := &run{store: s, m: m, lease: l, plan: plan}
	return plan, r.all(ctx, whole)
}

// settled notes that a migration is done whose process ended between its last step and saying so.
func (s *Store) settled(ctx context.Context, plan *Migration) error {
	open := 0
	err := s.View(ctx, func(ctx context.Context, sql SQL) error {
		return sql.QueryRow(ctx, "SELECT count(*) FROM mz_migrations WHERE app = ? AND to_digest = ? AND state IN ('in_progress', 'failed')", plan.App, plan.To).Scan(&open)
	})
	if err != nil || open == 0 {
		return err
	}
	return s.Update(ctx, func(ctx context.Context, sql SQL) error {
		_, err := sql.Exec(ctx, "UPDATE mz_migrations SET state = ?, code = '', message = '', updated_at = ? WHERE app = ? AND to_digest = ? AND state IN ('in_progress', 'failed')",
			stateApplied, time.Now().UnixMilli(), plan.App, plan.To)
		return err
	})
}

// todo tells whether there is a step to be done now.
func (m *Migration) todo(whole bool) bool {
	return slices.ContainsFunc(m.Steps, func(s *MigrationStep) bool { return whole || s.Class != Destructive })
}

// waitLease waits while another migrates the same app: it may be about to do the same.
func (s *Store) waitLease(ctx context.Context, name string) (*lease, error) {
	for until := time.Now().Add(s.opts.MigrateWait); ; {
		l, err := s.takeLease(ctx, name)
		if l != nil || err != nil {
			return l, err
		}
		if !time.Now().Add(leasePoll).Before(until) {
			return nil, fault.New(fault.MigrationBusy, "another process migrates the app")
		}
		select {
		case <-ctx.Done():
			return nil, storeFault(ctx.Err())
		case <-time.After(leasePoll):
		}
	}
}

// approved refuses a migration that destroys and was not approved. A part of one that was is approved with it.
func (s *Store) approved(ctx context.Context, plan *Migration) error {
	if !plan.destructive() {
		return nil
	}
	var n int64
	since := time.Now().Add(-approvalAge).UnixMilli()
	err := s.View(ctx, func(ctx context.Context, sql SQL) error {
		return sql.QueryRow(ctx, `SELECT count(*) FROM mz_migrations WHERE app = ? AND approved_at >= ? AND (digest = ? OR to_digest = ? AND state IN ('in_progress', 'failed'))`,
			plan.App, since, plan.Digest, plan.To).Scan(&n)
	})
	if err != nil || n > 0 {
		return err
	}
	plan.State = stateAwaiting
	if err := s.Update(ctx, func(ctx context.Context, sql SQL) error { return savePlan(ctx, sql, plan) }); err != nil {
		return err
	}
	return fault.New(fault.MigrationApprovalRequired, "the change of the data contract destroys stored data").
		WithHint("look at it with `mozaiks migrate plan`, then approve it: mozaiks migrate approve --plan " + plan.Digest).
		WithDetails(map[string]any{"plan": plan.Digest, "migration_id": plan.ID})
}

// savePlan writes a migration with its steps; one that is known only gets its state.
func savePlan(ctx context.Context, sql SQL, m *Migration) error {
	now := time.Now().UnixMilli()
	if _, err := sql.Exec(ctx, `INSERT INTO mz_migrations (migration_id, app, digest, from_digest, to_digest, state, code, message, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (migration_id) DO UPDATE SET state = excluded.state, code = excluded.code, message = excluded.message,
		from_digest = excluded.from_digest, to_digest = excluded.to_digest, updated_at = excluded.updated_at`,
		m.ID, m.App, m.Digest, m.From, m.To, m.State, m.Code, m.Message, now, now); err != nil {
		return err
	}
	for _, s := range m.Steps {
		if _, err := sql.Exec(ctx, `INSERT INTO mz_migration_steps (migration_id, position, kind, module, name, what, class, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (migration_id, position) DO NOTHING`, m.ID, s.position, s.Kind, s.Module, s.Collection, s.What, string(s.Class), s.State); err != nil {
			return err
		}
	}
	return nil
}

// run does the steps of a migration under a lease.
type run struct {
	store *Store
	m     driver.Migrator
	lease *lease
	plan  *Migration
}

func (r *run) all(ctx context.Context, whole bool) error {
	if err := r.resume(ctx); err != nil {
		return err
	}
	for _, s := range r.plan.Steps {
		if s.Class == Destructive && !whole || s.State == stepDone {
			continue
		}
		if err := r.step(ctx, s); err != nil {
			err = migrationFault(err)
			r.fail(ctx, err)
			return err
		}
	}
	if slices.ContainsFunc(r.plan.Steps, func(s *MigrationStep) bool { return s.State != stepDone }) {
		return nil
	}
	return r.state(ctx, stateApplied, "", "")
}

// resume begins the migration, or goes on with one to the same contract that did not come to its end. What is planned now is what of its
// steps is left to do.
func (r *run) resume(ctx context.Context) error {
	err := r.store.Update(ctx, func(ctx context.Context, sql SQL) error {
		if err := r.lease.hold(ctx, sql); err != nil {
			return err
		}
		var before string
		err := sql.QueryRow(ctx, `SELECT migration_id FROM mz_migrations WHERE app = ? AND to_digest = ? AND state IN ('in_progress', 'failed')
			ORDER BY updated_at DESC LIMIT 1`, r.plan.App, r.plan.To).Scan(&before)
		if errors.Is(err, driver.ErrNoRows) {
			before, err = "", nil
		}
		if err != nil {
			return err
		}
		if before != "" {
			fits, err := r.join(ctx, sql, before)
			if err != nil {
				return err
			}
			if fits {
				r.plan.ID = before
			}
		}
		// Another contract came in between: what is left of its migration is part of the new one.
		if _, err := sql.Exec(ctx, `UPDATE mz_migrations SET state = ?, code = '', message = 'another contract took its place', updated_at = ?
			WHERE app = ? AND state = ? AND migration_id <> ?`, stateFailed, time.Now().UnixMilli(), r.plan.App, stateInProgress, r.plan.ID); err != nil {
			return err
		}
		r.plan.State = stateInProgress
		return savePlan(ctx, sql, r.plan)
	})
	return err
}

// join finds each step among those of an earlier migration, and how far it came. Of a step that was done and is planned again, rows are read
// again, and nothing is written.
func (r *run) join(ctx context.Context, sql SQL, id string) (bool, error) {
	found, err := sql.Query(ctx, `SELECT position, kind, module, name, what, class, state, watermark, rows_done FROM mz_migration_steps WHERE migration_id = ?
		ORDER BY position`, id)
	if err != nil {
		return false, err
	}
	defer found.Close()
	var known []*MigrationStep
	for found.Next() {
		k := &MigrationStep{}
		if err := found.Scan(&k.position, &k.Kind, &k.Module, &k.Collection, &k.What, &k.Class, &k.State, &k.watermark, &k.Rows); err != nil {
			return false, err
		}
		known = append(known, k)
	}
	if err := found.Err(); err != nil {
		return false, err
	}
	at := make([]*MigrationStep, len(r.plan.Steps))
	for i, s := range r.plan.Steps {
		n := slices.IndexFunc(known, func(k *MigrationStep) bool {
			return k.Kind == s.Kind && k.Module == s.Module && k.Collection == s.Collection && k.What == s.What && k.Class == s.Class
		})
		if n < 0 {
			return false, nil
		}
		at[i] = known[n]
		known = slices.Delete(known, n, n+1)
	}
	for i, s := range r.plan.Steps {
		s.position = at[i].position
		if s.do.Kind != driver.StepCheck {
			s.State, s.watermark, s.Rows = at[i].State, at[i].watermark, at[i].Rows
		}
	}
	return true, nil
}

// step does a step, piece by piece.
func (r *run) step(ctx context.Context, s *MigrationStep) error {
	note := driver.Note{
		Before: r.lease.hold,
		After: func(ctx context.Context, sql SQL, p driver.Progress) error {
			state := stepPending
			if p.Done {
				state = stepDone
			}
			_, err := sql.Exec(ctx, "UPDATE mz_migration_steps SET state = ?, watermark = ?, rows_done = ? WHERE migration_id = ? AND position = ?",
				state, p.After, s.Rows+p.Rows, r.plan.ID, s.position)
			return err
		},
	}
	for {
		p, err := r.m.Do(ctx, s.do, s.watermark, note)
		if err != nil {
			return err
		}
		s.watermark = p.After
		s.Rows += p.Rows
		if p.Done {
			s.State = stepDone
			return nil
		}
	}
}

func (r *run) state(ctx context.Context, state, code, message string) error {
	r.plan.State, r.plan.Code, r.plan.Message = state, code, message
	return r.store.Update(ctx, func(ctx context.Context, sql SQL) error {
		if err := r.lease.hold(ctx, sql); err != nil {
			return err
		}
		_, err := sql.Exec(ctx, "UPDATE mz_migrations SET state = ?, code = ?, message = ?, updated_at = ? WHERE migration_id = ?",
			state, code, message, time.Now().UnixMilli(), r.plan.ID)
		return err
	})
}

// fail notes why a migration did not come to its end. One whose lease is lost is another's.
func (r *run) fail(ctx context.Context, cause error) {
	code := fault.CodeOf(cause)
	if code == fault.MigrationLeaseLost || ctx.Err() != nil {
		return
	}
	_ = r.state(ctx, stateFailed, string(code), cause.Error()) // where that fails, too, it stays in progress
}

// Approve lets a migration with this digest destroy. Who and why are kept with it.
func (s *Store) Approve(ctx context.Context, plan *Migration, who, why string) error {
	return s.Update(ctx, func(ctx context.Context, sql SQL) error {
		plan.State = stateAwaiting
		if err := savePlan(ctx, sql, plan); err != nil {
			return err
		}
		_, err := sql.Exec(ctx, "UPDATE mz_migrations SET approved_by = ?, approved_why = ?, approved_at = ? WHERE migration_id = ?", who, why, time.Now().UnixMilli(), plan.ID)
		return err
	})
}

// Migrations answers an app's migrations, newest first, with their steps.
func (s *Store) Migrations(ctx context.Context, app string, limit int) (all []*Migration, err error) {
	err = s.View(ctx, func(ctx context.Context, sql SQL) error {
		all = nil
		found, err := sql.Query(ctx, `SELECT migration_id, app, digest, from_digest, to_digest, state, code, message FROM mz_migrations WHERE app = ?
			ORDER BY updated_at DESC, migration_id LIMIT ?`, app, limit)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			m := &Migration{}
			if err := found.Scan(&m.ID, &m.App, &m.Digest, &m.From, &m.To, &m.State, &m.Code, &m.Message); err != nil {
				return err
			}
			all = append(all, m)
		}
		if err := found.Err(); err != nil {
			return err
		}
		for _, m := range all {
			if err := m.readSteps(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

func (m *Migration) readSteps(ctx context.Context, sql SQL) error {
	found, err := sql.Query(ctx, "SELECT position, kind, module, name, what, class, state, rows_done FROM mz_migration_steps WHERE migration_id = ? ORDER BY position", m.ID)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		s := &MigrationStep{}
		if err := found.Scan(&s.position, &s.Kind, &s.Module, &s.Collection, &s.What, &s.Class, &s.State, &s.Rows); err != nil {
			return err
		}
		m.Steps = append(m.Steps, s)
	}
	return found.Err()
}

// Drift answers what an app's tables have otherwise than the catalogue says. Nothing is changed.
func (s *Store) Drift(ctx context.Context, app string) ([]driver.Drift, error) {
	m, err := s.driver.Migrator(ctx, app, rules{})
	if err != nil {
		return nil, storeFault(err)
	}
	defer m.Close()
	all, err := m.Drift(ctx)
	return all, storeFault(err)
}
