package wasmhost

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// guestContext is what the engine below carries from a call of a guest to its host functions: the sandbox. It has nothing of
// the caller's context, so that looking into it costs nothing.
type guestContext struct{ s *sandbox }

func (*guestContext) Deadline() (time.Time, bool) { return time.Time{}, false }
func (*guestContext) Done() <-chan struct{}       { return nil }
func (*guestContext) Err() error                  { return nil }
func (*guestContext) Value(any) any               { return nil }

type sandboxKey struct{}

// hostContext is what operations of a call run under: the caller's context, that also ends with the call's deadline, with the
// call itself, and with the engine. Most operations never wait for it, so its channel and timer are made on demand.
type hostContext struct {
	context.Context
	engine   *Engine
	deadline time.Time
	mu       sync.Mutex
	inner    context.Context
	cancel   context.CancelCauseFunc
	release  func() bool
	ended    bool
}

var errCallEnded = errors.New("the call has ended")

func (c *hostContext) Deadline() (time.Time, bool) {
	if d, ok := c.Context.Deadline(); ok && d.Before(c.deadline) {
		return d, true
	}
	return c.deadline, true
}

func (c *hostContext) Value(key any) any {
	if _, ok := key.(sandboxKey); ok {
		return true
	}
	return c.Context.Value(key)
}

func (c *hostContext) Done() <-chan struct{} { return c.made().Done() }

func (c *hostContext) Err() error { return c.made().Err() }

func (c *hostContext) made() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inner == nil {
		ctx, cancel := context.WithCancelCause(c.Context)
		inner, stop := context.WithDeadline(ctx, c.deadline)
		c.inner = inner
		c.cancel = func(cause error) {
			cancel(cause)
			stop()
		}
		c.release = context.AfterFunc(c.engine.dying, func() { cancel(errClosed) })
		if c.ended {
			c.cancel(errCallEnded)
		}
	}
	return c.inner
}

// end ends the context with its call: who holds it longer sees it cancelled.
func (c *hostContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.inner != nil {
		c.release()
		c.cancel(errCallEnded)
	}
}

// unset is the deadline of a call for which the clock was not read yet.
const unset instant = -1

// started begins the time of such a call.
func (s *sandbox) started(now instant) {
	if s.deadline != unset {
		return
	}
	if s.timeout == 0 {
		s.timeout = s.options.CallTimeout
	}
	s.deadline, s.turnFrom = now.add(s.timeout), now
	s.tank.granted, s.tank.yielded = now, now
}

// timeError says why the call must end now; nil if it need not.
func (s *sandbox) timeError(now instant) *Error {
	if e := contextError(s.parent); e != nil {
		return e
	}
	if now >= s.deadline {
		return &Error{Code: fault.Deadline, Message: "the time of the call ran out", Cause: context.DeadlineExceeded}
	}
	if s.module.engine.dying.Err() != nil {
		return &Error{Code: fault.EngineClosed, Message: "the engine was closed", Cause: errClosed}
	}
	return nil
}

// contextError says why ctx ended; nil while it has not.
func contextError(ctx context.Context) *Error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, errClosed):
		return &Error{Code: fault.EngineClosed, Message: "the engine was closed", Cause: cause}
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: fault.Deadline, Message: "the time of the call ran out", Cause: cause}
	}
	return &Error{Code: fault.Cancelled, Message: "the call was cancelled", Cause: cause}
}
