// Package diagnostic holds findings: what a check says about a file, for people and for programs.
package diagnostic

import (
	"cmp"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Severity says what a finding does: an error refuses the module, a warning only under --strict, a note never.
type Severity string

// The three severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Finding is one diagnostic. Line and Column count from 1, columns in characters; both are 0 for a finding about a binary
// or about a file as a whole that cannot be placed better.
type Finding struct {
	Code     fault.Code `json:"code"`
	Severity Severity   `json:"severity"`
	File     string     `json:"file"`
	Line     int        `json:"line"`
	Column   int        `json:"column"`
	Path     string     `json:"path"`    // JSONPath; in a binary imports["module.name"] or exports["name"]
	Message  string     `json:"message"` // quotes at most 80 characters of input, control characters escaped
	Hint     string     `json:"hint"`    // the one edit that would help; never empty for an error
}

// Sort orders findings by file, line, column, code, then path and message, so that equal input gives equal output.
func Sort(f []Finding) {
	slices.SortStableFunc(f, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
}

// HasError tells whether one of f is an error.
func HasError(f []Finding) bool {
	return slices.ContainsFunc(f, func(x Finding) bool { return x.Severity == Error })
}
