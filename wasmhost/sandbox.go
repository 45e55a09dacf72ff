package wasmhost

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// freezeTime is what a guest's clock shows while it initialises.
var freezeTime = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// What the virtual clock begins with, and how much a reading adds, in nanoseconds.
const (
	virtualBegin = 1_000_000_000
	virtualStep  = 1_000
)

// sandbox is one instance and what its guest can see of the world. It belongs to one goroutine.
type sandbox struct {
	module   *Module
	options  *Options
	instance instance
	mem      *linear
	alloc    function // handle of mozaiks_alloc, once it was needed

	freezing  bool // the instance initialises: WASI and log answer, nothing else does
	inAlloc   bool // the host waits for mozaiks_alloc
	ended     *Error
	host      Host
	now       time.Time
	stream    stream
	virtual   uint64 // nanoseconds
	drawn     int    // bytes that random_get gave in this call
	log       logLines
	hostCalls int
	exchanged int // bytes of requests and answers so far
}

func newSandbox(m *Module) *sandbox {
	return &sandbox{module: m, options: &m.engine.options, mem: newLinear(m.pages), virtual: virtualBegin}
}

type sandboxKey struct{}

// guarded makes a host function of call: it finds the sandbox, sees that there is time left before and after, and
// contains panics.
func guarded(call func(ctx context.Context, s *sandbox, g guest, stack []uint64)) func(context.Context, guest, []uint64) {
	return func(ctx context.Context, g guest, stack []uint64) {
		s := ctx.Value(sandboxKey{}).(*sandbox)
		defer s.contain()
		s.checkTime(ctx)
		call(ctx, s, g, stack)
		s.checkTime(ctx)
	}
}

// contain lets an end of the call pass and turns any other panic into HOST_PANIC.
func (s *sandbox) contain() {
	r := recover()
	if r == nil {
		return
	}
	if e, ok := r.(*Error); !ok || e != s.ended {
		s.ended = hostPanic(r)
	}
	panic(s.ended)
}

func hostPanic(r any) *Error {
	return &Error{Code: fault.HostPanic, Message: "the host failed", Cause: fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
}

// contained turns a panic of the engine itself, or of the one below, into the end of one call.
func contained(run func() *Error) (e *Error) {
	defer func() {
		if r := recover(); r != nil {
			e = hostPanic(r)
		}
	}()
	return run()
}

// end ends the guest's call from inside a host function.
func (s *sandbox) end(e *Error) {
	s.ended = e
	panic(e)
}

func (s *sandbox) checkTime(ctx context.Context) {
	if e := timeError(ctx); e != nil {
		s.end(e)
	}
}

// start makes the instance and initialises it, always with the same seed and time, so that what calls see does not
// depend on when it happens.
func (s *sandbox) start(ctx context.Context) *Error {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, sandboxKey{}, s), s.options.InitTimeout)
	defer cancel()
	s.freezing, s.now, s.stream = true, freezeTime, stream{seed: s.module.freezeSeed}
	s.log = newLogLines(s.options, nil, "")
	if e := timeError(ctx); e != nil {
		return e
	}
	if e := s.instantiate(ctx); e != nil {
		return e
	}
	for _, step := range []func(context.Context) *Error{s.initialize, s.checkABI, s.boot, s.warm} {
		if e := step(ctx); e != nil {
			return e
		}
	}
	s.log.flush()
	s.freezing = false
	return nil
}

func (s *sandbox) instantiate(ctx context.Context) *Error {
	i, err := s.module.code.code.instantiate(ctx, s.mem)
	if err != nil {
		return s.failure(ctx, err)
	}
	s.instance = i
	return nil
}

func (s *sandbox) initialize(ctx context.Context) *Error {
	return s.optional(ctx, exportInitialize, nil)
}
func (s *sandbox) warm(ctx context.Context) *Error { return s.optional(ctx, exportWarm, nil) }

func (s *sandbox) checkABI(ctx context.Context) *Error {
	answer := []uint64{1}
	if e := s.optional(ctx, exportABI, answer); e != nil {
		return e
	}
	if got := uint32(answer[0]); got != 1 {
		return &Error{Code: fault.BackendAbiMismatch, Message: fmt.Sprintf("mozaiks_abi answers %d, the host speaks 1", got)}
	}
	return nil
}

// boot hands the content of the section mozaiks.boot to the guest that brings its program there.
func (s *sandbox) boot(ctx context.Context) *Error {
	program := s.module.inspection.image.boot
	if program == nil {
		return nil
	}
	stack, e := s.give(ctx, program)
	if e != nil {
		return e
	}
	if e := s.optional(ctx, exportBoot, stack); e != nil {
		return e
	}
	doc, e := s.answer(stack[0])
	if e != nil || doc == nil {
		return e
	}
	_, refusal, err := abi.DecodeResult(doc)
	if err != nil {
		return s.shapeError(err)
	}
	if refusal != nil {
		return &Error{Code: fault.BackendInit, Message: printable(refusal.Message, 500), Details: refusal.Details}
	}
	return nil
}

// optional calls an export if there is one.
func (s *sandbox) optional(ctx context.Context, name string, stack []uint64) *Error {
	f := s.instance.function(name)
	if f == nil {
		return nil
	}
	return s.enter(ctx, f, stack)
}

// enter runs the guest. All calls of it go through here.
func (s *sandbox) enter(ctx context.Context, f function, stack []uint64) *Error {
	if err := f.CallWithStack(ctx, stack); err != nil {
		return s.failure(ctx, err)
	}
	return nil
}

// stop closes the instance. A pool would put the image back instead.
func (s *sandbox) stop(ctx context.Context) {
	if s.instance != nil {
		_ = s.instance.close(context.WithoutCancel(ctx)) // nothing is open in it that could fail to close
		s.instance = nil
	}
}
