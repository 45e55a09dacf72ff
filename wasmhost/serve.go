package wasmhost

import (
	"context"
	"errors"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

var emptyInput = []byte("{}")

// serve runs one call in an initialised sandbox.
func (s *sandbox) serve(ctx context.Context, c *Call, r *Result) (e *Error) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = s.options.CallTimeout
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, sandboxKey{}, s), timeout)
	defer cancel()
	s.bind(c)
	e = contained(func() *Error { return s.exchange(ctx, c, r) })
	late := contained(func() *Error { // logs leave the host also when the call failed
		s.log.flush()
		return nil
	})
	if e == nil {
		e = late
	}
	if e != nil {
		r.Value, r.Refusal = nil, nil
	}
	r.HostCalls, r.LogLines = s.hostCalls, s.log.lines
	return e
}

// bind gives the sandbox what belongs to this call. The virtual clock goes on from where initialisation left it.
func (s *sandbox) bind(c *Call) {
	s.host, s.now, s.stream = c.Host, c.Now.UTC().Truncate(1e6), stream{seed: c.Seed}
	s.log = newLogLines(s.options, c.Host, c.LogLevel)
	s.drawn, s.hostCalls, s.exchanged, s.mem.refused = 0, 0, 0, false
	if c.MemoryPages > 0 {
		s.mem.limit = min(s.mem.limit, uint64(c.MemoryPages)*pageSize)
	}
}

// exchange carries the input in, runs the handler and carries its answer out.
func (s *sandbox) exchange(ctx context.Context, c *Call, r *Result) *Error {
	if have := uint64(s.mem.pages()) * pageSize; have > s.mem.limit {
		return &Error{Code: fault.MemoryExceeded, Message: "the module needs more memory at first than the call allows",
			Details: map[string]any{"pages": int64(s.mem.pages()), "limit": int64(s.mem.limit / pageSize)}}
	}
	input := c.Input
	if len(input) == 0 {
		input = emptyInput
	}
	stack, e := s.give(ctx, input)
	if e != nil {
		return e
	}
	if e := s.enter(ctx, s.instance.function(c.Export), stack); e != nil {
		return e
	}
	doc, e := s.answer(stack[0])
	if e != nil {
		return e
	}
	if doc == nil {
		r.Value = []byte("null")
		return nil
	}
	var err error
	if r.Value, r.Refusal, err = abi.DecodeResult(doc); err != nil {
		return s.shapeError(err)
	}
	return nil
}

// give copies data into a block of mozaiks_alloc and answers its address and length as parameters of a handler.
func (s *sandbox) give(ctx context.Context, data []byte) ([]uint64, *Error) {
	ptr, e := s.allocate(ctx, s.instance, uint32(len(data)))
	if e != nil {
		return nil, e
	}
	s.instance.memory().Write(ptr, data) // the range was checked
	return []uint64{uint64(ptr), uint64(len(data))}, nil
}

// allocate asks the guest for n bytes. The guest may grow or move its memory in it, so nothing read before may be used
// after without a copy.
func (s *sandbox) allocate(ctx context.Context, g guest, n uint32) (uint32, *Error) {
	if s.alloc == nil {
		s.alloc = g.function(exportAlloc)
	}
	s.inAlloc = true
	stack := [1]uint64{uint64(n)}
	e := s.enter(ctx, s.alloc, stack[:])
	s.inAlloc = false
	if e != nil {
		return 0, e
	}
	ptr := uint32(stack[0])
	if size := g.memory().Size(); ptr == 0 || uint64(ptr)+uint64(n) > uint64(size) {
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
	view, ok := s.instance.memory().Read(ptr, n)
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
