package wasmhost

import (
	"encoding/base64"
	"slices"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// builtin answers an operation.
type builtin func(s *sandbox, request []byte) ([]byte, *abi.Error)

// builtins are the operations that the engine answers itself, because the answer depends on nothing but the call.
var builtins = map[string]builtin{
	"clock":  (*sandbox).clock,
	"random": (*sandbox).random,
	"log":    (*sandbox).logLine,
}

const (
	// timeFormat is the one form of times in answers.
	timeFormat = "2006-01-02T15:04:05.000Z"
	// randomMost is how many bytes one random operation gives.
	randomMost = 4096
	// fieldsMost is how many fields a log line has.
	fieldsMost = 16
)

func (s *sandbox) clock(request []byte) ([]byte, *abi.Error) {
	if _, err := members(request); err != nil {
		return nil, err
	}
	return canonical.Append(nil, map[string]any{"now": s.time().Format(timeFormat), "unix_ms": s.time().UnixMilli()}), nil
}

func (s *sandbox) random(request []byte) ([]byte, *abi.Error) {
	object, err := members(request, "bytes")
	if err != nil {
		return nil, err
	}
	n, ok := object["bytes"].(int64)
	if !ok || n < 1 || n > randomMost {
		return nil, invalid("bytes", "must be a whole number from 1 to 4096")
	}
	bytes := make([]byte, n)
	s.stream.fill(bytes)
	return canonical.Append(nil, map[string]any{"base64": base64.StdEncoding.EncodeToString(bytes)}), nil
}

func (s *sandbox) logLine(request []byte) ([]byte, *abi.Error) {
	object, err := members(request, "level", "message", "fields")
	if err != nil {
		return nil, err
	}
	level, _ := object["level"].(string)
	if !slices.Contains(levels, level) {
		return nil, invalid("level", "must be debug, info, warn or error")
	}
	message, ok := object["message"].(string)
	if !ok {
		return nil, invalid("message", "must be a text")
	}
	var fields map[string]any
	if v, there := object["fields"]; there && v != nil {
		if fields, ok = v.(map[string]any); !ok || len(fields) > fieldsMost {
			return nil, invalid("fields", "must be an object of at most 16 members")
		}
	}
	size := len(message)
	if len(fields) > 0 {
		size += len(canonical.Append(nil, fields))
	}
	if !s.log.add(level, message, fields, size) {
		return nil, refuse(abi.CodeLimitExceeded, "too much is logged in one call")
	}
	return nil, nil
}

// members reads a request: an object without members that are not known. An empty request is {}.
func members(request []byte, known ...string) (map[string]any, *abi.Error) {
	if len(request) == 0 {
		return nil, nil
	}
	v, err := canonical.Parse(request)
	if err != nil {
		return nil, refuse(abi.CodeInvalidArgument, "the request is not strict JSON")
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, refuse(abi.CodeInvalidArgument, "the request must be an object")
	}
	unknown := ""
	for name := range object {
		if !slices.Contains(known, name) && (unknown == "" || name < unknown) {
			unknown = name
		}
	}
	if _, there := object[unknown]; there {
		return nil, invalid(unknown, "is not known")
	}
	return object, nil
}

func refuse(code abi.Code, message string) *abi.Error {
	return &abi.Error{Code: code, Message: message}
}

func invalid(name, message string) *abi.Error {
	return &abi.Error{Code: abi.CodeInvalidArgument, Message: name + " " + message, Details: map[string]any{"path": "$." + name}}
}
