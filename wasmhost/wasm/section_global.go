package wasm

// globalSection reads the globals that the binary defines.
func (d *decoder) globalSection(r *reader, path string) {
	n, ok := d.many(r, path, "globals", d.limits.Globals)
	if !ok {
		return
	}
	for range n {
		g, ok := d.globalType(r, path)
		if !ok {
			return
		}
		if _, ok := d.constant(r, path, g.Type); !ok {
			return
		}
		if g.Mutable && !isNumber(g.Type) && d.Unfrozen == "" {
			d.Unfrozen = "a global of the type " + TypeName(g.Type) + " that may change"
		}
		d.Globals = append(d.Globals, g)
	}
}

func (d *decoder) globalType(r *reader, path string) (g Global, ok bool) {
	if g.Type, ok = d.typeOfValue(r, path); !ok {
		return g, false
	}
	at := r.pos
	switch mutable := r.byte(); {
	case !r.ok():
	case mutable == 2 || mutable == 3:
		d.feature(path, "a shared global")
		return g, false
	case mutable > 1:
		r.fail(at, "0x%02x does not say whether a global may change", mutable)
	default:
		g.Mutable = mutable == 1
	}
	return g, r.ok()
}

// constant is the value of a constant expression as far as it matters: that of an i32.const.
type constant struct {
	known    bool
	value    int32
	function int64 // of ref.func, else -1
}

// constant reads a constant expression of that type to its end.
func (d *decoder) constant(r *reader, path string, want ValueType) (c constant, ok bool) {
	c.function = -1
	var have []byte
	start := r.pos
	for r.ok() {
		at := r.pos
		switch op := r.byte(); op {
		case 0x0b: // end
			if r.ok() && (len(have) != 1 || have[0] != want) {
				r.fail(start, "a constant expression gives (%s), not %s", typeNames(string(have)), TypeName(want))
			}
			return c, r.ok()
		case 0x41:
			c.known, c.value = true, int32(r.s64(32))
			have = append(have, I32)
		case 0x42:
			r.s64(64)
			have = append(have, I64)
		case 0x43:
			r.take(4)
			have = append(have, F32)
		case 0x44:
			r.take(8)
			have = append(have, F64)
		case 0x23: // global.get
			g := r.u32()
			switch {
			case !r.ok() || d.out.Partial:
				have = append(have, want)
			case int64(g) >= int64(d.ImportedGlobals):
				r.fail(at, "global %d of %d imported ones", g, d.ImportedGlobals)
			case d.Globals[g].Mutable:
				r.fail(at, "global %d may change", g)
			default:
				have = append(have, d.Globals[g].Type)
			}
		case 0xd0: // ref.null
			have = append(have, d.referenceType(r, path))
		case 0xd2: // ref.func
			f := d.functionIndex(r)
			d.refer(f)
			c.function = int64(f)
			have = append(have, Funcref)
		case 0xfd: // v128.const
			if sub := r.u32(); r.ok() && sub != 12 {
				r.fail(at, "an instruction that is not constant")
			}
			if d.features.NoVectors {
				d.feature(path, "a value of 128 bits")
			}
			r.take(16)
			have = append(have, V128)
		case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e:
			d.feature(path, "arithmetic in a constant expression")
			return c, false
		case 0xfb:
			d.feature(path, "an instruction of the GC proposal")
			return c, false
		default:
			r.fail(at, "instruction 0x%02x is not constant", op)
		}
	}
	return c, false
}

// referenceType reads the type of a reference.
func (d *decoder) referenceType(r *reader, path string) ValueType {
	at := r.pos
	t := r.byte()
	if !r.ok() || isReference(t) {
		return t
	}
	r.pos = at
	if d.valueType(r, path) {
		r.fail(at, "%s is no type of a reference", TypeName(t))
	}
	return t
}

func (d *decoder) functionIndex(r *reader) uint32 {
	at := r.pos
	f := r.u32()
	if r.ok() && !d.out.Partial && int64(f) >= int64(len(d.Functions)) {
		r.fail(at, "function %d of %d", f, len(d.Functions))
	}
	return f
}

// refer notes that something outside of code names a function, so that code may take its reference.
func (d *decoder) refer(f uint32) {
	if int64(f) >= int64(len(d.Functions)) {
		return
	}
	if d.Referenced == nil {
		d.Referenced = make([]bool, len(d.Functions))
	}
	d.Referenced[f] = true
}
