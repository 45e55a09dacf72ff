package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/cmd/internal/wire"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// candidate is a module's folder as it was judged.
type candidate = modules.Candidate

// checkAs judges a module's folder.
var checkAs = modules.CheckAs

func inspectCommand(io *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "inspect MODULE|FILE.wasm",
		Short: "Print what a module or a binary asks for and offers, as JSON",
		Long: "Print the effective contract of a module's folder, with defaults filled in, or what a binary imports,\n" +
			"exports and holds. No guest code runs. Exit codes: 0 nothing wrong, 1 errors, 3 a path that cannot be read.",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := wire.LoadConfig(os.Environ())
			if err != nil {
				return exit(ExitConfig, err)
			}
			return runInspect(io, args[0], cfg)
		},
	}
}

func runInspect(io *streams, path string, cfg *wire.Config) error {
	info, err := os.Stat(path)
	if err != nil {
		return exit(ExitConfig, err)
	}
	var doc any
	var findings []diagnostic.Finding
	if info.IsDir() {
		doc, findings, err = inspectModule(path, cfg)
	} else {
		doc, findings, err = inspectBinary(path, info.Size(), cfg)
	}
	if err != nil {
		return exit(ExitConfig, err)
	}
	e := json.NewEncoder(io.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(doc); err != nil {
		return exit(ExitInternal, err)
	}
	return foundIn(findings, false)
}

// inspectBinary looks at a file by itself: with all grants, by the ABI that it imports.
func inspectBinary(path string, size int64, cfg *wire.Config) (any, []diagnostic.Finding, error) {
	if size > int64(cfg.WasmMaxSize)*4 {
		return nil, nil, fmt.Errorf("%s is larger than four times MOZAIKS_WASM_MAX_SIZE", path)
	}
	bin, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	opts := cfg.CheckOptions()
	look := func(name string) *wasmhost.Inspection {
		return wasmhost.Inspect(bin, wasmhost.Policy{ABI: name, Granted: func(string) bool { return true }, MaxSize: opts.BinaryMax}, opts.Inspect)
	}
	name, in := abi.Module, look(abi.Module)
	for _, i := range in.Imports {
		if i.Module == "extism:host/env" {
			name, in = wasmhost.ABIExtism, look(wasmhost.ABIExtism)
			break
		}
	}
	return struct {
		SchemaVersion string `json:"schema_version"`
		ABI           string `json:"abi"`
		*wasmhost.Inspection
	}{"mozaiks.inspect.v1", name, in}, in.Findings, nil
}

func inspectModule(path string, cfg *wire.Config) (any, []diagnostic.Finding, error) {
	full := absolute(path)
	root, err := os.OpenRoot(filepath.Dir(full))
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	c := checkAs(root, filepath.Base(full), filepath.ToSlash(filepath.Clean(path)), cfg.CheckOptions())
	if c.Module == nil {
		if len(c.Findings) > 0 {
			return nil, nil, errors.New(c.Findings[0].Message)
		}
		return nil, nil, fmt.Errorf("%s is not a module", path)
	}
	return c.Contract(), c.Findings, nil
}
