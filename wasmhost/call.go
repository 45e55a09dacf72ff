package wasmhost

import (
	"context"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// Call says what is called, and all that the guest may depend on.
type Call struct {
	Export string    // a handler
	Input  []byte    // the bare document; empty means {}
	Seed   [32]byte  // of the random stream
	Now    time.Time // what the guest's clock shows from the first to the last instruction, in milliseconds
	// Fuel is what the call may use, its initialisation apart. Zero means Options.Fuel.
	Fuel uint64
	// Timeout is the wall time of the call, its initialisation apart. Zero means Options.CallTimeout; below zero the
	// call ends with DEADLINE before it begins.
	Timeout time.Duration
	// MemoryPages is the limit of linear memory. Zero, or more than the module's own limit, means the module's.
	MemoryPages uint32
	LogLevel    string // debug, info, warn or error; lines below it are dropped. Defaults to info
	Lane        string // by which calls are treated fairly where they must wait
	Host        Host   // nil: no operation but clock, random and log, and no log
}

// Host is the other side of a call. Its methods are called by one goroutine at a time, while the call runs.
type Host interface {
	// Operation answers a host operation other than clock, random and log, which the engine answers itself. answer is
	// the value of ok as JSON; empty means null. An err that is a *abi.Error goes to the guest as an error value; any
	// other ends the call, and is reached through the *Error that Call answers. ctx ends when the call must, and with the
	// call; request may be kept.
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
	Fuel      uint64     // units that the call used
	PeakPages uint32     // the most linear memory had
	HostCalls int        // operations asked for, refused ones included
	LogLines  int        // lines within the limits, also those below the log level
	Exchanged int        // bytes of requests and answers of operations
	Elapsed   time.Duration
}

// Call runs an export in a sandbox of its own. err is nil or an *Error; the result is never nil.
func (m *Module) Call(ctx context.Context, c *Call) (*Result, error) {
	began := ticks()
	r := &Result{}
	refills, err := m.serve(ctx, c, r, began)
	m.counters.count(r, err, refills)
	if err != nil {
		err.Export, err.Fuel = c.Export, r.Fuel
		return r, err
	}
	return r, nil
}

// admit checks a call before it costs anything. leave must follow if it answers no error.
func (m *Module) admit(ctx context.Context, c *Call) (handler int, e *Error) {
	if handler, e = m.judge(c); e != nil {
		return 0, e
	}
	if !m.engine.gate.enter() {
		if ctx.Value(sandboxKey{}) == nil {
			return 0, &Error{Code: fault.EngineClosed, Message: "the engine is closed"}
		}
		m.engine.gate.hold() // a call inside a running one, which a closing engine lets end
	}
	if !m.gate.enter() {
		m.engine.gate.leave()
		return 0, &Error{Code: fault.EngineClosed, Message: "the module is closed"}
	}
	return handler, nil
}

// judge finds the handler of a call and holds what is given to its limits.
func (m *Module) judge(c *Call) (handler int, e *Error) {
	handler, ok := m.handlers[c.Export]
	switch limit := m.engine.options.InputMax; {
	case !ok:
		return 0, &Error{Code: fault.ExportUnknown, Message: "the module has no handler " + wasm.Quote(c.Export)}
	case len(c.Input) > limit:
		return 0, &Error{Code: fault.InputTooLarge, Message: "the input is too large",
			Details: map[string]any{"size": int64(len(c.Input)), "limit": int64(limit)}}
	case c.Timeout < 0:
		return 0, &Error{Code: fault.Deadline, Message: "no time was left", Cause: context.DeadlineExceeded}
	}
	return handler, nil
}

func (m *Module) leave() {
	m.gate.leave()
	m.engine.gate.leave()
}

func (m *Module) serve(ctx context.Context, c *Call, r *Result, began instant) (refills int, e *Error) {
	defer func() {
		if r.Elapsed == 0 {
			r.Elapsed = ticks().sub(began)
		}
	}()
	handler, e := m.admit(ctx, c)
	if e != nil {
		return 0, e
	}
	defer m.leave()
	s, e := m.acquire(ctx, c, began)
	if e != nil {
		return 0, e
	}
	e = s.run(c, r, handler)
	refills = s.tank.refills
	r.Elapsed = m.release(s).sub(began)
	return refills, e
}
