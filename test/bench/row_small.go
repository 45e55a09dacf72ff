package main

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"
)

const smallCallsInRound = 20_000

// smallCalls measures B4 to B7: what a call costs by itself.
func (b *bench) smallCalls(ctx context.Context) ([]Row, error) {
	bin, input := binaryOf("small"), bytes.Repeat([]byte("a"), 100)
	e, err := newEngine(ctx, options{})
	if err != nil {
		return nil, err
	}
	defer e.close(ctx)
	m, err := e.native(ctx, bin)
	if err != nil {
		return nil, err
	}
	plain, err := newRaw(ctx, bin, false, nil)
	if err != nil {
		return nil, err
	}
	defer plain.close(ctx)
	c := callOf("run", input, nil)
	h, err := m.Hold(ctx, c)
	if err != nil {
		return nil, err
	}
	defer h.Release()
	fresh := func() error {
		_, err := m.Call(ctx, c)
		return err
	}
	run := []func() (time.Duration, error){
		each(smallCallsInRound, func() error { _, err := h.Call(ctx, c); return err }),
		each(smallCallsInRound, func() error { _, err := plain.call(ctx, input); return err }),
		each(smallCallsInRound, fresh),
		func() (time.Duration, error) { return atOnce(runtime.NumCPU(), smallCallsInRound, fresh) },
	}
	peer, missing := newWasmtime(bin, true)
	if missing == nil {
		run = append(run, each(smallCallsInRound/100, func() error {
			i, err := peer.instance()
			if err != nil {
				return err
			}
			defer i.close()
			_, err = i.call(input)
			return err
		}))
	}
	t, err := inTurn(b.rounds, run...)
	if err != nil {
		return nil, err
	}
	rows := []Row{
		against("B4", "small, warm, no reset", "ns", t[0], "wazero, kept handles", t[1]).atMost(2),
		alone("B5", "small, fresh sandbox for each call, reset included", "us", t[2]).atMost(5),
		figure("B5", "allocations of that call", "", testing.AllocsPerRun(1000, func() { _ = fresh() })).atMost(2),
		figure("B7", fmt.Sprintf("small, fresh sandbox, all of %d cores: at least", runtime.NumCPU()), "calls/s",
			float64(time.Second)/float64(t[3].median)).atLeast(300_000),
	}
	if missing == nil {
		rows = append(rows, against("B6", "small, fresh sandbox for each call", "us", t[2], "wasmtime with fuel, pooled instances", t[4]))
	}
	return rows, missing
}

// atOnce runs f n times on each of some goroutines and answers the time for one run of all.
func atOnce(goroutines, n int, f func() error) (time.Duration, error) {
	var wait sync.WaitGroup
	errs := make(chan error, goroutines)
	began := time.Now()
	for range goroutines {
		wait.Go(func() {
			for range n {
				if err := f(); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wait.Wait()
	close(errs)
	return time.Since(began) / time.Duration(goroutines*n), <-errs
}
