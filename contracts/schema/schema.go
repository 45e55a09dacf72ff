// Package schema judges JSON values by JSON Schema draft 7 with `nullable`. One evaluator serves loading, input, output and
// event payloads (modules 3).
package schema

// Violation is one place where a value breaks a schema.
type Violation struct {
	Path    string `json:"path"`    // JSONPath into the value: $, $.title, $.items[2].name
	Message string `json:"message"` // never holds the rejected value
}

// Schema is a compiled schema.
type Schema struct{}
