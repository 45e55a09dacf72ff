package canonical

import (
	"maps"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

const noNUL = "U+0000 stands in a string"

// badKey answers what is wrong with a key of a stored document, or "".
func badKey(key string) string {
	switch {
	case key == "":
		return "a key is empty"
	case key[0] == '$':
		return "a key begins with $"
	default:
		return ""
	}
}

// CheckDocument holds a value that was parsed as part of something else to the rules of stored documents: what
// ParseDocument refuses besides Parse, and depth, which counts from v. It answers the first fault in the order of keys, or
// nil. The error is an *Error whose Offset is 0.
func CheckDocument(v any) error {
	if err := checkDocument(v, 1); err != nil {
		return err
	}
	return nil
}

func checkDocument(v any, depth int) *Error {
	switch v := v.(type) {
	case string:
		if strings.IndexByte(v, 0) >= 0 {
			return &Error{Code: fault.StringInvalid, Path: "$", Reason: noNUL}
		}
	case []any:
		if depth > MaxDepth {
			return &Error{Code: fault.Depth, Path: "$", Reason: "nested too deep"}
		}
		for i, x := range v {
			if err := checkDocument(x, depth+1); err != nil {
				err.under(item(i))
				return err
			}
		}
	case map[string]any:
		if depth > MaxDepth {
			return &Error{Code: fault.Depth, Path: "$", Reason: "nested too deep"}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if reason := badKey(key); reason != "" {
				return &Error{Code: fault.StringInvalid, Path: "$", Reason: reason}
			}
			if strings.IndexByte(key, 0) >= 0 {
				return &Error{Code: fault.StringInvalid, Path: "$", Reason: noNUL}
			}
			if err := checkDocument(v[key], depth+1); err != nil {
				err.under(member(key))
				return err
			}
		}
	}
	return nil
}
