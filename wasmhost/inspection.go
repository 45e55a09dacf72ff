package wasmhost

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
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

	// Missing are the handlers of the policy that the binary does not export. Such a finding belongs to the declaration
	// that names the handler, so it is not among Findings.
	Missing []string `json:"missing"`
	// BadSignature are the handlers that it exports as something else than a handler of its own, each with a finding.
	BadSignature []string `json:"bad_signature"`

	Findings  []diagnostic.Finding `json:"findings"`  // about the binary itself; File is left to the caller
	Truncated bool                 `json:"truncated"` // there were more findings than InspectLimits.Findings

	image layout
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
		return fault.New(fault.BackendExportMissing, "the binary does not export %s", quote(i.Missing[0])).
			WithDetails(map[string]any{"missing": i.Missing})
	}
	return nil
}

// Inspect reads a binary front to back and never runs it. It reports all it finds, not only the first fault, in time
// and memory linear in the size. Function bodies are taken apart as far as their locals; their instructions are judged
// when the binary is compiled.
func Inspect(bin []byte, p Policy, limits InspectLimits) *Inspection {
	limits = limits.withDefaults()
	p = p.withDefaults(limits)
	sum := sha256.Sum256(bin)
	d := &inspector{policy: p, limits: limits, out: &Inspection{Digest: "sha256:" + hex.EncodeToString(sum[:]),
		Size: len(bin), Imports: []Import{}, Exports: []Export{}, Missing: []string{}, BadSignature: []string{},
		Findings: []diagnostic.Finding{}}}
	if len(bin) > p.MaxSize {
		d.report(fault.BackendSize, "", fmt.Sprintf("the binary has %d bytes, the limit is %d", len(bin), p.MaxSize),
			"build with optimisation for size and without debug information")
		return d.out
	}
	d.decode(bin)
	d.judge()
	return d.out
}

// inspector holds what has been read so far. The index spaces below count imports first, as the format does.
type inspector struct {
	policy Policy
	limits InspectLimits
	out    *Inspection
	seen   map[string]bool // code and path of the findings so far

	// partial is set when a section that other sections point into could not be read to its end; whether an index is in
	// range cannot be told from then on.
	partial bool

	types           []signature
	functions       []uint32 // the type of each function
	imported        int      // how many of them are imports
	tables          []tableLimits
	memories        []memoryLimits
	globals         int
	importedGlobals int // the only ones that constants may refer to
	bodies          int // entries of the code section
	data            int // data segments
	dataCount       int // as the data count section announces them, -1 without one
	exports         []exportEntry
	exportsCut      bool // the export section could not be read to its end; what is missing cannot be told
	localsTotal     int
	decoded         bool // magic and version were right
}

type tableLimits struct {
	element  valueType
	min, max uint32
	hasMax   bool
}

type memoryLimits struct {
	min, max uint32
	hasMax   bool
}

type exportEntry struct {
	name  string
	kind  byte
	index uint32
}

// layout is where the parts of a valid binary lie that the engine rewrites.
type layout struct {
	tableSection, memorySection span // with their headers; empty where there is none
	tables                      []tableLimits
	memory                      memoryLimits
	boot                        []byte               // content of the section mozaiks.boot, nil without one
	signatures                  map[string]signature // exported functions that are defined here
}

type span struct{ from, to int }

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

// invalid reports the flaw of r.
func (d *inspector) invalid(path string, r *reader) {
	d.report(fault.BackendInvalid, path, fmt.Sprintf("not a valid module: %s, at byte 0x%x", r.flaw, r.at), rebuildHint)
}

const rebuildHint = "rebuild the binary with a released toolchain; it may be cut off or altered"

// feature reports a form of WebAssembly that is not accepted.
func (d *inspector) feature(path, what string) {
	d.report(fault.BackendFeature, path, what+" is not accepted",
		"build for WebAssembly 2.0 without threads, exceptions, tail calls, GC, relaxed SIMD or 64-bit memory")
}

// above reports a limit.
func (d *inspector) above(path, what string, have, limit int) {
	d.report(fault.BackendLimit, path, fmt.Sprintf("%d %s, the limit is %d", have, what, limit),
		"make the binary smaller, or let the operator raise the limit")
}
