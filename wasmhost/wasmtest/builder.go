// Package wasmtest builds small WebAssembly binaries for tests, without any tool outside Go. It writes what it is told
// and checks nothing, so that a test can build a binary that is wrong in one way.
package wasmtest

import "encoding/binary"

// Types of values.
const (
	I32       byte = 0x7f
	I64       byte = 0x7e
	F32       byte = 0x7d
	F64       byte = 0x7c
	Funcref   byte = 0x70
	Externref byte = 0x6f
)

// Type is the type of a function.
type Type struct{ Params, Results []byte }

// The types of the native ABI.
var (
	Plain   = Type{}
	Handler = Type{Params: []byte{I32, I32}, Results: []byte{I64}}
	Alloc   = Type{Params: []byte{I32}, Results: []byte{I32}}
)

// Builder collects the parts of a binary. Imports come before functions, as in the index space. The zero value is an
// empty module.
type Builder struct {
	types     []Type
	imports   [][]byte
	functions []function
	imported  uint32
	tables    [][]byte
	memories  [][]byte
	globals   [][]byte
	exports   [][]byte
	start     []byte
	elements  [][]byte
	data      [][]byte
	customs   [][]byte
	extra     []byte
}

type function struct {
	kind   uint32
	locals []byte
	body   []byte
}

// New makes a module with a memory of one page, exported as memory. Allocator adds the other export that the native
// ABI asks of every binary.
func New() *Builder { return (&Builder{}).Memory(1, 0).Export("memory", KindMemory, 0) }

// Kinds of imports and exports.
const (
	KindFunction byte = iota
	KindTable
	KindMemory
	KindGlobal
)

// TypeIndex answers the number of a type, added if it is new.
func (b *Builder) TypeIndex(t Type) uint32 {
	for i, have := range b.types {
		if string(have.Params) == string(t.Params) && string(have.Results) == string(t.Results) {
			return uint32(i)
		}
	}
	b.types = append(b.types, t)
	return uint32(len(b.types) - 1)
}

// Import adds a function import and answers its index. All imports come before the first Func.
func (b *Builder) Import(module, name string, t Type) uint32 {
	if len(b.functions) > 0 {
		panic("wasmtest: Import after Func")
	}
	b.imports = append(b.imports, join(Name(module), Name(name), []byte{KindFunction}, U32(b.TypeIndex(t))))
	b.imported++
	return b.imported - 1
}

// RawImport adds an import of any kind by its description.
func (b *Builder) RawImport(module, name string, description ...byte) *Builder {
	b.imports = append(b.imports, join(Name(module), Name(name), description))
	return b
}

// Operation adds the import of a host operation and answers its index.
func (b *Builder) Operation(name string) uint32 { return b.Import("mozaiks_v1", name, Handler) }

// Func adds a function and answers its index. locals are the types of its locals; body has no end instruction.
func (b *Builder) Func(t Type, locals []byte, body ...[]byte) uint32 {
	b.functions = append(b.functions, function{b.TypeIndex(t), locals, join(body...)})
	return b.imported + uint32(len(b.functions)) - 1
}

// Handler adds a function of a handler's type and exports it.
func (b *Builder) Handler(name string, body ...[]byte) *Builder {
	return b.Export(name, KindFunction, b.Func(Handler, []byte{I32, I32, I64}, body...))
}

// Allocator adds and exports a mozaiks_alloc that hands out the bytes from 4096 on and never frees; it grows the memory
// when it must and answers 0 when it cannot.
func (b *Builder) Allocator() *Builder {
	next := b.Global(I32, true, I32Const(4096))
	f := b.Func(Alloc, []byte{I32},
		GlobalGet(next), LocalSet(1),
		GlobalGet(next), LocalGet(0), Op(0x6a), GlobalSet(next), // next += size
		Block(
			Loop(
				GlobalGet(next), MemorySize, I32Const(16), Op(0x74), Op(0x4d), BrIf(1), // next <= size << 16: done
				I32Const(1), MemoryGrow, I32Const(-1), Op(0x46), If(I32Const(0), Return),
				Br(0))),
		LocalGet(1))
	return b.Export("mozaiks_alloc", KindFunction, f)
}

// Memory sets the memory; a maximum of 0 means none.
func (b *Builder) Memory(pages, most uint32) *Builder {
	if most == 0 {
		return b.RawMemory(join([]byte{0}, U32(pages)))
	}
	return b.RawMemory(join([]byte{1}, U32(pages), U32(most)))
}

// RawMemory sets the entry of the memory section; without limits there is none.
func (b *Builder) RawMemory(limits []byte) *Builder {
	b.memories = nil
	if limits != nil {
		b.memories = [][]byte{limits}
	}
	return b
}

// SecondMemory adds an entry to the memory section.
func (b *Builder) SecondMemory(limits []byte) *Builder {
	b.memories = append(b.memories, limits)
	return b
}

// Table adds a table and answers its index; a maximum of 0 means none.
func (b *Builder) Table(element byte, entries, most uint32) uint32 {
	t := join([]byte{element, 0}, U32(entries))
	if most != 0 {
		t = join([]byte{element, 1}, U32(entries), U32(most))
	}
	b.tables = append(b.tables, t)
	return uint32(len(b.tables) - 1)
}

// Global adds a global and answers its index.
func (b *Builder) Global(t byte, mutable bool, value []byte) uint32 {
	m := byte(0)
	if mutable {
		m = 1
	}
	b.globals = append(b.globals, join([]byte{t, m}, value, []byte{0x0b}))
	return uint32(len(b.globals) - 1)
}

// Export adds an export.
func (b *Builder) Export(name string, kind byte, index uint32) *Builder {
	b.exports = append(b.exports, join(Name(name), []byte{kind}, U32(index)))
	return b
}

// Start names the start function.
func (b *Builder) Start(index uint32) *Builder {
	b.start = U32(index)
	return b
}

// Elements fills table 0 from an offset on.
func (b *Builder) Elements(offset int32, functions ...uint32) *Builder {
	e := join([]byte{0}, I32Const(offset), []byte{0x0b}, U32(uint32(len(functions))))
	for _, f := range functions {
		e = append(e, U32(f)...)
	}
	b.elements = append(b.elements, e)
	return b
}

// Data fills the memory from an offset on.
func (b *Builder) Data(offset int32, data string) *Builder {
	b.data = append(b.data, join([]byte{0}, I32Const(offset), []byte{0x0b}, Name(data)))
	return b
}

// Custom adds a custom section at the end.
func (b *Builder) Custom(name, content string) *Builder {
	b.customs = append(b.customs, Section(0, Name(name), []byte(content)))
	return b
}

// Raw adds bytes at the very end.
func (b *Builder) Raw(data ...byte) *Builder {
	b.extra = append(b.extra, data...)
	return b
}

// Bytes writes the binary.
func (b *Builder) Bytes() []byte {
	out := []byte("\x00asm\x01\x00\x00\x00")
	var types, kinds, bodies [][]byte
	for _, t := range b.types {
		types = append(types, join([]byte{0x60}, U32(uint32(len(t.Params))), t.Params, U32(uint32(len(t.Results))), t.Results))
	}
	for _, f := range b.functions {
		kinds = append(kinds, U32(f.kind))
		locals := U32(uint32(len(f.locals)))
		for _, l := range f.locals {
			locals = append(locals, 1, l)
		}
		body := join(locals, f.body, []byte{0x0b})
		bodies = append(bodies, join(U32(uint32(len(body))), body))
	}
	var starts [][]byte
	if b.start != nil {
		starts = [][]byte{b.start}
	}
	for _, s := range []struct {
		id    byte
		parts [][]byte
	}{{1, types}, {2, b.imports}, {3, kinds}, {4, b.tables}, {5, b.memories}, {6, b.globals}, {7, b.exports}} {
		out = append(out, vector(s.id, s.parts)...)
	}
	if len(starts) > 0 {
		out = append(out, Section(8, starts...)...)
	}
	out = append(out, vector(9, b.elements)...)
	out = append(out, vector(10, bodies)...)
	out = append(out, vector(11, b.data)...)
	return append(out, join(join(b.customs...), b.extra)...)
}

func vector(id byte, parts [][]byte) []byte {
	if len(parts) == 0 {
		return nil
	}
	return Section(id, append([][]byte{U32(uint32(len(parts)))}, parts...)...)
}

// Section writes a section with its number and length.
func Section(id byte, parts ...[]byte) []byte {
	body := join(parts...)
	return join([]byte{id}, U32(uint32(len(body))), body)
}

// U32 writes an unsigned LEB128.
func U32(v uint32) []byte { return binary.AppendUvarint(nil, uint64(v)) }

// Name writes a text with its length.
func Name(s string) []byte { return append(U32(uint32(len(s))), s...) }

func join(parts ...[]byte) []byte {
	out := []byte{}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}
