package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// keyed are the operations whose time must not grow with what is stored, on task n.
var keyed = []struct {
	name, operation string
	request         func(n int) []byte
}{
	{"get by id", "data_get", getByID},
	{"query by an indexed field, limit 1", "data_query", func(n int) []byte {
		return []byte(`{"collection":"tasks","filter":{"code":"` + code(n) + `"},"limit":1}`)
	}},
	{"update by key", "data_write", func(n int) []byte {
		return []byte(`{"ops":[{"op":"update","collection":"tasks","key":{"code":"` + code(n) + `"},"patch":{"$inc":{"n":1}},"returning":true}]}`)
	}},
}

func getByID(n int) []byte { return []byte(`{"collection":"tasks","id":"` + taskID(n) + `"}`) }

// holds refuses an answer without task n: what finds nothing may be quick.
func holds(n int) func(answer []byte, err error) error {
	return func(answer []byte, err error) error {
		if err == nil && !bytes.Contains(answer, []byte(code(n))) {
			err = fmt.Errorf("task %d was not found: %.200s", n, answer)
		}
		return err
	}
}

// opener makes an empty store. Settled is called when it is full, for what a database does by itself in time.
type opener func(ctx context.Context) (s *documents, settle func(context.Context) error, err error)

// growthMost is what an operation may take in the largest store, in those of the smallest.
const growthMost = 1.2

// operationsInRound is how many of each operation one median is of.
const operationsInRound = 200

// operationsBefore is how many of each operation come first, so that caches hold what they hold in a store that is at work: all of a small
// one, and of a large one what leads to its documents.
const operationsBefore = 5_000

// size is a store that is filled evenly.
type size struct{ tenants, documents int }

// ofDocuments is D3 and D5: stores of one tenant with ever more documents.
func (b *bench) ofDocuments() (sizes []size, names []string) {
	counts := []int{10_000, 100_000, 1_000_000}
	if b.short {
		counts = []int{1_000, 10_000, 100_000}
	}
	for _, n := range counts {
		sizes, names = append(sizes, size{1, n}), append(names, fmt.Sprintf("%d documents", n))
	}
	return sizes, names
}

// ofTenants is D4 and D6: stores with as many documents, of ever more tenants.
func (b *bench) ofTenants() (sizes []size, names []string) {
	all := 100_000
	if b.short {
		all = 20_000
	}
	for _, n := range []int{1, 100, 10_000} {
		sizes, names = append(sizes, size{n, all}), append(names, fmt.Sprintf("%d documents of %d tenants", all, n))
	}
	return sizes, names
}

// onSQLite opens stores that do not wait for the disk: that wait is the same in all and would hide what differs.
func (b *bench) onSQLite(ctx context.Context) (*documents, func(context.Context) error, error) {
	s, err := b.sqlite(ctx, "NORMAL")
	return s, func(context.Context) error { return nil }, err
}

func (b *bench) growthSQLite(ctx context.Context) ([]Row, error) {
	sizes, names := b.ofDocuments()
	return b.growth(ctx, "D3", "SQLite", b.onSQLite, sizes, names)
}

func (b *bench) tenantsSQLite(ctx context.Context) ([]Row, error) {
	sizes, names := b.ofTenants()
	return b.growth(ctx, "D4", "SQLite", b.onSQLite, sizes, names)
}

// growth measures each operation in stores of some sizes side by side, each on a task of its own.
func (b *bench) growth(ctx context.Context, id, store string, open opener, sizes []size, names []string) (rows []Row, err error) {
	stores := make([]*documents, len(sizes))
	for i, size := range sizes {
		s, settle, failed := open(ctx)
		if failed != nil {
			return nil, failed
		}
		defer func() { err = errors.Join(err, s.store.Close()) }()
		each := size.documents / size.tenants
		for t := range size.tenants {
			if err := s.fill(ctx, tenantName(t), t*each, each); err != nil {
				return nil, err
			}
		}
		if err := settle(ctx); err != nil {
			return nil, err
		}
		stores[i] = s
	}
	for _, k := range keyed {
		var run []func() (time.Duration, error)
		for i, s := range stores {
			one := func() error {
				n := rand.IntN(sizes[i].documents)
				tenant := tenantName(n / (sizes[i].documents / sizes[i].tenants))
				return holds(n)(s.do(ctx, tenant, k.operation, k.request(n)))
			}
			if _, err := each(operationsBefore, one)(); err != nil {
				return nil, err
			}
			run = append(run, p50(one))
		}
		t, err := inTurn(b.rounds, run...)
		if err != nil {
			return nil, err
		}
		for i := 1; i < len(sizes); i++ {
			rows = append(rows, against(id, fmt.Sprintf("%s among %s, p50, %s", k.name, names[i], store), "us", t[i], "the same among "+names[0], t[0]).atMost(growthMost))
		}
	}
	return rows, nil
}

func tenantName(n int) string { return fmt.Sprintf("tenant%05d", n) }

// p50 is the median time of many runs of f.
func p50(f func() error) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		took := make([]time.Duration, operationsInRound)
		for i := range took {
			began := time.Now()
			if err := f(); err != nil {
				return 0, err
			}
			took[i] = time.Since(began)
		}
		slices.Sort(took)
		return took[len(took)/2], nil
	}
}
