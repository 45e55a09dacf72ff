package canonical_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

func TestValuesHaveATotalOrder(t *testing.T) {
	t.Parallel()
	ascending := []any{
		nil, false, true,
		-1e308, float64(-1<<63) * 1.5, int64(-1 << 63), int64(-1 << 53), int64(-1), -0.5, int64(0), 5e-324, 0.1, int64(1), 1.5,
		int64(9), int64(10), int64(1 << 53), int64(1<<53 + 1), int64(1<<63 - 1), float64(1 << 63), 1e308,
		"", "10", "9", "B", "a", "a\x00", "aa", "é", "\uFFFD", "😀",
		[]any{}, []any{nil}, []any{nil, nil}, []any{int64(1), "z"}, []any{int64(2)}, []any{[]any{}}, []any{map[string]any{}},
		map[string]any{}, map[string]any{"a": int64(1)}, map[string]any{"a": int64(1), "b": nil}, map[string]any{"a": int64(2)},
		map[string]any{"b": nil},
	}
	for i, a := range ascending {
		for j, b := range ascending {
			want := min(1, max(-1, i-j))
			if got := canonical.Compare(a, b); got != want {
				t.Errorf("Compare(%v, %v) = %d, want %d", a, b, got, want)
			}
			if got := canonical.Equal(a, b); got != (want == 0) {
				t.Errorf("Equal(%v, %v) = %v", a, b, got)
			}
		}
	}
}

func TestNumbersAreComparedExactly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b any
		want int
	}{
		{int64(1<<53 + 1), float64(1 << 53), 1},
		{int64(1 << 53), float64(1 << 53), 0},
		{int64(1<<53 - 1), float64(1 << 53), -1},
		{int64(-1<<53 - 1), float64(-1 << 53), -1},
		{int64(1<<63 - 1), float64(1 << 63), -1},
		{int64(-1 << 63), float64(-1 << 63), 0},
		{int64(1), 1.5, -1},
		{int64(2), 1.5, 1},
		{int64(-1), -1.5, 1},
		{int64(-2), -1.5, -1},
		{int64(0), 5e-324, -1},
		{int64(0), -5e-324, 1},
		{int64(1), 1.0, 0},
	} {
		if got := canonical.Compare(c.a, c.b); got != c.want {
			t.Errorf("Compare(%v, %v) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := canonical.Compare(c.b, c.a); got != -c.want {
			t.Errorf("Compare(%v, %v) = %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func TestEqualLooksAllTheWayDown(t *testing.T) {
	t.Parallel()
	value := func(leaf any) any {
		return map[string]any{"a": []any{int64(1), map[string]any{"b": leaf}}, "c": nil}
	}
	for _, c := range []struct {
		a, b any
		want bool
	}{
		{value("x"), value("x"), true},
		{value(int64(1)), value(1.0), true},
		{value("x"), value("y"), false},
		{value(nil), value(false), false},
		{map[string]any{"a": nil}, map[string]any{"b": nil}, false},
		{map[string]any{"a": nil}, map[string]any{}, false},
		{[]any{"a"}, []any{"a", "b"}, false},
		{[]any{}, map[string]any{}, false},
		{"1", int64(1), false},
	} {
		if got := canonical.Equal(c.a, c.b); got != c.want {
			t.Errorf("Equal(%v, %v) = %v", c.a, c.b, got)
		}
		if got := canonical.Equal(c.b, c.a); got != c.want {
			t.Errorf("Equal(%v, %v) = %v", c.b, c.a, got)
		}
	}
}

func TestACloneSharesNothing(t *testing.T) {
	t.Parallel()
	make := func() map[string]any {
		return map[string]any{"list": []any{"a", map[string]any{"n": int64(1)}}, "none": nil, "empty": []any{}}
	}
	original := make()
	clone := canonical.Clone(original).(map[string]any)
	if diff := cmp.Diff(original, clone); diff != "" {
		t.Fatal(diff)
	}
	clone["list"].([]any)[1].(map[string]any)["n"] = int64(2)
	clone["list"].([]any)[0] = "b"
	delete(clone, "none")
	if diff := cmp.Diff(make(), original); diff != "" {
		t.Errorf("the original changed:\n%s", diff)
	}
}

func TestOfBringsValuesIntoTheirForm(t *testing.T) {
	t.Parallel()
	in := map[string]any{"i": 1, "f": 2.0, "g": 2.5, "l": []any{nil, true, "x", int64(3), math.Copysign(0, -1)}, "o": map[string]any{}}
	want := map[string]any{"i": int64(1), "f": int64(2), "g": 2.5, "l": []any{nil, true, "x", int64(3), int64(0)}, "o": map[string]any{}}
	got, ok := canonical.Of(in)
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%v (-want +got):\n%s", ok, diff)
	}
	if in["i"] != 1 {
		t.Error("the source changed")
	}
	for _, v := range []any{math.NaN(), math.Inf(-1), []any{math.Inf(1)}, map[string]any{"a": uint(1)}, []string{"x"}, struct{}{}} {
		if got, ok := canonical.Of(v); ok {
			t.Errorf("%v has the form %v", v, got)
		}
	}
}

func ExampleAppend() {
	v, err := canonical.Parse([]byte(`{"total": 1.0, "items": ["é", 2.50]}`))
	fmt.Println(string(canonical.Append(nil, v)), err)
	// Output: {"items":["é",2.5],"total":1} <nil>
}

func ExampleParse() {
	_, err := canonical.Parse([]byte(`{"ops": [{"id": 1, "id": 2}]}`))
	fmt.Println(err)
	// Output: $.ops[0] at byte 19: a key stands twice
}
