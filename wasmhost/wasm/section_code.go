package wasm

import "strconv"

// codeSection reads the bodies and validates each by itself.
func (d *decoder) codeSection(r *reader, path string) {
	n := r.count()
	d.bodies = n
	if d.Referenced == nil {
		d.Referenced = make([]bool, len(d.Functions))
	}
	if d.features.Validated {
		r.take(uint32(r.left()))
		return
	}
	defined := len(d.Functions) - d.ImportedFuncs
	d.Bodies = make([]Body, 0, min(n, defined))
	for i := range n {
		at := r.pos
		body := r.sub(r.u32())
		if !r.ok() {
			return
		}
		where := func(at int) string {
			return "functions[" + strconv.Itoa(d.ImportedFuncs+i) + "]@0x" + strconv.FormatInt(int64(at), 16)
		}
		if size := body.left(); size > d.limits.BodySize {
			d.above(where(at), "bytes in one function", size, d.limits.BodySize)
		}
		b, ok := d.locals(body, where, at)
		if ok && !d.out.Partial && i < defined {
			b.Height = d.validate(body, b.Groups, uint32(d.ImportedFuncs+i), where)
		}
		d.Bodies = append(d.Bodies, b)
	}
	if d.labels > d.limits.BranchTableTotal {
		d.above(path, "targets of all br_table", d.labels, d.limits.BranchTableTotal)
	}
}

// locals reads the locals that a function declares; it tells whether they can be counted on.
func (d *decoder) locals(r *reader, where func(int) string, at int) (b Body, ok bool) {
	total := uint64(0)
	n := r.count()
	for range n {
		g := LocalGroup{Count: r.u32()}
		if g.Type, ok = d.typeOfValue(r, where(at)); !ok {
			break
		}
		total += uint64(g.Count)
		b.Groups = append(b.Groups, g)
	}
	if r.ok() && r.left() == 0 {
		r.fail(r.pos, "a function has no body")
	}
	if !r.ok() {
		d.invalid(where(at), r)
		return b, false
	}
	b.Locals, b.Code = int(min(total, 1<<32)), Span{r.pos, r.end}
	if b.Locals > d.limits.Locals {
		d.above(where(at), "locals in one function", b.Locals, d.limits.Locals)
		return b, false
	}
	was := d.localsTotal
	d.localsTotal += b.Locals
	if was <= d.limits.LocalsTotal && d.localsTotal > d.limits.LocalsTotal {
		d.above(`sections["code"]`, "locals in all functions, or more", d.localsTotal, d.limits.LocalsTotal)
	}
	return b, true
}
