package wasmhost

import "github.com/mozaiks/mozaiks/contracts/fault"

// startSection names the function that runs at instantiation.
func (d *inspector) startSection(r *reader, _ string) {
	at := r.pos
	f := d.functionIndex(r)
	if !r.ok() {
		return
	}
	d.out.HasStart = true
	if d.partial {
		return
	}
	if s := d.types[d.functions[f]]; s != plainSignature {
		r.fail(at, "the start function has the type %s", s)
	}
}

// elementSection reads the segments that fill tables; their flags say which of eight forms each has.
func (d *inspector) elementSection(r *reader, path string) {
	n, ok := d.many(r, path, "element segments", d.limits.ElemSegments)
	if !ok {
		return
	}
	elements := 0
	for range n {
		at := r.pos
		flags := r.u32()
		if r.ok() && flags > 7 {
			r.fail(at, "%d are no flags of an element segment", flags)
		}
		passive, explicit, expressions := flags&1 != 0, flags&2 != 0, flags&4 != 0
		if r.ok() && !passive {
			d.tableIndex(r, explicit)
			if !d.constant(r, path) {
				return
			}
		}
		if r.ok() && (passive || explicit) {
			d.elementKind(r, path, expressions)
		}
		count := r.count()
		if !r.ok() {
			return
		}
		if elements += count; elements > d.limits.Elements {
			d.above(path, "elements, or more", elements, d.limits.Elements)
			return
		}
		for range count {
			if expressions {
				if !d.constant(r, path) {
					return
				}
			} else if d.functionIndex(r); !r.ok() {
				return
			}
		}
	}
}

func (d *inspector) tableIndex(r *reader, explicit bool) {
	at, t := r.pos, uint32(0)
	if explicit {
		t = r.u32()
	}
	if r.ok() && !d.partial && int64(t) >= int64(len(d.tables)) {
		r.fail(at, "table %d of %d", t, len(d.tables))
	}
}

func (d *inspector) elementKind(r *reader, path string, expressions bool) {
	at := r.pos
	kind := r.byte()
	switch {
	case !r.ok():
	case !expressions && kind != 0:
		r.fail(at, "0x%02x is no kind of element", kind)
	case expressions && kind != typeFuncref && kind != typeExternref:
		r.pos = at
		if d.valueType(r, path) {
			r.fail(at, "elements of a type that is no reference")
		}
	}
}

func (d *inspector) dataCountSection(r *reader, _ string) {
	if n := r.u32(); r.ok() {
		d.dataCount = int(n)
	}
}

// dataSection reads the segments that fill memory.
func (d *inspector) dataSection(r *reader, path string) {
	n := r.count()
	if d.data = n; n > d.limits.DataSegments {
		d.above(path, "data segments", n, d.limits.DataSegments)
		return
	}
	for range n {
		at := r.pos
		flags := r.u32()
		if r.ok() && flags > 2 {
			r.fail(at, "%d are no flags of a data segment", flags)
		}
		if memory := uint32(0); flags != 1 {
			if flags == 2 {
				memory = r.u32()
			}
			if r.ok() && !d.partial && int64(memory) >= int64(len(d.memories)) {
				r.fail(at, "memory %d of %d", memory, len(d.memories))
			}
			if !d.constant(r, path) {
				return
			}
		}
		if r.take(r.u32()); !r.ok() {
			return
		}
	}
}

// exportSection reads the exports; what they must be is judged at the end.
func (d *inspector) exportSection(r *reader, path string) {
	d.exportsCut = true
	n, ok := d.many(r, path, "exports", d.limits.Exports)
	if !ok {
		return
	}
	names := make(map[string]bool, n)
	for range n {
		at := r.pos
		name := r.name()
		kind, index := r.byte(), r.u32()
		if !r.ok() {
			return
		}
		where := member("exports", name)
		if len(name) > d.limits.NameLength {
			d.above(where, "bytes in a name", len(name), d.limits.NameLength)
		}
		if names[name] {
			d.report(fault.BackendInvalid, where, "not a valid module: the name "+quote(name)+" is exported twice", rebuildHint)
		}
		names[name] = true
		if kind == kindTag {
			d.feature(where, "exception handling")
			continue
		}
		if space, ok := d.space(kind); !ok || !d.partial && int64(index) >= int64(space) {
			r.fail(at, "export %s of %s %d of %d", quote(name), kindName(kind), index, space)
			return
		}
		d.exports = append(d.exports, exportEntry{name, kind, index})
	}
	d.exportsCut = false
}

// space is how many entities of a kind there are.
func (d *inspector) space(kind byte) (int, bool) {
	switch kind {
	case kindFunction:
		return len(d.functions), true
	case kindTable:
		return len(d.tables), true
	case kindMemory:
		return len(d.memories), true
	case kindGlobal:
		return d.globals, true
	}
	return 0, false
}
