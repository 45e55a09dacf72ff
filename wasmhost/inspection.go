package wasmhost

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// Import is one entry of the import section.
type Import struct {
	Module    string `json:"module"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`                // function, table, memory, global
	Signature string `json:"signature,omitempty"` // of a function: (i32, i32) -> i64
}

// Export is one entry of the export section.
type Export struct {
	Name      string `json:"name"`
	Kind      string `json:"kind"`                // function, table, memory, global
	Signature string `json:"signature,omitempty"` // of a function: (i32, i32) -> i64
}

// BadExport is a handler that no declaration can mean.
type BadExport struct {
	Name string `json:"name"`
	Have string `json:"have"` // what it is: of the type (i32) -> i32
	Want string `json:"want"` // the type that it must have
}

// Inspection is what a look at a binary says, without running it.
type Inspection struct {
	Digest       string   `json:"digest"` // sha256: and the SHA-256 of the binary in hexadecimal
	Size         int      `json:"size"`   // bytes
	Imports      []Import `json:"imports"`
	Exports      []Export `json:"exports"`
	Functions    int      `json:"functions"`  // defined, without imports
	MemoryMin    uint32   `json:"memory_min"` // pages
	MemoryMax    uint32   `json:"memory_max"` // pages, lowered to the policy's limit
	TableEntries int      `json:"table_entries"`
	HasStart     bool     `json:"has_start"`

	// Missing are the handlers of the policy that the binary does not export as functions, BadSignature those that are functions
	// of another type or not its own. Such findings belong to the declarations that name the handlers, so they are not among
	// Findings.
	Missing      []string    `json:"missing"`
	BadSignature []BadExport `json:"bad_signature"`

	Findings  []diagnostic.Finding `json:"findings"`  // about the binary itself; File is left to the caller
	Truncated bool                 `json:"truncated"` // there were more findings than InspectLimits.Findings

	module     *wasm.Module             // what was decoded
	signatures map[string]wasm.FuncType // exported functions that are defined here
}

// Err answers nil if the binary may be loaded, else a *fault.Error with the code of the first error and, in
// Details["findings"], all of them.
func (i *Inspection) Err() error {
	for _, f := range i.Findings {
		if f.Severity == diagnostic.Error {
			return fault.New(f.Code, "%s", f.Message).WithHint(f.Hint).WithDetails(map[string]any{"findings": i.Findings})
		}
	}
	if len(i.Missing) > 0 {
		return fault.New(fault.BackendExportMissing, "the binary does not export %s", wasm.Quote(i.Missing[0])).
			WithDetails(map[string]any{"missing": i.Missing})
	}
	if len(i.BadSignature) > 0 {
		b := i.BadSignature[0]
		return fault.New(fault.BackendExportSignature, "the export %s is %s, not a function %s of the binary's own", b.Name, b.Have, b.Want).
			WithDetails(map[string]any{"bad_signature": i.BadSignature})
	}
	return nil
}

// InspectLimits bounds what a binary may hold. Zero in a field means its default; above a limit the finding is
// BACKEND_LIMIT, unless the field names another code.
type InspectLimits = wasm.Limits

// Inspect reads a binary front to back and never runs it. It reports all it finds, not only the first fault, in time
// and memory linear in the size.
func Inspect(bin []byte, p Policy, limits InspectLimits) *Inspection {
	return inspect(bin, sha256.Sum256(bin), p, limits, nil)
}

// inspect is Inspect for a binary of that SHA-256. known is what was found in its bodies before, nil if they are to be judged now.
func inspect(bin []byte, sum [32]byte, p Policy, limits InspectLimits, known *knownBodies) *Inspection {
	limits = limits.WithDefaults()
	p = p.withDefaults(limits)
	limits.Size = p.MaxSize
	decoded := wasm.Decode(bin, limits, wasm.Features{NoVectors: p.Profile == ProfileStrict, Validated: known != nil})
	if known != nil {
		decoded.Module.Unfrozen = known.unfrozen
	}
	d := &inspector{policy: p, limits: limits, decoded: decoded, Module: decoded.Module,
		out: &Inspection{Digest: "sha256:" + hex.EncodeToString(sum[:]), Size: len(bin), Imports: []Import{}, Exports: []Export{},
			Missing: []string{}, BadSignature: []BadExport{}, Findings: []diagnostic.Finding{}, Truncated: decoded.Truncated,
			module: decoded.Module}}
	for _, f := range decoded.Findings {
		d.report(f.Code, f.Path, f.Message, f.Hint)
	}
	d.judge()
	return d.out
}

// inspector judges what a decoded binary asks for.
type inspector struct {
	*wasm.Module
	policy  Policy
	limits  InspectLimits
	decoded *wasm.Decoded
	out     *Inspection
	seen    map[string]bool // code and path of the findings so far
}

// report adds a finding of severity error; the same code at the same path is told once.
func (d *inspector) report(code fault.Code, path, message, hint string) {
	d.add(diagnostic.Finding{Code: code, Severity: diagnostic.Error, Path: path, Message: message, Hint: hint})
}

func (d *inspector) add(f diagnostic.Finding) {
	key := string(f.Code) + " " + f.Path
	if f.Path == "" {
		key += f.Message
	}
	if d.seen[key] {
		return
	}
	if len(d.out.Findings) >= d.limits.Findings {
		d.out.Truncated = true
		return
	}
	if d.seen == nil {
		d.seen = map[string]bool{}
	}
	d.seen[key] = true
	d.out.Findings = append(d.out.Findings, f)
}
