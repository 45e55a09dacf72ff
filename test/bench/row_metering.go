package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/bytecodealliance/wasmtime-go/v39"

	"github.com/mozaiks/mozaiks/wasmhost"
)

// metering measures B1, B2 and B3: the named guests, metered, against wazero and wasmtime. Each call begins with a fresh memory, ours
// and the peers' alike, so that page faults are the same for all; making the peers' instances is not counted.
func (b *bench) metering(ctx context.Context) ([]Row, error) {
	standard, err := engine(ctx, wasmhost.Options{})
	if err != nil {
		return nil, err
	}
	defer closeEngine(standard)
	strict, err := engine(ctx, wasmhost.Options{Profile: wasmhost.ProfileStrict})
	if err != nil {
		return nil, err
	}
	defer closeEngine(strict)
	var rows []Row
	var metered, closing, canonical, fuelled []float64
	for _, g := range guests {
		t, err := b.guest(ctx, g.name, work(g.n), standard, strict)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", g.name, err)
		}
		rows = append(rows,
			against("B1", "metered, "+g.name, "ms", ms(t[0]), ms(t[1]), "wazero", 1.7),
			against("B1", "wazero's close-on-context-done, "+g.name, "ms", ms(t[2]), ms(t[1]), "wazero", 0),
			against("B2", "metered, strict, "+g.name, "ms", ms(t[3]), ms(t[1]), "wazero", 0),
			against("B3", "metered, "+g.name, "ms", ms(t[0]), ms(t[4]), "wasmtime with fuel", 0))
		raw := float64(t[1])
		metered, closing = append(metered, float64(t[0])/raw), append(closing, float64(t[2])/raw)
		canonical, fuelled = append(canonical, float64(t[3])/raw), append(fuelled, float64(t[0])/float64(t[4]))
	}
	return append(rows,
		alone("B1", "metered, geometric mean of the ratios", "times", geometricMean(metered), 1.15),
		alone("B1", "wazero's close-on-context-done, geometric mean of the ratios", "times", geometricMean(closing), 0),
		alone("B2", "metered, strict, geometric mean of the ratios", "times", geometricMean(canonical), 0),
		alone("B3", "metered, to wasmtime with fuel, geometric mean of the ratios", "times", geometricMean(fuelled), 0)), nil
}

// guest answers the medians of ours, wazero, wazero with close-on-context-done, ours in the strict profile, and wasmtime with fuel.
func (b *bench) guest(ctx context.Context, name string, input []byte, standard, strict *wasmhost.Engine) ([]time.Duration, error) {
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
	ours := func(e *wasmhost.Engine) (func() (time.Duration, error), func(), error) {
		m, err := e.Load(ctx, bin, policy(""))
		if err != nil {
			return nil, nil, err
		}
		return timed(func() error {
			r, err := m.Call(ctx, callOf("run", input))
			if err != nil {
				return err
			}
			return same(fmt.Appendf(nil, `{"ok":%s}`, r.Value), nil)
		}), func() { _ = m.Close(ctx) }, nil
	}
	first, closeFirst, err := ours(standard)
	if err != nil {
		return nil, err
	}
	defer closeFirst()
	second, closeSecond, err := ours(strict)
	if err != nil {
		return nil, err
	}
	defer closeSecond()
	fresh := func(r *raw) func() (time.Duration, error) {
		call := timed(func() error { return same(r.call(ctx, input)) })
		return func() (time.Duration, error) {
			if err := r.fresh(ctx); err != nil {
				return 0, err
			}
			return call()
		}
	}
	peer, err := newWasmtime(bin)
	if err != nil {
		return nil, err
	}
	return inTurn(b.rounds, first, fresh(plain), fresh(closing), second, func() (time.Duration, error) {
		i, err := peer.instance()
		if err != nil {
			return 0, err
		}
		return timed(func() error { return same(i.call(input)) })()
	})
}

// wasmtimeGuest is a guest on wasmtime, with fuel.
type wasmtimeGuest struct {
	engine *wasmtime.Engine
	module *wasmtime.Module
	linker *wasmtime.Linker
}

func newWasmtime(bin []byte) (*wasmtimeGuest, error) {
	config := wasmtime.NewConfig()
	config.SetConsumeFuel(true)
	e := wasmtime.NewEngineWithConfig(config)
	m, err := wasmtime.NewModule(e, bin)
	if err != nil {
		return nil, err
	}
	l := wasmtime.NewLinker(e)
	return &wasmtimeGuest{e, m, l}, l.DefineWasi()
}

type wasmtimeInstance struct {
	store      *wasmtime.Store
	memory     *wasmtime.Memory
	alloc, run *wasmtime.Func
}

func (g *wasmtimeGuest) instance() (*wasmtimeInstance, error) {
	s := wasmtime.NewStore(g.engine)
	s.SetWasi(wasmtime.NewWasiConfig())
	if err := s.SetFuel(ample); err != nil {
		return nil, err
	}
	i, err := g.linker.Instantiate(s, g.module)
	if err != nil {
		return nil, err
	}
	if start := i.GetFunc(s, "_initialize"); start != nil {
		if _, err := start.Call(s); err != nil {
			return nil, err
		}
	}
	return &wasmtimeInstance{s, i.GetExport(s, "memory").Memory(), i.GetFunc(s, "mozaiks_alloc"), i.GetFunc(s, "run")}, nil
}

func (i *wasmtimeInstance) call(input []byte) ([]byte, error) {
	p, err := i.alloc.Call(i.store, int32(len(input)))
	if err != nil {
		return nil, err
	}
	copy(i.memory.UnsafeData(i.store)[uint32(p.(int32)):], input)
	packed, err := i.run.Call(i.store, p, int32(len(input)))
	if err != nil {
		return nil, err
	}
	at, length := uint32(uint64(packed.(int64))>>32), uint32(packed.(int64))
	return append([]byte(nil), i.memory.UnsafeData(i.store)[at:at+length]...), nil
}
