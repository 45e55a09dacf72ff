package mozaiks

import (
	"errors"

	"github.com/mozaiks/mozaiks/abi/sdk/go/internal/codec"
)

// Handler is what answers a call. In is read from the input, an object; Out is written as the result. An error that is no
// [Error] is answered with the code "failed" and its text.
type Handler[In, Out any] func(ctx Context, in In) (Out, error)

// Serve reads the input, runs the handler and writes its answer as the document that the host takes. [Handle] does this in
// a guest; outside of one it is for tests. It panics where the handler does, and where Out has no JSON form.
func Serve[In, Out any](ctx Context, h Handler[In, Out], input []byte) []byte {
	var in In
	if len(input) > 0 {
		if err := codec.Decode(input, &in); err != nil {
			return refusal(badInput(err))
		}
	}
	out, err := h(ctx, in)
	if err != nil {
		return refusal(asError(err))
	}
	doc, err := codec.Append(nil, result[Out]{out})
	if err != nil {
		panic("the handler's output: " + err.Error())
	}
	return doc
}

// Warm runs the codec once for both types of a handler. Called from an exported mozaiks_warm, it puts what the codec learns
// of them into the image that every call begins with. Without an image it only makes each initialisation longer.
func Warm[In, Out any](Handler[In, Out]) {
	var in In
	var out Out
	_ = codec.Decode([]byte("{}"), &in) // only what the codec keeps of the types matters
	_, _ = codec.Append(nil, result[Out]{out})
}

type result[Out any] struct {
	OK Out `json:"ok"`
}

func refusal(e *Error) []byte {
	type document struct {
		Error *Error `json:"error"`
	}
	doc, err := codec.Append(nil, document{e})
	if err != nil {
		panic("the details of a handler's error: " + err.Error())
	}
	return doc
}

// badInput is the answer to an input that does not fit the handler's type; the action's schema should have refused it.
func badInput(err error) *Error {
	e := &Error{Code: CodeInvalidArgument, Message: err.Error()}
	if place, ok := errors.AsType[*codec.Error](err); ok {
		e.Message, e.Details = place.Message, map[string]any{"path": place.Path}
	}
	return e
}
