package modules

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// CheckOptions are the limits of a check. The zero value means the defaults.
type CheckOptions struct {
	Contract module.Options
	// BinaryMax is the largest binary in bytes (MOZAIKS_WASM_MAX_SIZE). Defaults to 8 MiB.
	BinaryMax int
	Inspect   wasmhost.InspectLimits

	// HostModules is a folder of modules that every app has (MOZAIKS_HOST_MODULES_DIR). None where it is empty.
	HostModules string
	// MaxModules is how many modules an app may have (MOZAIKS_APP_MAX_MODULES). Defaults to 200.
	MaxModules int
	// Fanout is how many subscriptions one event type may have in an app (MOZAIKS_EVENT_FANOUT_MAX). Defaults to 64.
	Fanout int
}

// Candidate is a module's folder, read and judged. It runs no guest code and makes no connection.
type Candidate struct {
	Name       string // the folder's
	Dir        string // relative to where the check began
	Module     *module.Module
	Binary     []byte
	Inspection *wasmhost.Inspection
	Tests      []module.Vector      // those without an error
	Findings   []diagnostic.Finding // file paths are relative to where the check began
}

// OK tells whether nothing refuses the module. What is wrong with its tests does not.
func (c *Candidate) OK() bool {
	return c.Module != nil && !slices.ContainsFunc(c.Findings, func(f diagnostic.Finding) bool {
		return f.Severity == diagnostic.Error && !strings.HasPrefix(f.File, path.Join(c.Dir, "tests")+"/")
	})
}

// Check reads and judges the module in dir, a path below root. prefix stands before dir in findings.
func Check(root *os.Root, dir, prefix string, opts *CheckOptions) *Candidate {
	as := path.Join(prefix, dir)
	if dir == "." {
		as = prefix
	}
	return CheckAs(root, dir, as, opts)
}

// CheckAs is Check for a folder that findings name by another path, whose last part is the folder's name.
func CheckAs(root *os.Root, dir, as string, opts *CheckOptions) *Candidate {
	o := CheckOptions{}
	if opts != nil {
		o = *opts
	}
	if o.BinaryMax == 0 {
		o.BinaryMax = 8 << 20
	}
	c := &Candidate{Name: path.Base(as), Dir: as}
	folder, findings := module.ReadFolder(root, dir, o.Contract)
	m, more := module.Decode(folder.Files, c.Name, o.Contract)
	findings = append(findings, more...)
	c.Module = m
	if m != nil {
		m.Dir = c.Dir
		c.Tests, more = m.DecodeTests(folder.Tests, o.Contract)
		findings = append(findings, more...)
	}
	if m != nil && m.Backend.File != "" && !blames(findings, m.Backend.File) {
		findings = append(findings, c.checkBinary(root, dir, &folder, o)...)
	}
	for _, f := range findings {
		f.File = path.Join(c.Dir, f.File)
		c.Findings = append(c.Findings, f)
	}
	diagnostic.Sort(c.Findings)
	return c
}

// blames tells whether a finding already says that the binary cannot be used: one fault, one finding.
func blames(findings []diagnostic.Finding, file string) bool {
	return slices.ContainsFunc(findings, func(f diagnostic.Finding) bool {
		return f.Severity == diagnostic.Error && (f.File == file || f.Code == fault.BackendFileMissing)
	})
}

func (c *Candidate) checkBinary(root *os.Root, dir string, folder *module.Folder, o CheckOptions) []diagnostic.Finding {
	m := c.Module
	binary, digest, findings := folder.Binary(root, dir, m, o.BinaryMax)
	if binary == nil {
		return findings
	}
	m.Digest = digest
	needed := m.NeededExports()
	var handlers []string
	for _, n := range needed {
		handlers = append(handlers, n.Name)
	}
	in := wasmhost.Inspect(binary, c.policy(handlers, o.BinaryMax), o.Inspect)
	c.Binary, c.Inspection = binary, in
	for _, f := range in.Findings {
		f.File = m.Backend.File
		findings = append(findings, f)
	}
	if !diagnostic.HasError(in.Findings) {
		findings = append(findings, unused(m, in)...)
	}
	// What the binary lacks stands at the declaration that names it.
	for _, n := range needed {
		if slices.Contains(in.Missing, n.Name) {
			findings = append(findings, missing(n, m, in))
		}
		for _, b := range in.BadSignature {
			if b.Name == n.Name {
				findings = append(findings, diagnostic.Finding{Code: fault.BackendExportSignature, Severity: diagnostic.Error, File: n.File,
					Line: n.Line, Column: n.Column, Path: n.Path, Message: m.Backend.File + " exports " + b.Name + ", which is " + b.Have,
					Hint: "export " + b.Name + " as a function " + b.Want})
			}
		}
	}
	return findings
}

// unused warns of grants that are written and that no import of the binary uses.
func unused(m *module.Module, in *wasmhost.Inspection) []diagnostic.Finding {
	used := map[string]bool{}
	for _, i := range in.Imports {
		name := i.Name
		switch {
		case i.Module == "extism:host/user":
			name = strings.TrimPrefix(name, abi.Module+"_")
		case i.Module == "extism:host/env" && strings.HasPrefix(name, "http_"):
			name = "http_fetch"
		case i.Module != abi.Module:
			continue
		}
		if op, ok := abi.Lookup(name); ok {
			used[op.Grant] = true
		}
	}
	var out []diagnostic.Finding
	for _, g := range m.WrittenGrants() {
		if used[g.Name] || g.Name == "data" && used["data: write"] {
			continue
		}
		out = append(out, g.Finding(fault.GrantUnused, g.Name+" is granted, and the binary imports nothing that uses it",
			"remove the grant, or build the binary that needs it"))
	}
	return out
}

func missing(n module.NeededExport, m *module.Module, in *wasmhost.Inspection) diagnostic.Finding {
	code := fault.HandlerMethodMissing
	if n.Account {
		code = fault.AccountDataMissing
	}
	var names []string
	for _, e := range in.Exports {
		names = append(names, e.Name)
	}
	hint := "export a function " + n.Name + " from the binary, or change the declaration"
	if near := document.Nearest(n.Name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return diagnostic.Finding{Code: code, Severity: diagnostic.Error, File: n.File, Line: n.Line, Column: n.Column, Path: n.Path,
		Message: m.Backend.File + " does not export " + document.Quote(n.Name), Hint: hint}
}

func (c *Candidate) policy(handlers []string, maxSize int) wasmhost.Policy {
	return wasmhost.Policy{ABI: c.Module.Backend.ABI, Granted: c.Module.Grants.Allows, Handlers: handlers,
		MemoryPages: uint32(c.Module.Limits.MemoryMB) * 16, MaxSize: maxSize}
}

// Policy is what the engine holds the module's binary to.
func (c *Candidate) Policy(opts *CheckOptions) wasmhost.Policy {
	var handlers []string
	for _, n := range c.Module.NeededExports() {
		handlers = append(handlers, n.Name)
	}
	maxSize := 8 << 20
	if opts != nil && opts.BinaryMax != 0 {
		maxSize = opts.BinaryMax
	}
	return c.policy(handlers, maxSize)
}
