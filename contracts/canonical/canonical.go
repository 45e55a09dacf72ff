// Package canonical reads strict JSON and writes it in one canonical form, the same bytes wherever it is written: documents
// in the store, requests and answers of guests, parameters that are fingerprinted (persistence 2).
//
// A value is nil, bool, int64, float64, string, []any or map[string]any. A number without fraction and exponent must fit
// int64; any other is the nearest binary64, and an integral one that fits int64 is an int64.
package canonical
