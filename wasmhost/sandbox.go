package wasmhost

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/extism"
	"github.com/mozaiks/mozaiks/wasmhost/meter"
)

// freezeTime is what a guest's clock shows while it initialises.
var freezeTime = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// What the virtual clock begins with, and how much a reading adds, in nanoseconds.
const (
	virtualBegin = 1_000_000_000
	virtualStep  = 1_000
)

// sandbox is one instance and what its guest can see of the world. It belongs to one goroutine, and to one call at a time.
type sandbox struct {
	module   *Module
	options  *Options
	instance instance
	room     *room
	extism   *extismSide // nil but for guests of Extism
	mem      *linear
	ctx      guestContext

	alloc    function   // handle of mozaiks_alloc, once it was needed
	handlers []function // by the module's number of the handler, once they were needed
	globals  []global   // the mutable ones, in the order of the image
	left     global     // fuel and stack, as meter.Left
	pages    global
	charged  uint64 // bytes of the engine's memory budget
	idleFrom instant
	cold     bool // it waits, and its pages are given back

	callState
}

// callState is the part of a sandbox that belongs to one call, or to an initialisation.
type callState struct {
	tank      tank
	freezing  bool // the instance initialises: WASI and log answer, nothing else does
	inAlloc   bool // the host waits for mozaiks_alloc
	ended     *Error
	exited    bool       // the guest exited with 0
	refusal   *abi.Error // an operation ended the call with this answer
	spoiled   bool       // the instance must not serve another call
	parent    context.Context
	host      Host
	hostCtx   *hostContext // once an operation needed it
	slowHost  bool         // an operation took long
	deadline  instant
	timeout   time.Duration // where the deadline is unset
	lane      string
	turn      bool
	turnFrom  instant
	executed  time.Duration // with turns that were given back
	now       time.Time
	stream    stream
	virtual   uint64 // nanoseconds
	drawn     int    // bytes that random_get gave
	log       logLines
	hostCalls int
	exchanged int // bytes of requests and answers so far
	params    [2]uint64
}

// guarded makes a host function of f: it finds the sandbox and contains panics.
func guarded(f func(s *sandbox, stack []uint64)) func(context.Context, []uint64) {
	return func(ctx context.Context, stack []uint64) {
		s := ctx.(*guestContext).s
		defer s.contain()
		f(s, stack)
	}
}

// time is what the guest's clock shows, in milliseconds.
func (s *sandbox) time() time.Time { return s.now.UTC().Truncate(time.Millisecond) }

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

// checkTime ends the guest's call if its time is up.
func (s *sandbox) checkTime(now instant) {
	if e := s.timeError(now); e != nil {
		s.end(e)
	}
}

// newSandbox makes an instance with the data segments of its binary in memory, and runs nothing of it.
func (m *Module) newSandbox(ctx context.Context) (_ *sandbox, e *Error) {
	code, front, e := m.useCode(ctx)
	if e != nil {
		return nil, e
	}
	defer func() {
		if e != nil {
			m.leaveCode()
		}
	}()
	r, err := m.engine.rooms.reserve(uint64(m.pages) * pageSize)
	if err != nil {
		return nil, &Error{Code: fault.HostBusy, Message: "no room for the memory of an instance", Cause: err}
	}
	s := &sandbox{module: m, options: &m.engine.options, room: r, mem: newLinear(r, uint64(m.pages)*pageSize)}
	s.ctx.s = s
	var imports map[string]instance
	if front != nil {
		if e := s.newExtismSide(front); e != nil {
			r.release()
			return nil, e
		}
		imports = map[string]instance{extism.Module: s.extism.front}
	}
	i, err := code.code.instantiate(context.Background(), s.mem, imports)
	if err != nil {
		if s.extism != nil {
			s.extism.destroy()
		}
		e := s.failure(err)
		r.release()
		return nil, e
	}
	s.instance = i
	m.counters.made.Add(1)
	s.handlers = make([]function, len(m.handlers))
	s.left, s.pages = i.global(meter.LeftExport), i.global(meter.PagesExport)
	s.globals = make([]global, len(m.globals))
	for n, name := range m.globals {
		s.globals[n] = i.global(name)
	}
	return s, nil
}

// destroy gives all of an instance back.
func (s *sandbox) destroy() {
	s.module.counters.dropped.Add(1)
	_ = s.instance.close(context.Background()) // nothing is open in it that could fail to close
	s.room.release()
	if s.extism != nil {
		s.extism.destroy()
	}
	s.module.engine.ledger.give(s.charged)
	s.charged = 0
	s.module.leaveCode()
}

// start initialises a new instance, always with the same seed and time, so that what calls see does not depend on when it
// happens. Its time and fuel are no call's.
func (s *sandbox) start(ctx context.Context) *Error {
	now := ticks()
	s.freezing, s.parent, s.deadline = true, ctx, now.add(s.options.InitTimeout)
	s.now, s.stream, s.virtual = freezeTime, stream{seed: s.module.freezeSeed}, virtualBegin
	s.log = newLogLines(s.options, nil, "")
	s.pages.Set(s.mem.limit / pageSize)
	s.fill(s.options.InitFuel, now)
	s.turnFrom = now
	if e := s.timeError(now); e != nil {
		return e
	}
	for _, d := range s.module.inspection.module.Data {
		if d.Mode == 0 && !s.mem.Write(d.Offset, d.Bytes) {
			return &Error{Code: fault.GuestMemoryBounds, Message: "a data segment lies outside of the memory"}
		}
	}
	steps := []func() *Error{s.begin, s.initialize, s.checkABI, s.boot, s.warm, s.settle}
	if s.extism != nil {
		steps = []func() *Error{s.begin, s.startExtism, s.settle}
	}
	for _, step := range steps {
		if e := step(); e != nil {
			return e
		}
	}
	s.log.flush()
	s.freezing = false
	return nil
}

func (s *sandbox) begin() *Error      { return s.optional(meter.StartExport, nil) }
func (s *sandbox) initialize() *Error { return s.optional(exportInitialize, nil) }
func (s *sandbox) warm() *Error       { return s.optional(exportWarm, nil) }

func (s *sandbox) checkABI() *Error {
	answer := []uint64{1}
	if e := s.optional(exportABI, answer); e != nil {
		return e
	}
	if got := uint32(answer[0]); got != 1 {
		return &Error{Code: fault.BackendAbiMismatch, Message: fmt.Sprintf("mozaiks_abi answers %d, the host speaks 1", got)}
	}
	return nil
}

// boot hands the content of the section mozaiks.boot to the guest that brings its program there.
func (s *sandbox) boot() *Error {
	program := s.module.inspection.module.Boot
	if program == nil {
		return nil
	}
	if e := s.give(program); e != nil {
		return e
	}
	if e := s.optional(exportBoot, s.params[:]); e != nil {
		return e
	}
	doc, e := s.answer(s.params[0])
	if e != nil || doc == nil {
		return e
	}
	_, refusal, err := abi.DecodeResult(nil, doc)
	if err != nil {
		return s.shapeError(err)
	}
	if refusal != nil {
		return &Error{Code: fault.BackendInit, Message: printable(refusal.Message, 500), Details: refusal.Details}
	}
	return nil
}

// optional calls an export if there is one.
func (s *sandbox) optional(name string, stack []uint64) *Error {
	f := s.instance.function(name)
	if f == nil {
		return nil
	}
	return s.enter(f, stack)
}

// enter runs the guest. All calls of it go through here.
func (s *sandbox) enter(f function, stack []uint64) *Error {
	if err := f.CallWithStack(&s.ctx, stack); err != nil {
		return s.failure(err)
	}
	return nil
}
