//go:build !wasip1

package mozaikstest

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
)

// Call runs a handler as a host does, from the JSON of its input to that of its output. A refusal is a [*mozaiks.Error]; a
// code outside of the closed list, which a host would not take, fails the test.
func Call[In, Out any](h *Host, handler mozaiks.Handler[In, Out], input string) (output string, err error) {
	h.t.Helper()
	if !json.Valid([]byte(input)) {
		h.t.Fatalf("the input is no JSON: %s", input)
	}
	doc := mozaiks.Serve(h.Context(), handler, []byte(input))
	var answer struct {
		OK    json.RawMessage
		Error *mozaiks.Error
	}
	if err := json.Unmarshal(doc, &answer); err != nil {
		h.t.Fatalf("the handler's answer cannot be read: %v: %s", err, doc)
	}
	if answer.Error == nil {
		return string(answer.OK), nil
	}
	if !slices.Contains(mozaiks.Codes(), answer.Error.Code) {
		h.t.Fatalf("the handler answers the code %q, which is not in the closed list", answer.Error.Code)
	}
	return "", answer.Error
}

// SameJSON tells whether two JSON texts hold the same value; the order of members and white space do not matter.
func SameJSON(t testing.TB, a, b string) bool {
	t.Helper()
	return sameJSON(t, []byte(a), []byte(b))
}

// exact reads JSON without rounding its numbers.
func exact(t testing.TB, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	if err == nil && strings.TrimSpace(string(text[d.InputOffset():])) != "" {
		err = errors.New("something stands behind the value")
	}
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

func clockAnswer(now string) ([]byte, error) {
	at, err := mozaiks.ParseTime(now)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"ok": map[string]any{"now": at, "unix_ms": int64(at)}})
}
