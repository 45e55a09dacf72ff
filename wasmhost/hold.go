package wasmhost

import (
	"context"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Held is an instance that its holder calls several times without the image being put back in between: each call sees what
// those before it left. It is for measuring and for tools; one goroutine may use it at a time, and Release must follow.
type Held struct {
	m *Module
	s *sandbox
	r Result
}

// Hold takes an instance out of the pool, for calls that run in c's lane.
func (m *Module) Hold(ctx context.Context, c *Call) (*Held, error) {
	_, e := m.admit(ctx, c)
	if e != nil {
		return nil, e
	}
	s, e := m.acquire(ctx, c, ticks())
	if e != nil {
		m.leave()
		return nil, e
	}
	s.giveTurn(ticks())
	return &Held{m: m, s: s}, nil
}

// Call runs an export in the held instance. After an error nothing but Release is of use. The clock is only read if the guest asks
// for fuel or for an operation, so Elapsed is not set and a deadline counts from there. The result holds until the next call.
func (h *Held) Call(ctx context.Context, c *Call) (*Result, error) {
	r := &h.r
	*r = Result{Value: r.Value[:0]}
	if err := h.call(ctx, c, r); err != nil {
		err.Export, err.Fuel = c.Export, r.Fuel
		return r, err
	}
	return r, nil
}

func (h *Held) call(ctx context.Context, c *Call, r *Result) *Error {
	handler, e := h.m.judge(c)
	if e != nil {
		return e
	}
	if h.m.gate.shut() || h.m.engine.gate.shut() { // which wait for Release
		return &Error{Code: fault.EngineClosed, Message: "the module is closed"}
	}
	s := h.s
	s.parent, s.timeout, s.deadline, s.hostCtx, s.ended = ctx, c.Timeout, unset, nil, nil
	s.drawn, s.hostCalls, s.exchanged, s.exited, s.refusal = 0, 0, 0, false, nil
	if !s.module.engine.turns.try() {
		s.started(ticks())
		if e := s.takeTurn(s.turnFrom); e != nil {
			return e
		}
	}
	s.turn = true
	e = s.run(c, r, handler)
	if s.deadline == unset {
		s.turn = false
		s.module.engine.turns.give()
	} else {
		s.giveTurn(ticks())
	}
	return e
}

// Release gives the instance back.
func (h *Held) Release() {
	h.m.release(h.s)
	h.m.leave()
}
