package canonical_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{ "b":1.0, "a":[1e3,-0.0,true,null], "é":"\u00e9\u0007\/\t\"", "A":{}, "\ud83d\ude00":9007199254740993 }`,
		`[1E-7,123456789012345680000.5,9223372036854775808.0,-9223372036854775808,5e-324]`, `{"a":1,"a":2}`, `"\ud800"`, "\"\xff\"",
		`[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]`, `1e309`, `9223372036854775808`, ` [ ] `, `{"$":{"":0}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := canonical.Parse(data)
		var e *canonical.Error
		if err != nil {
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(data) || e.Reason == "" || e.Path[0] != '$' {
				t.Fatalf("a bad error: %#v", err)
			}
		}
		// encoding/json takes what is refused here for other reasons than syntax, and nothing else besides.
		if valid := json.Valid(data); (e == nil && !valid) || (e != nil && e.Code == canonical.Syntax && valid) {
			t.Fatalf("json.Valid is %v, the error %v", valid, err)
		}
		if _, err := canonical.ParseDocument(data); (err == nil) != (e == nil && canonical.CheckDocument(v) == nil) {
			t.Fatalf("ParseDocument and CheckDocument disagree: %v", err)
		}
		if e != nil {
			return
		}
		first := canonical.Append(nil, v)
		again, err := canonical.ParseObject([]byte(`{"v":` + string(first) + `}`))
		if errors.As(err, &e) && e.Code == fault.Depth {
			return // the object around it is a level too many
		}
		if err != nil {
			t.Fatalf("%s cannot be read again: %v", first, err)
		}
		if !canonical.Equal(v, again["v"]) || !canonical.Equal(again["v"], canonical.Clone(v)) {
			t.Fatalf("%s reads as another value", first)
		}
		if second := canonical.Append(nil, again["v"]); !bytes.Equal(first, second) {
			t.Fatalf("not a fixed point:\n%s\n%s", first, second)
		}
		var theirs, ours any
		if err := json.Unmarshal(data, &theirs); err != nil {
			t.Fatalf("encoding/json cannot read it: %v", err)
		}
		if err := json.Unmarshal(first, &ours); err != nil {
			t.Fatalf("encoding/json cannot read %s: %v", first, err)
		}
		if !reflect.DeepEqual(theirs, ours) {
			t.Fatalf("encoding/json reads another value: %v, then %v", theirs, ours)
		}
	})
}
