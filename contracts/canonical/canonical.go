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
