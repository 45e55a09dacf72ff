package codec

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

type inner struct {
	City string `json:"city"`
	Zip  *int   `json:"zip,omitempty"`
}

type embedded struct {
	Shared string `json:"shared"`
	Name   string `json:"name"` // hidden by the outer one
}

type sample struct {
	embedded
	Name   string             `json:"name"`
	Age    int                `json:"age,omitempty"`
	Small  int8               `json:"small"`
	Count  uint32             `json:"count"`
	Rate   float64            `json:"rate"`
	Done   bool               `json:"done"`
	Tags   []string           `json:"tags"`
	Pair   [2]int             `json:"pair"`
	Data   []byte             `json:"data"`
	Home   inner              `json:"home"`
	Work   *inner             `json:"work"`
	Prices map[string]float64 `json:"prices"`
	Any    any                `json:"any"`
	When   time.Time          `json:"when,omitzero"`
	Plain  int
	Hidden string `json:"-"`
	secret string
}

func TestAppendAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	zip := 10115
	cases := []struct {
		name  string
		value any
	}{
		{"null", nil},
		{"booleans", []bool{true, false}},
		{"texts", []string{"", `a"b\c`, "\x00\x1f\n\r\t", "é😀", "\ufffd", "a/b"}},
		{"invalid UTF-8", "a\xffb\xc3"},
		{"integers", []any{0, int8(-128), int64(math.MinInt64), int64(math.MaxInt64), uint64(math.MaxInt64), uint8(255)}},
		{"floats", []float64{0, 1, -1.5, 0.1, 1e-6, 9.99e-7, 1e18, 5e-324, 123456.789}},
		{"float32", []float32{0.1, 16777216, 3.4e38}},
		{"a map in order", map[string]int{"b": 1, "a": 2, "é": 3, "A": 4}},
		{"a time", time.Date(2026, 3, 2, 8, 15, 0, 5e6, time.UTC)},
		{"a nil pointer", (*inner)(nil)},
		{"a struct", sample{Tags: []string{"x"}, Prices: map[string]float64{"p": 1.25}, Data: []byte("hello"), secret: "s",
			embedded: embedded{Shared: "s", Name: "lost"}, Name: "kept", Work: &inner{"B", &zip}, Any: []any{nil, 1.5, "x"},
			When: time.Unix(0, 0).UTC(), Hidden: "h"}},
		{"a zero struct with lists", sample{Tags: []string{}, Prices: map[string]float64{}, Data: []byte{}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Append(nil, c.value)
			if err != nil {
				t.Fatal(err)
			}
			want, err := json.Marshal(c.value)
			if err != nil {
				t.Fatal(err)
			}
			var a, b any
			if err := json.Unmarshal(got, &a); err != nil {
				t.Fatalf("%v: %s", err, got)
			}
			if err := json.Unmarshal(want, &b); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(a, b) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestAppendWritesWhatTheABIAsksFor(t *testing.T) {
	t.Parallel()
	type lists struct {
		S []string       `json:"s"`
		M map[string]int `json:"m"`
		B []byte         `json:"b"`
	}
	type zeros struct {
		A []int          `json:"a,omitempty"`
		B map[string]int `json:"b,omitzero"`
		C map[string]int `json:"c,omitzero"`
		D time.Time      `json:"d,omitzero"`
		E inner          `json:"e,omitzero"`
		F *bool          `json:"f,omitempty"`
	}
	cases := []struct {
		name  string
		value any
		want  string
	}{
		{"nil lists and maps are empty", lists{}, `{"s":[],"m":{},"b":""}`},
		{"omitzero keeps an empty map", zeros{C: map[string]int{}}, `{"c":{}}`},
		{"no escape for markup", "<a & b>\u2028", "\"<a & b>\u2028\""},
		{"an exponent from 2^63 on", []float64{1 << 63, -(1 << 63), 1 << 62, 1e300}, `[9.223372036854776e+18,-9.223372036854776e+18,4611686018427387904,1e+300]`},
		{"a pointer to a time", new(time.Unix(0, 0).UTC()), `"1970-01-01T00:00:00Z"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Append([]byte("x"), c.value)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != "x"+c.want {
				t.Errorf("got %s, want x%s", got, c.want)
			}
		})
	}
}

type loop struct {
	Next *loop `json:"next"`
}

type badMarshaler struct{}

func (badMarshaler) MarshalJSON() ([]byte, error) { return []byte(`{"a":}`), nil }

type failingMarshaler struct{}

func (failingMarshaler) MarshalJSON() ([]byte, error) { return nil, errors.New("no") }

type unknownOption struct {
	N int `json:"n,string"`
}

// twice is a struct with one JSON name for two fields; written out, go vet would refuse it.
func twice() any {
	n := reflect.TypeFor[int]()
	return reflect.Zero(reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: n, Tag: `json:"x"`}, {Name: "B", Type: n, Tag: `json:"x"`},
	})).Interface()
}

type embeddedPointer struct{ *inner }

func TestAppendRefusesWhatHasNoForm(t *testing.T) {
	t.Parallel()
	self := &loop{}
	self.Next = self
	cases := []struct {
		name  string
		value any
		want  string
	}{
		{"not a number", map[string]any{"a": []any{math.NaN()}}, "$.a[0]: JSON has no number for NaN"},
		{"infinity", math.Inf(1), "JSON has no number"},
		{"past int64", struct {
			N uint64 `json:"n"`
		}{math.MaxUint64}, "$.n: a whole number past the range of int64"},
		{"a channel", map[string]any{"c": make(chan int)}, "$.c: the Go type chan int has no JSON form"},
		{"a function", func() {}, "has no JSON form"},
		{"keys that are no texts", map[int]string{1: "a"}, "the keys of a map must be texts"},
		{"a loop", self, "holds itself"},
		{"a bad marshaler", badMarshaler{}, "does not give JSON"},
		{"a failing marshaler", failingMarshaler{}, "no"},
		{"an unknown option", unknownOption{}, "unknown option string"},
		{"one name twice", twice(), "two fields have the name x"},
		{"an embedded pointer", embeddedPointer{}, "embedded pointer"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Append(nil, c.value)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, %v, want an error with %q", got, err, c.want)
			}
		})
	}
}

func TestDecodeAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	texts := []string{
		`{"name":"n","age":3,"small":-5,"count":7,"rate":1.5e2,"done":true,"tags":["a","b"],"pair":[1,2],"data":"aGVsbG8=",
		  "home":{"city":"B"},"work":{"city":"C","zip":9},"prices":{"x":1,"y":2.5},"any":[1.5,{"a":null}],"when":"2026-03-02T08:15:00Z",
		  "Plain":4,"-":"d","shared":"s","unknown":{"deep":[1,2,{"x":"}"}]}}`,
		`{"tags":[],"prices":{},"work":null}`,
		`{"name":"\u0041\ud83d\ude00\u00e9\n\/\"\\\b\f\r\t","home":{}}`,
		`{"name":"\ud83d x \ude00 \ud83d\u0041"}`,
		" { } ",
	}
	for _, text := range texts {
		var got, want sample
		if err := Decode([]byte(text), &got); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", text, got, want)
		}
	}
}

func TestDecodeReadsIntoAny(t *testing.T) {
	t.Parallel()
	var got any
	err := Decode([]byte(`{"big":9007199254740993,"f":1.0,"e":1e3,"huge":9223372036854775808,"l":[],"o":{},"n":null,"t":true,"s":"x"}`), &got)
	want := map[string]any{"big": int64(9007199254740993), "f": 1.0, "e": 1000.0, "huge": 9223372036854775808.0, "l": []any{},
		"o": map[string]any{}, "n": nil, "t": true, "s": "x"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v, %v", got, err)
	}
}

func TestNullSetsTheZeroValue(t *testing.T) {
	t.Parallel()
	got := sample{Name: "n", Age: 1, Tags: []string{"a"}, Work: &inner{}, Prices: map[string]float64{"a": 1}, Any: 1, Pair: [2]int{1, 2}}
	err := Decode([]byte(`{"name":null,"age":null,"tags":null,"work":null,"prices":null,"any":null,"pair":null}`), &got)
	if err != nil || !reflect.DeepEqual(got, sample{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestIntegersMayBeWrittenAsFractions(t *testing.T) {
	t.Parallel()
	var got []int64
	if err := Decode([]byte(`[1.0, 2e3, -0.0, 9223372036854775807]`), &got); err != nil ||
		!reflect.DeepEqual(got, []int64{1, 2000, 0, math.MaxInt64}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, text, want string }{
		{"nothing", ``, "want an object, found the end"},
		{"a wrong type", `{"home":{"city":3}}`, "$.home.city: want a text, found a number"},
		{"a wrong element", `{"tags":["a",{}]}`, "$.tags[1]: want a text, found an object"},
		{"a list for an object", `{"home":[]}`, "$.home: want an object, found a list"},
		{"an object for a list", `{"tags":{}}`, "$.tags: want a list, found an object"},
		{"a text for a boolean", `{"done":"yes"}`, "$.done: want a boolean, found a text"},
		{"a boolean for a number", `{"rate":true}`, "$.rate: want a number, found a boolean"},
		{"a fraction for an integer", `{"age":1.5}`, "$.age: want a whole number"},
		{"too large for int8", `{"small":128}`, "$.small: the number is too large for int8"},
		{"negative for unsigned", `{"count":-1}`, "$.count: the number does not fit uint32"},
		{"past int64", `{"age":9223372036854775808}`, "$.age: a whole number past the range of int64"},
		{"past float64", `{"rate":1e999}`, "$.rate: a number past the range of float64"},
		{"a list too long", `{"pair":[1,2,3]}`, "$.pair[2]: the list is longer than [2]int"},
		{"no base64", `{"data":"***"}`, "$.data: want base64"},
		{"a bad time", `{"when":"noon"}`, "$.when: "},
		{"bytes behind", `{} x`, "something stands behind the value"},
		{"a missing colon", `{"a" 1}`, "want a colon, found a number"},
		{"a missing comma", `{"a":1 "b":2}`, "want a comma or the end of the object, found a text"},
		{"a trailing comma", `{"a":1,}`, "want a text, found what is no JSON"},
		{"a trailing comma of a list", `{"tags":["a",]}`, "$.tags[1]: want a text"},
		{"a missing comma in a list", `{"tags":["a" "b"]}`, "want a comma or the end of the list"},
		{"an open text", `{"name":"a`, "$.name: a text without an end"},
		{"a control character", "{\"name\":\"a\nb\"}", "a control character inside a text"},
		{"a bad escape", `{"name":"\x"}`, "a bad escape"},
		{"a bad hex escape", `{"name":"\u12g4"}`, "a bad escape"},
		{"an escape at the end", `{"name":"\`, "a bad escape"},
		{"leading zeros", `{"age":01}`, "want a comma or the end of the object"},
		{"no digits", `{"age":-}`, "a number without digits"},
		{"no fraction", `{"rate":1.}`, "a number without digits behind its point"},
		{"no exponent", `{"rate":1e}`, "a number without digits in its exponent"},
		{"a bad skipped value", `{"other":[1,}]}`, "$.other[1]: want a value"},
		{"too deep", `{"any":` + strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1) + `}`, "nested too deep"},
		{"too deep and skipped", `{"other":` + strings.Repeat(`{"a":`, MaxDepth+1) + "1" + strings.Repeat("}", MaxDepth+1) + `}`, "nested too deep"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var v sample
			err := Decode([]byte(c.text), &v)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestDecodeNeedsAPointer(t *testing.T) {
	t.Parallel()
	for _, target := range []any{nil, sample{}, (*sample)(nil)} {
		if err := Decode([]byte(`{}`), target); err == nil {
			t.Errorf("%T was taken", target)
		}
	}
}

func FuzzReadingAgreesWithEncodingJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x\u0041\ud800",null,true]}`, `[1e5,-0,0.1]`, `"\ud83d\ude00"`, `[`, `1e`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got any
		err := Decode(data, &got)
		if strings.Count(string(data), "[")+strings.Count(string(data), "{") > MaxDepth {
			return // encoding/json goes deeper
		}
		var want any
		bad := json.Unmarshal(data, &want)
		if (err == nil) != (bad == nil) {
			t.Fatalf("%q: got %v, encoding/json %v", data, err, bad)
		}
		if err != nil {
			return
		}
		text, err := Append(nil, got)
		if err != nil {
			t.Fatal(err)
		}
		var again any
		if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, want) {
			t.Fatalf("%q: written as %s, which is %#v and not %#v (%v)", data, text, again, want, err)
		}
	})
}
