package wasmhost

import (
	"strconv"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// What an import or export may be.
const (
	kindFunction = 0
	kindTable    = 1
	kindMemory   = 2
	kindGlobal   = 3
	kindTag      = 4
)

func kindName(kind byte) string {
	switch kind {
	case kindFunction:
		return "function"
	case kindTable:
		return "table"
	case kindMemory:
		return "memory"
	case kindGlobal:
		return "global"
	case kindTag:
		return "tag"
	}
	return "kind " + strconv.Itoa(int(kind))
}

// importSection reads the imports and holds each to the table of what the host has.
func (d *inspector) importSection(r *reader, path string) {
	n, ok := d.many(r, path, "imports", d.limits.Imports)
	if !ok {
		return
	}
	for range n {
		module, name := r.name(), r.name()
		at, kind := r.pos, r.byte()
		if !r.ok() {
			return
		}
		in := Import{Module: module, Name: name, Kind: kindName(kind)}
		where := member("imports", module+"."+name)
		for _, s := range []string{module, name} {
			if len(s) > d.limits.NameLength {
				d.above(where, "bytes in a name", len(s), d.limits.NameLength)
			}
		}
		switch kind {
		case kindFunction:
			t := r.u32()
			if r.ok() && !d.partial && int64(t) >= int64(len(d.types)) {
				r.fail(at, "type %d of %d", t, len(d.types))
			}
			if !r.ok() {
				return
			}
			d.functions = append(d.functions, t)
			d.imported++
			if int64(t) < int64(len(d.types)) {
				in.Signature = d.types[t].String()
				d.judgeImport(where, module, name, d.types[t])
			}
		case kindTable:
			t, ok := d.table(r, where)
			if !ok {
				return
			}
			d.tables = append(d.tables, t)
			d.report(fault.BackendTable, where, "the binary imports a table", "define the table in the binary")
		case kindMemory:
			m, ok := d.memory(r, where)
			if !ok {
				return
			}
			d.memories = append(d.memories, m)
			d.report(fault.BackendMemory, where, "the binary imports its memory",
				"define the memory in the binary and export it as memory")
		case kindGlobal:
			if !d.globalType(r, where) {
				return
			}
			d.globals++
			d.importedGlobals++
			d.unknownImport(where, module, name, "the host offers functions only")
		case kindTag:
			d.feature(where, "exception handling")
			r.byte()
			r.u32()
		default:
			r.fail(at, "0x%02x is no kind of import", kind)
		}
		if !r.ok() {
			return
		}
		d.out.Imports = append(d.out.Imports, in)
	}
}
