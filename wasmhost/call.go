package wasmhost

import (
	"context"
	"errors"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Call says what is called, and all that the guest may depend on.
type Call struct {
	Export string    // a handler
	Input  []byte    // the bare document; empty means {}
	Seed   [32]byte  // of the random stream
	Now    time.Time // what the guest's clock shows from the first to the last instruction, in milliseconds
	// Timeout is the wall time of the call, its initialisation apart. Zero means Options.CallTimeout; below zero the
	// call ends with DEADLINE before it begins.
	Timeout time.Duration
	// MemoryPages is the limit of linear memory. Zero, or more than the module's own limit, means the module's.
	MemoryPages uint32
	LogLevel    string // debug, info, warn or error; lines below it are dropped. Defaults to info
	Lane        string // by which calls are treated fairly where they must wait for a place; none has to yet
	Host        Host   // nil: no operation but clock, random and log, and no log
}

// Host is the other side of a call. Its methods are called by one goroutine at a time, while the call runs.
type Host interface {
	// Operation answers a host operation other than clock, random and log, which the engine answers itself. answer is
	// the value of ok as JSON; empty means null. An err that is a *abi.Error goes to the guest as an error value; any
	// other ends the call, and is reached through the *Error that Call answers. ctx ends when the call must; request
	// may be kept.
	Operation(ctx context.Context, name string, request []byte) (answer []byte, err error)
	// Log takes the lines of the log operation and of WASI's standard output and error, within the limits of a call and
	// from its log level on. Control characters are escaped.
	Log(level, message string, fields map[string]any)
}

// Result is how a call ended that ended with an answer of the handler. Beside an error, all but Value and Refusal are
// set too.
type Result struct {
	Value     []byte     // canonical JSON of the value of ok
	Refusal   *abi.Error // the handler answered an error; Value is nil
	PeakPages uint32     // the most linear memory had
	HostCalls int        // operations asked for, refused ones included
	LogLines  int        // lines within the limits, also those below the log level
	Elapsed   time.Duration
}

// Call runs an export in a sandbox of its own. err is nil or an *Error; the result is never nil.
func (m *Module) Call(ctx context.Context, c *Call) (*Result, error) {
	began := time.Now()
	r := &Result{}
	err := m.call(ctx, c, r)
	r.Elapsed = time.Since(began)
	if err != nil {
		err.Export = c.Export
		return r, err
	}
	return r, nil
}

func (m *Module) call(ctx context.Context, c *Call, r *Result) *Error {
	if ctx.Value(sandboxKey{}) != nil {
		m.engine.gate.hold() // a call inside a running one, which a closing engine lets end
	} else if !m.engine.gate.enter() {
		return &Error{Code: fault.EngineClosed, Message: "the engine is closed"}
	}
	defer m.engine.gate.leave()
	if !m.gate.enter() {
		return &Error{Code: fault.EngineClosed, Message: "the module is closed"}
	}
	defer m.gate.leave()
	if !m.callable(c.Export) {
		return &Error{Code: fault.ExportUnknown, Message: "the module has no handler " + quote(c.Export)}
	}
	if limit := m.engine.options.InputMax; len(c.Input) > limit {
		return &Error{Code: fault.InputTooLarge, Message: "the input is too large",
			Details: map[string]any{"size": int64(len(c.Input)), "limit": int64(limit)}}
	}
	if c.Timeout < 0 {
		return &Error{Code: fault.Deadline, Message: "no time was left", Cause: context.DeadlineExceeded}
	}
	ctx, cancel := m.engine.callContext(ctx)
	defer cancel()

	// The pool goes here: a call waits in its lane for a ready instance. Until then each initialises one of its own.
	s := newSandbox(m)
	defer s.stop(ctx)
	err := contained(func() *Error { return s.start(ctx) })
	if err == nil {
		err = s.serve(ctx, c, r)
	}
	r.PeakPages = s.mem.peakPages()
	return err
}

// callable tells whether name is a handler: a function of the module's own with the type of one.
func (m *Module) callable(name string) bool {
	return m.inspection.image.signatures[name] == handlerSignature && name != exportBoot
}

// callContext is ctx, ended also when the engine may wait for calls no longer.
func (e *Engine) callContext(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	release := context.AfterFunc(e.dying, func() { cancel(errClosed) })
	return ctx, func() {
		release()
		cancel(nil)
	}
}

// timeError says why ctx ended; nil while it has not.
func timeError(ctx context.Context) *Error {
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
