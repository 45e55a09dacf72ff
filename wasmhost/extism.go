package wasmhost

import (
	"context"
	"encoding/json"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/extism"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// ABIExtism is the Policy.ABI of guests that are written with Extism's kits.
const ABIExtism = "extism"

// Exports that initialise a guest of Extism.
const (
	exportCtors   = "__wasm_call_ctors"
	exportHaskell = "hs_init"
)

var (
	extismHandler = wasm.Sig("", "i") // or plainSignature, read as 0
	haskellStart  = wasm.Sig("ii", "")
)

// extismImports are the functions that a guest of Extism may import, by module and name.
var extismImports = func() map[[2]string]extism.Function {
	out := map[[2]string]extism.Function{}
	for _, f := range extism.Functions() {
		out[[2]string{f.Module, f.Name}] = f
	}
	return out
}()

func extismType(f extism.Function) wasm.FuncType {
	return wasm.FuncType{Params: string(f.Params), Results: string(f.Results)}
}

func extismFunctions() map[string][]hostFunction {
	out := map[string][]hostFunction{}
	add := func(f extism.Function) {
		out[f.Module] = append(out[f.Module], hostFunction{f.Name, extismType(f),
			guarded(func(s *sandbox, stack []uint64) { f.Call(s.extism.kernel, stack) })})
	}
	for _, f := range extism.FrontImports() {
		add(f)
	}
	for _, f := range extism.Functions() {
		if f.Module == extism.UserModule {
			add(f)
		}
	}
	return out
}

// extismSide is what an instance of Extism has beside its own: the kernel, the front and the memory of both.
type extismSide struct {
	kernel *extism.Kernel
	front  instance
	room   *room
	arena  *linear
}

// newExtismSide makes a front for one instance.
func (s *sandbox) newExtismSide(front *sharedCode) *Error {
	most := s.options.ArenaMax
	r, err := s.module.engine.rooms.reserve(uint64(most))
	if err != nil {
		return &Error{Code: fault.HostBusy, Message: "no room for the arena of an instance", Cause: err}
	}
	side := &extismSide{room: r, arena: newLinear(r, uint64(most)), kernel: extism.New(kernelHost{s}, &extism.Options{ArenaMax: most})}
	if side.front, err = front.code.instantiate(context.Background(), side.arena, nil); err != nil {
		r.release()
		return &Error{Code: fault.Internal, Cause: err}
	}
	side.arena.grow = s.growing
	side.kernel.Attach(side.front.memory())
	s.extism = side
	return nil
}

func (x *extismSide) destroy() {
	_ = x.front.close(context.Background())
	x.room.release()
}

// startExtism initialises a guest of Extism.
func (s *sandbox) startExtism() *Error {
	if err := s.extism.kernel.Reset(nil); err != nil {
		return &Error{Code: fault.CodeOf(err), Cause: err}
	}
	first := exportInitialize
	if s.instance.function(first) == nil {
		first = exportCtors
	}
	if s.module.inspection.signatures[first] == plainSignature {
		if e := s.optional(first, nil); e != nil {
			return e
		}
	}
	if s.module.inspection.signatures[exportHaskell] == haskellStart {
		if e := s.optional(exportHaskell, make([]uint64, 2)); e != nil {
			return e
		}
	}
	s.drainExtism()
	return nil
}

// exchangeExtism hands the input in, runs the handler and reads what it left.
func (s *sandbox) exchangeExtism(f function, input []byte, r *Result) *Error {
	k := s.extism.kernel
	if err := k.Reset(input); err != nil {
		return &Error{Code: fault.CodeOf(err), Message: "the input is larger than the arena", Cause: err}
	}
	s.params[0] = 0
	e := s.enter(f, s.params[:1])
	s.drainExtism()
	switch {
	case e == nil:
	case s.refusal != nil:
		s.spoiled = true
		if e := s.settle(); e != nil {
			return e
		}
		r.Refusal = s.refusal
		return nil
	case s.exited:
		s.spoiled, s.ended, s.params[0] = true, nil, 0
	default:
		return e
	}
	if e := s.settle(); e != nil {
		return e
	}
	if size, limit := len(k.Output()), s.options.OutputMax; size > limit {
		return &Error{Code: fault.OutputTooLarge, Message: "the handler's output is too large",
			Details: map[string]any{"size": int64(size), "limit": int64(limit)}}
	}
	var err error
	if r.Value, r.Refusal, err = k.Outcome(uint32(s.params[0])); err != nil {
		return s.shapeError(err)
	}
	return nil
}

// drainExtism takes the fuel that the kernel has not told of. It may go below zero, which settle sees.
func (s *sandbox) drainExtism() {
	if s.extism != nil {
		s.left.Set(s.left.Get() - uint64(s.extism.kernel.Spent()))
	}
}

// kernelHost is what a kernel sees of its sandbox.
type kernelHost struct{ s *sandbox }

func (h kernelHost) Charge(units int64) { h.s.charge(units) }

func (h kernelHost) Operation(name string, request []byte) ([]byte, *abi.Error) {
	s := h.s
	if s.freezing && name != "log" {
		s.end(&Error{Code: fault.BackendInit, Message: name + " is not available while the module initialises"})
	}
	op, _ := abi.Lookup(name)
	s.hostCalls++
	s.charge(op.Fuel + int64(len(request)))
	answer, err := s.admit(name, builtins[name], request)
	if size := len(answer); size > s.options.AnswerMax {
		answer, err = nil, limitExceeded("the answer is too large", s.options.AnswerMax)
	} else if s.exchanged += size; s.exchanged > s.options.ExchangeMax {
		answer, err = nil, limitExceeded("too many bytes of requests and answers in one call", s.options.ExchangeMax)
	}
	s.charge(int64(len(answer)))
	return answer, err
}

func (h kernelHost) Setting(id string) (string, bool) {
	s := h.s
	if s.freezing {
		s.end(&Error{Code: fault.BackendInit, Message: "settings are not available while the module initialises"})
	}
	s.hostCalls++
	answer, err := s.admit("settings_get", nil, canonical.Append(nil, map[string]any{"ids": []any{id}}))
	if err != nil {
		if err.Code != abi.CodeNotFound {
			s.end(&Error{Code: fault.ExtismHostError, Message: "config_get: " + err.Message, Details: map[string]any{"error": string(err.Code)}})
		}
		return "", false
	}
	var doc struct{ Values map[string]json.RawMessage }
	if json.Unmarshal(answer, &doc) != nil || doc.Values[id] == nil {
		return "", false
	}
	var text string
	if json.Unmarshal(doc.Values[id], &text) == nil {
		return text, true
	}
	return string(doc.Values[id]), true
}

func (h kernelHost) Log(level, message string) { h.s.log.add(level, message, nil, len(message)) }
func (h kernelHost) LogLevel() int             { return h.s.log.least + 1 }

func (h kernelHost) Trap(code fault.Code, message string, details map[string]any) {
	h.s.end(&Error{Code: code, Message: message, Details: details})
}

func (h kernelHost) Refuse(err *abi.Error) {
	h.s.refusal = err
	h.s.end(&Error{Code: fault.ExtismHostError, Message: err.Message, Details: map[string]any{"error": string(err.Code)}})
}
