package wasm

// importSection reads the imports. Whether a host has them is for others to judge.
func (d *decoder) importSection(r *reader, path string) {
	n, ok := d.many(r, path, "imports", d.limits.Imports)
	if !ok {
		return
	}
	for range n {
		in := Import{Module: r.name(), Name: r.name()}
		at := r.pos
		in.Kind = Kind(r.byte())
		if !r.ok() {
			return
		}
		where := Member("imports", in.Module+"."+in.Name)
		for _, s := range []string{in.Module, in.Name} {
			if len(s) > d.limits.NameLength {
				d.above(where, "bytes in a name", len(s), d.limits.NameLength)
			}
		}
		switch in.Kind {
		case KindFunction:
			in.Type = r.u32()
			if r.ok() && !d.out.Partial && int64(in.Type) >= int64(len(d.Types)) {
				r.fail(at, "type %d of %d", in.Type, len(d.Types))
			}
			if !r.ok() {
				return
			}
			d.Functions = append(d.Functions, in.Type)
			d.ImportedFuncs++
		case KindTable:
			t, ok := d.table(r, where)
			if !ok {
				return
			}
			d.Tables = append(d.Tables, t)
			d.ImportedTables++
		case KindMemory:
			m, ok := d.memory(r, where)
			if !ok {
				return
			}
			d.Memories = append(d.Memories, m)
			d.ImportedMems++
		case KindGlobal:
			g, ok := d.globalType(r, where)
			if !ok {
				return
			}
			d.Globals = append(d.Globals, g)
			d.ImportedGlobals++
		case kindTag:
			d.feature(where, "exception handling")
			r.byte()
			r.u32()
		default:
			r.fail(at, "0x%02x is no kind of import", byte(in.Kind))
		}
		if !r.ok() {
			return
		}
		d.Imports = append(d.Imports, in)
	}
}
