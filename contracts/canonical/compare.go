package canonical

import (
	"cmp"
	"math"
	"strings"
)

// The kinds of values in their order.
const (
	rankNull = iota
	rankFalse
	rankTrue
	rankNumber
	rankString
	rankList
	rankObject
)

func rank(v any) int {
	switch v := v.(type) {
	case nil:
		return rankNull
	case bool:
		if v {
			return rankTrue
		}
		return rankFalse
	case int64, float64:
		return rankNumber
	case string:
		return rankString
	case []any:
		return rankList
	default:
		return rankObject
	}
}

// Compare orders two values: null < false < true < numbers < strings < lists < objects. Numbers are compared exactly, so that
// 2^53+1 is above the float 2^53; strings by bytes; lists by their first difference, then by length; objects so too, as lists
// of key and value in the order of keys.
func Compare(a, b any) int {
	ra, rb := rank(a), rank(b)
	if ra != rb {
		return cmp.Compare(ra, rb)
	}
	switch ra {
	case rankNumber:
		return compareNumbers(a, b)
	case rankString:
		return strings.Compare(a.(string), b.(string))
	case rankList:
		return compareLists(a.([]any), b.([]any))
	case rankObject:
		return compareObjects(a.(map[string]any), b.(map[string]any))
	default:
		return 0
	}
}

// Equal tells whether two values are deeply equal, numbers by what they amount to.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return ok && a == b
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !Equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, x := range a {
			if y, ok := b[k]; !ok || !Equal(x, y) {
				return false
			}
		}
		return true
	default:
		return Compare(a, b) == 0
	}
}

func compareLists(a, b []any) int {
	for i := range min(len(a), len(b)) {
		if c := Compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

func compareObjects(a, b map[string]any) int {
	var fewA, fewB [16]string
	ka, kb := sortedKeys(fewA[:0], a), sortedKeys(fewB[:0], b)
	for i := range min(len(ka), len(kb)) {
		if c := strings.Compare(ka[i], kb[i]); c != 0 {
			return c
		}
		if c := Compare(a[ka[i]], b[kb[i]]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(ka), len(kb))
}

func compareNumbers(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
		return compareMixed(x, b.(float64))
	default:
		f := a.(float64)
		if y, ok := b.(int64); ok {
			return -compareMixed(y, f)
		}
		return cmp.Compare(f, b.(float64))
	}
}

// compareMixed compares n with f without rounding either: by the whole part of f, then by what f has besides.
func compareMixed(n int64, f float64) int {
	switch {
	case f >= 0x1p63:
		return -1
	case f < -0x1p63:
		return 1
	}
	whole := math.Floor(f)
	if c := cmp.Compare(n, int64(whole)); c != 0 {
		return c
	}
	if f > whole {
		return -1
	}
	return 0
}
