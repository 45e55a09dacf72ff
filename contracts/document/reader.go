package document

import (
	"fmt"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Reader reads typed values out of the nodes of one file and keeps what it finds wrong. Nothing stops it: a value that is
// missing or broken reads as the zero of its type, with a nil node, and the reading goes on.
type Reader struct {
	file     string
	limits   Limits
	findings []diagnostic.Finding
	errors   int
}

// NewReader makes a reader for the file of that name, as findings shall name it.
func NewReader(file string, limits Limits) *Reader {
	return &Reader{file: file, limits: limits.WithDefaults()}
}

// YAML parses data and answers its top object, nil where the file cannot be read. Problems become findings.
func (r *Reader) YAML(data []byte) *Record {
	n, problems := ParseYAML(data, r.limits)
	return r.top(n, problems)
}

// JSON parses data and answers its top object, nil where the file cannot be read. Problems become findings.
func (r *Reader) JSON(data []byte) *Record {
	n, problems := ParseJSON(data, r.limits)
	return r.top(n, problems)
}

func (r *Reader) top(n *Node, problems []Problem) *Record {
	r.Add(Findings(r.file, problems)...)
	if n == nil {
		return nil
	}
	return r.Record(n)
}

// Findings answers what was found so far, in the order of reading.
func (r *Reader) Findings() []diagnostic.Finding { return r.findings }

// Errors answers how many errors were found so far. A caller that compares the number before and after reading a list knows
// whether the list is broken, and then reports nothing for not being in it.
func (r *Reader) Errors() int { return r.errors }

// File answers the name of the file.
func (r *Reader) File() string { return r.file }

// Limits answers the limits that hold, with defaults filled in.
func (r *Reader) Limits() Limits { return r.limits }

// Add keeps findings that were made elsewhere.
func (r *Reader) Add(findings ...diagnostic.Finding) {
	for _, f := range findings {
		if f.Severity == diagnostic.Error {
			r.errors++
		}
		r.findings = append(r.findings, f)
	}
}

// Error reports an error about the value n.
func (r *Reader) Error(code fault.Code, n *Node, message, hint string) {
	r.report(diagnostic.Error, code, n, message, hint)
}

// Warn reports a warning about the value n.
func (r *Reader) Warn(code fault.Code, n *Node, message, hint string) {
	r.report(diagnostic.Warning, code, n, message, hint)
}

func (r *Reader) report(severity diagnostic.Severity, code fault.Code, n *Node, message, hint string) {
	r.Add(diagnostic.Finding{Code: code, Severity: severity, File: r.file, Line: n.Line, Column: n.Column, Path: n.Path,
		Message: message, Hint: hint})
}

// String judges the text n by a form and answers whether it passes.
func (r *Reader) String(n *Node, form Form) bool {
	if n.Kind != String {
		r.wrongType(n, "text")
		return false
	}
	code, message, hint := form(n.Text)
	if code != "" {
		r.Error(code, n, message, hint)
	}
	return code == ""
}

// wrongType reports TYPE. What was meant as text gets the hint to quote it.
func (r *Reader) wrongType(n *Node, want string) {
	hint := "write " + want + " here"
	switch {
	case want == "text" && n.Kind != Null && n.Kind != List && n.Kind != Object:
		hint = "put it in quotes"
	case n.Kind == Null:
		hint = "write " + want + " here, or remove the field"
	case n.Kind == String && (want == "a boolean" || strings.HasPrefix(want, "an integer")):
		hint = "write " + want + " here, without quotes"
	}
	r.Error(fault.Type, n, "expected "+want+", found "+Describe(n), hint)
}

// Int judges the integer n by its bounds, both included.
func (r *Reader) Int(n *Node, least, most int64) bool {
	switch {
	case n.Kind == Int && least <= n.Int && n.Int <= most:
		return true
	case n.Kind == Int || (n.Kind == Float && isInteger(n.Text)):
		r.Error(fault.Range, n, fmt.Sprintf("%s is not within %d and %d", Quote(n.Text), least, most),
			fmt.Sprintf("write an integer from %d to %d", least, most))
	default:
		r.wrongType(n, "an integer")
	}
	return false
}

// The bounds of an integer that has none of its own: what every JSON reader can hold.
const (
	MinInt = -(1 << 53)
	MaxInt = 1 << 53
)

// Record answers n as an object to read fields from, nil and TYPE where it is none.
func (r *Reader) Record(n *Node) *Record {
	if n.Kind != Object {
		r.wrongType(n, "an object")
		return nil
	}
	return &Record{Node: n, reader: r}
}

// Unique reports DUPLICATE_ID where the value of n stands in seen already, else puts it there. what names the value: id.
func (r *Reader) Unique(seen map[string]*Node, n *Node, what string) bool {
	first, again := seen[n.Text]
	if again {
		r.Error(fault.DuplicateId, n, fmt.Sprintf("the %s %s stands twice, first on line %d", what, Quote(n.Text), first.Line),
			"give one of the two another "+what)
		return false
	}
	seen[n.Text] = n
	return true
}

// DidYouMean answers a hint that names the nearest of known, or else the text given.
func DidYouMean(name string, known []string, otherwise string) string {
	if near := Nearest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}
