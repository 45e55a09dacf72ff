package wasmhost

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/abi"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func TestClockShowsTheTimeOfTheCall(t *testing.T) {
	t.Parallel()
	r := mustCall(t, load(t, newTestEngine(t, nil), asking("clock", `{}`)), Call{Now: testNow.Add(999_999)})
	if want := `{"now":"2026-02-03T04:05:06.789Z","unix_ms":1770091506789}`; string(r.Value) != want {
		t.Errorf("got %s, want %s", r.Value, want)
	}
}

// The key stream of the all-zero key and nonce is the first test vector of RFC 8439, appendix A.1.
func TestRandomIsTheKeyStreamOfTheSeed(t *testing.T) {
	t.Parallel()
	r := mustCall(t, load(t, newTestEngine(t, nil), asking("random", `{"bytes":16}`)), Call{})
	var answer struct{ Base64 []byte }
	if err := json.Unmarshal(r.Value, &answer); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%x", answer.Base64), "76b8e0ada0f13d90405d6ae55386bd28"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRandomAndWASITakeFromOneStreamInOrder(t *testing.T) {
	t.Parallel()
	b := w.New()
	op := b.Operation("random")
	get := b.Import(moduleWASI, "random_get", w.Type{Params: []byte{w.I32, w.I32}, Results: []byte{w.I32}})
	b.Allocator().Data(1024, `{"bytes":3}`)
	b.Handler("run", w.I32Const(2048), w.I32Const(5), w.Call(get), w.Drop, w.I32Const(1024), w.I32Const(11), w.Call(op))
	r := mustCall(t, load(t, newTestEngine(t, nil), b), Call{})
	if want := `{"base64":"` + base64.StdEncoding.EncodeToString([]byte{0xf1, 0x3d, 0x90}) + `"}`; string(r.Value) != want {
		t.Errorf("got %s, want %s", r.Value, want)
	}
}

func TestTheSameSeedGivesTheSameCall(t *testing.T) {
	t.Parallel()
	b := asking("random", `{"bytes":4096}`)
	var answers []string
	for _, backend := range []string{BackendCompiler, BackendInterpreter} {
		m := load(t, newTestEngine(t, &Options{Backend: backend}), b)
		for _, seed := range [][32]byte{{1}, {1}, {2}} {
			answers = append(answers, string(mustCall(t, m, Call{Seed: seed}).Value))
		}
	}
	slices.Sort(answers)
	if got := len(slices.Compact(answers)); got != 2 {
		t.Errorf("two seeds gave %d answers", got)
	}
}

func TestBuiltInOperationsAreStrict(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	fields := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`"f%d":%d`, i, i))
		}
		return `{"level":"info","message":"m","fields":{` + strings.Join(all, ",") + `}}`
	}
	for _, c := range []struct {
		operation, request, path string
		ok                       bool
	}{
		{"clock", `{}`, "", true},
		{"clock", ``, "", true},
		{"clock", `{"zone":1}`, "$.zone", false},
		{"clock", `[]`, "", false},
		{"clock", `{`, "", false},
		{"random", `{"bytes":1}`, "", true},
		{"random", `{"bytes":4096}`, "", true},
		{"random", `{"bytes":0}`, "$.bytes", false},
		{"random", `{"bytes":4097}`, "$.bytes", false},
		{"random", `{"bytes":1.5}`, "$.bytes", false},
		{"random", `{}`, "$.bytes", false},
		{"log", `{"level":"debug","message":""}`, "", true},
		{"log", fields(16), "", true},
		{"log", fields(17), "$.fields", false},
		{"log", `{"level":"info","message":"m","fields":[]}`, "$.fields", false},
		{"log", `{"level":"fatal","message":"m"}`, "$.level", false},
		{"log", `{"level":"info"}`, "$.message", false},
		{"log", `{"level":"info","message":"m","tenant":"t"}`, "$.tenant", false},
	} {
		r := mustCall(t, load(t, e, asking(c.operation, c.request)), Call{Host: &testHost{}})
		switch {
		case c.ok != (r.Refusal == nil):
			t.Errorf("%s %s: %s, %v", c.operation, c.request, r.Value, r.Refusal)
		case !c.ok && (r.Refusal.Code != abi.CodeInvalidArgument || c.path != "" && r.Refusal.Details["path"] != c.path):
			t.Errorf("%s %s: %v %v", c.operation, c.request, r.Refusal, r.Refusal.Details)
		}
	}
}
