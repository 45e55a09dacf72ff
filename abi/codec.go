package abi

import (
	"encoding/json"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// MaxDepth is how many levels of objects and lists a document of the ABI may have, itself included.
const MaxDepth = canonical.MaxDepth

// nullAnswer is what a packed 0 stands for.
var nullAnswer = []byte("null")

// Pack joins an address and a length in guest memory into the one i64 that crosses the boundary. 0 stands for
// {"ok": null}.
func Pack(ptr, length uint32) uint64 { return uint64(ptr)<<32 | uint64(length) }

// Unpack is the inverse of Pack.
func Unpack(packed uint64) (ptr, length uint32) { return uint32(packed >> 32), uint32(packed) }

// EncodeOK writes the document of a success. value is one JSON value as it is to stand there; empty means null.
func EncodeOK(value []byte) []byte {
	if len(value) == 0 {
		value = nullAnswer
	}
	out := make([]byte, 0, len(value)+len(`{"ok":}`))
	out = append(out, `{"ok":`...)
	out = append(out, value...)
	return append(out, '}')
}

// EncodeError writes the document of an error value. A code outside the closed list becomes "internal" without text, so
// that no fault of the host shows through. Details that have no JSON form are left out.
func EncodeError(e *Error) []byte {
	body := map[string]any{"code": string(CodeInternal), "message": ""}
	if e != nil && e.Code.Known() {
		body["code"], body["message"] = string(e.Code), strings.ToValidUTF8(e.Message, "\ufffd")
		if details := plain(e.Details); len(details) > 0 {
			body["details"] = details
		}
	}
	return canonical.Append(nil, map[string]any{"error": body})
}

// DecodeResult reads what a handler answered: value is the canonical JSON of a success, behind what dst holds, refusal the error value of a
// refusal. err is a *fault.Error, OUTPUT_NOT_JSON for a document that is not strict JSON or is nested deeper than
// MaxDepth, OUTPUT_SHAPE for one that is neither {"ok": …} nor {"error": …} or whose error code is not in the list.
func DecodeResult(dst, doc []byte) (value []byte, refusal *Error, err error) {
	if value, ok := scalarResult(dst, doc); ok {
		return value, nil, nil
	}
	v, err := canonical.Parse(doc)
	if err != nil {
		return nil, nil, fault.Wrap(fault.OutputNotJson, err, "the handler's answer is not strict JSON")
	}
	object, ok := v.(map[string]any)
	if !ok || len(object) != 1 {
		return nil, nil, shape(`an object with exactly one member, "ok" or "error"`)
	}
	if value, ok := object["ok"]; ok {
		return canonical.Append(dst, value), nil, nil
	}
	body, ok := object["error"].(map[string]any)
	if !ok {
		return nil, nil, shape(`"ok", or "error" with an object`)
	}
	refusal, err = decodeError(body)
	return nil, refusal, err
}

func decodeError(body map[string]any) (*Error, error) {
	e := &Error{}
	for name, v := range body {
		ok := true
		switch name {
		case "code":
			var code string
			code, ok = v.(string)
			e.Code = Code(code)
		case "message":
			e.Message, ok = v.(string)
		case "details":
			if v != nil {
				e.Details, ok = v.(map[string]any)
			}
		default:
			ok = false
		}
		if !ok {
			return nil, shape(`an error of a text "code", a text "message" and an object "details"`)
		}
	}
	if !e.Code.Known() {
		return nil, shape("an error code of the closed list")
	}
	return e, nil
}

func shape(want string) error {
	return fault.New(fault.OutputShape, "the handler must answer %s", want)
}

// plain answers details as values that have a canonical form: what a host put together may hold others, a list of texts or
// an int. What has no JSON form is left out.
func plain(details map[string]any) map[string]any {
	data, err := json.Marshal(details)
	if err != nil {
		return nil
	}
	v, err := canonical.ParseObject(data)
	if err != nil {
		return nil
	}
	return v
}
