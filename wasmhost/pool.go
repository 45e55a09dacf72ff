package wasmhost

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// pool holds the instances of a module that wait for a call. The last that served is the first to serve again, since its
// memory is still in the caches of the processor.
type pool struct {
	mu     sync.Mutex
	idle   []*sandbox
	closed bool
}

func (p *pool) take() *sandbox {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	s := p.idle[n-1]
	p.idle[n-1] = nil
	p.idle = p.idle[:n-1]
	return s
}

// put keeps an instance unless there are enough.
func (p *pool) put(s *sandbox, most int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.idle) >= most {
		return false
	}
	p.idle = append(p.idle, s)
	return true
}

// back puts an instance behind all others, as if it had served first.
func (p *pool) back(s *sandbox) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.idle = slices.Insert(p.idle, 0, s)
	return true
}

// drain takes out all instances but the last few that served.
func (p *pool) drain(keep int, before instant) []*sandbox {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for n < len(p.idle)-keep && p.idle[n].idleFrom < before {
		n++
	}
	out := append([]*sandbox(nil), p.idle[:n]...)
	p.idle = append(p.idle[:0], p.idle[n:]...)
	return out
}

func (p *pool) shut() []*sandbox {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	return p.drain(0, ticks().add(time.Hour))
}

// acquire answers an instance in the state of the image, bound to the call's context, with a turn.
func (m *Module) acquire(ctx context.Context, c *Call, began instant) (*sandbox, *Error) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = m.engine.options.CallTimeout
	}
	deadline := began.add(timeout)
	if e := contextError(ctx); e != nil {
		return nil, e
	}
	t := m.engine.turns
	turnFrom := began
	if !t.try() {
		if !t.take(ctx, c.Lane, deadline.time()) {
			if e := contextError(ctx); e != nil {
				return nil, e
			}
			return nil, &Error{Code: fault.Deadline, Message: "the time of the call ran out before it began", Cause: context.DeadlineExceeded}
		}
		turnFrom = ticks()
	}
	s := m.pool.take()
	if s == nil {
		var e *Error
		if s, e = m.make(ctx); e != nil {
			t.give()
			return nil, e
		}
		if made := ticks(); m.image == nil { // its initialisation is not the call's
			deadline = deadline.add(made.sub(turnFrom))
			t.charge(c.Lane, made.sub(turnFrom))
			turnFrom = made
		}
	} else if e := s.heat(ctx); e != nil {
		t.give()
		s.destroy()
		return nil, e
	}
	s.parent, s.deadline, s.lane, s.turn, s.turnFrom = ctx, deadline, c.Lane, true, turnFrom
	return s, nil
}

// make answers a new instance in the state of the image. A module that cannot be frozen is initialised.
func (m *Module) make(ctx context.Context) (*sandbox, *Error) {
	cost := uint64(m.inspection.MemoryMin) * pageSize
	if m.image != nil {
		cost = m.image.size
	}
	if e := m.engine.ledger.take(ctx, cost); e != nil {
		return nil, e
	}
	var s *sandbox
	e := contained(func() (e *Error) {
		s, e = m.newSandbox(ctx)
		return e
	})
	if e != nil {
		m.engine.ledger.give(cost)
		return nil, e
	}
	s.charged = cost
	s.mem.grow = s.growing
	if m.image == nil {
		if e := contained(func() *Error { return s.start(ctx) }); e != nil {
			s.destroy()
			return nil, e
		}
		s.callState = callState{virtual: s.virtual}
		return s, nil
	}
	if !s.restore(true) {
		s.destroy()
		return nil, &Error{Code: fault.HostBusy, Message: "the image of a module could not be mapped"}
	}
	return s, nil
}

// From how much memory on a caller does not wait until an instance is put back. The system takes about as long to take pages away as it
// took to give them; looking which were written takes a millisecond for 64 MiB, and the next call might want that very instance.
const (
	asideSpoiled = 4 << 20
	asideKept    = 64 << 20
)

// release ends a call's use of an instance, puts the image back and keeps the instance for the next call.
func (m *Module) release(s *sandbox) instant {
	now := ticks()
	s.giveTurn(now)
	if most := uint64(asideKept); s.room.high <= asideSpoiled || s.room.high <= most && !s.spoiled {
		m.putBack(s, now)
		return now
	}
	m.engine.gate.hold()
	m.gate.hold()
	go func() {
		defer m.leave()
		m.putBack(s, now)
	}()
	return now
}

func (m *Module) putBack(s *sandbox, now instant) {
	lane, used := s.lane, s.executed
	keep := m.image != nil && !s.spoiled && !s.tank.deep && s.restore(false)
	s.callState = callState{}
	if keep {
		s.idleFrom = now
		if m.image != nil {
			s.virtual = m.image.virtual
		}
		keep = m.pool.put(s, m.engine.options.IdlePerModule)
	}
	if !keep {
		s.destroy()
		used += ticks().sub(now)
	}
	if used >= chargeFrom || !keep {
		m.engine.turns.charge(lane, used)
	}
}

// chargeFrom is how long a call executes before it counts against its lane: what is shorter costs less than the counting.
const chargeFrom = 20 * time.Microsecond

// restore makes an instance equal to the image again, or, if it is new, for the first time.
func (s *sandbox) restore(fresh bool) bool {
	i := s.module.image
	m := s.mem
	s.virtual = i.virtual
	if m.length() != i.size {
		had := m.length()
		if m.bytes = s.room.resize(i.size); m.bytes == nil || !s.instance.resized() {
			return false
		}
		if had > i.size {
			s.module.engine.ledger.give(had - i.size)
			s.charged -= had - i.size
		}
	}
	if !s.restoreBytes(i, fresh) {
		return false
	}
	for n, g := range s.globals {
		g.Set(i.globals[n])
	}
	return true
}

// patchFrom is the size of images up to which copying all is cheaper than asking what was written.
const patchFrom = 192 << 10

// dropFrom is how many written pages are dropped rather than put back one by one: copying a page costs less than the fault by which
// the next call would get it, but the pages stay the instance's own.
const dropFrom = 4096

// restoreBytes puts the memory back: page by page where the system tells which were written, else as a whole.
func (s *sandbox) restoreBytes(i *image, fresh bool) bool {
	r, shared := s.room, s.module.mapsImage()
	if shared && r.show(i) != nil {
		return false
	}
	switch {
	case fresh && shared:
		return true
	case fresh:
		i.fill(s.mem.bytes)
		return true
	}
	if r.high > i.size {
		if r.drop(i.size, r.high) != nil {
			return false
		}
		r.high = i.size
	}
	if s.options.Reset != ResetCopy && i.size > patchFrom {
		var list [256]int
		if written, ok := r.written(i.size, list[:0]); ok && (!shared || len(written) < dropFrom) {
			i.patch(s.mem.bytes, written)
			return true
		}
	}
	if shared {
		return r.drop(0, i.size) == nil
	}
	i.copyTo(s.mem.bytes)
	return true
}

// growing counts memory that a guest asks for against the engine's budget.
func (s *sandbox) growing(from, to uint64) {
	if to <= from || s.charged == 0 {
		return
	}
	if e := s.module.engine.ledger.grow(s.parent, to-from); e != nil {
		s.end(e)
	}
	s.charged += to - from
}

// mapsImage tells whether instances map the image, so that they share what they do not write.
func (m *Module) mapsImage() bool { return m.image.fd >= 0 && m.engine.options.Reset != ResetCopy }
