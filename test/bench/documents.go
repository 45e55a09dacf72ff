package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

// taskContract is the one collection that rows about persistence use.
const taskContract = `{"version": "1", "surfaces": [{"surface_id": "bench", "surface_kind": "module", "collections": [{"name": "tasks",
	"fields": [{"name": "code", "type": "string"}, {"name": "title", "type": "string"}, {"name": "n", "type": "integer"}, {"name": "done", "type": "boolean"}],
	"indexes": [{"name": "by_code", "keys": [["code", 1]], "unique": true}]}]}]}`

const taskTitle = "Measure how long it takes to keep this task"

// code is the unique key of a task. Neighbours in it were not stored one after the other, as with most keys of real documents.
func code(n int) string { return fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15) }

func taskID(n int) string { return fmt.Sprintf("doc_%026d", n) }

// unlimited lifts what would refuse a tenant that is measured.
func unlimited() *persistence.Options {
	return &persistence.Options{RateData: 1e9, RateDataBurst: 1 << 30, QuotaRows: 1 << 40, QuotaSize: 1 << 50}
}

// documents is a store with the collection of tasks.
type documents struct {
	driver driver.Driver
	store  *persistence.Store
	view   *persistence.View
}

func newDocuments(ctx context.Context, d driver.Driver) (*documents, error) {
	contract, findings := data.Decode([]byte(taskContract), "app", []string{"bench"}, data.Options{})
	if contract == nil || len(findings) > 0 {
		return nil, fmt.Errorf("the data contract: %v", findings)
	}
	s := &documents{driver: d, store: persistence.New(d, unlimited())}
	catalog, err := s.store.Apply(ctx, "app", contract)
	if err != nil {
		return nil, err
	}
	s.view = catalog.View("bench")
	return s, nil
}

func (b *bench) sqlite(ctx context.Context, synchronous string) (*documents, error) {
	dir, err := os.MkdirTemp(b.work, "sqlite-")
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(ctx, dir, &sqlite.Options{Synchronous: synchronous})
	if err != nil {
		return nil, err
	}
	return newDocuments(ctx, db)
}

func whose(tenant string) persistence.Whose {
	return persistence.Whose{App: "app", Tenant: tenant, User: "ann"}
}

// do runs one operation in a transaction of its own.
func (s *documents) do(ctx context.Context, tenant, operation string, request []byte) ([]byte, error) {
	return do(ctx, s.store, s.view, tenant, operation, request)
}

func do(ctx context.Context, store *persistence.Store, view *persistence.View, tenant, operation string, request []byte) ([]byte, error) {
	mode := persistence.ReadOnly
	if operation == "data_write" {
		mode = persistence.ReadWrite
	}
	tx, err := store.Begin(ctx, mode, whose(tenant))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	now := time.Now()
	call := persistence.Call{Module: "bench", Now: now, IDs: func() string { return id.New("doc_", now) }}
	answer, err := tx.Session(view, call).Do(ctx, operation, request)
	if err != nil {
		return nil, err
	}
	return answer, tx.Commit(ctx)
}

func insertion(code string) []byte {
	return []byte(`{"ops":[{"op":"insert","collection":"tasks","doc":{"code":"` + code + `","title":"` + taskTitle + `","n":1,"done":false}}]}`)
}

// create stores one task by itself.
func (s *documents) create(ctx context.Context, tenant string, n int) error {
	_, err := s.do(ctx, tenant, "data_write", insertion(code(n)))
	return err
}

// fillChunk is how many tasks travel together while a store is filled.
const fillChunk = 500

// fill stores the tasks from..from+n-1 of a tenant below the operations, many in a transaction: they would take too long. The first is
// stored as any other, and what the driver is given of it is the pattern of the rest.
func (s *documents) fill(ctx context.Context, tenant string, from, n int) error {
	seen := &patterns{Driver: s.driver}
	request := bytes.Replace(insertion(code(from)), []byte(`"doc"`), []byte(`"id":"`+taskID(from)+`","doc"`), 1)
	if _, err := do(ctx, persistence.New(seen, unlimited()), s.view, tenant, "data_write", request); err != nil {
		return err
	}
	for at, end := from+1, from+n; at < end; {
		tx, err := s.driver.Begin(ctx, driver.ReadWrite, whose(tenant))
		if err != nil {
			return err
		}
		began := time.Now()
		first := at
		for err == nil && at < end && time.Since(began) < time.Second {
			upTo := min(at+fillChunk, end)
			err = seen.store(ctx, tx.SQL(), code(from), at, upTo)
			at = upTo
		}
		if err == nil {
			rows := at - first
			_, err = tx.SQL().Exec(ctx, `UPDATE mz_usage SET stored_rows = stored_rows + ?, stored_bytes = stored_bytes + ? WHERE app = ? AND tenant = ?`,
				rows, rows*len(seen.doc.Doc), "app", tenant)
		}
		if err == nil {
			err = tx.Commit(ctx)
		}
		tx.Rollback()
		if err != nil {
			return err
		}
	}
	return nil
}

// patterns is a driver that remembers what was inserted last.
type patterns struct {
	driver.Driver
	collection *driver.Collection
	scope      driver.Scope
	doc        driver.Document
}

type patternTx struct {
	driver.Tx
	seen *patterns
}

func (p *patterns) Begin(ctx context.Context, mode driver.Mode, whose driver.Whose) (driver.Tx, error) {
	tx, err := p.Driver.Begin(ctx, mode, whose)
	if err != nil {
		return nil, err
	}
	return &patternTx{tx, p}, nil
}

func (t *patternTx) Insert(ctx context.Context, c *driver.Collection, s driver.Scope, d *driver.Document) error {
	t.seen.collection, t.seen.scope, t.seen.doc = c, s, *d
	return t.Tx.Insert(ctx, c, s, d)
}

// store inserts the tasks from..end-1 like the pattern, in whose document and keys the code is another.
func (p *patterns) store(ctx context.Context, sql driver.SQL, pattern string, from, end int) error {
	const together = 25 // rows of one statement
	var all []driver.Statement
	for from < end {
		var args []any
		var text string
		rows := min(together, end-from)
		for range rows {
			d := p.doc
			d.ID, d.Doc = taskID(from), bytes.Replace(d.Doc, []byte(pattern), []byte(code(from)), 1)
			d.Keys = slices.Clone(d.Keys)
			for i := range d.Keys {
				d.Keys[i] = bytes.Replace(d.Keys[i], []byte(pattern), []byte(code(from)), 1)
			}
			one := (&rowsql.Dialect{}).Insert(p.collection, p.scope, &d)
			text, args = one.Query, append(args, one.Args...)
			from++
		}
		head, values, _ := strings.Cut(text, " VALUES ")
		all = append(all, driver.Statement{Query: head + " VALUES " + values + strings.Repeat(", "+values, rows-1), Args: args})
	}
	last := len(all) - 1
	if err := sql.Later(ctx, all[:last]); err != nil {
		return err
	}
	_, err := sql.Exec(ctx, all[last].Query, all[last].Args...)
	return err
}

// together shares n runs of f among workers and answers the time of one.
func together(workers, n int, f func(worker int) error) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		errs := make(chan error, workers)
		var all sync.WaitGroup
		began := time.Now()
		for w := range workers {
			all.Go(func() {
				for range n / workers {
					if err := f(w); err != nil {
						errs <- err
						return
					}
				}
			})
		}
		all.Wait()
		took := time.Since(began) / time.Duration(n/workers*workers)
		select {
		case err := <-errs:
			return 0, err
		default:
			return took, nil
		}
	}
}
