// Package wasm reads the binary format of WebAssembly: it decodes and validates a module of version 2.0 under limits of its
// own, reports all that is wrong with it, and never runs it. Time is linear in the size of the binary.
package wasm

import "strings"

// ValueType is the type of a value as the binary format writes it.
type ValueType = byte

// Types of values.
const (
	I32       ValueType = 0x7f
	I64       ValueType = 0x7e
	F32       ValueType = 0x7d
	F64       ValueType = 0x7c
	V128      ValueType = 0x7b
	Funcref   ValueType = 0x70
	Externref ValueType = 0x6f
)

// FuncType is the type of a function. Both parts are in the form of the binary.
type FuncType struct{ Params, Results string }

// Sig makes a type from letters: i for i32, I for i64, f for f32, F for f64, v for v128.
func Sig(params, results string) FuncType {
	return FuncType{letters.Replace(params), letters.Replace(results)}
}

func (s FuncType) String() string {
	out := "(" + typeNames(s.Params) + ") -> "
	if len(s.Results) == 1 {
		return out + typeNames(s.Results)
	}
	return out + "(" + typeNames(s.Results) + ")"
}

func typeNames(types string) string {
	names := make([]string, 0, len(types))
	for i := range len(types) {
		names = append(names, TypeName(types[i]))
	}
	return strings.Join(names, ", ")
}

// TypeName answers the name of a type in the text format.
func TypeName(t ValueType) string {
	switch t {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case V128:
		return "v128"
	case Funcref:
		return "funcref"
	case Externref:
		return "externref"
	}
	return "?"
}

func isNumber(t ValueType) bool    { return t >= F64 && t <= I32 }
func isReference(t ValueType) bool { return t == Funcref || t == Externref }

// Kind is what an import or export may be.
type Kind byte

// Kinds of imports and exports.
const (
	KindFunction Kind = 0
	KindTable    Kind = 1
	KindMemory   Kind = 2
	KindGlobal   Kind = 3
	kindTag      Kind = 4
)

func (k Kind) String() string {
	names := [...]string{"function", "table", "memory", "global", "tag"}
	if int(k) < len(names) {
		return names[k]
	}
	return "kind " + string('0'+rune(k%10))
}

// MaxPages is the most that 32-bit addresses reach, in pages of 64 KiB.
const MaxPages = 65_536

// Import is one entry of the import section.
type Import struct {
	Module, Name string
	Kind         Kind
	Type         uint32 // of a function: its type's index
}

// Export is one entry of the export section.
type Export struct {
	Name  string
	Kind  Kind
	Index uint32
}

// Table is the type of a table.
type Table struct {
	Element  ValueType
	Min, Max uint32
	HasMax   bool
}

// Memory is the type of a memory, in pages.
type Memory struct {
	Min, Max uint32
	HasMax   bool
}

// Global is the type of a global.
type Global struct {
	Type    ValueType
	Mutable bool
}

// Mode says what a segment is for.
type Mode byte

// Modes of segments.
const (
	Active Mode = iota
	Passive
	Declarative
)

// Elem is an element segment.
type Elem struct {
	Mode  Mode
	Table uint32
	Type  ValueType
	Count int
}

// Data is a data segment. Constant tells that an active one has a constant address, Offset, rather than a global's value.
type Data struct {
	Mode     Mode
	Constant bool
	Offset   uint32
	Bytes    []byte
}

// Span is a range of bytes in the binary.
type Span struct{ From, To int }

// Section is a section other than a custom one, with its header and without.
type Section struct {
	ID          byte
	Whole, Body Span
}

// LocalGroup declares n locals of one type.
type LocalGroup struct {
	Count uint32
	Type  ValueType
}

// Body is the code of a function that the binary defines.
type Body struct {
	Groups []LocalGroup
	Locals int  // without parameters
	Code   Span // instructions, with the last end
	Height int  // the most operands that its stack holds
}

// Module is a decoded binary. The index spaces count imports first, as the format does.
type Module struct {
	Types           []FuncType
	Imports         []Import
	Functions       []uint32 // the index of each function's type
	ImportedFuncs   int
	Tables          []Table
	ImportedTables  int
	Memories        []Memory
	ImportedMems    int
	Globals         []Global
	ImportedGlobals int
	Exports         []Export
	Start           int64 // index of the start function, -1 without one
	Elems           []Elem
	Referenced      []bool // by function: an element segment, a global or an export names it
	DataCount       int    // as announced, -1 if it is not
	Data            []Data
	Bodies          []Body
	Sections        []Section
	Unfrozen        string // what keeps the state after initialisation from being restored, "" for nothing
	Boot            []byte // content of the custom section mozaiks.boot, nil without one
	NameSection     Span   // content of the custom section name

	bin []byte
}

// Bytes answers the binary that was decoded.
func (m *Module) Bytes() []byte { return m.bin }

// TypeOf answers the type of a function.
func (m *Module) TypeOf(function uint32) FuncType { return m.Types[m.Functions[function]] }

// Section answers the section of that number.
func (m *Module) Section(id byte) (Section, bool) {
	for _, s := range m.Sections {
		if s.ID == id {
			return s, true
		}
	}
	return Section{}, false
}
