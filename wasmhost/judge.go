package wasmhost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/extism"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// Import modules that the host knows, beside abi.Module.
const (
	moduleWASI   = "wasi_snapshot_preview1"
	moduleEnv    = "env"
	moduleEngine = "mozaiks_engine" // what metering adds; never a guest's own
)

// Exports with a meaning of their own.
const (
	exportMemory     = "memory"
	exportAlloc      = "mozaiks_alloc"
	exportABI        = "mozaiks_abi"
	exportInitialize = "_initialize"
	exportWarm       = "mozaiks_warm"
	exportBoot       = "mozaiks_boot"
	exportStart      = "_start"
	reservedPrefix   = "mz:"
)

// fixedExport is an export whose type the ABI fixes, and whether it must be there.
type fixedExport struct {
	name   string
	want   wasm.FuncType
	needed bool
}

var extismExports = []fixedExport{{exportInitialize, plainSignature, false}, {exportCtors, plainSignature, false}}

var nativeExports = []fixedExport{
	{exportAlloc, allocSignature, true}, {exportABI, abiSignature, false}, {exportInitialize, plainSignature, false},
	{exportWarm, plainSignature, false}, {exportBoot, handlerSignature, false},
}

// judgeImport holds an imported function to what the host has and the policy grants.
func (d *inspector) judgeImport(where, module, name string, s wasm.FuncType) {
	switch {
	case module == moduleEngine:
		d.report(fault.BackendReserved, where, "imports of "+moduleEngine+" are reserved for the engine",
			"remove the import")
	case d.policy.ABI == ABIExtism && strings.HasPrefix(module, "extism:"):
		f, ok := extismImports[[2]string{module, name}]
		if !ok {
			d.unknownImport(where, module, name, "")
			return
		}
		d.judgeSignature(where, s, extismType(f))
		d.judgeGrant(where, name, f.Grant)
	case d.policy.ABI == ABIExtism && module == abi.Module:
		d.report(fault.BackendAbiMismatch, where, "the binary imports "+abi.Module+", the manifest says "+ABIExtism,
			"import "+extism.UserModule+"."+extism.UserPrefix+name)
	case strings.HasPrefix(module, "extism:"):
		d.report(fault.BackendAbiMismatch, where, "the binary is built for the Extism ABI, the manifest says "+d.policy.ABI,
			"build it with the SDK for "+d.policy.ABI)
	case module == abi.Module:
		op, ok := abi.Lookup(name)
		if !ok {
			d.unknownImport(where, module, name, "")
			return
		}
		d.judgeSignature(where, s, handlerSignature)
		d.judgeGrant(where, name, op.Grant)
	default:
		want, ok := knownImport(module, name)
		if !ok {
			d.unknownImport(where, module, name, "")
			return
		}
		d.judgeSignature(where, s, want)
	}
}

func (d *inspector) judgeGrant(where, name, grant string) {
	if !d.policy.granted(grant) {
		d.report(fault.BackendImportDenied, where, "the manifest does not grant "+grant+", which "+name+" needs",
			"add the grant `"+grant+"` to module.yaml, or remove the call from the module")
	}
}

// knownImport answers the type of a function that needs no grant.
func knownImport(module, name string) (wasm.FuncType, bool) {
	if module == moduleEnv && name == abortName {
		return abortSignature, true
	}
	if module == moduleWASI {
		f, ok := wasiSignatures[name]
		return f, ok
	}
	return wasm.FuncType{}, false
}

func (d *inspector) judgeSignature(where string, have, want wasm.FuncType) {
	if have != want {
		d.report(fault.BackendImportSignature, where, fmt.Sprintf("the import has the type %s, the host's is %s", have, want),
			"generate the bindings anew with the SDK of this version")
	}
}

func (d *inspector) unknownImport(where, module, name, hint string) {
	if hint == "" {
		hint = importHint(module, name)
	}
	d.report(fault.BackendImportUnknown, where, "the host has no import "+wasm.Quote(module+"."+name), hint)
}

// importHint names what was probably meant.
func importHint(module, name string) string {
	names := map[string][]string{abi.Module: nil, moduleWASI: nil, moduleEnv: {abortName}}
	for _, op := range abi.Operations() {
		names[abi.Module] = append(names[abi.Module], op.Name)
	}
	for f := range wasiSignatures {
		names[moduleWASI] = append(names[moduleWASI], f)
	}
	known, ok := names[module]
	switch {
	case ok:
		if near := nearest(name, known); near != "" {
			return "did you mean " + module + "." + near + "?"
		}
		if module == abi.Module {
			return "the operation may belong to a newer host; remove the call or update the host"
		}
	case strings.HasPrefix(module, "mozaiks_v"):
		return "this host speaks " + abi.Module + "; build with the SDK for it, or update the host"
	case strings.HasPrefix(module, "wasi_") || strings.HasPrefix(module, "wasi:"):
		return "build for " + moduleWASI
	}
	for m, list := range names {
		if slices.Contains(list, name) {
			return "did you mean " + m + "." + name + "?"
		}
	}
	return "import from " + abi.Module + ", " + moduleWASI + " or env.abort only"
}

// judge looks at the binary as a whole, after all sections were read.
func (d *inspector) judge() {
	if d.policy.ABI != abi.Module && d.policy.ABI != ABIExtism {
		d.report(fault.BackendAbiMismatch, "", "this engine does not speak the ABI "+wasm.Quote(d.policy.ABI), "use "+abi.Module)
	}
	if !d.decoded.Header {
		return
	}
	d.out.Functions, d.out.HasStart = len(d.Functions)-d.ImportedFuncs, d.Start >= 0
	d.judgeImports()
	d.judgeMemory()
	d.judgeTables()
	d.judgeExports()
	if d.Unfrozen != "" {
		d.add(diagnostic.Finding{Code: fault.BackendUnfrozen, Severity: diagnostic.Note, Path: `sections["code"]`,
			Message: "the module is initialised anew for each call, since its state cannot be kept: " + d.Unfrozen,
			Hint:    "build without instructions that change tables, to make calls faster"})
	}
}

func (d *inspector) judgeImports() {
	for _, in := range d.Imports {
		where := wasm.Member("imports", in.Module+"."+in.Name)
		out := Import{Module: in.Module, Name: in.Name, Kind: in.Kind.String()}
		switch in.Kind {
		case wasm.KindFunction:
			if int64(in.Type) < int64(len(d.Types)) {
				out.Signature = d.Types[in.Type].String()
				d.judgeImport(where, in.Module, in.Name, d.Types[in.Type])
			}
		case wasm.KindTable:
			d.report(fault.BackendTable, where, "the binary imports a table", "define the table in the binary")
		case wasm.KindMemory:
			d.report(fault.BackendMemory, where, "the binary imports its memory",
				"define the memory in the binary and export it as memory")
		case wasm.KindGlobal:
			d.unknownImport(where, in.Module, in.Name, "the host offers functions only")
		}
		d.out.Imports = append(d.out.Imports, out)
	}
}

func (d *inspector) judgeMemory() {
	if len(d.Memories) == 0 {
		return
	}
	m, limit := d.Memories[0], d.policy.MemoryPages
	d.out.MemoryMin, d.out.MemoryMax = m.Min, limit
	if m.HasMax {
		d.out.MemoryMax = min(limit, m.Max)
	}
	path := wasm.Member("exports", exportMemory)
	if m.Min > limit {
		d.report(fault.BackendMemory, path, fmt.Sprintf("the memory has %d pages at first, the limit is %d", m.Min, limit),
			"raise limits.memory_mb in module.yaml, or give the binary a smaller first memory")
	} else if m.HasMax && m.Max > limit {
		d.add(diagnostic.Finding{Code: fault.BackendMemoryClamped, Severity: diagnostic.Warning, Path: path,
			Message: fmt.Sprintf("the memory's maximum of %d pages is lowered to %d", m.Max, limit),
			Hint:    "raise limits.memory_mb in module.yaml, or build with a lower maximum"})
	}
}

func (d *inspector) judgeTables() {
	entries := uint64(0)
	for _, t := range d.Tables {
		entries += uint64(t.Min)
	}
	d.out.TableEntries = int(entries)
	if entries > uint64(d.limits.TableEntries) {
		d.report(fault.BackendTable, `sections["table"]`, fmt.Sprintf("the tables have %d entries at first, the limit is %d",
			entries, d.limits.TableEntries), "make the binary smaller; each entry is a function called by pointer")
	}
}
