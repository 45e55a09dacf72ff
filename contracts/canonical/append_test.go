package canonical_test

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// form answers the canonical form of a text.
func form(t *testing.T, in string) string {
	t.Helper()
	v, err := canonical.Parse([]byte(in))
	if err != nil {
		t.Fatalf("%s: %v", in, err)
	}
	return string(canonical.Append(nil, v))
}

func TestThePublishedVectorHolds(t *testing.T) {
	t.Parallel()
	got := form(t, `{ "b":1.0, "a":[1e3,-0.0,true,null], "é":"\u00e9\u0007\/\t\"", "A":{}, "\ud83d\ude00":9007199254740993 }`)
	if want := `{"A":{},"a":[1000,0,true,null],"b":1,"é":"é\u0007/\t\"","😀":9007199254740993}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	sum := sha256.Sum256([]byte(got))
	if want := "8be9742f32d5ecbfd25a0b4fe2741f4a6d4a1aa90a17258480ed8db7cfa7f3c9"; len(got) != 82 || hex.EncodeToString(sum[:]) != want {
		t.Errorf("%d bytes, SHA-256 %x, want 82 bytes, %s", len(got), sum, want)
	}
}

func TestNumbersHaveOneForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1E-7":                    "1e-7",
		"123456789012345680000.5": "1.2345678901234568e+20",
		"9223372036854775808.0":   "9.223372036854776e+18",
		"9223372036854774784.0":   "9223372036854774784", // the largest binary64 that fits
		"-9223372036854777856.0":  "-9.223372036854778e+18",
		"-9223372036854775808.0":  "-9223372036854775808",
		"9007199254740993":        "9007199254740993",
		"100e-2":                  "1",
		"-0":                      "0",
		"-0e5":                    "0",
		"0.000001":                "0.000001",
		"0.00000099":              "9.9e-7",
		"-0.000001":               "-0.000001",
		"-1e-10":                  "-1e-10",
		"1e-9":                    "1e-9",
		"5e-324":                  "5e-324",
		"1.7976931348623157e308":  "1.7976931348623157e+308",
		"1e100":                   "1e+100",
		"2e-100":                  "2e-100",
		"2e-308":                  "2e-308",
		"1e18":                    "1000000000000000000",
		"1e19":                    "1e+19",
		"0.1":                     "0.1",
		"0.30000000000000004":     "0.30000000000000004",
		"2251799813685248.5":      "2251799813685248.5",
		"123456.789e3":            "123456789",
		"1234567.8125":            "1234567.8125",
	} {
		if got := form(t, in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestStringsHaveTheFewestEscapes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                       `""`,
		"plain":                  `"plain"`,
		"\"\\/":                  `"\"\\/"`,
		"\b\f\n\r\t":             `"\b\f\n\r\t"`,
		"a\x00b\x01\x1b\x1fc":    `"a\u0000b\u0001\u001b\u001fc"`,
		"\x7f\u0080\u2028\uFFFD": "\"\x7f\u0080\u2028\uFFFD\"",
		"<&>'é😀":                 `"<&>'é😀"`,
		"cut \xf0\x9f":           `"cut ` + "\uFFFD" + `"`,
	} {
		if got := string(canonical.Append(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestKeysStandInTheOrderOfTheirBytes(t *testing.T) {
	t.Parallel()
	// By UTF-16, which RFC 8785 takes, U+1F600 would stand before U+FFFD.
	got := form(t, `{"😀":1,"�":2,"é":3,"b":4,"a":5,"B":6,"":7,"10":8,"9":9,"ab":10,"a\u0000":11}`)
	if want := `{"":7,"10":8,"9":9,"B":6,"a":5,"a\u0000":11,"ab":10,"b":4,"é":3,"�":2,"😀":1}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	if got := string(canonical.Append([]byte("x="), map[string]any{"n": 7, "list": []any{nil, int64(-1), 0.5}})); got != `x={"list":[null,-1,0.5],"n":7}` {
		t.Errorf("got %s", got)
	}
}

func TestAppendPanicsOnWhatHasNoForm(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]any{"a struct": struct{}{}, "a list of texts": []string{"x"}, "NaN": math.NaN(),
		"infinity": math.Inf(1), "minus infinity": math.Inf(-1), "a value within": []any{map[string]any{"a": uint8(1)}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			canonical.Append(nil, v)
		})
	}
}

func TestAnObjectOfManyKeysIsSortedToo(t *testing.T) {
	t.Parallel()
	o, want := map[string]any{}, "{"
	for c := 'z'; c >= 'A'; c-- {
		o[string(c)] = int64(c)
	}
	delete(o, "\\")
	for c := 'A'; c <= 'z'; c++ {
		if c != '\\' {
			want += `"` + string(c) + `":` + string(canonical.Append(nil, int64(c))) + ","
		}
	}
	if got := string(canonical.Append(nil, o)); got != want[:len(want)-1]+"}" {
		t.Errorf("got %s, want %s", got, want)
	}
}
