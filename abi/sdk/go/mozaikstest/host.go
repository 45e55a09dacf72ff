//go:build !wasip1

// Package mozaikstest tests the handlers of a module on the developer's machine: a fake host that is told which operations
// to expect, in order, and what to answer.
package mozaikstest

import (
	"encoding/json"
	"reflect"
	"sync"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
)

// Host expects operations in order. One that is not expected, or whose request differs, fails the test and ends it; so does
// an expected one that never came. Operations without a grant can be answered for the whole test: see [Host.At] and
// [Host.KeepLog].
type Host struct {
	t testing.TB

	mu       sync.Mutex
	expected []*Expectation
	next     int
	clock    []byte // the answer of every clock, if set
	keepLog  bool
	lines    []Line
}

// Line is what a handler wrote to the log.
type Line struct {
	Level   mozaiks.Level  `json:"level"`
	Message string         `json:"message"`
	Fields  map[string]any `json:"fields"`
}

// New makes a host that expects nothing yet. At the end of the test it fails if an expected operation did not come.
func New(t testing.TB) *Host {
	t.Helper()
	h := &Host{t: t}
	t.Cleanup(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if !t.Failed() && h.next < len(h.expected) {
			t.Errorf("%s was expected and did not come: %s", h.expected[h.next].operation, h.expected[h.next].request)
		}
	})
	return h
}

// Context answers the context to call a handler with.
func (h *Host) Context() mozaiks.Context { return mozaiks.NewContext(h) }

// Expectation is one operation that a host expects. Unless it is told otherwise, it answers null.
type Expectation struct {
	t         testing.TB
	operation string
	request   string
	answer    []byte
}

// Expect adds an operation to those expected. request is the JSON it must have, compared as a value; empty means any.
func (h *Host) Expect(operation, request string) *Expectation {
	h.t.Helper()
	if request != "" && !json.Valid([]byte(request)) {
		h.t.Fatalf("the expected request of %s is no JSON: %s", operation, request)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	e := &Expectation{t: h.t, operation: operation, request: request}
	h.expected = append(h.expected, e)
	return e
}

// Answer says what the operation answers: the JSON of the value of "ok".
func (e *Expectation) Answer(value string) {
	e.t.Helper()
	if !json.Valid([]byte(value)) {
		e.t.Fatalf("the answer of %s is no JSON: %s", e.operation, value)
	}
	e.answer = []byte(`{"ok":` + value + `}`)
}

// Refuse says with which error the operation answers. details may be nil.
func (e *Expectation) Refuse(code mozaiks.Code, message string, details map[string]any) {
	e.t.Helper()
	doc, err := json.Marshal(map[string]any{"error": mozaiks.Error{Code: code, Message: message, Details: details}})
	if err != nil {
		e.t.Fatal(err)
	}
	e.answer = doc
}

// At answers every clock from now on with this time, RFC 3339. Clocks need not be expected then.
func (h *Host) At(now string) *Host {
	h.t.Helper()
	doc, err := clockAnswer(now)
	if err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = doc
	return h
}

// KeepLog takes every line of the log from now on, for [Host.Lines]. Lines need not be expected then.
func (h *Host) KeepLog() *Host {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keepLog = true
	return h
}

// Lines answers the lines that were kept.
func (h *Host) Lines() []Line {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Line(nil), h.lines...)
}

// Do implements [mozaiks.Host].
func (h *Host) Do(operation string, request []byte) []byte {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case operation == "clock" && h.clock != nil:
		return h.clock
	case operation == "log" && h.keepLog:
		var line Line
		if err := json.Unmarshal(request, &line); err != nil {
			h.t.Fatalf("a line of the log cannot be read: %v: %s", err, request)
		}
		h.lines = append(h.lines, line)
		return nil
	case h.next == len(h.expected):
		h.t.Fatalf("%s was not expected: %s", operation, request)
	}
	e := h.expected[h.next]
	h.next++
	if e.operation != operation {
		h.t.Fatalf("%s came, %s was expected\ngot  %s\nwant %s", operation, e.operation, request, e.request)
	}
	if e.request != "" && !sameJSON(h.t, request, []byte(e.request)) {
		h.t.Fatalf("%s came with another request\ngot  %s\nwant %s", operation, request, e.request)
	}
	return e.answer
}

func sameJSON(t testing.TB, a, b []byte) bool {
	t.Helper()
	return reflect.DeepEqual(exact(t, a), exact(t, b))
}
