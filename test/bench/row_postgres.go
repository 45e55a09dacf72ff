package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

const writesInRound = 200

// writesPostgres measures D7, the write of one document beside plain code that sends the same statements, and D8, how often a write with an
// event waits for the server.
func (b *bench) writesPostgres(ctx context.Context) (_ []Row, err error) {
	s, err := server()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	name, err := s.Database(ctx)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(s.URL("mozaiks_server", name))
	if err != nil {
		return nil, err
	}
	seen, err := newRelay(u.Host)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, seen.close()) }()
	watched, _, err := postgresAt(ctx, s, name, seen)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, watched.store.Close()) }()
	direct, _, err := postgresAt(ctx, s, name, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, direct.store.Close()) }()

	var next atomic.Int64
	task := func() int { return int(next.Add(1)) }
	pattern, n, err := patternOf(ctx, watched, seen, task)
	if err != nil {
		return nil, err
	}
	c, err := pgx.Connect(ctx, s.URL("mozaiks_server", name))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	plain := &replay{conn: c, pattern: pattern, n: n}
	if err := plain.prepare(ctx); err != nil {
		return nil, err
	}
	stored := task()
	if err := plain.run(ctx, stored, len(pattern)); err != nil {
		return nil, err
	}
	if err := holds(stored)(direct.do(ctx, "tenant", "data_get", getByID(stored))); err != nil {
		return nil, fmt.Errorf("the peer does not store what it should: %w", err)
	}
	write := each(writesInRound, func() error { return direct.put(ctx, task()) })
	t, err := inTurn(b.rounds, write,
		each(writesInRound, func() error { return plain.run(ctx, task(), len(pattern)) }),
		each(writesInRound, func() error { return plain.run(ctx, task(), plain.asked()) }))
	if err != nil {
		return nil, err
	}
	waits, err := waitsOfAnAction(ctx, watched, seen, task)
	if err != nil {
		return nil, err
	}
	statements := fmt.Sprintf("pgx, the same %d statements", len(pattern))
	return []Row{
		against("D7", "write of one document, PostgreSQL", "us", t[0], statements+" in one batch", t[1]).atMost(1.5),
		against("D7", "write of one document, PostgreSQL, beside code that reads the quota first", "us", t[0], statements+" in two batches", t[2]),
		figure("D8", "round trips of a write of one document with one event, PostgreSQL", "", waits).atMost(4),
	}, nil
}

// put stores task n under its own id.
func (s *documents) put(ctx context.Context, n int) error {
	request := bytes.Replace(insertion(code(n)), []byte(`"doc"`), []byte(`"id":"`+taskID(n)+`","doc"`), 1)
	_, err := s.do(ctx, "tenant", "data_write", request)
	return err
}

// patternOf answers what the store sends to store a task, and which one that was.
func patternOf(ctx context.Context, s *documents, seen *relay, task func() int) (pattern []sending, n int, err error) {
	for range 5 { // until statements are prepared and the tenant has its row
		n = task()
		seen.since()
		if err := s.put(ctx, n); err != nil {
			return nil, 0, err
		}
		pattern = seen.since()
	}
	if len(pattern) < 5 {
		return nil, 0, fmt.Errorf("only %d statements were seen", len(pattern))
	}
	return pattern, n, nil
}

// replay sends what was seen, with other values for the task, as plain code would.
type replay struct {
	conn    *pgx.Conn
	pattern []sending
	n       int     // the task of the pattern
	args    [][]any // of the pattern
}

// prepare reads the values of the pattern as those of Go that they were.
func (r *replay) prepare(ctx context.Context) error {
	types := r.conn.TypeMap()
	for i := range r.pattern {
		p := &r.pattern[i]
		statement, err := r.conn.Prepare(ctx, fmt.Sprint("plain", i), p.query)
		if err != nil {
			return fmt.Errorf("%w: %s", err, p.query)
		}
		if len(p.formats) != len(p.values) {
			return fmt.Errorf("%d formats for %d values: %s", len(p.formats), len(p.values), p.query)
		}
		args := make([]any, len(p.values))
		for v, value := range p.values {
			t, known := types.TypeForOID(statement.ParamOIDs[v])
			if !known {
				return fmt.Errorf("a value of a type that pgx does not know: %s", p.query)
			}
			if args[v], err = t.Codec.DecodeValue(types, t.OID, p.formats[v], value); err != nil {
				return err
			}
		}
		r.args = append(r.args, args)
	}
	return nil
}

// asked is how many statements go before the first answer is needed.
func (r *replay) asked() int {
	n := 0
	for n < len(r.pattern) && r.pattern[n].wait == r.pattern[0].wait {
		n++
	}
	return n
}

// run stores task n in a batch of so many statements, and one of the rest.
func (r *replay) run(ctx context.Context, n, first int) error {
	if err := r.batch(ctx, n, 0, first); err != nil || first == len(r.pattern) {
		return err
	}
	return r.batch(ctx, n, first, len(r.pattern))
}

func (r *replay) batch(ctx context.Context, n, from, to int) error {
	b := &pgx.Batch{}
	replace := strings.NewReplacer(code(r.n), code(n), taskID(r.n), taskID(n)).Replace
	for i := from; i < to; i++ {
		args := slices.Clone(r.args[i])
		for a, arg := range args {
			switch arg := arg.(type) {
			case string:
				args[a] = replace(arg)
			case []byte:
				args[a] = []byte(replace(string(arg)))
			}
		}
		b.Queue(r.pattern[i].query, args...)
	}
	results := r.conn.SendBatch(ctx, b)
	for range b.Len() {
		if _, err := results.Exec(); err != nil {
			return errors.Join(err, results.Close())
		}
	}
	return results.Close()
}

// waitsOfAnAction counts the round trips of an action that writes a document and an event with two subscriptions.
func waitsOfAnAction(ctx context.Context, s *documents, seen *relay, task func() int) (float64, error) {
	outbox := events.NewOutbox(nil)
	act := func() error {
		tx, err := s.store.Begin(ctx, persistence.Optimistic, whose("tenant"))
		if err != nil {
			return err
		}
		defer tx.Rollback()
		n := task()
		call := persistence.Call{Module: "bench", Now: time.Now(), IDs: func() string { return taskID(n) }}
		if _, err := tx.Session(s.view, call).Do(ctx, "data_write", insertion(code(n))); err != nil {
			return err
		}
		e := events.Emission{Envelope: events.Envelope{ID: fmt.Sprint("evt_", n), App: "app", Tenant: "tenant", Type: "domain.bench.done", Module: "bench",
			Data: []byte("{}")}, Subscriptions: []events.Subscription{{Kind: events.KindReaction, Module: "bench", ID: "a"},
			{Kind: events.KindReaction, Module: "bench", ID: "b"}}}
		if err := outbox.Append(ctx, tx.SQL(), &e, time.Now()); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
	if err := act(); err != nil { // it prepares its statements
		return 0, err
	}
	const times = 10
	before := seen.waits.Load()
	for range times {
		if err := act(); err != nil {
			return 0, err
		}
	}
	return float64(seen.waits.Load()-before) / times, nil
}
