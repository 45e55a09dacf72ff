package wasmhost

import (
	"strings"
	"unicode"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Error says how a call ended that did not end with a result. Code is one of the engine's codes, or that of a
// *fault.Error with which a Host ended the call.
type Error struct {
	Code    fault.Code
	Message string         // for people; holds no memory of the guest
	Details map[string]any // what the code says more: the exit code, the abort text, the trap behind MEMORY_EXCEEDED
	Export  string         // the export that was called
	Fuel    uint64         // units that the call used; after a deadline or a cancellation not the same in every run
	Frames  []string       // the guest's functions by name, innermost first, at most 32
	Cause   error          // for logs only: a panic of the host with its stack, the error of a Host
}

func (e *Error) Error() string {
	s := string(e.Code)
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap answers the cause, so that errors.Is and errors.As reach what a Host ended the call with.
func (e *Error) Unwrap() error { return e.Cause }

// ActionCode is what the caller of the action is told: the engine's codes map to fewer, others stand for themselves.
func (e *Error) ActionCode() fault.Code {
	if info, ok := fault.Lookup(e.Code); ok && info.Action != "" {
		return info.Action
	}
	return e.Code
}

// Retryable tells whether the same call may succeed later.
func (e *Error) Retryable() bool { return e.Code.Retryable() }

// printable cuts a text of a guest or of the engine below to most bytes and escapes control characters.
func printable(s string, most int) string {
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return escape(s)
}

// escape makes a text one line without control characters.
func escape(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if !strings.ContainsFunc(s, control) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case control(c):
			const digits = "0123456789abcdef"
			b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(digits[c>>shift&15])
			}
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// control also holds the characters that end a line or turn the direction of writing, which a log viewer would obey.
func control(c rune) bool {
	return unicode.IsControl(c) || c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x2069
}
