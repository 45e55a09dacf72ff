package extism_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/extism"
)

// Error lets an end pass through the engine below, which keeps errors and makes texts of all else.
func (e *endError) Error() string { return string(e.code) }

func endOf(t testing.TB, err error) *endError {
	var e *endError
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	return e
}

// both runs a test on a kernel alone and on one with a front.
func both(t *testing.T, o *extism.Options, input string, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Run("alone", func(t *testing.T) { test(t, setup(t, o, input)) })
	t.Run("front", func(t *testing.T) {
		b := setup(t, o, "")
		most := 0
		if o != nil {
			most = o.ArenaMax
		}
		b.withFront(most)
		if err := b.Reset([]byte(input)); err != nil {
			t.Fatal(err)
		}
		test(t, b)
	})
}

func TestInputIsReadByByteAndWord(t *testing.T) {
	t.Parallel()
	both(t, nil, "0123456789", func(t *testing.T, b *bench) {
		if got := b.call("input_length"); got != 10 {
			t.Errorf("length %d", got)
		}
		if got := b.call("input_load_u8", 9); got != '9' {
			t.Errorf("byte %d", got)
		}
		if got := b.call("input_load_u64", 2); got != 0x3938373635343332 {
			t.Errorf("word %#x", got)
		}
		if got := b.get(b.call("input_offset")); got != "0123456789" {
			t.Errorf("block %q", got)
		}
	})
}

func TestAccessOutsideEndsTheCall(t *testing.T) {
	t.Parallel()
	both(t, nil, "123", func(t *testing.T, b *bench) {
		end := b.call("input_offset") + 16 // of the only block, with what it was rounded to
		b.call("load_u8", end-1)
		b.call("load_u64", end-8)
		for _, c := range []struct {
			name string
			args []uint64
		}{
			{"load_u8", []uint64{0}}, {"load_u8", []uint64{63}}, {"load_u8", []uint64{end}}, {"load_u8", []uint64{1 << 32}},
			{"load_u64", []uint64{end - 7}}, {"load_u64", []uint64{63}}, {"load_u64", []uint64{1<<64 - 1}}, {"load_u64", []uint64{1<<64 - 8}},
			{"store_u8", []uint64{end, 1}}, {"store_u8", []uint64{8, 1}}, {"store_u64", []uint64{end - 7, 1}}, {"store_u64", []uint64{1<<32 + 64, 1}},
			{"input_load_u8", []uint64{3}}, {"input_load_u8", []uint64{1<<64 - 1}}, {"input_load_u64", []uint64{0}},
			{"input_load_u64", []uint64{1<<64 - 4}}, {"output_set", []uint64{end - 1, 2}}, {"output_set", []uint64{64, 1<<64 - 1}},
			{"input_set", []uint64{8, 8}}, {"error_set", []uint64{1 << 40}},
		} {
			if e := b.ends(c.name, c.args...); e.code != fault.GuestMemoryBounds || e.details["function"] != c.name {
				t.Errorf("%s%v: %+v", c.name, c.args, e)
			}
		}
	})
}

func TestBlocksHaveLengthsUntilTheyAreFreed(t *testing.T) {
	t.Parallel()
	both(t, nil, "", func(t *testing.T, b *bench) {
		h := b.call("alloc", 100)
		if h == 0 || b.call("length", h) != 100 || b.call("length_unsafe", h) != 100 || b.call("memory_bytes") != 100 {
			t.Fatalf("block %d of %d", h, b.call("length", h))
		}
		for _, other := range []uint64{0, 1, h + 1, h + 16, h + 1<<32, 1<<64 - 16} {
			b.call("free", other)
			if n := b.call("length", other); n != 0 {
				t.Errorf("%d has the length %d", other, n)
			}
		}
		b.call("free", h)
		b.call("free", h)
		if b.call("length", h) != 0 || b.call("memory_bytes") != 0 {
			t.Error("a freed block has a length")
		}
		if next := b.call("alloc", 97); next != h {
			t.Errorf("the freed block is not used again: %d, %d", h, next)
		}
		if b.call("alloc", 0) != 0 || b.call("alloc", 1<<63) != 0 || b.call("alloc", 16<<20+1) != 0 {
			t.Error("alloc of nothing or too much gave a block")
		}
	})
}

func TestOutputOutlivesItsBlock(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	h := b.put("the output")
	b.call("output_set", h+4, 6)
	b.call("free", h)
	if got := string(b.Output()); got != "output" {
		t.Errorf("output %q", got)
	}
	if b.call("output_offset") != h+4 || b.call("output_length") != 6 {
		t.Error("the range is not what was set")
	}
}

func TestAnErrorTextDoesNotOutliveItsBlock(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	h := b.put("wrong")
	b.call("error_set", h)
	if got := b.ErrorText(); got != "wrong" || b.call("error_get") != h {
		t.Errorf("error %q", got)
	}
	b.call("free", h)
	if got := b.ErrorText(); got != "" {
		t.Errorf("error %q after its block was freed", got)
	}
}

func TestResetInACallForgetsAll(t *testing.T) {
	t.Parallel()
	both(t, nil, "input", func(t *testing.T, b *bench) {
		h := b.put("secret")
		b.call("output_set", h, 6)
		b.call("error_set", h)
		b.call("reset")
		if b.call("input_length") != 0 || b.call("length", h) != 0 || len(b.Output()) != 0 || b.ErrorText() != "" {
			t.Error("something is left")
		}
		if e := b.ends("load_u8", h); e.code != fault.GuestMemoryBounds {
			t.Errorf("%+v", e)
		}
	})
}

func TestNothingOfACallIsSeenByTheNext(t *testing.T) {
	t.Parallel()
	both(t, nil, "", func(t *testing.T, b *bench) {
		for _, n := range []uint64{16, 1000, 70_000, 1 << 20, 5 << 20} {
			h := b.call("alloc", n)
			for at := uint64(0); at+8 <= n; at += 4096 {
				b.call("store_u64", h+at, 1<<64-1)
			}
			b.call("store_u8", h+n-1, 0xff)
			b.call("var_set", b.put("name"), b.put("value"))
			if err := b.Reset(nil); err != nil {
				t.Fatal(err)
			}
			if got := b.call("var_get", b.put("name")); got != 0 {
				t.Errorf("a variable is left: %q", b.get(got))
			}
			h = b.call("alloc", n)
			for at := uint64(0); at+8 <= n; at += 4096 {
				if v := b.call("load_u64", h+at); v != 0 {
					t.Fatalf("%d bytes: %#x is left at %d", n, v, at)
				}
			}
			if b.call("load_u8", h+n-1) != 0 {
				t.Errorf("the last of %d bytes is left", n)
			}
		}
	})
}

func TestAnInputThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, &extism.Options{ArenaMax: 4096}, "")
	if err := b.Reset(make([]byte, 5000)); fault.CodeOf(err) != fault.InputTooLarge {
		t.Errorf("%v", err)
	}
}

func TestASettingIsTextAndItsKeyIsKept(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	b.host.settings = map[string]string{"greeting": "Good day", "empty": ""}
	key := b.put("greeting")
	if got := b.get(b.call("config_get", key)); got != "Good day" || b.get(key) != "greeting" {
		t.Errorf("%q, key %q", got, b.get(key))
	}
	if b.call("config_get", b.put("absent")) != 0 || b.call("config_get", b.put("empty")) != 0 || b.call("config_get", 0) != 0 {
		t.Error("a setting that is not there has a block")
	}
}

func TestVariablesAreKeptReplacedAndDropped(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	name, value := b.put("name"), b.put("value")
	b.call("var_set", name, value)
	if b.call("length", name) != 0 || b.call("length", value) != 0 {
		t.Error("name and value keep their blocks")
	}
	name = b.put("name")
	if got := b.get(b.call("var_get", name)); got != "value" {
		t.Errorf("%q", got)
	}
	b.call("var_set", b.put("name"), b.put("other"))
	if diff := cmp.Diff(map[string][]byte{"name": []byte("other")}, b.Variables()); diff != "" {
		t.Error(diff)
	}
	b.call("var_set", b.put("name"), 0)
	if len(b.Variables()) != 0 {
		t.Errorf("%v", b.Variables())
	}
}

func TestTooManyBytesOfVariablesEndTheCall(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	for range 3 { // what is replaced does not count
		b.call("var_set", b.put("name"), b.call("alloc", 1<<20-100))
	}
	if e := b.ends("var_set", b.put("other"), b.call("alloc", 100)); e.code != fault.ExtismHostError ||
		e.details["error"] != "limit_exceeded" {
		t.Errorf("%+v", e)
	}
}

func TestLogLinesHaveTheirLevelAndFreeTheirBlock(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	for _, level := range []string{"trace", "debug", "info", "warn", "error"} {
		h := b.put("at " + level)
		b.call("log_"+level, h)
		if b.call("length", h) != 0 {
			t.Errorf("the block of a line at %s is kept", level)
		}
	}
	want := []string{"debug: at trace", "debug: at debug", "info: at info", "warn: at warn", "error: at error"}
	if diff := cmp.Diff(want, b.host.log); diff != "" || b.call("get_log_level") != 2 {
		t.Errorf("level %d, lines: %s", b.call("get_log_level"), diff)
	}
}

func TestALineIsChargedBeforeItIsWritten(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	h := b.put("12345")
	b.Settle()
	before := b.host.fuel
	b.call("log_info", h)
	if got := b.host.fuel - before; got != 1000+5 {
		t.Errorf("the host was told of %d units before the line", got)
	}
}

func TestAnHTTPRequestIsAnOperation(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	b.host.answer = []byte(`{"status":201,"headers":{"b":"2","a":"1"},"body":"made"}`)
	request, body := b.put(`{"URL":"https://a.example/","method":"post","headers":{"X-A":"1"},"more":1}`), b.put("text")
	answer := b.call("http_request", request, body)
	want := `{"body":"text","headers":{"X-A":"1"},"method":"POST","url":"https://a.example/"}`
	if b.host.operation != "http_fetch" || b.host.request != want {
		t.Errorf("%s %s", b.host.operation, b.host.request)
	}
	if got := b.get(answer); got != "made" || b.call("http_status_code") != 201 {
		t.Errorf("answer %q, status %d", got, b.call("http_status_code"))
	}
	if got := b.get(b.call("http_headers")); got != `{"a":"1","b":"2"}` {
		t.Errorf("headers %s", got)
	}
	b.host.answer = []byte(`{"status":204,"headers":{},"body_base64":"/wA="}`)
	if got := b.get(b.call("http_request", b.put(`{"url":"x"}`), b.put("\xff"))); got != "\xff\x00" {
		t.Errorf("binary answer %q", got)
	}
	if want := `{"body_base64":"/w==","method":"GET","url":"x"}`; b.host.request != want {
		t.Errorf("%s", b.host.request)
	}
}

func TestARefusedHTTPRequestEndsTheCall(t *testing.T) {
	t.Parallel()
	for code, want := range map[abi.Code]*endError{
		abi.CodeEgressDenied: {code: fault.ExtismHostError, details: map[string]any{"function": "http_request", "error": "egress_denied"}},
		abi.CodeBusy:         {refusal: &abi.Error{Code: abi.CodeBusy}},
		abi.CodeTimeout:      {refusal: &abi.Error{Code: abi.CodeTimeout}},
		abi.CodeUnavailable:  {refusal: &abi.Error{Code: abi.CodeUnavailable}},
	} {
		b := setup(t, nil, "")
		b.host.failure = &abi.Error{Code: code}
		if diff := cmp.Diff(want, b.ends("http_request", b.put(`{"url":"x"}`), 0), cmp.AllowUnexported(endError{})); diff != "" {
			t.Errorf("%s: %s", code, diff)
		}
	}
	b := setup(t, nil, "")
	if e := b.ends("http_request", b.put(`no JSON`), 0); e.details["error"] != "invalid_argument" || b.host.operation != "" {
		t.Errorf("%+v %q", e, b.host.operation)
	}
}

func TestEveryOperationIsAFunction(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	for _, op := range abi.Operations() {
		f := b.functions["mozaiks_v1_"+op.Name]
		if f.Module != extism.UserModule || f.Grant != op.Grant {
			t.Errorf("%s: %+v", op.Name, f)
			continue
		}
		b.host.answer, b.host.failure = []byte(`{"a":1}`), nil
		request := b.put(`{"b":2}`)
		if got := b.get(b.call(f.Name, request)); got != `{"ok":{"a":1}}` || b.host.operation != op.Name || b.host.request != `{"b":2}` {
			t.Errorf("%s: %s, asked %s %s", op.Name, got, b.host.operation, b.host.request)
		}
		b.host.answer, b.host.failure = nil, &abi.Error{Code: abi.CodeNotFound, Message: "none"}
		if got := b.get(b.call(f.Name, 0)); got != `{"error":{"code":"not_found","message":"none"}}` || b.host.request != "" {
			t.Errorf("%s: %s, asked %q", op.Name, got, b.host.request)
		}
	}
}

func TestAnAnswerThatDoesNotFitEndsTheCall(t *testing.T) {
	t.Parallel()
	b := setup(t, &extism.Options{ArenaMax: 4096}, "")
	b.host.answer = []byte(`"` + strings.Repeat("x", 5000) + `"`)
	if e := b.ends("mozaiks_v1_context", 0); e.code != fault.ExtismHostError || e.details["error"] != "limit_exceeded" {
		t.Errorf("%+v", e)
	}
}

func TestFuelIsTheSameWithAFront(t *testing.T) {
	t.Parallel()
	both(t, nil, strings.Repeat("x", 1000), func(t *testing.T, b *bench) {
		h := b.call("alloc", 1000)
		for i := uint64(0); i < 1000; i += 8 {
			b.call("store_u64", h+i, b.call("input_load_u64", i))
			b.call("store_u8", h+i, b.call("load_u8", h+i))
		}
		b.call("load_u64", b.call("input_offset"))
		b.call("output_set", h, b.call("input_length"))
		b.call("free", h)
		b.Settle()
		const want = 40 + 125 + 125*(21+21+20+20) + 21 + 20 + 20 + 20 + 40
		if b.host.fuel != want {
			t.Errorf("%d units, want %d", b.host.fuel, want)
		}
	})
}

func TestTheHostIsToldOfUnitsWithoutAskingForThem(t *testing.T) {
	t.Parallel()
	both(t, nil, "12345678", func(t *testing.T, b *bench) {
		for range 1000 {
			b.call("input_load_u64", 0)
		}
		if b.host.fuel < 21*1000-4096 || b.host.fuel > 21*1000 {
			t.Errorf("told of %d units of %d", b.host.fuel, 21*1000)
		}
	})
}

func TestOutcomesOfACall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		returned     uint32
		output, text string
		value        string
		refusal      *abi.Error
		code         fault.Code
	}{
		{value: "null"},
		{output: ` {"b":1, "a":2.0} `, value: `{"a":2,"b":1}`},
		{output: `"text"`, value: `"text"`},
		{output: `text`, code: fault.OutputNotJson},
		{output: `{"ok":1}`, value: `{"ok":1}`},
		{output: `{"a":1,"a":2}`, code: fault.OutputNotJson},
		{returned: 3, refusal: &abi.Error{Code: abi.CodeFailed, Message: "the handler returned 3"}},
		{returned: 1<<32 - 1, output: "1", refusal: &abi.Error{Code: abi.CodeFailed, Message: "the handler returned -1"}},
		{output: "1", text: "went wrong", refusal: &abi.Error{Code: abi.CodeFailed, Message: "went wrong"}},
		{returned: 1, text: "went \xff wrong", refusal: &abi.Error{Code: abi.CodeFailed, Message: "went \ufffd wrong"}},
		{returned: 1, text: `{"error":{"code":"not_found","message":"m","details":{"a":1}}}`,
			refusal: &abi.Error{Code: abi.CodeNotFound, Message: "m", Details: map[string]any{"a": int64(1)}}},
		{text: `{"error":{"code":"made_up"}}`, code: fault.OutputShape},
		{text: `{"error":"no object"}`, refusal: &abi.Error{Code: abi.CodeFailed, Message: `{"error":"no object"}`}},
		{text: `{"error":{},"more":1}`, refusal: &abi.Error{Code: abi.CodeFailed, Message: `{"error":{},"more":1}`}},
	} {
		b := setup(t, nil, "")
		if c.output != "" {
			b.call("output_set", b.put(c.output), uint64(len(c.output)))
		}
		if c.text != "" {
			b.call("error_set", b.put(c.text))
		}
		value, refusal, err := b.Outcome(c.returned)
		if string(value) != c.value || fault.CodeOf(err) != c.code {
			t.Errorf("%+v: value %s, %v", c, value, err)
		}
		if diff := cmp.Diff(c.refusal, refusal); diff != "" {
			t.Errorf("%+v: %s", c, diff)
		}
	}
}

func TestCallsDoNotAllocate(t *testing.T) { // alone: it counts what the process allocates
	b := setup(t, nil, "")
	input, stack := make([]byte, 1024), make([]uint64, 2)
	run := func(name string, args ...uint64) uint64 {
		copy(stack, args)
		b.functions[name].Call(b.Kernel, stack)
		return stack[0]
	}
	if n := testing.AllocsPerRun(100, func() {
		if err := b.Reset(input); err != nil {
			t.Fatal(err)
		}
		h := run("alloc", 1024)
		for i := uint64(0); i < 1024; i += 8 {
			run("store_u64", h+i, run("input_load_u64", i))
		}
		run("output_set", h, 1024)
		run("free", h)
		run("length", h)
		b.Settle()
	}); n != 0 {
		t.Errorf("%v allocations for a call", n)
	}
}

func ExampleKernel() {
	k := extism.New(&host{}, nil)
	if err := k.Reset([]byte("the input")); err != nil {
		panic(err)
	}
	for _, f := range extism.Functions() {
		if f.Name == "input_length" {
			stack := make([]uint64, 1)
			f.Call(k, stack) // as a guest's import would
			fmt.Println(stack[0])
		}
	}
	// Output: 9
}
