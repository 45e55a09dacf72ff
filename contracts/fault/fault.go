// Package fault holds every code that Mozaiks answers with, and the error type that carries one.
//
// Machines read the code, people the message and the hint, logs the cause. What is unknown is INTERNAL and shows no text.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Code names one fault. It has one meaning and, over HTTP, one status; it is never renamed or used for something else.
type Code string

// Info is what the catalogue says of a code.
type Info struct {
	Code      Code
	Group     string // http, engine, finding, …: the section of docs/reference/codes.md
	Status    int    // HTTP status; 0 where the code never answers a request by itself
	Retryable bool   // the same request may succeed later, unchanged
	Meaning   string
	Action    Code // of an engine code: what the caller of the action is told
}

// Lookup answers what the catalogue says of code.
func Lookup(code Code) (Info, bool) {
	i, ok := table[code]
	return i, ok
}

// Codes answers all codes, sorted.
func Codes() []string {
	out := make([]string, 0, len(table))
	for c := range table {
		out = append(out, string(c))
	}
	slices.Sort(out)
	return out
}

// Status is the HTTP status of code; 500 for one that has none.
func (c Code) Status() int {
	if i, ok := table[c]; ok && i.Status != 0 {
		return i.Status
	}
	return 500
}

// Retryable tells whether the same request may succeed later, unchanged.
func (c Code) Retryable() bool { return table[c].Retryable }

// Error is a fault on its way to a caller.
type Error struct {
	Code    Code
	Message string         // for people, safe to show; never a rejected value, never a cause
	Hint    string         // the one next step, if there is one
	Details map[string]any // further members of the problem
	Retry   time.Duration  // how long a caller should wait; 0 where nothing is known
	Cause   error          // for logs only
}

// New makes an error of code with a message for people.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an error of code whose cause goes to the log and to nobody else.
func Wrap(code Code, cause error, format string, args ...any) *Error {
	e := New(code, format, args...)
	e.Cause = cause
	return e
}

// WithHint adds the one next step.
func (e *Error) WithHint(hint string) *Error {
	e.Hint = hint
	return e
}

// WithDetails adds further members of the problem.
func (e *Error) WithDetails(details map[string]any) *Error {
	e.Details = details
	return e
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

func (e *Error) Unwrap() error { return e.Cause }

// From answers err as a fault: itself if it is one or wraps one, else INTERNAL with err as its hidden cause.
func From(err error) *Error {
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return Wrap(Internal, err, "a fault of the host")
}

// CodeOf is the code of err; "" for nil, INTERNAL for an error that is no fault.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return From(err).Code
}
