package wasmhost

import (
	"context"
	"errors"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/meter"
)

var emptyInput = []byte("{}")

// run serves one call in an initialised sandbox that has a turn.
func (s *sandbox) run(c *Call, r *Result, handler int) (e *Error) {
	s.bind(c)
	e = s.guardedExchange(c, r, handler)
	if late := s.finish(); e == nil {
		e = late
	}
	if e != nil {
		s.spoiled = true
		r.Value, r.Refusal = nil, nil
	}
	r.Fuel = uint64(s.tank.final)
	r.PeakPages, r.HostCalls, r.LogLines, r.Exchanged = s.mem.peakPages(), s.hostCalls, s.log.lines, s.exchanged
	return e
}

// finish lets logs leave the host, also those of a call that failed.
func (s *sandbox) finish() *Error {
	if s.hostCtx != nil {
		s.hostCtx.end()
	}
	if !s.log.pending() {
		return nil
	}
	return contained(func() *Error {
		s.log.flush()
		return nil
	})
}

// bind gives the sandbox what belongs to this call. The virtual clock goes on from where initialisation left it.
func (s *sandbox) bind(c *Call) {
	s.host, s.now, s.stream.seed = c.Host, c.Now, c.Seed
	s.stream.cipher = nil
	s.log.begin(s.options, c.Host, c.LogLevel)
	limit := uint64(s.module.pages)
	if c.MemoryPages > 0 {
		limit = min(limit, uint64(c.MemoryPages))
	}
	s.mem.limit, s.mem.peak = limit*pageSize, s.mem.length()
	s.pages.Set(limit)
	fuel := c.Fuel
	if fuel == 0 {
		fuel = s.options.Fuel
	}
	s.fill(fuel, s.turnFrom)
}

// guardedExchange is exchange with its panics contained and its fuel counted.
func (s *sandbox) guardedExchange(c *Call, r *Result, handler int) (e *Error) {
	defer func() {
		if p := recover(); p != nil {
			e = hostPanic(p)
		}
		if e != nil && s.tank.final < 0 {
			s.drainExtism()
			s.tank.final = max(0, min(s.tank.limit, s.used()+trapFuel))
		}
	}()
	return s.exchange(c, r, handler)
}

// exchange carries the input in, runs the handler and carries its answer out.
func (s *sandbox) exchange(c *Call, r *Result, handler int) *Error {
	if have := s.mem.length(); have > s.mem.limit {
		return &Error{Code: fault.MemoryExceeded, Message: "the module needs more memory at first than the call allows",
			Details: map[string]any{"pages": int64(s.mem.pages()), "limit": int64(s.mem.limit / pageSize)}}
	}
	input := c.Input
	if len(input) == 0 {
		input = emptyInput
	}
	f := s.handlers[handler]
	if f == nil {
		f = s.instance.function(c.Export)
		s.handlers[handler] = f
	}
	if s.extism != nil {
		return s.exchangeExtism(f, input, r)
	}
	if e := s.give(input); e != nil {
		return e
	}
	if e := s.enter(f, s.params[:]); e != nil {
		return e
	}
	if e := s.settle(); e != nil {
		return e
	}
	doc, e := s.answer(s.params[0])
	if e != nil {
		return e
	}
	if doc == nil {
		r.Value = append(r.Value, "null"...)
		return nil
	}
	var err error
	if r.Value, r.Refusal, err = abi.DecodeResult(r.Value, doc); err != nil {
		return s.shapeError(err)
	}
	return nil
}

// give copies data into a block of mozaiks_alloc and leaves its address and length as the parameters of a handler.
func (s *sandbox) give(data []byte) *Error {
	ptr, e := s.allocate(uint32(len(data)))
	if e != nil {
		return e
	}
	s.mem.Write(ptr, data) // the range was checked
	s.params = [2]uint64{uint64(ptr), uint64(len(data))}
	return nil
}

// allocate asks the guest for n bytes. The guest may grow its memory in it, so nothing read before may be used after
// without a copy.
func (s *sandbox) allocate(n uint32) (uint32, *Error) {
	if s.alloc == nil {
		s.alloc = s.instance.function(exportAlloc)
	}
	s.inAlloc = true
	s.params[0] = uint64(n)
	e := s.enter(s.alloc, s.params[:1])
	s.inAlloc = false
	if e != nil {
		return 0, e
	}
	ptr := uint32(s.params[0])
	if ptr == 0 || uint64(ptr)+uint64(n) > s.mem.length() {
		return 0, s.outOfMemory(&Error{Code: fault.GuestAlloc, Message: "mozaiks_alloc gave no usable block",
			Details: map[string]any{"asked": int64(n), "address": int64(ptr)}})
	}
	return ptr, nil
}

// answer finds what a handler answered; nil stands for {"ok": null}. It is the guest's memory: what is kept of it is copied
// before the sandbox is left, as decoding does.
func (s *sandbox) answer(packed uint64) ([]byte, *Error) {
	if packed == 0 {
		return nil, nil
	}
	ptr, n := abi.Unpack(packed)
	view, ok := s.mem.Read(ptr, n)
	if !ok {
		return nil, s.outOfMemory(&Error{Code: fault.GuestRange, Message: "the handler's answer is outside of its memory"})
	}
	if limit := s.options.OutputMax; len(view) > limit {
		return nil, &Error{Code: fault.OutputTooLarge, Message: "the handler's answer is too large",
			Details: map[string]any{"size": int64(len(view)), "limit": int64(limit)}}
	}
	return view, nil
}

// shapeError makes an end of what abi.DecodeResult says.
func (s *sandbox) shapeError(err error) *Error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return &Error{Code: fault.Internal, Cause: err}
	}
	return &Error{Code: f.Code, Message: f.Message, Cause: f.Cause}
}

// refused tells whether the guest was refused memory in this call.
func (s *sandbox) refused() bool { return s.pages != nil && s.pages.Get()&meter.Refused != 0 }

// takeTurn waits for the right to execute the guest.
func (s *sandbox) takeTurn(now instant) *Error {
	t := s.module.engine.turns
	s.turn, s.turnFrom = true, now
	if t.try() {
		return nil
	}
	if !t.take(s.parent, s.lane, s.deadline.time()) {
		s.turn = false
		if e := contextError(s.parent); e != nil {
			return e
		}
		return &Error{Code: fault.Deadline, Message: "the time of the call ran out", Cause: context.DeadlineExceeded}
	}
	s.turnFrom = ticks()
	return nil
}

// giveTurn lets others execute.
func (s *sandbox) giveTurn(now instant) {
	if !s.turn {
		return
	}
	s.turn = false
	s.executed += now.sub(s.turnFrom)
	s.module.engine.turns.give()
}
