// Package schema judges JSON values by JSON Schema draft 7 with `nullable`. One evaluator serves loading, input, output and
// event payloads.
//
// Compile refuses what it cannot judge safely: references out of the schema or in a circle, patterns that are not RE2, schemas
// beyond their limits. A compiled schema is fast, deterministic, safe for concurrent use, and bounded: a schema written to be
// dear (patterns, unions that fan out) runs out of steps instead of holding a processor.
package schema

// Violation is one place where a value breaks a schema.
type Violation struct {
	Path    string `json:"path"`    // JSONPath into the value: $, $.title, $.items[2].name
	Message string `json:"message"` // never holds the rejected value
}

// Schema is a compiled schema.
type Schema struct {
	root     *rule
	source   []byte
	value    any
	maxSteps int
}

// JSON answers the schema as it was written, as compact JSON. The caller must not change it.
func (s *Schema) JSON() []byte { return s.source }

// Value answers the schema as it was written, as a plain value. The caller must not change it.
func (s *Schema) Value() any { return s.value }

// Limits bound schemas and their evaluation. A zero field takes its default.
type Limits struct {
	// MaxSize is the largest schema in bytes of compact JSON, beyond it SCHEMA_LIMIT. MOZAIKS_SCHEMA_MAX_SIZE; defaults to
	// 64 KiB.
	MaxSize int
	// MaxDepth is how many lists and objects may lie within each other in a schema, the schema itself included, beyond it
	// SCHEMA_LIMIT. MOZAIKS_SCHEMA_MAX_DEPTH; defaults to 32.
	MaxDepth int
	// MaxSteps is what judging one value may cost, about one step for each rule and value that meet, and more for patterns and
	// long texts by their size. Beyond it the value is refused. MOZAIKS_SCHEMA_MAX_STEPS; defaults to 2,000,000.
	MaxSteps int
	// MaxPattern is the longest pattern in bytes, beyond it SCHEMA_LIMIT. MOZAIKS_SCHEMA_MAX_PATTERN; defaults to 4 KiB.
	MaxPattern int
	// MaxPatterns is how large all patterns may be together, in instructions of their programs: x{1000} has about 2,000.
	// Beyond it SCHEMA_LIMIT. MOZAIKS_SCHEMA_MAX_PATTERNS; defaults to 250,000.
	MaxPatterns int
}

// The defaults of Limits.
const (
	DefaultMaxSize  = 64 << 10
	DefaultMaxDepth = 32
	DefaultMaxSteps = 2_000_000

	DefaultMaxPattern  = 4 << 10
	DefaultMaxPatterns = 250_000
)

func (l Limits) withDefaults() Limits {
	if l.MaxSize <= 0 {
		l.MaxSize = DefaultMaxSize
	}
	if l.MaxDepth <= 0 {
		l.MaxDepth = DefaultMaxDepth
	}
	if l.MaxSteps <= 0 {
		l.MaxSteps = DefaultMaxSteps
	}
	if l.MaxPattern <= 0 {
		l.MaxPattern = DefaultMaxPattern
	}
	if l.MaxPatterns <= 0 {
		l.MaxPatterns = DefaultMaxPatterns
	}
	return l
}

// Options say how a schema is compiled. The zero value works.
type Options struct {
	// ObjectRoot asks that the root has type object or no type, as parameters and payloads must: else SCHEMA_ROOT.
	ObjectRoot bool
	Limits     Limits
	// Patterns counts the instructions of patterns for Limits.MaxPatterns. Schemas that are given the same counter share the
	// limit, as those of one module do. Defaults to a counter for this schema alone.
	Patterns *int
}
