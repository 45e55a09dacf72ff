package document_test

import (
	"testing"

	"github.com/mozaiks/mozaiks/contracts/document"
)

func TestJSONIsReadStrictly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"an object":            {` {"a": [1, -2.5e1, "xé\n😀", null, true, false, {}], "b": []} `, `{"a":[1,-25,"xé\n😀",null,true,false,{}],"b":[]}`},
		"byte order mark":      {"\uFEFF{}", `{}`},
		"line breaks":          {"{\r\n\"a\":\t1\r}", `{"a":1}`},
		"nothing":              {"", "JSON_SYNTAX@1:1"},
		"cut off":              {"{\"a\": [1,\n", "JSON_SYNTAX@2:1"},
		"never closed":         {"{\"a\": [1", "JSON_SYNTAX@1:7"},
		"last comma":           {`{"a": 1,}`, "JSON_SYNTAX@1:9"},
		"last comma in a list": {`{"a": [1,]}`, "JSON_SYNTAX@1:10"},
		"no comma":             {`{"a": 1 "b": 2}`, "JSON_SYNTAX@1:9"},
		"no colon":             {`{"a" 1}`, "JSON_SYNTAX@1:6"},
		"single quotes":        {`{'a': 1}`, "JSON_SYNTAX@1:2"},
		"comment":              {"{} // x", "JSON_SYNTAX@1:4"},
		"leading zero":         {`{"a": 01}`, "JSON_SYNTAX@1:7"},
		"number without end":   {`{"a": 1.}`, "JSON_SYNTAX@1:7"},
		"number without start": {`{"a": .5}`, "JSON_SYNTAX@1:7"},
		"plus":                 {`{"a": +1}`, "JSON_SYNTAX@1:7"},
		"NaN":                  {`{"a": NaN}`, "JSON_SYNTAX@1:7"},
		"two dots":             {`{"a": 1.2.3}`, "JSON_SYNTAX@1:7"},
		"line break in text":   {"{\"a\": \"x\ny\"}", "JSON_SYNTAX@1:9"},
		"bad escape":           {`{"a": "\x41"}`, "JSON_SYNTAX@1:8"},
		"half a surrogate":     {`{"a": "\udc00"}`, "JSON_SYNTAX@1:8"},
		"escape at the end":    {`{"a": "\`, "JSON_SYNTAX@1:8"},
		"key twice":            {"{\"a\": 1,\n \"a\": 2}", "JSON_DUPLICATE_KEY@2:2"},
		"key twice by escape":  {`{"a": 1, "\u0061": 2}`, "JSON_DUPLICATE_KEY@1:10"},
		"list at the top":      {`[]`, "NOT_AN_OBJECT@1:1"},
		"not UTF-8":            {"{\"\xc3\x28\": 1}", "FILE_ENCODING@1:3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, problems := document.ParseJSON([]byte(c.in), document.Limits{})
			if got := parsed(t, n, problems); got != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}
