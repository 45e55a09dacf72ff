package wasm

import "github.com/mozaiks/mozaiks/contracts/fault"

// startSection names the function that runs at instantiation.
func (d *decoder) startSection(r *reader, _ string) {
	at := r.pos
	f := d.functionIndex(r)
	if !r.ok() || d.out.Partial {
		return
	}
	d.Start = int64(f)
	if s := d.TypeOf(f); s != (FuncType{}) {
		r.fail(at, "the start function has the type %s", s)
	}
}

// elementSection reads the segments that fill tables; their flags say which of eight forms each has.
func (d *decoder) elementSection(r *reader, path string) {
	n, ok := d.many(r, path, "element segments", d.limits.ElemSegments)
	if !ok {
		return
	}
	for range n {
		if !d.element(r, path) {
			return
		}
	}
}

func (d *decoder) element(r *reader, path string) bool {
	at := r.pos
	flags := r.u32()
	if r.ok() && flags > 7 {
		r.fail(at, "%d are no flags of an element segment", flags)
	}
	unplaced, explicit, expressions := flags&1 != 0, flags&2 != 0, flags&4 != 0
	e := Elem{Type: Funcref}
	switch {
	case unplaced && explicit:
		e.Mode = Declarative
	case unplaced:
		e.Mode = Passive
	default:
		e.Table = d.tableIndex(r, explicit)
		if _, ok := d.constant(r, path, I32); !ok {
			return false
		}
	}
	if r.ok() && (unplaced || explicit) {
		e.Type = d.elementKind(r, path, expressions)
	}
	if r.ok() && e.Mode == Active && !d.out.Partial && d.Tables[e.Table].Element != e.Type {
		r.fail(at, "elements of the type %s for a table of %s", TypeName(e.Type), TypeName(d.Tables[e.Table].Element))
	}
	e.Count = r.count()
	if !r.ok() {
		return false
	}
	if d.elements += e.Count; d.elements > d.limits.Elements {
		d.above(path, "elements, or more", d.elements, d.limits.Elements)
		return false
	}
	for range e.Count {
		if expressions {
			if _, ok := d.constant(r, path, e.Type); !ok {
				return false
			}
			continue
		}
		f := d.functionIndex(r)
		if !r.ok() {
			return false
		}
		d.refer(f)
	}
	d.Elems = append(d.Elems, e)
	return true
}

func (d *decoder) tableIndex(r *reader, explicit bool) uint32 {
	at, t := r.pos, uint32(0)
	if explicit {
		t = r.u32()
	}
	if r.ok() && !d.out.Partial && int64(t) >= int64(len(d.Tables)) {
		r.fail(at, "table %d of %d", t, len(d.Tables))
	}
	return t
}

func (d *decoder) elementKind(r *reader, path string, expressions bool) ValueType {
	at := r.pos
	if expressions {
		return d.referenceType(r, path)
	}
	if kind := r.byte(); r.ok() && kind != 0 {
		r.fail(at, "0x%02x is no kind of element", kind)
	}
	return Funcref
}

func (d *decoder) dataCountSection(r *reader, _ string) {
	if n := r.u32(); r.ok() {
		d.DataCount = int(n)
	}
}

// dataSection reads the segments that fill memory.
func (d *decoder) dataSection(r *reader, path string) {
	n := r.count()
	if d.data = n; n > d.limits.DataSegments {
		d.above(path, "data segments", n, d.limits.DataSegments)
		return
	}
	d.Data = make([]Data, 0, n)
	for range n {
		at := r.pos
		flags := r.u32()
		if r.ok() && flags > 2 {
			r.fail(at, "%d are no flags of a data segment", flags)
		}
		s := Data{Mode: Passive}
		if memory := uint32(0); flags != 1 {
			s.Mode = Active
			if flags == 2 {
				memory = r.u32()
			}
			if r.ok() && !d.out.Partial && int64(memory) >= int64(len(d.Memories)) {
				r.fail(at, "memory %d of %d", memory, len(d.Memories))
			}
			c, ok := d.constant(r, path, I32)
			if !ok {
				return
			}
			s.Constant, s.Offset = c.known, uint32(c.value)
		}
		if s.Bytes = r.take(r.u32()); !r.ok() {
			return
		}
		d.Data = append(d.Data, s)
	}
}

// exportSection reads the exports; what they must be is for others to judge.
func (d *decoder) exportSection(r *reader, path string) {
	d.out.ExportsCut = true
	n, ok := d.many(r, path, "exports", d.limits.Exports)
	if !ok {
		return
	}
	names := make(map[string]bool, n)
	for range n {
		at := r.pos
		e := Export{Name: r.name()}
		e.Kind, e.Index = Kind(r.byte()), r.u32()
		if !r.ok() {
			return
		}
		where := Member("exports", e.Name)
		if len(e.Name) > d.limits.NameLength {
			d.above(where, "bytes in a name", len(e.Name), d.limits.NameLength)
		}
		if names[e.Name] {
			d.report(fault.BackendInvalid, where, "not a valid module: the name "+Quote(e.Name)+" is exported twice", RebuildHint)
		}
		names[e.Name] = true
		if e.Kind == kindTag {
			d.feature(where, "exception handling")
			continue
		}
		if space, ok := d.space(e.Kind); !ok || !d.out.Partial && int64(e.Index) >= int64(space) {
			r.fail(at, "export %s of %s %d of %d", Quote(e.Name), e.Kind, e.Index, space)
			return
		}
		if e.Kind == KindFunction {
			d.refer(e.Index)
		}
		d.Exports = append(d.Exports, e)
	}
	d.out.ExportsCut = false
}

// space is how many entities of a kind there are.
func (d *decoder) space(kind Kind) (int, bool) {
	switch kind {
	case KindFunction:
		return len(d.Functions), true
	case KindTable:
		return len(d.Tables), true
	case KindMemory:
		return len(d.Memories), true
	case KindGlobal:
		return len(d.Globals), true
	}
	return 0, false
}
