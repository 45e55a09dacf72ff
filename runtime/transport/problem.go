// Package transport holds the HTTP conventions that every route shares: request ids, problems, limits of requests, headers
// for browsers, the access log, and the listener's life with its drain.
package transport

import (
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// WriteProblem answers a fault as problem details (RFC 9457). The cause of a 5xx goes to the log and never to the caller.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	info, _ := fault.Lookup(f.Code)
	status := f.Code.Status()
	body := map[string]any{
		"type": "urn:mozaiks:problem:" + string(f.Code), "title": title(info), "status": status, "code": f.Code,
		"retryable": f.Code.Retryable(), "instance": RequestID(r.Context()),
	}
	if f.Message != "" {
		body["detail"] = f.Message
	}
	if f.Hint != "" {
		body["hint"] = f.Hint
	}
	maps.Copy(body, f.Details)
	if status >= 500 && f.Cause != nil || f.Code == fault.Internal {
		Logger(r.Context()).Error("request failed", "event", "REQUEST_FAILED", "code", f.Code, "error", err)
	}
	noteCode(r.Context(), f.Code)
	h := w.Header()
	h.Del("ETag")
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	if f.Code.Retryable() && (status == 429 || status == 503 || status == 409) {
		wait := max(f.Retry, time.Second)
		h.Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_ = json.NewEncoder(w).Encode(body) // the caller is gone: nobody is left to tell
	}
}

func title(info fault.Info) string {
	if info.Meaning == "" {
		return string(info.Code)
	}
	return info.Meaning
}

// WriteJSON answers v with a status.
func WriteJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		WriteProblem(w, r, err)
		return
	}
	WriteBytes(w, status, append(data, '\n'))
}

// WriteBytes answers a JSON document that is there already.
func WriteBytes(w http.ResponseWriter, status int, data []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, _ = w.Write(data) // the caller is gone: nobody is left to tell
}

// HandlerFunc is a route that may fail; what it returns becomes a problem.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

func (h HandlerFunc) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h(w, r); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			err = fault.Wrap(fault.PayloadTooLarge, err, "the body is larger than %d bytes", tooLarge.Limit)
		}
		WriteProblem(w, r, err)
	}
}

// discard is the logger of a request that passed no middleware: in tests of single handlers.
var discard = slog.New(slog.DiscardHandler)
