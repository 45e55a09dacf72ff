package main

import (
	"context"
	"time"
)

// goGuest measures B9 and B10: a guest whose initialisation takes milliseconds.
func (b *bench) goGuest(ctx context.Context) ([]Row, error) {
	const n, made = 50, 8
	bin := binaryOf("go-json")
	e, err := newEngine(ctx, options{IdlePerModule: 1})
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
	c := callOf("run", work(0), nil)
	t, err := inTurn(b.rounds,
		each(n, func() error { _, err := m.Call(ctx, c); return err }),
		func() (time.Duration, error) { return quickest(ctx, m, c, n) },
		func() (time.Duration, error) { return making(ctx, m, c, made) },
		func() (time.Duration, error) {
			if err := plain.module.Close(ctx); err != nil {
				return 0, err
			}
			return timed(func() error { return plain.instantiate(ctx) })()
		})
	if err != nil {
		return nil, err
	}
	return []Row{
		alone("B9", "Go guest, fresh sandbox for each call, handler included", "ms", t[0]),
		alone("B9", "Go guest, the handler's own time", "ms", t[1]),
		figure("B9", "Go guest, fresh sandbox for each call, without the handler's own time", "ms",
			in("ms", t[0].median-t[1].least)).atMost(0.5),
		against("B10", "Go guest, new instance from the image", "ms", t[2], "wazero, instantiate and _initialize", t[3]).atMost(0.5),
	}, nil
}

// quickest is the handler's own time: the least of n calls in an instance that is kept, where nothing is put back, memory was touched
// before, and the guest's collector does not run in each.
func quickest(ctx context.Context, m *module, c *call, n int) (time.Duration, error) {
	h, err := m.Hold(ctx, c)
	if err != nil {
		return 0, err
	}
	defer h.Release()
	least := time.Hour
	for range n {
		took, err := timed(func() error { _, err := h.Call(ctx, c); return err })()
		if err != nil {
			return 0, err
		}
		least = min(least, took)
	}
	return least, nil
}

// making is the time to make one of n instances that exist at once.
func making(ctx context.Context, m *module, c *call, n int) (time.Duration, error) {
	waited, err := m.Hold(ctx, c) // the pool keeps one at most
	if err != nil {
		return 0, err
	}
	defer waited.Release()
	all := make([]*held, 0, n)
	defer func() {
		for _, h := range all {
			h.Release()
		}
	}()
	return each(n, func() error {
		h, err := m.Hold(ctx, c)
		if err == nil {
			all = append(all, h)
		}
		return err
	})()
}
