package document

import (
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Problem is something that a parser found wrong: a finding that does not know its file yet.
type Problem struct {
	Code    fault.Code
	Line    int // from 1; 0 where the file as a whole is meant
	Column  int // from 1, in characters
	Path    string
	Message string
	Hint    string
}

// Finding answers the problem as an error in file.
func (p Problem) Finding(file string) diagnostic.Finding {
	return diagnostic.Finding{Code: p.Code, Severity: diagnostic.Error, File: file, Line: p.Line, Column: p.Column,
		Path: p.Path, Message: p.Message, Hint: p.Hint}
}

// Findings answers the problems as errors in file.
func Findings(file string, problems []Problem) []diagnostic.Finding {
	out := make([]diagnostic.Finding, len(problems))
	for i, p := range problems {
		out[i] = p.Finding(file)
	}
	return out
}
