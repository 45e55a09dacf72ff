// Package canonical reads strict JSON and writes it in one canonical form, the same bytes wherever it is written: documents
// in the store, requests and answers of guests, parameters that are fingerprinted.
//
// A value is nil, bool, int64, float64, string, []any or map[string]any. A number without fraction and exponent must fit
// int64; any other is the nearest binary64, and an integral one that fits int64 is an int64. So 1.0 and 1 are one value,
// and -0.0 is 0.
package canonical

import "math"

// MaxDepth is how many lists and objects may lie within each other, the outermost included.
const MaxDepth = 32

// Number answers f as the value that a parser would make of it: an int64 where f is integral and fits one.
func Number(f float64) any {
	if f >= -0x1p63 && f < 0x1p63 && f == math.Trunc(f) {
		return int64(f)
	}
	return f
}

// Of answers a copy of what another reader made, as a parser would have made it: int becomes int64, and an integral float64
// an int64. It is false for infinity, NaN and types that have no canonical form.
func Of(v any) (any, bool) {
	switch v := v.(type) {
	case nil, bool, int64, string:
		return v, true
	case int:
		return int64(v), true
	case float64:
		return Number(v), !math.IsInf(v, 0) && !math.IsNaN(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			y, ok := Of(x)
			if !ok {
				return nil, false
			}
			out[i] = y
		}
		return out, true
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			y, ok := Of(x)
			if !ok {
				return nil, false
			}
			out[k] = y
		}
		return out, true
	default:
		return nil, false
	}
}

// Clone answers a deep copy, so that changing one of the two leaves the other alone.
func Clone(v any) any {
	switch v := v.(type) {
	case []any:
		if v == nil {
			return v
		}
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = Clone(x)
		}
		return out
	case map[string]any:
		if v == nil {
			return v
		}
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = Clone(x)
		}
		return out
	default:
		return v
	}
}
