package wasmhost

import (
	"context"
	"sync"
	"sync/atomic"
)

// gate lets work in until it is closed, and tells when the last has left.
type gate struct {
	state atomic.Int64 // how many are inside, and shutBit
	done  sync.Once
	empty chan struct{} // closed when shut and nobody is inside
}

const shutBit = 1 << 62

func newGate() *gate { return &gate{empty: make(chan struct{})} }

// enter answers false once the gate is closed; else leave must follow.
func (g *gate) enter() bool {
	if g.state.Add(1)&shutBit != 0 {
		g.leave()
		return false
	}
	return true
}

// hold is enter for work that is begun from inside, which a closed gate does not refuse.
func (g *gate) hold() { g.state.Add(1) }

func (g *gate) leave() {
	if g.state.Add(-1) == shutBit {
		g.done.Do(func() { close(g.empty) })
	}
}

// shut tells whether nobody new is let in.
func (g *gate) shut() bool { return g.state.Load()&shutBit != 0 }

// inside answers how many are.
func (g *gate) inside() int64 { return g.state.Load() &^ shutBit }

// close lets nobody in any more and waits until all have left, or until ctx ends. It may be called again.
func (g *gate) close(ctx context.Context) error {
	if g.state.Or(shutBit) == 0 {
		g.done.Do(func() { close(g.empty) })
	}
	select {
	case <-g.empty:
		return nil
	default:
	}
	select {
	case <-g.empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
