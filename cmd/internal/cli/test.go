package cli

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/cmd/internal/wire"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/vectors"
	"github.com/mozaiks/mozaiks/wasmhost"
)

var testFormats = []string{"text", "json", "junit"}

func testCommand(io *streams) *cobra.Command {
	var format, match, ceilings string
	var strict bool
	cmd := &cobra.Command{
		Use:   "test [PATH…]",
		Short: "Run the tests that modules bring as data, each twice, on the real engine",
		Long: "Run the tests that modules bring as data: each twice, on the real binary, engine and executor, in a\n" +
			"store of its own, without a network.\n\n" +
			"PATH is an app's folder, a modules folder or a module's folder; the default is the app around the\n" +
			"working directory. Exit codes: 0 all passed, 1 something failed (with --strict also warnings, and\n" +
			"what no test touches), 3 a PATH that cannot be read.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(testFormats, format) {
				return exit(ExitUsage, fmt.Errorf("--format is one of %s, not %q", strings.Join(testFormats, ", "), format))
			}
			var o vectors.Options
			if match != "" {
				var err error
				if o.Match, err = regexp.Compile(match); err != nil {
					return exit(ExitUsage, fmt.Errorf("--run: %w", err))
				}
			}
			cfg, err := configUnder(ceilings)
			if err != nil {
				return exit(ExitConfig, err)
			}
			o.Open = cfg.TestStore
			return runTests(cmd.Context(), io, args, format, strict, o, cfg)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json or junit")
	cmd.Flags().StringVar(&match, "run", "", "run only the tests whose module.id matches this expression")
	cmd.Flags().BoolVar(&strict, "strict", false, "let warnings fail, and actions and events that no test touches")
	cmd.Flags().StringVar(&ceilings, "ceilings", "", "a file of NAME=value lines with the limits of the platform that is tested for")
	return cmd
}

func runTests(ctx context.Context, io *streams, paths []string, format string, strict bool, o vectors.Options, cfg *wire.Config) error {
	paths, err := orAround(paths)
	if err != nil {
		return exit(ExitConfig, err)
	}
	engine, err := wasmhost.New(ctx, cfg.TestEngineOptions())
	if err != nil {
		return exit(ExitInternal, err)
	}
	defer func() { _ = engine.Close(context.WithoutCancel(ctx)) }() // the process ends
	report := &vectors.Report{}
	for _, p := range paths {
		subjects, findings, err := testSubjects(p, cfg)
		if err != nil {
			return exit(ExitConfig, err)
		}
		report.Findings = append(report.Findings, findings...)
		for _, s := range subjects {
			results, more, err := vectors.Run(ctx, engine, s, o)
			if err != nil {
				return exit(ExitInternal, err)
			}
			report.Results = append(report.Results, results...)
			report.Findings = append(report.Findings, more...)
		}
	}
	if strict {
		for i := range report.Findings {
			if report.Findings[i].Code == fault.TestUncovered {
				report.Findings[i].Severity = diagnostic.Error
			}
		}
	}
	diagnostic.Sort(report.Findings)
	switch format {
	case "json":
		err = report.WriteJSON(io.out)
	case "junit":
		err = report.WriteJUnit(io.out)
	default:
		err = report.WriteText(io.out, source)
	}
	if err != nil {
		return exit(ExitInternal, err)
	}
	return foundIn(report.Findings, strict)
}

// testSubjects answers the modules at a path that may be tested, and what the check says against them. A module that lies in an app is
// tested with the app's data contract.
func testSubjects(at string, cfg *wire.Config) ([]*vectors.Subject, []diagnostic.Finding, error) {
	root, only := filepath.Clean(at), ""
	info, err := os.Stat(root)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		return nil, nil, fmt.Errorf("%s is not a folder", root)
	}
	full := absolute(root)
	switch parent := filepath.Dir(full); {
	case exists(filepath.Join(full, "app.json")), exists(filepath.Join(full, "modules")):
	case filepath.Base(full) == "modules":
		root = filepath.Join(root, "..")
	case filepath.Base(parent) == "modules":
		root, only = filepath.Join(root, "..", ".."), filepath.Base(full)
	default:
		return loneSubject(root, full, cfg)
	}
	b, err := app.Check(root, cfg.CheckOptions())
	if err != nil {
		return nil, nil, err
	}
	var out []*vectors.Subject
	var findings []diagnostic.Finding
	for _, c := range b.Modules {
		if only != "" && c.Name != only {
			continue
		}
		for _, f := range c.Findings {
			f.File = filepath.ToSlash(filepath.Join(root, f.File))
			findings = append(findings, f)
		}
		if c.OK() {
			out = append(out, &vectors.Subject{App: b.App.ID, Data: b.Data, Module: c.Module, Dir: filepath.ToSlash(filepath.Join(root, c.Dir)),
				Candidate: c, Check: cfg.CheckOptions()})
		}
	}
	if only == "" {
		for _, f := range b.Findings {
			if !slices.ContainsFunc(b.Modules, func(c *candidate) bool { return strings.HasPrefix(f.File, c.Dir+"/") }) {
				f.File = filepath.ToSlash(filepath.Join(root, f.File))
				findings = append(findings, f)
			}
		}
	}
	return out, findings, nil
}

// loneSubject is a module outside of any app.
func loneSubject(dir, full string, cfg *wire.Config) ([]*vectors.Subject, []diagnostic.Finding, error) {
	root, err := os.OpenRoot(filepath.Dir(full))
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	c := checkAs(root, filepath.Base(full), path.Clean(filepath.ToSlash(dir)), cfg.CheckOptions())
	if !c.OK() {
		return nil, c.Findings, nil
	}
	return []*vectors.Subject{{App: "default", Module: c.Module, Dir: c.Dir, Candidate: c, Check: cfg.CheckOptions()}}, c.Findings, nil
}
