package wasm

// typeSection reads the function types.
func (d *decoder) typeSection(r *reader, path string) {
	n, ok := d.many(r, path, "types", d.limits.Types)
	if !ok {
		return
	}
	d.Types = make([]FuncType, 0, n)
	for range n {
		at := r.pos
		switch form := r.byte(); {
		case !r.ok():
			return
		case form == 0x60:
		case form >= 0x4e && form <= 0x5f: // struct, array, sub, recursion group, continuation
			d.feature(path, "a type of the GC or stack switching proposals")
			return
		default:
			r.fail(at, "0x%02x is no form of a type", form)
			return
		}
		params := d.valueTypes(r, path, "parameters of a type", d.limits.Params)
		results := d.valueTypes(r, path, "results of a type", d.limits.Results)
		if !r.ok() {
			return
		}
		d.Types = append(d.Types, FuncType{params, results})
	}
}

func (d *decoder) valueTypes(r *reader, path, what string, limit int) string {
	n := r.count()
	if n > limit {
		d.above(path, what, n, limit)
	}
	from := r.pos
	for range n {
		if !d.valueType(r, path) {
			return ""
		}
	}
	return string(r.bin[from:r.pos])
}

// valueType reads one type of a value and tells whether it is one that is accepted.
func (d *decoder) valueType(r *reader, path string) bool {
	_, ok := d.typeOfValue(r, path)
	return ok
}

func (d *decoder) typeOfValue(r *reader, path string) (ValueType, bool) {
	at := r.pos
	t := r.byte()
	if !r.ok() {
		return t, false
	}
	switch t {
	case V128:
		if d.features.NoVectors {
			d.feature(path, "a value of 128 bits")
		}
		return t, true
	case I32, I64, F32, F64, Funcref, Externref:
		return t, true
	case 0x63, 0x64, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74, 0x68, 0x75:
		d.feature(path, "a type of the GC, typed reference or exception proposals")
		r.fail(at, "its types cannot be read on")
		return t, false
	}
	r.fail(at, "0x%02x is no type of a value", t)
	return t, false
}

// functionSection reads the type of each function that the binary defines.
func (d *decoder) functionSection(r *reader, path string) {
	n, ok := d.many(r, path, "functions", d.limits.Functions)
	if !ok {
		return
	}
	for range n {
		at := r.pos
		t := r.u32()
		if !r.ok() {
			return
		}
		if !d.out.Partial && int64(t) >= int64(len(d.Types)) {
			r.fail(at, "type %d of %d", t, len(d.Types))
			return
		}
		d.Functions = append(d.Functions, t)
	}
}

// tagSection belongs to the exceptions proposal, also where it is empty.
func (d *decoder) tagSection(r *reader, path string) {
	r.count()
	d.feature(path, "exception handling")
}
