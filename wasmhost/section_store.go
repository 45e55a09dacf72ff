package wasmhost

// tableSection reads the tables that the binary defines.
func (d *inspector) tableSection(r *reader, path string) {
	n, ok := d.many(r, path, "tables", d.limits.Tables)
	if !ok {
		return
	}
	for range n {
		t, ok := d.table(r, path)
		if !ok {
			return
		}
		d.tables = append(d.tables, t)
	}
}

func (d *inspector) table(r *reader, path string) (t tableLimits, ok bool) {
	at := r.pos
	t.element = r.byte()
	if !r.ok() {
		return t, false
	}
	switch t.element {
	case typeFuncref, typeExternref:
	case 0x40, 0x63, 0x64, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74:
		d.feature(path, "a table of typed references")
		return t, false
	default:
		r.fail(at, "0x%02x is no type of a reference", t.element)
		return t, false
	}
	flags := r.u32()
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
	t.min, t.max, t.hasMax = d.limitsOf(r, flags)
	return t, r.ok()
}

func (d *inspector) limitsOf(r *reader, flags uint32) (lo, hi uint32, hasMax bool) {
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
func (d *inspector) memorySection(r *reader, path string) {
	for range r.count() {
		m, ok := d.memory(r, path)
		if !ok {
			return
		}
		d.memories = append(d.memories, m)
	}
}

func (d *inspector) memory(r *reader, path string) (m memoryLimits, ok bool) {
	at := r.pos
	flags := r.u32()
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
	m.min, m.max, m.hasMax = d.limitsOf(r, flags)
	if r.ok() && (m.min > maxPages || m.hasMax && m.max > maxPages) {
		r.fail(at, "a memory of more than %d pages", maxPages)
	}
	return m, r.ok()
}

// globalSection reads the globals that the binary defines.
func (d *inspector) globalSection(r *reader, path string) {
	n, ok := d.many(r, path, "globals", d.limits.Globals)
	if !ok {
		return
	}
	for range n {
		if !d.globalType(r, path) || !d.constant(r, path) {
			return
		}
		d.globals++
	}
}

func (d *inspector) globalType(r *reader, path string) bool {
	if !d.valueType(r, path) {
		return false
	}
	at := r.pos
	switch mutable := r.byte(); {
	case mutable == 2 || mutable == 3:
		d.feature(path, "a shared global")
		return false
	case mutable > 1:
		r.fail(at, "0x%02x does not say whether a global may change", mutable)
	}
	return r.ok()
}

// constant reads a constant expression to its end.
func (d *inspector) constant(r *reader, path string) bool {
	for r.ok() {
		at := r.pos
		switch op := r.byte(); op {
		case 0x0b: // end
			return r.ok()
		case 0x41: // i32.const
			r.signed(32)
		case 0x42: // i64.const
			r.signed(64)
		case 0x43: // f32.const
			r.take(4)
		case 0x44: // f64.const
			r.take(8)
		case 0x23: // global.get
			if g := r.u32(); r.ok() && !d.partial && int64(g) >= int64(d.importedGlobals) {
				r.fail(at, "global %d of %d imported ones", g, d.importedGlobals)
			}
		case 0xd0: // ref.null
			d.valueType(r, path)
		case 0xd2: // ref.func
			d.functionIndex(r)
		case 0xfd: // v128.const
			if sub := r.u32(); r.ok() && sub != 12 {
				r.fail(at, "an instruction that is not constant")
			}
			r.take(16)
		case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e:
			d.feature(path, "arithmetic in a constant expression")
			return false
		case 0xfb:
			d.feature(path, "an instruction of the GC proposal")
			return false
		default:
			r.fail(at, "instruction 0x%02x is not constant", op)
		}
	}
	return false
}

func (d *inspector) functionIndex(r *reader) uint32 {
	at := r.pos
	f := r.u32()
	if r.ok() && !d.partial && int64(f) >= int64(len(d.functions)) {
		r.fail(at, "function %d of %d", f, len(d.functions))
	}
	return f
}
