// Package app takes an app's folder, judges it whole, and makes the snapshot of it that is served.
package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	appcontract "github.com/mozaiks/mozaiks/contracts/app"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
)

// Bundle is an app's folder, read and judged. No guest code ran.
type Bundle struct {
	Dir      string
	App      *appcontract.App
	Data     *data.Contract
	Modules  []*modules.Candidate
	Findings []diagnostic.Finding // of all files, sorted
}

// Report is the bundle's as `mozaiks check` prints it.
func (b *Bundle) Report() *diagnostic.Report {
	r := &diagnostic.Report{Findings: b.Findings}
	for _, c := range b.Modules {
		result := diagnostic.ModuleResult{ID: c.Name, Dir: c.Dir, OK: c.OK()}
		if c.Module != nil {
			result.Digest = c.Module.Digest
		}
		r.Modules = append(r.Modules, result)
	}
	return r
}

// AppError tells whether a file of the app itself has an error: then nothing of it can be served.
func (b *Bundle) AppError() bool {
	return slices.ContainsFunc(b.Findings, func(f diagnostic.Finding) bool {
		return f.Severity == diagnostic.Error && !b.inModule(f.File)
	})
}

func (b *Bundle) inModule(file string) bool {
	return slices.ContainsFunc(b.Modules, func(c *modules.Candidate) bool {
		return len(file) > len(c.Dir) && file[:len(c.Dir)] == c.Dir && file[len(c.Dir)] == '/'
	})
}

// Check reads and judges the app in dir. The error is for a folder that cannot be read at all.
func Check(dir string, opts *modules.CheckOptions) (*Bundle, error) {
	if opts == nil {
		opts = &modules.CheckOptions{}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	b := &Bundle{Dir: dir, App: &appcontract.App{ID: "default"}}
	raw, found, findings := readFile(root, "app.json", declMax(opts))
	b.Findings = append(b.Findings, findings...)
	if found {
		a, more := appcontract.Decode(raw, appcontract.Options{Limits: opts.Contract.Limits})
		b.Findings = append(b.Findings, more...)
		if a != nil {
			b.App = a
		}
	}
	names, err := b.modules(root, opts)
	if err != nil {
		return nil, err
	}
	var mods []*module.Module
	var unread []string
	for _, c := range b.Modules {
		b.Findings = append(b.Findings, c.Findings...)
		if c.Module != nil {
			mods = append(mods, c.Module)
		} else {
			unread = append(unread, c.Name)
		}
	}
	b.checkData(root, names)
	b.checkCollections()
	facts := b.facts(root, unread)
	facts.Fanout = opts.Fanout
	b.checkAcross(mods, facts)
	diagnostic.Sort(b.Findings)
	return b, nil
}

// checkAcross adds what only shows between modules, to the bundle and to the module that must change.
func (b *Bundle) checkAcross(mods []*module.Module, facts module.AppFacts) {
	for _, f := range module.CheckAcross(mods, facts) {
		b.add(f)
	}
}

// add adds a finding to the bundle and to the module that it is about.
func (b *Bundle) add(f diagnostic.Finding) {
	b.Findings = append(b.Findings, f)
	for _, c := range b.Modules {
		if strings.HasPrefix(f.File, c.Dir+"/") {
			c.Findings = append(c.Findings, f)
		}
	}
}

const dataContract = "data/contract.json"

func (b *Bundle) checkData(root *os.Root, moduleNames []string) {
	raw, found, findings := readFile(root, dataContract, 1<<20)
	b.Findings = append(b.Findings, findings...)
	if !found {
		b.Data = &data.Contract{AppID: b.App.ID}
		return
	}
	contract, more := data.Decode(raw, b.App.ID, moduleNames, data.Options{})
	b.Findings = append(b.Findings, more...)
	b.Data = contract
}

// readFile reads one plain file of the app, at most limit bytes. A file that is not there is no finding.
func readFile(root *os.Root, name string, limit int64) ([]byte, bool, []diagnostic.Finding) {
	refuse := func(code fault.Code, message, hint string) ([]byte, bool, []diagnostic.Finding) {
		return nil, false, []diagnostic.Finding{{Code: code, Severity: diagnostic.Error, File: name, Path: "$", Message: message, Hint: hint}}
	}
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return refuse(fault.FileUnreadable, "the file cannot be read", "make the file readable")
	}
	if !info.Mode().IsRegular() {
		return refuse(fault.PathLink, "is not a plain file", "put a plain file in its place")
	}
	if info.Size() > limit {
		return refuse(fault.FileSize, fmt.Sprintf("is larger than %d bytes", limit), "make the file smaller")
	}
	raw, err := root.ReadFile(name)
	if err != nil {
		return refuse(fault.FileUnreadable, "the file cannot be read", "make the file readable")
	}
	return raw, true, nil
}

// declMax is the largest declaration in bytes.
func declMax(opts *modules.CheckOptions) int64 {
	return int64(opts.Contract.Limits.WithDefaults().MaxSize)
}
