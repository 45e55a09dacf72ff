package main

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence"
)

func TestRatesAreTimesTurnedOver(t *testing.T) {
	t.Parallel()
	ours, peer := timingOf([]time.Duration{2 * time.Millisecond, 4 * time.Millisecond, time.Millisecond}), timingOf([]time.Duration{8 * time.Millisecond})
	r := perSecond("D1", "", ours, "", peer).atLeast(4)
	if r.Ours != 500 || *r.Peer != 125 || *r.OursMin != 250 || *r.OursMax != 1000 || *r.Ratio != 4 || !r.OK {
		t.Errorf("%+v, ratio %v", r, *r.Ratio)
	}
	if perSecond("D1", "", ours, "", peer).atLeast(4.1).OK {
		t.Error("a ratio below its target passes")
	}
}

// What is filled in below the operations must be what these find, and be counted.
func TestAFilledStoreIsLikeOneThatWasWritten(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := &bench{work: t.TempDir()}
	s, err := b.sqlite(ctx, "NORMAL")
	if err != nil {
		t.Fatal(err)
	}
	defer s.store.Close()
	const n = 2*fillChunk + 1
	if err := s.fill(ctx, "acme", 10, n); err != nil {
		t.Fatal(err)
	}
	for _, task := range []int{10, 10 + fillChunk, 10 + n - 1} {
		for _, k := range keyed {
			if err := holds(task)(s.do(ctx, "acme", k.operation, k.request(task))); err != nil {
				t.Errorf("%s: %v", k.name, err)
			}
		}
	}
	if err := holds(10)(s.do(ctx, "other", "data_get", getByID(10))); err == nil {
		t.Error("another tenant sees it")
	}
	var rows int
	err = s.store.ViewFor(ctx, whose("acme"), func(ctx context.Context, sql persistence.SQL) error {
		return sql.QueryRow(ctx, "SELECT stored_rows FROM mz_usage WHERE app = ? AND tenant = ?", "app", "acme").Scan(&rows)
	})
	if err != nil || rows != n {
		t.Errorf("%d are counted, want %d; %v", rows, n, err)
	}
}

func TestARelayCountsWaitsAndSeesStatements(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server, err := server()
	if errors.Is(err, errSkipped) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	name, err := server.Database(ctx)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(server.URL("mozaiks_server", name))
	if err != nil {
		t.Fatal(err)
	}
	seen, err := newRelay(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer seen.close()
	s, db, err := postgresAt(ctx, server, name, seen)
	if err != nil {
		t.Fatal(err)
	}
	defer s.store.Close()
	var next atomic.Int64
	pattern, n, err := patternOf(ctx, s, seen, func() int { return int(next.Add(1)) })
	if err != nil {
		t.Fatal(err)
	}
	if first, last := pattern[0].query, pattern[len(pattern)-1].query; !strings.HasPrefix(first, "BEGIN") || last != "COMMIT" {
		t.Errorf("from %q to %q", first, last)
	}
	var values []string
	for _, p := range pattern {
		for _, v := range p.values {
			values = append(values, string(v))
		}
	}
	if all := strings.Join(values, " "); !strings.Contains(all, taskID(n)) || !strings.Contains(all, code(n)) {
		t.Errorf("the task is not among the values: %.300q", all)
	}
	waits, trips := seen.waits.Load(), db.Trips()
	if err := s.put(ctx, n+1); err != nil {
		t.Fatal(err)
	}
	if got, want := seen.waits.Load()-waits, db.Trips()-trips; got != want {
		t.Errorf("the relay saw %d waits, the store %d", got, want)
	}
}

func TestWhatIsSkippedIsNoFailure(t *testing.T) {
	t.Parallel()
	missed, skipped := errMissed, errSkipped
	for _, c := range []struct {
		err     error
		lenient bool
		want    bool
	}{{skipped, false, false}, {missed, false, true}, {missed, true, false}, {errors.New("broken"), true, true}} {
		if got := fails(c.err, c.lenient); got != c.want {
			t.Errorf("%v, lenient %t: %t", c.err, c.lenient, got)
		}
	}
}
