package vectors

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// Subject is a module whose tests are run: checked without an error.
type Subject struct {
	App       string
	Data      *data.Contract // the app's; nil for none
	Module    *module.Module
	Dir       string // the module's folder, as findings name it
	Candidate *modules.Candidate
	Check     *modules.CheckOptions

	sandbox *wasmhost.Module
	open    func(ctx context.Context, dir string) (*persistence.Store, error)
	scratch string // a folder of its own
}

// Options say which tests run, and where.
type Options struct {
	Open  func(ctx context.Context, dir string) (*persistence.Store, error) // a store in a folder; closed, its files may be copied
	Match *regexp.Regexp                                                    // of module.test; nil: all
}

// Result is what came of one test.
type Result struct {
	Module  string        `json:"module"`
	ID      string        `json:"id"`
	File    string        `json:"file"`
	Line    int           `json:"line"`
	OK      bool          `json:"ok"`
	Fuel    uint64        `json:"fuel"`
	Elapsed time.Duration `json:"-"` // of both runs

	Findings []diagnostic.Finding `json:"-"`
}

// Run runs the tests of a module, each twice. The findings hold all that failed, and what no test touched. The error is for what keeps
// tests from running at all: a binary that does not start, a folder that cannot be written.
func Run(ctx context.Context, e *wasmhost.Engine, s *Subject, o Options) (results []Result, findings []diagnostic.Finding, err error) {
	// What only some of the tests leave untouched says nothing: those that were not chosen, or that have an error, may touch it.
	all := o.Match == nil && !slices.ContainsFunc(s.Candidate.Findings, func(f diagnostic.Finding) bool { return f.Severity == diagnostic.Error })
	if len(s.Candidate.Tests) == 0 {
		if all {
			findings = s.uncovered(nil, nil)
		}
		return nil, findings, nil
	}
	if s.sandbox, err = e.Load(ctx, s.Candidate.Binary, s.Candidate.Policy(s.Check)); err != nil {
		f := fault.From(err)
		return nil, []diagnostic.Finding{{Code: f.Code, Severity: diagnostic.Error, File: s.Dir + "/" + s.Module.Backend.File, Path: "$",
			Message: f.Message, Hint: "rebuild the binary; the module fails before its first call"}}, nil
	}
	defer func() { _ = s.sandbox.Close(context.WithoutCancel(ctx)) }() // it ends with the engine otherwise
	if s.scratch, err = os.MkdirTemp("", "mozaiks-test-"); err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(s.scratch) }() // a temporary folder
	s.open = o.Open
	if err := s.template(ctx); err != nil {
		return nil, nil, err
	}
	called, emitted := map[string]bool{}, map[string]bool{}
	for i := range s.Candidate.Tests {
		v := &s.Candidate.Tests[i]
		if o.Match != nil && !o.Match.MatchString(s.Module.ID+"."+v.ID) {
			continue
		}
		r := s.run(ctx, v, called, emitted)
		findings = append(findings, r.Findings...)
		results = append(results, r)
		if ctx.Err() != nil {
			return results, findings, context.Cause(ctx)
		}
	}
	if all {
		findings = append(findings, s.uncovered(called, emitted)...)
	}
	diagnostic.Sort(findings)
	return results, findings, nil
}

// template makes the empty store that each run copies.
func (s *Subject) template(ctx context.Context) error {
	dir := filepath.Join(s.scratch, emptyStore)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	store, err := s.open(ctx, dir)
	if err != nil {
		return err
	}
	if s.Data == nil {
		s.Data = &data.Contract{AppID: s.App}
	}
	_, err = store.Apply(ctx, s.App, s.Data)
	if e := store.Close(); err == nil {
		err = e
	}
	return err
}

// collections answers the names of those that the module may open.
func (s *Subject) collections() []string {
	var out []string
	for _, c := range s.Data.Collections {
		if _, _, open := s.Data.Resolve(s.Module.ID, c.Name); open && !slices.Contains(out, c.Name) {
			out = append(out, c.Name)
		}
	}
	return out
}

func (s *Subject) run(ctx context.Context, v *module.Vector, called, emitted map[string]bool) Result {
	began := time.Now()
	j := &judge{vector: v}
	r := Result{Module: s.Module.ID, ID: v.ID, File: s.Dir + "/" + v.File, Line: v.Line}
	first, err := runOnce(ctx, s, v)
	var second *outcome
	if err == nil {
		second, err = runOnce(ctx, s, v)
	}
	if err != nil {
		j.fail(j.whole(), "it could not be run: "+diagnostic.Quote(err.Error()))
	} else {
		j.judge(first)
		if difference := first.differs(second); difference != "" {
			j.findings = append(j.findings, diagnostic.Finding{Code: fault.TestNondeterministic, Severity: diagnostic.Error, File: v.File,
				Line: v.Line, Column: v.Column, Path: v.Path, Message: v.ID + ": " + difference + " differs between two runs",
				Hint: "take time, ids and random numbers from the host"})
		}
		r.Fuel = first.fuel
		for a := range first.called {
			called[a] = true
		}
		for e := range first.emitted {
			emitted[e] = true
		}
	}
	for i := range j.findings {
		j.findings[i].File = s.Dir + "/" + j.findings[i].File
	}
	r.Findings, r.OK, r.Elapsed = j.findings, len(j.findings) == 0, time.Since(began)
	return r
}

// differs says in what two runs of one test differ, "" if in nothing.
func (o *outcome) differs(other *outcome) string {
	code := func(f *fault.Error) string {
		if f == nil {
			return ""
		}
		return string(f.Code) + " " + f.Message
	}
	switch {
	case code(o.fault) != code(other.fault):
		return "the error"
	case !canonical.Equal(plainOf(o.output), plainOf(other.output)):
		return "the output"
	case !canonical.Equal(plainOf(o.events), plainOf(other.events)):
		return "an event"
	case !canonical.Equal(plainOf(o.notifications), plainOf(other.notifications)):
		return "a notification"
	case !reflect.DeepEqual(o.documents, other.documents):
		return "a document"
	case o.fuel != other.fuel:
		return fmt.Sprintf("the fuel, %d and %d units,", o.fuel, other.fuel)
	}
	return ""
}

func plainOf(v any) any {
	plain, _ := canonical.Of(v)
	return plain
}

// uncovered notes the actions that no test called and the events that none emitted.
func (s *Subject) uncovered(called, emitted map[string]bool) []diagnostic.Finding {
	var out []diagnostic.Finding
	for _, f := range s.Module.Uncovered(called, emitted) {
		f.File = filepath.ToSlash(filepath.Join(s.Dir, f.File))
		out = append(out, f)
	}
	return out
}
