package wasmhost

import "fmt"

// typeSection reads the function types.
func (d *inspector) typeSection(r *reader, path string) {
	n, ok := d.many(r, path, "types", d.limits.Types)
	if !ok {
		return
	}
	d.types = make([]signature, 0, n)
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
		d.types = append(d.types, signature{params, results})
	}
}

func (d *inspector) valueTypes(r *reader, path, what string, limit int) string {
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
func (d *inspector) valueType(r *reader, path string) bool {
	at := r.pos
	t := r.byte()
	if !r.ok() {
		return false
	}
	switch t {
	case typeI32, typeI64, typeF32, typeF64, typeV128, typeFuncref, typeExternref:
		return true
	case 0x63, 0x64, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74, 0x68, 0x75:
		d.feature(path, "a type of the GC, typed reference or exception proposals")
		r.fail(at, "its types cannot be read on")
		return false
	}
	r.fail(at, "0x%02x is no type of a value", t)
	return false
}

// functionSection reads the type of each function that the binary defines.
func (d *inspector) functionSection(r *reader, path string) {
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
		if !d.partial && int64(t) >= int64(len(d.types)) {
			r.fail(at, "type %d of %d", t, len(d.types))
			return
		}
		d.functions = append(d.functions, t)
	}
	d.out.Functions = n
}

// tagSection belongs to the exceptions proposal.
func (d *inspector) tagSection(r *reader, path string) {
	if n := r.count(); n > 0 {
		d.feature(path, "exception handling")
	}
}

// codeSection reads the bodies as far as their locals.
func (d *inspector) codeSection(r *reader, path string) {
	n := r.count()
	d.bodies = n
	for i := range n {
		at := r.pos
		body := r.sub(r.u32())
		if !r.ok() {
			return
		}
		where := fmt.Sprintf("functions[%d]@0x%x", d.imported+i, at)
		if size := body.left(); size > d.limits.BodySize {
			d.above(where, "bytes in one function", size, d.limits.BodySize)
		}
		d.locals(body, where)
	}
}

func (d *inspector) locals(r *reader, where string) {
	total := uint64(0)
	for range r.count() {
		n := r.u32()
		if !d.valueType(r, where) {
			break
		}
		total += uint64(n)
	}
	if r.ok() && r.left() == 0 {
		r.fail(r.pos, "a function has no body")
	}
	if !r.ok() {
		d.invalid(where, r)
		return
	}
	if total > uint64(d.limits.Locals) {
		d.above(where, "locals in one function", int(min(total, 1<<32)), d.limits.Locals)
	}
	was := d.localsTotal
	d.localsTotal += int(min(total, 1<<32))
	if was <= d.limits.LocalsTotal && d.localsTotal > d.limits.LocalsTotal {
		d.above(`sections["code"]`, "locals in all functions, or more", d.localsTotal, d.limits.LocalsTotal)
	}
}
