package wasmhost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// judgeExports holds the exports to the ABI and to the handlers that declarations name.
func (d *inspector) judgeExports() {
	found := make(map[string]wasm.Export, len(d.Exports))
	d.out.signatures = map[string]wasm.FuncType{}
	for _, e := range d.Exports {
		found[e.Name] = e
		out := Export{Name: e.Name, Kind: e.Kind.String()}
		if s, ok := d.functionType(e); ok {
			out.Signature = s.String()
			if int(e.Index) >= d.ImportedFuncs {
				d.out.signatures[e.Name] = s
			}
		}
		d.out.Exports = append(d.out.Exports, out)
		if strings.HasPrefix(e.Name, reservedPrefix) {
			d.report(fault.BackendReserved, wasm.Member("exports", e.Name), "exports that begin with "+reservedPrefix+
				" are reserved for the engine", "rename the export")
		}
	}
	native := d.policy.ABI != ABIExtism
	if _, ok := found[exportStart]; ok && native {
		d.report(fault.BackendNotReactor, wasm.Member("exports", exportStart), "the binary is a program: it exports _start",
			"build a library (a reactor): -mexec-model=reactor, -buildmode=c-shared or crate-type cdylib")
	}
	d.judgeMemoryExport(found)
	for _, f := range d.fixedExports() {
		d.judgeFixedExport(found, f.name, f.want, f.needed || f.name == exportBoot && d.Boot != nil)
	}
	for _, h := range d.policy.Handlers {
		e, ok := found[h]
		switch {
		case ok && e.Kind != wasm.KindFunction, !ok && !d.decoded.ExportsCut:
			if !slices.Contains(d.out.Missing, h) {
				d.out.Missing = append(d.out.Missing, h)
			}
		case ok && !d.is(e, handlerSignature) && (native || !d.is(e, extismHandler) && !d.is(e, plainSignature)):
			want := handlerSignature
			if !native {
				want = extismHandler
			}
			d.badHandler(e, want)
		}
	}
}

// badHandler notes a handler of another type, once.
func (d *inspector) badHandler(e wasm.Export, want wasm.FuncType) {
	if !slices.ContainsFunc(d.out.BadSignature, func(b BadExport) bool { return b.Name == e.Name }) {
		d.out.BadSignature = append(d.out.BadSignature, BadExport{e.Name, d.have(e), want.String()})
	}
}

// fixedExports are those of the ABI.
func (d *inspector) fixedExports() []fixedExport {
	if d.policy.ABI == ABIExtism {
		return extismExports
	}
	return nativeExports
}

func (d *inspector) judgeMemoryExport(found map[string]wasm.Export) {
	path := wasm.Member("exports", exportMemory)
	e, ok := found[exportMemory]
	switch {
	case !ok && d.decoded.ExportsCut:
	case !ok:
		d.report(fault.BackendExportMissing, path, "the binary does not export its memory", "export the memory as memory")
	case e.Kind != wasm.KindMemory:
		d.report(fault.BackendExportSignature, path, "the export memory is a "+e.Kind.String()+", not a memory",
			"export the memory as memory")
	}
}

func (d *inspector) judgeFixedExport(found map[string]wasm.Export, name string, want wasm.FuncType, needed bool) {
	path := wasm.Member("exports", name)
	e, ok := found[name]
	switch {
	case !ok && needed && !d.decoded.ExportsCut:
		d.report(fault.BackendExportMissing, path, "the binary does not export "+name+", a function "+want.String(),
			"build with an SDK, or export "+name)
	case ok && !d.is(e, want):
		d.report(fault.BackendExportSignature, path, "the export "+name+" is "+d.have(e)+", not a function "+want.String()+
			" of the binary's own", "export "+name+" as "+want.String())
	}
}

// have says what an export is.
func (d *inspector) have(e wasm.Export) string {
	s, ok := d.functionType(e)
	switch {
	case !ok:
		return "a " + e.Kind.String()
	case int(e.Index) < d.ImportedFuncs:
		return "an import"
	}
	return fmt.Sprintf("of the type %s", s)
}

// functionType answers the type of an exported function.
func (d *inspector) functionType(e wasm.Export) (wasm.FuncType, bool) {
	if e.Kind != wasm.KindFunction || int64(e.Index) >= int64(len(d.Functions)) {
		return wasm.FuncType{}, false
	}
	t := d.Functions[e.Index]
	if int64(t) >= int64(len(d.Types)) {
		return wasm.FuncType{}, false
	}
	return d.Types[t], true
}

// is tells whether e is a function of that type which the binary defines itself. Where the types could not be read it
// is given the benefit of the doubt: the binary is refused for that already.
func (d *inspector) is(e wasm.Export, want wasm.FuncType) bool {
	if e.Kind != wasm.KindFunction {
		return false
	}
	s, ok := d.functionType(e)
	return d.decoded.Partial && !ok || ok && s == want && int(e.Index) >= d.ImportedFuncs
}
