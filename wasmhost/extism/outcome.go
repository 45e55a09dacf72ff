package extism

import (
	"fmt"
	"strings"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

var null = []byte("null")

// Outcome reads what a handler that returned that value answered: value is the canonical JSON of a success, refusal the
// error value of a refusal. err is a *fault.Error, OUTPUT_NOT_JSON for an output that is not strict JSON, OUTPUT_SHAPE for
// an error text that has the form of an error value without being one.
func (k *Kernel) Outcome(returned uint32) (value []byte, refusal *abi.Error, err error) {
	if text := k.ErrorText(); text != "" || returned != 0 {
		refusal, err = refusalOf(text, returned)
		return nil, refusal, err
	}
	output := k.Output()
	if len(output) == 0 {
		return null, nil, nil
	}
	v, err := canonical.Parse(output)
	if err != nil {
		return nil, nil, fault.Wrap(fault.OutputNotJson, err, "the handler's output is not strict JSON")
	}
	return canonical.Append(nil, v), nil, nil
}

// refusalOf is the error value that the text holds, else a failure with the text.
func refusalOf(text string, returned uint32) (*abi.Error, error) {
	if v, err := canonical.ParseObject([]byte(text)); err == nil && len(v) == 1 {
		if _, ok := v["error"].(map[string]any); ok {
			_, refusal, err := abi.DecodeResult(nil, []byte(text))
			return refusal, err
		}
	}
	if text == "" {
		text = fmt.Sprintf("the handler returned %d", int32(returned))
	}
	return &abi.Error{Code: abi.CodeFailed, Message: strings.ToValidUTF8(text, "\ufffd")}, nil
}
