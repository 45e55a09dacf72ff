package app

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// Loader makes snapshots of bundles.
type Loader struct {
	Engine   *wasmhost.Engine
	Store    *persistence.Store
	Check    *modules.CheckOptions
	Attempts int // of deliveries that declare no number of their own
}

// Load makes the snapshot of a bundle: modules with an error, or whose binary does not start, are failed and the others
// serve. The error is for a bundle of which nothing can be served.
func (l *Loader) Load(ctx context.Context, b *Bundle) (*modules.Snapshot, error) {
	if b.AppError() {
		return nil, fault.New(fault.BundleRejected, "the app's own files have errors")
	}
	s := &modules.Snapshot{App: b.App.ID, Name: b.App.Name, Version: b.App.Version, Modules: map[string]*modules.Loaded{},
		Failed: map[string]modules.Failure{}, Suspended: map[string]bool{}, Findings: slices.Clone(b.Findings)}
	catalog, err := l.Store.Apply(ctx, s.App, b.Data)
	if err != nil {
		return nil, err
	}
	s.Data = catalog
	var served []*module.Module
	suspend := func(m *module.Module) {
		for i := range m.Capabilities {
			s.Suspended[m.Capabilities[i].ID] = true
		}
	}
	for _, c := range b.Modules {
		if !c.OK() {
			s.Failed[c.Name] = firstError(c)
			if c.Module != nil {
				suspend(c.Module)
			}
			continue
		}
		sandbox, err := l.loadBinary(ctx, c)
		if err != nil {
			f := fault.From(err)
			s.Failed[c.Name] = modules.Failure{Module: c.Name, Code: f.Code, Message: f.Message}
			suspend(c.Module)
			s.Findings = append(s.Findings, diagnostic.Finding{Code: f.Code, Severity: diagnostic.Error,
				File: c.Dir + "/" + c.Module.Backend.File, Path: "$", Message: f.Message, Hint: "rebuild the binary; the module fails before its first call"})
			continue
		}
		s.Modules[c.Module.ID] = &modules.Loaded{Module: c.Module, Dir: c.Dir, Sandbox: sandbox, View: catalog.View(c.Module.ID)}
		served = append(served, c.Module)
	}
	s.Router = routing.NewIndex(served, l.Attempts)
	s.Digest, err = digestOf(b.Dir)
	return s, err
}

func digestOf(dir string) (string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	return Digest(root)
}

// loadBinary compiles and initialises a module's binary; a panic on the way fails that module alone.
func (l *Loader) loadBinary(ctx context.Context, c *modules.Candidate) (m *wasmhost.Module, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, fault.Wrap(fault.ModuleLoadPanic, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "loading the module failed inside the host")
		}
	}()
	return l.Engine.Load(ctx, c.Binary, c.Policy(l.Check))
}

func firstError(c *modules.Candidate) modules.Failure {
	for _, f := range c.Findings {
		if f.Severity == diagnostic.Error {
			return modules.Failure{Module: c.Name, Code: f.Code, Message: f.Message}
		}
	}
	return modules.Failure{Module: c.Name, Code: fault.Internal}
}
