package wasm

import (
	"fmt"
	"strconv"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Finding is something that keeps a binary from being accepted.
type Finding struct {
	Code    fault.Code // BACKEND_INVALID, BACKEND_FEATURE, BACKEND_LIMIT
	Path    string     // sections["code"], functions[812]@0x1f3a, imports["a.b"], exports["c"]
	Message string
	Hint    string
}

// Features are parts of WebAssembly 2.0 that a host may refuse.
type Features struct {
	NoVectors bool // instructions and values of 128 bits
	Validated bool // the bodies of the same binary were found valid before, and are not looked at again
}

// Decoded is what reading a binary gave. With findings, Module holds what could be read.
type Decoded struct {
	Module     *Module
	Findings   []Finding
	Truncated  bool // there were more findings than Limits.Findings
	Header     bool // magic and version were right
	Partial    bool // a section that others point into could not be read to its end: types and indexes may be missing
	ExportsCut bool // the export section could not be read to its end; what is missing cannot be told
}

// Decode reads a binary front to back. After a fault in one section or body it goes on with the next.
func Decode(bin []byte, limits Limits, features Features) *Decoded {
	limits = limits.WithDefaults()
	m := &Module{bin: bin, Start: -1, DataCount: -1}
	d := &decoder{limits: limits, features: features, out: &Decoded{Module: m}, Module: m}
	if len(bin) > limits.Size {
		d.report(fault.BackendSize, "", fmt.Sprintf("the binary has %d bytes, the limit is %d", len(bin), limits.Size),
			"build with optimisation for size and without debug information")
		return d.out
	}
	d.decode(bin)
	d.consistent()
	return d.out
}

// decoder holds what has been read so far.
type decoder struct {
	*Module
	limits   Limits
	features Features
	out      *Decoded
	seen     map[string]bool // code and path of the findings so far

	bodies      int // entries of the code section
	data        int // data segments
	elements    int
	localsTotal int
	labels      int // targets of all br_table
	check       validator
}

// report adds a finding; the same code at the same path is told once.
func (d *decoder) report(code fault.Code, path, message, hint string) {
	key := string(code) + " " + path
	if path == "" {
		key += message
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
	d.out.Findings = append(d.out.Findings, Finding{code, path, message, hint})
}

// invalid reports the flaw of r.
func (d *decoder) invalid(path string, r *reader) {
	d.report(fault.BackendInvalid, path, fmt.Sprintf("not a valid module: %s, at byte 0x%x", r.flaw, r.at), RebuildHint)
}

// RebuildHint is what to do about a binary that is not valid.
const RebuildHint = "rebuild the binary with a released toolchain; it may be cut off or altered"

// feature reports a form of WebAssembly that is not accepted.
func (d *decoder) feature(path, what string) {
	d.report(fault.BackendFeature, path, what+" is not accepted",
		"build for WebAssembly 2.0 without threads, exceptions, tail calls, GC, relaxed SIMD or 64-bit memory")
}

// above reports a limit.
func (d *decoder) above(path, what string, have, limit int) {
	d.report(fault.BackendLimit, path, fmt.Sprintf("%d %s, the limit is %d", have, what, limit),
		"make the binary smaller, or let the operator raise the limit")
}

// Quote shows at most 80 characters of what a binary holds, control characters escaped.
func Quote(s string) string {
	if runes := []rune(s); len(runes) > 80 {
		s = string(runes[:80]) + "…"
	}
	return strconv.Quote(s)
}

// Member is the path of a named import or export. A name beyond any sensible length is cut, since it is the binary's.
func Member(list, name string) string {
	if most := 1024; len(name) > most {
		name = name[:most] + "…"
	}
	return list + "[" + strconv.Quote(name) + "]"
}
