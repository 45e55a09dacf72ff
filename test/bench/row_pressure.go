package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

// deadlines measures B15: when a call of a guest that never ends is back.
func (b *bench) deadlines(ctx context.Context) ([]Row, error) {
	e, err := newEngine(ctx, options{})
	if err != nil {
		return nil, err
	}
	defer e.close(ctx)
	var rows []Row
	var failures []error
	slowest := 0.0
	for _, g := range endless() {
		t, err := b.deadline(ctx, e, g.bin)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", g.name, err))
			continue
		}
		rows = append(rows, alone("B15", "deadline of 50 ms: "+g.name, "ms", t).atMost(60))
		slowest = max(slowest, in("ms", t.most))
	}
	return append(rows, figure("B15", "deadline of 50 ms, slowest round of all guests", "ms", slowest)), errors.Join(failures...)
}

func (b *bench) deadline(ctx context.Context, e *engine, bin []byte) (timing, error) {
	m, err := e.large(ctx, bin)
	if err != nil {
		return timing{}, err
	}
	c := callOf("run", nil, nil)
	c.Timeout = 50 * time.Millisecond
	t, err := inTurn(b.rounds, timed(func() error {
		_, err := m.Call(ctx, c)
		return mustPassDeadline(err)
	}))
	return timingOrNone(t, err)
}

func timingOrNone(t []timing, err error) (timing, error) {
	if err != nil {
		return timing{}, err
	}
	return t[0], nil
}

// spin calls a guest that never ends n times at once, in a lane of its own. stop ends them and sees that they were running.
func spin(ctx context.Context, m *module, n int) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	ends := make(chan error, n)
	for range n {
		go func() {
			c := callOf("run", nil, nil)
			c.Lane = "spinning"
			_, err := m.Call(ctx, c)
			ends <- mustBeCancelled(err)
		}()
	}
	return func() error {
		cancel()
		var failures []error
		for range n {
			failures = append(failures, <-ends)
		}
		return errors.Join(failures...)
	}
}

// collectionMost is how many milliseconds B16 may take.
const collectionMost = 20

// collection measures B16: a garbage collection while one guest spins, and how long it stops all goroutines, also while guests spin on
// every processor.
func (b *bench) collection(ctx context.Context) ([]Row, error) {
	e, err := newEngine(ctx, options{})
	if err != nil {
		return nil, err
	}
	defer e.close(ctx)
	var rows []Row
	for _, g := range endless() {
		if !slices.Contains([]string{"loop", "memory.fill", "store to each page", "pointer chase"}, g.name) {
			continue
		}
		m, err := e.large(ctx, g.bin)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", g.name, err)
		}
		whole, paused, err := b.collect(ctx, m, 1)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", g.name, err)
		}
		wholeAll, pausedAll, err := b.collect(ctx, m, runtime.NumCPU())
		if err != nil {
			return rows, fmt.Errorf("%s: %w", g.name, err)
		}
		rows = append(rows,
			alone("B16", "garbage collection while a guest spins: "+g.name, "ms", whole).atMost(collectionMost),
			alone("B16", "the time in it that all is stopped: "+g.name, "ms", paused).atMost(collectionMost),
			alone("B16", "garbage collection while guests spin on all processors: "+g.name, "ms", wholeAll),
			alone("B16", "the time in it that all is stopped, on all processors: "+g.name, "ms", pausedAll).atMost(collectionMost))
	}
	return rows, nil
}

// collect answers how long garbage collections take while guests spin, and for how long of that all is stopped, waiting for the guests
// to stop included.
func (b *bench) collect(ctx context.Context, m *module, spinning int) (whole, paused timing, err error) {
	stop := spin(ctx, m, spinning)
	time.Sleep(100 * time.Millisecond) // until they run
	var pauses []time.Duration
	t, err := inTurn(b.rounds, func() (time.Duration, error) {
		took, err := timed(func() error {
			runtime.GC()
			return nil
		})()
		var stats debug.GCStats
		debug.ReadGCStats(&stats)
		pauses = append(pauses, stats.Pause[0])
		return took, err
	})
	if err := errors.Join(err, stop()); err != nil {
		return timing{}, timing{}, err
	}
	return t[0], timingOf(pauses), nil
}

// neighbours measures B17: a small call of one lane, alone and while another lane spins 64 guests.
func (b *bench) neighbours(ctx context.Context) ([]Row, error) {
	const spinning, callsInRound = 64, 100
	e, err := newEngine(ctx, options{})
	if err != nil {
		return nil, err
	}
	defer e.close(ctx)
	m, err := e.native(ctx, binaryOf("small"))
	if err != nil {
		return nil, err
	}
	spinner, err := e.large(ctx, endless()[0].bin)
	if err != nil {
		return nil, err
	}
	c := callOf("run", nil, nil)
	sample := func(all *[]time.Duration) error {
		for range callsInRound {
			took, err := timed(func() error { _, err := m.Call(ctx, c); return err })()
			if err != nil {
				return err
			}
			*all = append(*all, took)
			time.Sleep(time.Millisecond) // calls that come one by one, as users do
		}
		return nil
	}
	var quiet, loud []time.Duration
	for range b.rounds {
		if err := sample(&quiet); err != nil {
			return nil, err
		}
		stop := spin(ctx, spinner, spinning)
		time.Sleep(50 * time.Millisecond) // until they run
		if err := errors.Join(sample(&loud), stop()); err != nil {
			return nil, err
		}
	}
	r := alone("B17", fmt.Sprintf("small call beside %d spinning guests of another lane, p99", spinning), "ms", p99(loud)).atMost(20)
	peer := in("ms", p99(quiet).median)
	r.Peer, r.PeerName = &peer, "the same alone"
	return []Row{r}, nil
}

// p99 has what one in a hundred passes as its median.
func p99(all []time.Duration) timing {
	t := timingOf(all)
	t.median = slices.Sorted(slices.Values(all))[len(all)*99/100]
	return t
}
