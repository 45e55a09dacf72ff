package persistence

import (
	"bytes"
	"encoding/hex"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

func TestKeysAreThePublishedOnes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		want  string
	}{
		{-1e308, "30001e330c7a14375f0000"}, {int64(math.MinInt64), "303c1fffffffffffff0000"}, {int64(-1), "30400fffffffffffff0000"},
		{-0.5, "30401fffffffffffff0000"}, {int64(0), "3080000000000000000000"}, {math.Copysign(0, -1), "3080000000000000000000"},
		{5e-324, "3080000000000000010000"}, {0.1, "30bfb999999999999a0000"}, {int64(1), "30bff00000000000000000"},
		{int64(9), "30c0220000000000000000"}, {int64(10), "30c0240000000000000000"}, {int64(1 << 53), "30c3400000000000000000"},
		{int64(1<<53 + 1), "30c3400000000000000001"}, {int64(1<<53 + 2), "30c3400000000000010000"},
		{int64(math.MaxInt64), "30c3dfffffffffffff03ff"}, {9223372036854775808.0, "30c3e00000000000000000"}, {1e308, "30ffe1ccf385ebc8a00000"},
		{"", "40"}, {"10", "403130"}, {"9", "4039"}, {"é", "40c3a9"}, {nil, "10"}, {false, "20"}, {true, "21"},
	} {
		key, err := encodeKey(c.value, true)
		if err != nil || hex.EncodeToString(key) != c.want {
			t.Errorf("%v: got %x %v, want %s", c.value, key, err, c.want)
		}
	}
	if key, err := encodeKey(nil, false); err != nil || hex.EncodeToString(key) != "05" {
		t.Errorf("missing: %x %v", key, err)
	}
}

func TestTheOrderOfKeysIsTheOrderOfValues(t *testing.T) {
	t.Parallel()
	scalar := rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.Float64Range(-1e300, 1e300), canonical.Number),
		rapid.Map(rapid.Int64Range(math.MaxInt64-2000, math.MaxInt64), func(n int64) any { return n }),
		rapid.Map(rapid.String(), func(s string) any { return s[:min(len(s), 100)] }),
	)
	rapid.Check(t, func(r *rapid.T) {
		a, b := scalar.Draw(r, "a"), scalar.Draw(r, "b")
		ka, errA := encodeKey(a, true)
		kb, errB := encodeKey(b, true)
		if errA != nil || errB != nil {
			r.Fatal(errA, errB)
		}
		if got, want := bytes.Compare(ka, kb), sign(canonical.Compare(a, b)); got != want {
			r.Fatalf("%v and %v: keys compare %d, values %d", a, b, got, want)
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
