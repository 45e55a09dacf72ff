package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/cmd/internal/wire"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
)

func checkCommand(io *streams) *cobra.Command {
	var format, ceilings string
	var strict bool
	cmd := &cobra.Command{
		Use:   "check [PATH…]",
		Short: "Check apps and modules: declarations and binaries, without running guest code",
		Long: "Check apps and modules: declarations and binaries, without running guest code, a host or a database.\n\n" +
			"PATH is an app's folder, a modules folder or a module's folder; the default is the app around the\n" +
			"working directory. Exit codes: 0 nothing wrong, 1 errors (with --strict warnings too), 3 a PATH\n" +
			"that cannot be read.",
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(findingFormats, format) {
				return exit(ExitUsage, fmt.Errorf("--format is one of %s, not %q", strings.Join(findingFormats, ", "), format))
			}
			cfg, err := configUnder(ceilings)
			if err != nil {
				return exit(ExitConfig, err)
			}
			return runCheck(io, args, format, strict, cfg)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json or sarif")
	cmd.Flags().BoolVar(&strict, "strict", false, "let warnings refuse too")
	cmd.Flags().StringVar(&ceilings, "ceilings", "", "a file of NAME=value lines with the limits of the platform that is checked for")
	return cmd
}

// findingFormats are the forms in which findings are printed.
var findingFormats = []string{"text", "json", "sarif"}

func runCheck(io *streams, paths []string, format string, strict bool, cfg *wire.Config) error {
	paths, err := orAround(paths)
	if err != nil {
		return exit(ExitConfig, err)
	}
	report := &diagnostic.Report{MaxFindings: cfg.CheckMaxFindings}
	for _, p := range paths {
		one, err := checkPath(p, cfg.CheckOptions())
		if err != nil {
			return exit(ExitConfig, err)
		}
		report.Modules = append(report.Modules, one.Modules...)
		report.Findings = append(report.Findings, one.Findings...)
	}
	diagnostic.Sort(report.Findings)
	switch format {
	case "json":
		err = diagnostic.WriteJSON(io.out, report)
	case "sarif":
		err = diagnostic.WriteSARIF(io.out, report, semanticVersion())
	default:
		err = diagnostic.WriteText(io.out, report, source)
	}
	if err != nil {
		return exit(ExitInternal, err)
	}
	return foundIn(report.Findings, strict)
}

// foundIn answers the exit of a command by its findings.
func foundIn(findings []diagnostic.Finding, strict bool) error {
	for _, f := range findings {
		if f.Severity == diagnostic.Error || strict && f.Severity == diagnostic.Warning {
			return silentExit(ExitFound)
		}
	}
	return nil
}

// source answers the content of a file that findings name; one that is gone only leaves out the caret.
func source(file string) []byte {
	raw, _ := os.ReadFile(file)
	return raw
}

// semanticVersion is the program's version where it is one.
func semanticVersion() string {
	v := strings.TrimPrefix(wire.Version(), "v")
	if len(strings.Split(v, ".")) < 3 {
		return ""
	}
	return v
}

// orAround answers the paths, or else the app around the working directory.
func orAround(paths []string) ([]string, error) {
	if len(paths) > 0 {
		return paths, nil
	}
	around, err := appAround()
	return []string{around}, err
}

// ceilingNames are the settings that a file of ceilings may hold.
var ceilingNames = []string{"MOZAIKS_DECL_", "MOZAIKS_SCHEMA_", "MOZAIKS_MODULE_", "MOZAIKS_APP_MAX_MODULES", "MOZAIKS_WASM_MAX_SIZE",
	"MOZAIKS_WASM_MEMORY", "MOZAIKS_WASM_FUEL", "MOZAIKS_WASM_INIT_FUEL", "MOZAIKS_ACTION_TIMEOUT", "MOZAIKS_CHECK_MAX_FINDINGS",
	"MOZAIKS_TEST_MAX_VECTORS", "MOZAIKS_EVENT_FANOUT_MAX"}

// configUnder reads the configuration, with the limits of a file in the place of those of the environment.
func configUnder(ceilings string) (*wire.Config, error) {
	environ := os.Environ()
	if ceilings == "" {
		return wire.LoadConfig(environ)
	}
	text, err := os.ReadFile(ceilings)
	if err != nil {
		return nil, err
	}
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || !slices.ContainsFunc(ceilingNames, func(p string) bool { return strings.HasPrefix(name, p) }) {
			return nil, fmt.Errorf("%s:%d: %q is not a limit of modules", ceilings, n+1, diagnostic.Quote(name))
		}
		environ = slices.DeleteFunc(environ, func(e string) bool { return strings.HasPrefix(e, name+"=") })
		environ = append(environ, name+"="+value)
	}
	return wire.LoadConfig(environ)
}

// checkPath checks an app, a modules folder, or one module. Files of findings begin with the path as it was given.
func checkPath(path string, opts *modules.CheckOptions) (*diagnostic.Report, error) {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", path)
	}
	switch {
	case exists(filepath.Join(path, "app.json")), exists(filepath.Join(path, "modules")):
		b, err := app.Check(path, opts)
		if err != nil {
			return nil, err
		}
		return prefixed(b.Report(), path), nil
	case filepath.Base(absolute(path)) == "modules":
		return checkModules(path, opts)
	default:
		return checkModule(path, opts)
	}
}

func checkModules(path string, opts *modules.CheckOptions) (*diagnostic.Report, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	report := &diagnostic.Report{}
	for _, e := range entries {
		dir := filepath.Join(path, e.Name())
		if !e.IsDir() || !exists(filepath.Join(dir, "module.yaml")) {
			continue
		}
		one, err := checkModule(dir, opts)
		if err != nil {
			return nil, err
		}
		report.Modules = append(report.Modules, one.Modules...)
		report.Findings = append(report.Findings, one.Findings...)
	}
	return report, nil
}

// checkModule opens the folder above the module, so that the module's own name is the one on disk.
func checkModule(path string, opts *modules.CheckOptions) (*diagnostic.Report, error) {
	full := absolute(path)
	root, err := os.OpenRoot(filepath.Dir(full))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	c := modules.Check(root, filepath.Base(full), "", opts)
	b := &app.Bundle{Modules: []*modules.Candidate{c}, Findings: c.Findings}
	r := prefixed(b.Report(), filepath.Dir(path))
	if path == "." {
		r = b.Report()
	}
	return r, nil
}

func prefixed(r *diagnostic.Report, prefix string) *diagnostic.Report {
	for i := range r.Findings {
		r.Findings[i].File = filepath.ToSlash(filepath.Join(prefix, r.Findings[i].File))
	}
	for i := range r.Modules {
		r.Modules[i].Dir = filepath.ToSlash(filepath.Join(prefix, r.Modules[i].Dir))
	}
	return r
}

// appAround finds the app's folder that the working directory lies in.
func appAround() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if exists(filepath.Join(dir, "app.json")) || exists(filepath.Join(dir, "modules")) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no app.json and no modules folder here or above; name a PATH")
		}
		dir = parent
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func absolute(path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		return path // only fails without a working directory
	}
	return full
}
