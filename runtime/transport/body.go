package transport

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// ReadObject reads the body as one strict JSON object of at most limit bytes, counted as they are read; an empty body is {}.
func ReadObject(w http.ResponseWriter, r *http.Request, limit int64) (map[string]any, error) {
	if r.Header.Get("Content-Encoding") != "" {
		return nil, fault.New(fault.UnsupportedMediaType, "a body is sent without a content encoding")
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return nil, brokenOff(err)
	}
	if len(data) == 0 {
		return map[string]any{}, nil
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := params["charset"]; err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, fault.New(fault.UnsupportedMediaType, "the body must be application/json").
			WithHint("send the header Content-Type: application/json")
	}
	v, err := canonical.Parse(data)
	if err != nil {
		return nil, fault.New(fault.JsonInvalid, "the body is not one strict JSON value: %s", err)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, fault.New(fault.JsonInvalid, "the body must be a JSON object")
	}
	return object, nil
}

// brokenOff says what became of a body that could not be read to its end: the sender's doing, never a fault of the host.
func brokenOff(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fault.Wrap(fault.PayloadTooLarge, err, "the body is larger than %d bytes", tooLarge.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fault.Wrap(fault.RequestTimeout, err, "the body came too slowly")
	default:
		return fault.Wrap(fault.JsonInvalid, err, "the body broke off")
	}
}
