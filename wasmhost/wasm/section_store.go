package wasm

// tableSection reads the tables that the binary defines.
func (d *decoder) tableSection(r *reader, path string) {
	n, ok := d.many(r, path, "tables", d.limits.Tables)
	if !ok {
		return
	}
	for range n {
		t, ok := d.table(r, path)
		if !ok {
			return
		}
		d.Tables = append(d.Tables, t)
	}
}

func (d *decoder) table(r *reader, path string) (t Table, ok bool) {
	at := r.pos
	t.Element = r.byte()
	if !r.ok() {
		return t, false
	}
	switch t.Element {
	case Funcref, Externref:
	case 0x40, 0x63, 0x64, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74:
		d.feature(path, "a table of typed references")
		return t, false
	default:
		r.fail(at, "0x%02x is no type of a reference", t.Element)
		return t, false
	}
	flags := uint32(r.byte())
	switch {
	case !r.ok():
		return t, false
	case flags > 7:
		r.fail(at, "%d are no flags of a table", flags)
		return t, false
	case flags > 1:
		d.feature(path, "a shared or 64-bit table")
		return t, false
	}
	t.Min, t.Max, t.HasMax = d.limitsOf(r, flags)
	return t, r.ok()
}

func (d *decoder) limitsOf(r *reader, flags uint32) (lo, hi uint32, hasMax bool) {
	at := r.pos
	lo = r.u32()
	if flags&1 == 0 {
		return lo, 0, false
	}
	hi = r.u32()
	if r.ok() && hi < lo {
		r.fail(at, "a maximum of %d is below the minimum of %d", hi, lo)
	}
	return lo, hi, true
}

// memorySection reads the memories that the binary defines.
func (d *decoder) memorySection(r *reader, path string) {
	for range r.count() {
		m, ok := d.memory(r, path)
		if !ok {
			return
		}
		d.Memories = append(d.Memories, m)
	}
}

func (d *decoder) memory(r *reader, path string) (m Memory, ok bool) {
	at := r.pos
	flags := uint32(r.byte())
	switch {
	case !r.ok():
		return m, false
	case flags > 15:
		r.fail(at, "%d are no flags of a memory", flags)
		return m, false
	case flags&8 != 0:
		d.feature(path, "a memory with pages of another size")
		return m, false
	case flags&4 != 0:
		d.feature(path, "a 64-bit memory")
		return m, false
	case flags&2 != 0:
		d.feature(path, "a shared memory")
		return m, false
	}
	m.Min, m.Max, m.HasMax = d.limitsOf(r, flags)
	if r.ok() && (m.Min > MaxPages || m.HasMax && m.Max > MaxPages) {
		r.fail(at, "a memory of more than %d pages", MaxPages)
	}
	return m, r.ok()
}
