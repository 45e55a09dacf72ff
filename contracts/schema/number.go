package schema

import (
	"cmp"
	"math"
	"math/big"
	"strconv"

	"github.com/mozaiks/mozaiks/contracts/document"
)

// bound is a number that values are compared with, exactly and as written in decimal: 0.1 is a tenth.
type bound struct {
	rat   *big.Rat
	near  float64 // the float64 nearest to it
	whole bool
	i     int64 // where whole
	text  string
}

func newBound(n *document.Node) *bound {
	if n == nil {
		return nil
	}
	r := number(n)
	b := &bound{rat: r}
	b.near, _ = r.Float64()
	if r.IsInt() && r.Num().IsInt64() {
		b.whole, b.i = true, r.Num().Int64()
		b.text = strconv.FormatInt(b.i, 10)
	} else {
		b.text = strconv.FormatFloat(b.near, 'g', -1, 64)
	}
	return b
}

// compare answers how the number v stands to the bound.
func (b *bound) compare(v any) int {
	switch v := v.(type) {
	case int64:
		if b.whole {
			return cmp.Compare(v, b.i)
		}
		return new(big.Rat).SetInt64(v).Cmp(b.rat)
	case float64:
		if v != b.near {
			return cmp.Compare(v, b.near)
		}
		return decimal(v).Cmp(b.rat)
	}
	return 0
}

// decimal answers the shortest decimal number that reads as f: what was written, not the binary fraction nearest to it.
func decimal(f float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	if !ok {
		return new(big.Rat) // infinity and NaN are no JSON values
	}
	return r
}

// multiple tells whether the number v is a multiple of m.
func multiple(v any, m *big.Rat) bool {
	if m.Sign() == 0 {
		return false
	}
	var r *big.Rat
	switch v := v.(type) {
	case int64:
		if m.IsInt() && m.Num().IsInt64() {
			return v%m.Num().Int64() == 0
		}
		r = new(big.Rat).SetInt64(v)
	case float64:
		r = decimal(v)
	}
	return r.Quo(r, m).IsInt()
}

// whole tells whether f is an integer, as 1.0 is.
func whole(f float64) bool { return f == math.Trunc(f) && !math.IsInf(f, 0) }

// equal compares JSON values; numbers by value, whatever their type.
func equal(a, b any) bool {
	switch a := a.(type) {
	case int64:
		switch b := b.(type) {
		case int64:
			return a == b
		case float64:
			return sameNumber(a, b)
		}
		return false
	case float64:
		switch b := b.(type) {
		case int64:
			return sameNumber(b, a)
		case float64:
			return a == b
		}
		return false
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			w, ok := b[k]
			if !ok || !equal(v, w) {
				return false
			}
		}
		return true
	case string:
		b, ok := b.(string)
		return ok && a == b
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	}
	return a == nil && b == nil
}

// sameNumber compares exactly: a float64 beyond 2^53 is not rounded to it.
func sameNumber(i int64, f float64) bool {
	return whole(f) && f >= -(1<<63) && f < 1<<63 && int64(f) == i
}

// weight is about how many values v holds, for counting steps.
func weight(v any) int {
	n := 1
	switch v := v.(type) {
	case string:
		n += len(v) / 64
	case []any:
		for _, x := range v {
			n += weight(x)
		}
	case map[string]any:
		for _, x := range v {
			n += weight(x)
		}
	}
	return n
}
