package mozaikstest_test

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
	"github.com/mozaiks/mozaiks/abi/sdk/go/mozaikstest"
)

// recorder is a testing.TB that keeps what a test would have been told.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	messages []string
	cleanups []func()
}

func (r *recorder) Helper() {}

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.messages) > 0
}

func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatal(args ...any) {
	r.Errorf("%s", fmt.Sprint(args...))
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// messagesOf runs a test of its own and answers what it failed with.
func messagesOf(test func(t testing.TB)) []string {
	r := &recorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
	return r.messages
}

var notes = mozaiks.NewCollection[map[string]any]("notes")

func TestWhatIsExpectedPasses(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	h.Expect("data_get", `{ "id": "n1", "collection": "notes" }`).Answer(`{"doc":{"_id":"n1","_rev":1,"big":9007199254740993}}`)
	h.Expect("data_get", "").Refuse(mozaiks.CodeScopeDenied, "no tenant", map[string]any{"need": "tenant"})
	doc, found, err := notes.Get(h.Context(), "n1")
	if err != nil || !found || doc.Value["big"] != int64(9007199254740993) {
		t.Errorf("got %v, %v, %v", doc, found, err)
	}
	_, _, err = notes.Get(h.Context(), "any")
	if want := (&mozaiks.Error{Code: mozaiks.CodeScopeDenied, Message: "no tenant", Details: map[string]any{"need": "tenant"}}); !reflect.DeepEqual(err, want) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNotExpectedFails(t *testing.T) {
	t.Parallel()
	get := func(h *mozaikstest.Host) { _, _, _ = notes.Get(h.Context(), "n1") }
	cases := []struct {
		name, want string
		test       func(t testing.TB)
	}{
		{"an operation too many", "data_get was not expected", func(t testing.TB) { get(mozaikstest.New(t)) }},
		{"an operation too few", "data_get was expected and did not come", func(t testing.TB) { mozaikstest.New(t).Expect("data_get", "") }},
		{"another operation", "data_get came, data_query was expected", func(t testing.TB) {
			h := mozaikstest.New(t)
			h.Expect("data_query", "")
			get(h)
		}},
		{"another request", "data_get came with another request", func(t testing.TB) {
			h := mozaikstest.New(t)
			h.Expect("data_get", `{"collection":"notes","id":"n2"}`)
			get(h)
		}},
		{"numbers that differ only past float64", "event_emit came with another request", func(t testing.TB) {
			h := mozaikstest.New(t)
			h.Expect("event_emit", `{"type":"e","payload":9007199254740993}`)
			_, _ = h.Context().Emit("e", 9007199254740992)
		}},
		{"a request that is no JSON", "the expected request of log is no JSON", func(t testing.TB) { mozaikstest.New(t).Expect("log", `{`) }},
		{"an answer that is no JSON", "the answer of log is no JSON", func(t testing.TB) { mozaikstest.New(t).Expect("log", "").Answer(`{`) }},
		{"a time that is none", "no time of RFC 3339", func(t testing.TB) { mozaikstest.New(t).At("noon") }},
		{"an input that is no JSON", "the input is no JSON", func(t testing.TB) {
			_, _ = mozaikstest.Call(mozaikstest.New(t), refuse, `{`)
		}},
		{"a code that no host takes", `the handler answers the code "oops"`, func(t testing.TB) {
			_, _ = mozaikstest.Call(mozaikstest.New(t), refuse, `{"code":"oops"}`)
		}},
		{"JSON with something behind it", "something stands behind the value", func(t testing.TB) { mozaikstest.SameJSON(t, `1 2`, `1`) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := messagesOf(c.test); len(got) != 1 || !strings.Contains(got[0], c.want) {
				t.Errorf("got %q, want one message with %q", got, c.want)
			}
		})
	}
}

func refuse(_ mozaiks.Context, in struct {
	Code mozaiks.Code `json:"code"`
}) (map[string]int, error) {
	if in.Code == "" {
		return map[string]int{"n": 1}, nil
	}
	return nil, mozaiks.Fail(in.Code, "refused", nil)
}

func TestCallRunsAHandlerOverJSON(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t)
	if out, err := mozaikstest.Call(h, refuse, `{}`); err != nil || !mozaikstest.SameJSON(t, out, `{ "n": 1 }`) {
		t.Errorf("got %s, %v", out, err)
	}
	_, err := mozaikstest.Call(h, refuse, `{"code":"conflict"}`)
	var e *mozaiks.Error
	if !errors.As(err, &e) || e.Code != mozaiks.CodeConflict {
		t.Errorf("got %v", err)
	}
}

func TestClockAndLogNeedNotBeExpected(t *testing.T) {
	t.Parallel()
	h := mozaikstest.New(t).At("2026-03-02T08:15:00Z").KeepLog()
	ctx := h.Context()
	for range 2 {
		if now, err := ctx.Now(); err != nil || now != 1772439300000 {
			t.Errorf("got %v, %v", now, err)
		}
	}
	ctx.Log(mozaiks.LevelInfo, "hello", mozaiks.Fields{"n": 1})
	want := []mozaikstest.Line{{Level: mozaiks.LevelInfo, Message: "hello", Fields: map[string]any{"n": 1.0}}}
	if got := h.Lines(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}
