package abi_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

func TestPackKeepsAddressAndLength(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ptr, length uint32
		packed      uint64
	}{{0, 0, 0}, {1, 0, 1 << 32}, {0, 1, 1}, {0xffffffff, 0xfffffffe, 0xffffffff_fffffffe}, {0x80000000, 7, 0x80000000_00000007}} {
		if got := abi.Pack(c.ptr, c.length); got != c.packed {
			t.Errorf("Pack(%#x, %#x) = %#x, want %#x", c.ptr, c.length, got, c.packed)
		}
		if ptr, length := abi.Unpack(c.packed); ptr != c.ptr || length != c.length {
			t.Errorf("Unpack(%#x) = %#x, %#x", c.packed, ptr, length)
		}
	}
}

func TestAnswersOfTheHostHaveOneMember(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{string(abi.EncodeOK([]byte(`{"a":1}`))), `{"ok":{"a":1}}`},
		{string(abi.EncodeOK(nil)), `{"ok":null}`},
		{string(abi.EncodeError(&abi.Error{Code: abi.CodeNotFound, Message: "gone"})),
			`{"error":{"code":"not_found","message":"gone"}}`},
		{string(abi.EncodeError(&abi.Error{Code: abi.CodeConflict, Details: map[string]any{"actual": int64(4)}})),
			`{"error":{"code":"conflict","details":{"actual":4},"message":""}}`},
		{string(abi.EncodeError(&abi.Error{Code: abi.CodeBusy, Message: "\xff", Details: map[string]any{"n": 1, "l": []string{"a"}}})),
			`{"error":{"code":"busy","details":{"l":["a"],"n":1},"message":"�"}}`},
		{string(abi.EncodeError(&abi.Error{Code: abi.CodeBusy, Details: map[string]any{"f": func() {}}})),
			`{"error":{"code":"busy","message":""}}`},
		{string(abi.EncodeError(&abi.Error{Code: "made_up", Message: "secret"})), `{"error":{"code":"internal","message":""}}`},
		{string(abi.EncodeError(nil)), `{"error":{"code":"internal","message":""}}`},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestResultsOfHandlersAreRead(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, c := range []struct {
		doc     string
		value   string
		refusal *abi.Error
		code    fault.Code
	}{
		{doc: `{"ok": {"b": 1, "a": 2.0}}`, value: `{"a":2,"b":1}`},
		{doc: `{"ok": null}`, value: `null`},
		{doc: `{"ok":` + deep(31) + `}`, value: deep(31)},
		{doc: `{"ok":` + deep(32) + `}`, code: fault.OutputNotJson},
		{doc: `{"error":{"code":"failed"}}`, refusal: &abi.Error{Code: abi.CodeFailed}},
		{doc: `{"error":{"code":"conflict","message":"m","details":{"reason":"r"}}}`,
			refusal: &abi.Error{Code: abi.CodeConflict, Message: "m", Details: map[string]any{"reason": "r"}}},
		{doc: `{"error":{"code":"failed","message":"m","details":null}}`, refusal: &abi.Error{Code: abi.CodeFailed, Message: "m"}},
		{doc: ``, code: fault.OutputNotJson},
		{doc: `{"ok":1} x`, code: fault.OutputNotJson},
		{doc: `{"ok":1,"ok":2}`, code: fault.OutputNotJson},
		{doc: "{\"ok\":\"\xff\"}", code: fault.OutputNotJson},
		{doc: `{"ok":1,"error":{"code":"failed"}}`, code: fault.OutputShape},
		{doc: `{}`, code: fault.OutputShape},
		{doc: `[]`, code: fault.OutputShape},
		{doc: `"ok"`, code: fault.OutputShape},
		{doc: `{"value":1}`, code: fault.OutputShape},
		{doc: `{"error":"failed"}`, code: fault.OutputShape},
		{doc: `{"error":{"message":"m"}}`, code: fault.OutputShape},
		{doc: `{"error":{"code":"no_such_code"}}`, code: fault.OutputShape},
		{doc: `{"error":{"code":1}}`, code: fault.OutputShape},
		{doc: `{"error":{"code":"failed","message":1}}`, code: fault.OutputShape},
		{doc: `{"error":{"code":"failed","details":[]}}`, code: fault.OutputShape},
		{doc: `{"error":{"code":"failed","more":1}}`, code: fault.OutputShape},
	} {
		value, refusal, err := abi.DecodeResult(nil, []byte(c.doc))
		if got := fault.CodeOf(err); got != c.code {
			t.Errorf("%s: code %q, want %q", c.doc, got, c.code)
		}
		if err != nil && !errors.As(err, new(*fault.Error)) {
			t.Errorf("%s: %T is no fault", c.doc, err)
		}
		if string(value) != c.value {
			t.Errorf("%s: value %s, want %s", c.doc, value, c.value)
		}
		if diff := cmp.Diff(c.refusal, refusal); diff != "" {
			t.Errorf("%s: refusal differs:\n%s", c.doc, diff)
		}
	}
}

func TestWhatTheHostEncodesItCanDecode(t *testing.T) {
	t.Parallel()
	want := &abi.Error{Code: abi.CodeBusy, Message: "later", Details: map[string]any{"after_ms": int64(5)}}
	_, got, err := abi.DecodeResult(nil, abi.EncodeError(want))
	if err != nil || !cmp.Equal(want, got) {
		t.Fatalf("got %v, %v", got, err)
	}
}

func TestItems(t *testing.T) {
	t.Parallel()
	for request, want := range map[string]int{`{"ops":[{},1,[2,3]]}`: 3, `{"ops":[]}`: 0, `{}`: 0, `{"ops":{}}`: 0, `{`: 0, ``: 0, `[1]`: 0} {
		if got := abi.Items([]byte(request)); got != want {
			t.Errorf("%s has %d", request, got)
		}
	}
}
