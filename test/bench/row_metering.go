package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// What B1 may be at most: for all guests together, and for each.
const (
	meteredMean = 1.15
	meteredMost = 1.7
)

// metering measures B1, B2 and B3: the named guests, metered, against wazero and wasmtime. All are called in an instance that is
// kept, so that nothing but the code differs. What a sandbox for each call costs beside that is reported for each guest.
func (b *bench) metering(ctx context.Context) ([]Row, error) {
	var rows []Row
	var failures []error
	var metered, sandboxed, closing, canonical, fuelled []float64
	for _, g := range guests {
		more, err := b.guest(ctx, g.name, work(g.n))
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", g.name, err))
		}
		for i, ratios := range []*[]float64{&metered, &sandboxed, &closing, &canonical, &fuelled} {
			if i < len(more) {
				*ratios = append(*ratios, *more[i].Ratio)
			}
		}
		rows = append(rows, more...)
	}
	if len(metered) == len(guests) {
		rows = append(rows,
			figure("B1", "metered, geometric mean of the ratios", "times", geometricMean(metered)).atMost(meteredMean),
			figure("B1", "metered, fresh sandbox, geometric mean of the ratios", "times", geometricMean(sandboxed)),
			figure("B1", "wazero's close-on-context-done, geometric mean of the ratios", "times", geometricMean(closing)),
			figure("B2", "metered, strict, geometric mean of the ratios", "times", geometricMean(canonical)))
	}
	if len(fuelled) == len(guests) {
		rows = append(rows, figure("B3", "metered, geometric mean of the ratios to wasmtime", "times", geometricMean(fuelled)))
	}
	return rows, errors.Join(failures...)
}

// guest answers the rows of one guest, in the order in which metering knows them.
func (b *bench) guest(ctx context.Context, name string, input []byte) ([]Row, error) {
	bin := binaryOf(name)
	plain, err := newRaw(ctx, bin, false, nil)
	if err != nil {
		return nil, err
	}
	defer plain.close(ctx)
	closing, err := newRaw(ctx, bin, true, nil)
	if err != nil {
		return nil, err
	}
	defer closing.close(ctx)
	want, err := plain.call(ctx, input)
	if err != nil {
		return nil, err
	}
	same := func(got []byte, err error) error {
		if err == nil && !bytes.Equal(got, want) {
			err = fmt.Errorf("answers differ: %s and %s", got, want)
		}
		return err
	}
	kept, fresh, stop, err := b.ours(ctx, options{}, bin, input, same)
	if err != nil {
		return nil, err
	}
	defer stop()
	keptStrict, _, stopStrict, err := b.ours(ctx, options{Profile: strict}, bin, input, same)
	if err != nil {
		return nil, fmt.Errorf("strict: %w", err)
	}
	defer stopStrict()
	run := []func() (time.Duration, error){
		kept, timed(func() error { return same(plain.call(ctx, input)) }), fresh,
		timed(func() error { return same(closing.call(ctx, input)) }), keptStrict,
	}
	peer, missing := newWasmtime(bin, false)
	if missing == nil {
		var i *wasmtimeInstance
		if i, missing = peer.instance(); missing == nil {
			defer i.close()
			run = append(run, timed(func() error { return same(i.call(input)) }))
		}
	}
	t, err := inTurn(b.rounds, run...)
	if err != nil {
		return nil, errors.Join(err, missing)
	}
	rows := []Row{
		against("B1", "metered, "+name, "ms", t[0], "wazero", t[1]).atMost(meteredMost),
		against("B1", "metered, fresh sandbox, "+name, "ms", t[2], "wazero, kept", t[1]),
		against("B1", "wazero's close-on-context-done, "+name, "ms", t[3], "wazero", t[1]),
		against("B2", "metered, strict, "+name, "ms", t[4], "wazero", t[1]),
	}
	if missing == nil {
		rows = append(rows, against("B3", "metered, "+name, "ms", t[0], "wasmtime with fuel", t[5]))
	}
	return rows, missing
}

// ours answers a call in an instance that is kept, and one in a fresh sandbox.
func (b *bench) ours(ctx context.Context, o options, bin, input []byte, same func([]byte, error) error) (kept, fresh func() (time.Duration, error),
	stop func(), err error) {
	e, err := newEngine(ctx, o)
	if err != nil {
		return nil, nil, nil, err
	}
	m, err := e.native(ctx, bin)
	if err != nil {
		e.close(ctx)
		return nil, nil, nil, err
	}
	c := callOf("run", input, nil)
	h, err := m.Hold(ctx, c)
	if err != nil {
		e.close(ctx)
		return nil, nil, nil, err
	}
	kept = timed(func() error {
		r, err := h.Call(ctx, c)
		return same(fmt.Appendf(nil, `{"ok":%s}`, r.Value), err)
	})
	fresh = timed(func() error {
		r, err := m.Call(ctx, c)
		return same(fmt.Appendf(nil, `{"ok":%s}`, r.Value), err)
	})
	return kept, fresh, func() {
		h.Release()
		e.close(ctx)
	}, nil
}
