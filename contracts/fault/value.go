package fault

// Value is an error code of the host ABI, closed and in lower case: what an operation answers a guest, or a handler the
// host.
type Value string

// Known tells whether v is in the closed list.
func (v Value) Known() bool { return knownValues[v] }

// Retryable tells whether the same call may succeed later; true for busy, timeout and unavailable alone.
func (v Value) Retryable() bool { return v == ValueBusy || v == ValueTimeout || v == ValueUnavailable }

// ValueError is an error value with its message and details.
type ValueError struct {
	Code    Value          `json:"code"`
	Message string         `json:"message"`
	Details map[string]any `json:"details,omitempty"`
}

func (e *ValueError) Error() string { return string(e.Code) + ": " + e.Message }

// Valuef makes an error value without details.
func Valuef(code Value, message string) *ValueError { return &ValueError{Code: code, Message: message} }
