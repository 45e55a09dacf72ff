package wasmhost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// judgeExports holds the exports to the ABI and to the handlers that declarations name.
func (d *inspector) judgeExports() {
	found := make(map[string]exportEntry, len(d.exports))
	d.out.image.signatures = map[string]signature{}
	for _, e := range d.exports {
		found[e.name] = e
		out := Export{Name: e.name, Kind: kindName(e.kind)}
		if s, ok := d.functionType(e); ok {
			out.Signature = s.String()
			if int(e.index) >= d.imported {
				d.out.image.signatures[e.name] = s
			}
		}
		d.out.Exports = append(d.out.Exports, out)
		if strings.HasPrefix(e.name, reservedPrefix) {
			d.report(fault.BackendReserved, member("exports", e.name), "exports that begin with "+reservedPrefix+
				" are reserved for the engine", "rename the export")
		}
	}
	if _, ok := found[exportStart]; ok {
		d.report(fault.BackendNotReactor, member("exports", exportStart), "the binary is a program: it exports _start",
			"build a library (a reactor): -mexec-model=reactor, -buildmode=c-shared or crate-type cdylib")
	}
	d.judgeMemoryExport(found)
	for _, f := range fixedExports {
		d.judgeFixedExport(found, f.name, f.want, f.needed || f.name == exportBoot && d.out.image.boot != nil)
	}
	for _, h := range d.policy.Handlers {
		e, ok := found[h]
		switch {
		case !ok && !d.exportsCut && !slices.Contains(d.out.Missing, h):
			d.out.Missing = append(d.out.Missing, h)
		case ok && !d.is(e, handlerSignature) && !slices.Contains(d.out.BadSignature, h):
			d.out.BadSignature = append(d.out.BadSignature, h)
			d.judgeFixedExport(found, h, handlerSignature, false)
		}
	}
}

func (d *inspector) judgeMemoryExport(found map[string]exportEntry) {
	path := member("exports", exportMemory)
	e, ok := found[exportMemory]
	switch {
	case !ok && d.exportsCut:
	case !ok:
		d.report(fault.BackendExportMissing, path, "the binary does not export its memory", "export the memory as memory")
	case e.kind != kindMemory:
		d.report(fault.BackendExportSignature, path, "the export memory is a "+kindName(e.kind)+", not a memory",
			"export the memory as memory")
	}
}

func (d *inspector) judgeFixedExport(found map[string]exportEntry, name string, want signature, needed bool) {
	path := member("exports", name)
	e, ok := found[name]
	switch {
	case !ok && needed && !d.exportsCut:
		d.report(fault.BackendExportMissing, path, "the binary does not export "+name+", a function "+want.String(),
			"build with an SDK, or export "+name)
	case ok && !d.is(e, want):
		have := "a " + kindName(e.kind)
		if s, ok := d.functionType(e); ok {
			have = fmt.Sprintf("of the type %s", s)
			if int(e.index) < d.imported {
				have = "an import"
			}
		}
		d.report(fault.BackendExportSignature, path, "the export "+name+" is "+have+", not a function "+want.String()+
			" of the binary's own", "export "+name+" as "+want.String())
	}
}

// functionType answers the type of an exported function.
func (d *inspector) functionType(e exportEntry) (signature, bool) {
	if e.kind != kindFunction || int64(e.index) >= int64(len(d.functions)) {
		return signature{}, false
	}
	t := d.functions[e.index]
	if int64(t) >= int64(len(d.types)) {
		return signature{}, false
	}
	return d.types[t], true
}

// is tells whether e is a function of that type which the binary defines itself. Where the types could not be read it
// is given the benefit of the doubt: the binary is refused for that already.
func (d *inspector) is(e exportEntry, want signature) bool {
	if e.kind != kindFunction {
		return false
	}
	s, ok := d.functionType(e)
	return d.partial && !ok || ok && s == want && int(e.index) >= d.imported
}
