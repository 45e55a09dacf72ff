package canonical_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// fails wants err to be an *Error of that code, place and path.
func fails(t *testing.T, err error, code fault.Code, offset int, path string) {
	t.Helper()
	var e *canonical.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an error %s", err, code)
	}
	if e.Code != code || e.Offset != offset || e.Path != path {
		t.Errorf("got %s at %d, %s (%s), want %s at %d, %s", e.Code, e.Offset, e.Path, e.Reason, code, offset, path)
	}
}

func TestParseReadsEveryKindOfValue(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]any{
		`null`:                        nil,
		` true `:                      true,
		"\t\n\rfalse":                 false,
		`0`:                           int64(0),
		`-0`:                          int64(0),
		`-0.0`:                        int64(0),
		`1.0`:                         int64(1),
		`1e3`:                         int64(1000),
		`1.5`:                         1.5,
		`9223372036854775807`:         int64(1<<63 - 1),
		`-9223372036854775808`:        int64(-1 << 63),
		`-9223372036854775808.0`:      int64(-1 << 63),
		`9223372036854775808.0`:       float64(1 << 63),
		`9007199254740993`:            int64(1<<53 + 1),
		`9007199254740993.0`:          int64(1 << 53), // the nearest binary64
		`1e-999`:                      int64(0),
		`5e-324`:                      5e-324,
		`""`:                          "",
		`"\u0000\b\f\n\r\t\"\\\/"`:    "\x00\b\f\n\r\t\"\\/",
		`"\ud83D\uDE00 😀 \u00e9"`:     "😀 😀 é",
		"\"\x7f\u2028\"":              "\x7f\u2028",
		`[]`:                          []any{},
		`[ ]`:                         []any{},
		`{ }`:                         map[string]any{},
		`[1,[2,[]],"x",[3,4]]`:        []any{int64(1), []any{int64(2), []any{}}, "x", []any{int64(3), int64(4)}},
		`{"a":{"b":[{}]},"":null}`:    map[string]any{"a": map[string]any{"b": []any{map[string]any{}}}, "": nil},
		` { "a" : [ 1 , 2 ] , "$":0}`: map[string]any{"a": []any{int64(1), int64(2)}, "$": int64(0)},
	} {
		got, err := canonical.Parse([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
}

func TestParseRefusesWithCodeOffsetAndPath(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	if _, err := canonical.Parse([]byte(nested(canonical.MaxDepth))); err != nil {
		t.Errorf("%d levels: %v", canonical.MaxDepth, err)
	}
	for name, c := range map[string]struct {
		in     string
		code   fault.Code
		offset int
		path   string
	}{
		"nothing":                       {"", canonical.Syntax, 0, "$"},
		"white space alone":             {" \n", canonical.Syntax, 2, "$"},
		"two values":                    {"1 2", canonical.Syntax, 2, "$"},
		"a bracket too many":            {"[1]]", canonical.Syntax, 3, "$"},
		"a byte order mark":             {"\uFEFF1", canonical.Syntax, 0, "$"},
		"white space of other kind":     {"\u00a01", canonical.Syntax, 0, "$"},
		"a word cut short":              {"[tru]", canonical.Syntax, 1, "$[0]"},
		"a word too long":               {"nullx", canonical.Syntax, 4, "$"},
		"NaN":                           {"NaN", canonical.Syntax, 0, "$"},
		"a comma at the end":            {`[1,]`, canonical.Syntax, 3, "$[1]"},
		"a comma at the beginning":      {`[,1]`, canonical.Syntax, 1, "$[0]"},
		"no comma in a list":            {`[1 2]`, canonical.Syntax, 3, "$"},
		"a list without end":            {`[1`, canonical.Syntax, 2, "$"},
		"a comma before }":              {`{"a":1,}`, canonical.Syntax, 7, "$"},
		"no comma in an object":         {`{"a":1 "b":2}`, canonical.Syntax, 7, "$"},
		"no colon":                      {`{"a" 1}`, canonical.Syntax, 5, "$"},
		"no value":                      {`{"a":}`, canonical.Syntax, 5, "$.a"},
		"a key without quotes":          {`{a:1}`, canonical.Syntax, 1, "$"},
		"an object without end":         {`{"a":1`, canonical.Syntax, 6, "$"},
		"a leading zero":                {`01`, canonical.Syntax, 1, "$"},
		"a plus":                        {`+1`, canonical.Syntax, 0, "$"},
		"a minus alone":                 {`-`, canonical.Syntax, 1, "$"},
		"no digit behind the dot":       {`1.e1`, canonical.Syntax, 2, "$"},
		"no digit before the dot":       {`.5`, canonical.Syntax, 0, "$"},
		"no digit in the exponent":      {`1e+`, canonical.Syntax, 3, "$"},
		"a hexadecimal number":          {`0x10`, canonical.Syntax, 1, "$"},
		"a number with lines":           {`1_000`, canonical.Syntax, 1, "$"},
		"a comment":                     {`[1 /*x*/]`, canonical.Syntax, 3, "$"},
		"single quotes":                 {`'a'`, canonical.Syntax, 0, "$"},
		"a string without end":          {`"a`, canonical.Syntax, 2, "$"},
		"an escape without end":         {`"\`, canonical.Syntax, 1, "$"},
		"a line break in a string":      {"\"a\nb\"", canonical.Syntax, 2, "$"},
		"a line break behind an escape": {"\"\\ta\nb\"", canonical.Syntax, 4, "$"},
		"an unknown escape":             {`"a\x41"`, canonical.Syntax, 2, "$"},
		"an escape of three digits":     {`"\u12"`, canonical.Syntax, 1, "$"},
		"a digit that is none":          {`"\u12g4"`, canonical.Syntax, 1, "$"},

		"a lone high surrogate":        {`{"a":["x","\ud83d"]}`, fault.StringInvalid, 11, "$.a[1]"},
		"a high surrogate, then text":  {`"\ud83dx"`, fault.StringInvalid, 1, "$"},
		"a high surrogate twice":       {`"\ud83d\ud83d"`, fault.StringInvalid, 1, "$"},
		"a lone low surrogate":         {`"\ude00"`, fault.StringInvalid, 1, "$"},
		"a low surrogate first":        {`"\ude00\ud83d"`, fault.StringInvalid, 1, "$"},
		"bytes that are not UTF-8":     {"[\"a\",\"b\xff\"]", fault.StringInvalid, 6, "$[1]"},
		"the same behind an escape":    {"\"\\t\xff\"", fault.StringInvalid, 1, "$"},
		"a surrogate written as UTF-8": {"\"\xed\xa0\x80\"", fault.StringInvalid, 1, "$"},
		"an overlong form":             {"\"\xc0\x80\"", fault.StringInvalid, 1, "$"},
		"such bytes in a key":          {"{\"\xff\":1}", fault.StringInvalid, 2, "$"},
		"such bytes in no string":      {"\xff", canonical.Syntax, 0, "$"},

		"an integer over int64":      {`9223372036854775808`, fault.NumberRange, 0, "$"},
		"an integer under int64":     {`[-9223372036854775809]`, fault.NumberRange, 1, "$[0]"},
		"a number over binary64":     {`{"n": 1e309}`, fault.NumberRange, 6, "$.n"},
		"a number under binary64":    {`-1e309`, fault.NumberRange, 0, "$"},
		"a key twice":                {`{"a":1,"b":2,"a":3}`, fault.DuplicateKey, 13, "$"},
		"a key twice, written anew":  {`{"x":{"a":1,"\u0061":1}}`, fault.DuplicateKey, 12, "$.x"},
		"the empty key twice":        {`{"":1,"":1}`, fault.DuplicateKey, 6, "$"},
		"a level too deep":           {nested(canonical.MaxDepth + 1), fault.Depth, 32, "$" + strings.Repeat("[0]", 32)},
		"an object a level too deep": {strings.Repeat(`{"a":`, 33), fault.Depth, 160, "$" + strings.Repeat(".a", 32)},
		"a million levels":           {strings.Repeat("[", 1e6), fault.Depth, 32, "$" + strings.Repeat("[0]", 32)},
		"a key that is not shown":    {`{"a\u001b[2J":{"b":[0,x]}}`, canonical.Syntax, 22, "$.*.b[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := canonical.Parse([]byte(c.in))
			fails(t, err, c.code, c.offset, c.path)
		})
	}
}

func TestParseObjectWantsAnObject(t *testing.T) {
	t.Parallel()
	if o, err := canonical.ParseObject([]byte(`{"a":1}`)); err != nil || o["a"] != int64(1) {
		t.Errorf("got %v, %v", o, err)
	}
	for _, in := range []string{`[]`, `null`, `"{}"`, ` 1`} {
		_, err := canonical.ParseObject([]byte(in))
		fails(t, err, canonical.Syntax, 0, "$")
	}
	_, err := canonical.ParseObject([]byte(`{"a":1`))
	fails(t, err, canonical.Syntax, 6, "$")
}

func TestParsedValuesDoNotChangeWithTheirSource(t *testing.T) {
	t.Parallel()
	data := []byte(`{"name":"kept"}`)
	o, err := canonical.ParseObject(data)
	if err != nil {
		t.Fatal(err)
	}
	clear(data)
	if diff := cmp.Diff(map[string]any{"name": "kept"}, o); diff != "" {
		t.Error(diff)
	}
}

func TestDocumentsHaveRulesOfTheirOwn(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32)
	for in, want := range map[string]struct {
		offset int
		path   string
	}{
		`{"":1}`:                    {1, "$"},
		`{"a":[0,{"":1}]}`:          {9, "$.a[1]"},
		`{"$set":{}}`:               {1, "$"},
		`{"a":{"$":1}}`:             {6, "$.a"},
		`{"a":"x\u0000"}`:           {7, "$.a"},
		`{"a\u0000":1}`:             {3, "$"},
		`{"a":{"b":["\u0000", 1]}}`: {12, "$.a.b[0]"},
	} {
		_, err := canonical.ParseDocument([]byte(in))
		fails(t, err, fault.StringInvalid, want.offset, want.path)
		v, err := canonical.Parse([]byte(in))
		if err != nil {
			t.Errorf("%s is a value, though no document: %v", in, err)
		}
		fails(t, canonical.CheckDocument(v), fault.StringInvalid, 0, want.path)
	}
	for _, in := range []string{`{}`, `{"a$":{"b":["$x"," "]}}`, deep} {
		v, err := canonical.ParseDocument([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if err := canonical.CheckDocument(v); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
	v, err := canonical.Parse([]byte(deep))
	if err != nil {
		t.Fatal(err)
	}
	fails(t, canonical.CheckDocument(map[string]any{"x": v}), fault.Depth, 0, "$.x"+strings.Repeat(".a", 31))
	fails(t, canonical.CheckDocument([]any{v}), fault.Depth, 0, "$[0]"+strings.Repeat(".a", 31))
}

func TestErrorsShowNothingOfTheText(t *testing.T) {
	t.Parallel()
	_, err := canonical.Parse([]byte(`{"pass word": {"key": "s3cret\x"}}`))
	if got, want := err.Error(), `$.*.key at byte 29: no such escape`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
