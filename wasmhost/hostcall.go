package wasmhost

import (
	"errors"
	"time"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/meter"
)

// hostFunctions are all imports of a guest, by import module. A second ABI adds its module here.
func hostFunctions() map[string][]hostFunction {
	native := make([]hostFunction, 0, len(abi.Operations()))
	for _, op := range abi.Operations() {
		own := builtins[op.Name]
		native = append(native, hostFunction{op.Name, handlerSignature,
			guarded(func(s *sandbox, stack []uint64) {
				stack[0] = s.operation(&op, own, uint32(stack[0]), uint32(stack[1]))
			})})
	}
	out := extismFunctions()
	out[abi.Module], out[moduleWASI], out[moduleEnv], out[meter.EngineModule] = native, wasiFunctions(),
		[]hostFunction{abortFunction()}, meterFunctions()
	return out
}

// limitExceeded is what the guest gets past a limit of its budget.
func limitExceeded(what string, limit int) *abi.Error {
	return &abi.Error{Code: abi.CodeLimitExceeded, Message: what, Details: map[string]any{"limit": int64(limit)}}
}

// operation carries one request out of the guest and the answer in.
func (s *sandbox) operation(op *abi.Operation, own builtin, ptr, length uint32) uint64 {
	if s.inAlloc {
		s.end(&Error{Code: fault.GuestReentry, Message: "mozaiks_alloc called the operation " + op.Name})
	}
	if s.freezing && op.Name != "log" {
		s.end(&Error{Code: fault.BackendInit, Message: op.Name + " is not available while the module initialises"})
	}
	view, ok := s.mem.Read(ptr, length)
	if !ok {
		s.end(s.outOfMemory(&Error{Code: fault.GuestRange, Message: "the request of " + op.Name + " is outside of the guest's memory"}))
	}
	s.hostCalls++
	s.charge(op.Fuel + int64(length))
	if op.FuelEach > 0 && len(view) <= s.options.RequestMax {
		s.charge(op.FuelEach * int64(abi.Items(view)))
	}
	answer, err := s.admit(op.Name, own, view)
	if err == nil && (len(answer) == 0 || string(answer) == "null") {
		return 0
	}
	doc := s.document(answer, err)
	s.charge(int64(len(doc)))
	at, e := s.allocate(uint32(len(doc)))
	if e != nil {
		s.end(e)
	}
	s.mem.Write(at, doc) // the range was checked
	return abi.Pack(at, uint32(len(doc)))
}

// admit holds a request to the limits and has it answered. An err that is no *abi.Error ends the call.
func (s *sandbox) admit(name string, own builtin, view []byte) ([]byte, *abi.Error) {
	o := s.options
	s.exchanged += len(view)
	switch {
	case s.hostCalls > o.HostCalls:
		return nil, limitExceeded("too many operations in one call", o.HostCalls)
	case len(view) > o.RequestMax:
		return nil, limitExceeded("the request is too large", o.RequestMax)
	case s.exchanged > o.ExchangeMax:
		return nil, limitExceeded("too many bytes of requests and answers in one call", o.ExchangeMax)
	}
	// The guest may write to its memory before the answer is used, and a Host may keep the request.
	request := append(make([]byte, 0, len(view)), view...)
	if own != nil {
		return own(s, request)
	}
	if s.host == nil {
		return nil, refuse(abi.CodeUnavailable, "the host does not offer "+name+" here")
	}
	answer, err := s.ask(name, request)
	if err == nil {
		return answer, nil
	}
	var value *abi.Error
	if errors.As(err, &value) {
		return nil, value
	}
	s.end(&Error{Code: fault.CodeOf(err), Message: "the host ended the call in " + name, Cause: err})
	return nil, nil
}

// slowAnswer is how long the host takes to answer before the clock is read on both sides of each operation of a call. A fast host
// would take less than reading it.
const slowAnswer = 50 * time.Microsecond

// ask has the host answer. While it does, others may execute.
func (s *sandbox) ask(name string, request []byte) ([]byte, error) {
	if s.deadline == unset {
		s.started(ticks())
	}
	if s.hostCtx == nil {
		s.hostCtx = &hostContext{Context: s.parent, engine: s.module.engine, deadline: s.deadline.time()}
	}
	measured, began := s.slowHost, s.turnFrom
	if measured {
		began = ticks()
		s.checkTime(began)
	}
	s.giveTurn(began)
	answer, err := s.host.Operation(s.hostCtx, name, request)
	ended := ticks()
	if measured {
		s.tank.granted = s.tank.granted.add(ended.sub(began)) // the time was not the guest's
	} else {
		s.executed += ended.sub(began) // most of it was
		s.slowHost = ended.sub(began) > slowAnswer
	}
	if e := s.takeTurn(ended); e != nil {
		s.end(e)
	}
	s.checkTime(ended)
	return answer, err
}

// document is the answer as the guest gets it, within the limits.
func (s *sandbox) document(answer []byte, err *abi.Error) []byte {
	var doc []byte
	if err != nil {
		doc = abi.EncodeError(err)
	} else {
		doc = abi.EncodeOK(answer)
	}
	if len(doc) > s.options.AnswerMax {
		doc = abi.EncodeError(limitExceeded("the answer is too large", s.options.AnswerMax))
	}
	if err == nil && s.exchanged+len(doc) > s.options.ExchangeMax {
		doc = abi.EncodeError(limitExceeded("too many bytes of requests and answers in one call", s.options.ExchangeMax))
	}
	s.exchanged += len(doc)
	return doc
}
