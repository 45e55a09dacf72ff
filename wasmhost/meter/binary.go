package meter

import (
	"fmt"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// binary puts the new binary together, section by section.
func (w *writer) binary() []byte {
	// First what finds the types and functions that are added.
	bodies, globals, exports := w.bodies(), w.globalSection(), w.exportSection()
	var elements code
	if len(w.Elems)+len(w.pointers) > 0 {
		elements = w.elementSection()
	}
	functions := w.functionSection()
	out := code(append(make([]byte, 0, len(w.Bytes())*3/2+4096), w.Bytes()[:8]...))
	out.section(wasm.SectionType, w.typeSection())
	out.section(wasm.SectionImport, w.importSection())
	out.section(wasm.SectionFunction, functions)
	if len(w.Tables) > w.ImportedTables {
		out.section(wasm.SectionTable, w.tableSection())
	}
	if len(w.Memories) > w.ImportedMems {
		out.section(wasm.SectionMemory, w.memorySection())
	}
	out.section(wasm.SectionGlobal, globals)
	out.section(wasm.SectionExport, exports)
	if elements != nil {
		out.section(wasm.SectionElement, elements)
	}
	if _, ok := w.Section(wasm.SectionDataCount); ok {
		out.section(wasm.SectionDataCount, w.raw(wasm.SectionDataCount))
	}
	all := code{}
	all.u32(uint32(len(w.Bodies) + len(w.added)))
	all = append(all, bodies...)
	for _, b := range w.added {
		all.u32(uint32(len(b)))
		all = append(all, b...)
	}
	out.section(wasm.SectionCode, all)
	if _, ok := w.Section(wasm.SectionData); ok {
		out.section(wasm.SectionData, w.dataSection())
	}
	if names := w.names(); names != nil {
		var custom code
		custom.text("name")
		out.section(wasm.SectionCustom, append(custom, names...))
	}
	return out
}

// raw answers the content of a section as it is.
func (w *writer) raw(id byte) code {
	s, ok := w.Section(id)
	if !ok {
		return nil
	}
	return w.Bytes()[s.Body.From:s.Body.To]
}

// extended answers the content of a section whose vector gets more entries at its end.
func (w *writer) extended(id byte, have, more int, entries code) code {
	var out code
	out.u32(uint32(have + more))
	if s, ok := w.Section(id); ok {
		r := reader{w.Bytes(), s.Body.From}
		r.u32()
		out = append(out, w.Bytes()[r.at:s.Body.To]...)
	}
	return append(out, entries...)
}

func (w *writer) typeSection() code {
	w.typeID(wasm.Sig("I", "I")) // of the imports that are added
	var more code
	for _, t := range w.types {
		more = append(more, 0x60)
		more.text(t.Params)
		more.text(t.Results)
	}
	return w.extended(wasm.SectionType, len(w.Types), len(w.types), more)
}

func (w *writer) importSection() code {
	var more code
	for _, name := range []string{RefillImport, StackImport} {
		more.text(EngineModule)
		more.text(name)
		more = append(more, byte(wasm.KindFunction))
		more.u32(w.typeID(wasm.Sig("I", "I")))
	}
	return w.extended(wasm.SectionImport, len(w.Imports), addedImports, more)
}

func (w *writer) functionSection() code {
	var out code
	out.u32(uint32(len(w.Bodies) + len(w.added)))
	for i := range w.Bodies {
		t := w.Functions[w.ImportedFuncs+i]
		if !w.facts[i].simple {
			t = w.typeID(metered(w.Types[t]))
		}
		out.u32(t)
	}
	for _, t := range w.addedAs {
		out.u32(t)
	}
	return out
}

// tableSection gives each table a maximum, so that table.grow cannot take the host's memory.
func (w *writer) tableSection() code {
	var out code
	own := w.Tables[w.ImportedTables:]
	out.u32(uint32(len(own)))
	for _, t := range own {
		most := max(t.Min, w.options.TableEntries)
		if t.HasMax {
			most = min(t.Max, most)
		}
		out = append(out, t.Element, 1)
		out.u32(t.Min)
		out.u32(most)
	}
	return out
}

// memorySection takes the maximum away, if it is to: the allocator of each call holds it. What an engine refuses by itself goes unnoticed,
// and the host could not tell a guest that ran out of memory from one that failed otherwise.
func (w *writer) memorySection() code {
	var out code
	own := w.Memories[w.ImportedMems:]
	out.u32(uint32(len(own)))
	for _, m := range own {
		if m.HasMax && !w.options.FreeMemory {
			out = append(out, 1)
			out.u32(m.Min)
			out.u32(m.Max)
			continue
		}
		out = append(out, 0)
		out.u32(m.Min)
	}
	return out
}

func (w *writer) globalSection() code {
	var out code
	own := len(w.Globals) - w.ImportedGlobals
	out.u32(uint32(own + addedGlobals))
	if s, ok := w.Section(wasm.SectionGlobal); ok {
		r := reader{w.Bytes(), s.Body.From}
		r.u32()
		for range own {
			out = append(out, r.take(2)...)
			w.constant(&r, &out)
		}
	}
	for _, first := range [addedGlobals]int64{0, wasm.MaxPages} {
		out = append(out, wasm.I64, 1)
		out.i64(first)
		out.op(wasm.OpEnd)
	}
	return out
}

// constant copies a constant expression, with the functions that it names replaced.
func (w *writer) constant(r *reader, out *code) {
	for {
		from := r.at
		op := wasm.Op(r.byte())
		switch op {
		case wasm.OpEnd:
			out.op(op)
			return
		case wasm.OpRefFunc:
			out.at(op, w.pointer(r.u32()))
			continue
		case wasm.OpI32Const, wasm.OpI64Const, wasm.OpGlobalGet:
			r.skipLEB()
		case f32Const:
			r.take(4)
		case f64Const:
			r.take(8)
		case wasm.OpRefNull:
			r.byte()
		case 0xfd: // v128.const
			r.u32()
			r.take(16)
		}
		*out = append(*out, w.Bytes()[from:r.at]...)
	}
}

func (w *writer) exportSection() code {
	var out code
	n := uint32(len(w.Exports) + addedGlobals)
	for _, e := range w.Exports {
		out.text(e.Name)
		out = append(out, byte(e.Kind))
		if e.Kind == wasm.KindFunction {
			e.Index = w.outer(e.Index)
		}
		out.u32(e.Index)
	}
	add := func(name string, kind wasm.Kind, index uint32) {
		out.text(name)
		out = append(out, byte(kind))
		out.u32(index)
	}
	add(LeftExport, wasm.KindGlobal, w.leftGlobal())
	add(PagesExport, wasm.KindGlobal, w.pagesGlobal())
	for i, g := range w.Globals {
		if g.Mutable && numeric(g.Type) {
			add(fmt.Sprint(GlobalPrefix, i), wasm.KindGlobal, uint32(i))
			n++
		}
	}
	if w.Start >= 0 {
		add(StartExport, wasm.KindFunction, w.outer(uint32(w.Start)))
		n++
	}
	var all code
	all.u32(n)
	return append(all, out...)
}

func numeric(t wasm.ValueType) bool {
	return t == wasm.I32 || t == wasm.I64 || t == wasm.F32 || t == wasm.F64
}

// elementSection copies the segments with the functions that they name replaced.
func (w *writer) elementSection() code {
	var r reader
	if s, ok := w.Section(wasm.SectionElement); ok {
		r = reader{w.Bytes(), s.Body.From}
		r.u32()
	}
	var out code
	n := len(w.Elems)
	if len(w.pointers) > 0 {
		n++
	}
	out.u32(uint32(n))
	for range w.Elems {
		flags := r.u32()
		out.u32(flags)
		unplaced, explicit, expressions := flags&1 != 0, flags&2 != 0, flags&4 != 0
		if !unplaced {
			if explicit {
				out.u32(r.u32())
			}
			w.constant(&r, &out)
		}
		if unplaced || explicit {
			out = append(out, r.byte())
		}
		count := r.u32()
		out.u32(count)
		for range count {
			if expressions {
				w.constant(&r, &out)
			} else {
				out.u32(w.pointer(r.u32()))
			}
		}
	}
	if len(w.pointers) > 0 { // a segment that only declares
		out.u32(3)
		out = append(out, 0)
		out.u32(uint32(len(w.pointers)))
		for _, f := range w.pointers {
			out.u32(f)
		}
	}
	return out
}

// dataSection copies the segments. A detached one becomes empty: behind instantiation it holds nothing for memory.init either
// way.
func (w *writer) dataSection() code {
	if !w.options.DetachData {
		return w.raw(wasm.SectionData)
	}
	var out code
	if w.DataCount < 0 { // then no instruction names a segment
		out.u32(0)
		return out
	}
	out.u32(uint32(len(w.Data)))
	for _, d := range w.Data {
		if d.Mode == wasm.Active {
			out.u32(0)
			out.i32(0)
			out.op(wasm.OpEnd)
			out.u32(0)
			continue
		}
		out.u32(1)
		out.text(string(d.Bytes))
	}
	return out
}

// reader reads a binary that is known to be valid.
type reader struct {
	bin []byte
	at  int
}

func (r *reader) byte() byte {
	r.at++
	return r.bin[r.at-1]
}

func (r *reader) take(n int) []byte {
	r.at += n
	return r.bin[r.at-n : r.at]
}

func (r *reader) skipLEB() {
	for r.byte()&0x80 != 0 {
	}
}

func (r *reader) u32() uint32 {
	var v uint32
	for shift := 0; ; shift += 7 {
		b := r.byte()
		v |= uint32(b&0x7f) << shift
		if b&0x80 == 0 {
			return v
		}
	}
}
