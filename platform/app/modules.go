package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"sync"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
)

// Where findings name modules: those of the app, and those of the host's own folder.
const (
	modulesDir  = "modules"
	hostModules = "host-modules"
)

// defaultMaxModules is how many modules an app may have where nothing else is said.
const defaultMaxModules = 200

// found is a module's folder before it is read.
type found struct {
	root *os.Root
	dir  string // below root
	name string
	as   string // the folder that findings name
	host bool
}

// modules finds and checks the app's modules and the host's, in byte order of their ids, and answers the names of all. A module of the
// app takes the place of the host's with the same name, also if it is broken.
func (b *Bundle) modules(root *os.Root, opts *modules.CheckOptions) ([]string, error) {
	own, err := b.folders(root, modulesDir, modulesDir)
	if err != nil {
		return nil, err
	}
	all := own
	if opts.HostModules != "" {
		host, err := os.OpenRoot(opts.HostModules)
		if err != nil {
			return nil, fault.Wrap(fault.HostModulesMissing, err, "the folder of the host's modules is not there").
				WithHint("make the folder, or remove MOZAIKS_HOST_MODULES_DIR")
		}
		defer host.Close()
		theirs, err := b.folders(host, ".", hostModules)
		if err != nil {
			return nil, err
		}
		for _, t := range theirs {
			if slices.ContainsFunc(own, func(o found) bool { return o.name == t.name }) {
				b.Findings = append(b.Findings, diagnostic.Finding{Code: fault.ModuleOverride, Severity: diagnostic.Note,
					File: path.Join(modulesDir, t.name), Path: "$", Message: "the app's module takes the place of the host's " + t.name,
					Hint: "rename the module if that is not meant"})
				continue
			}
			t.host = true
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(x, y found) int { return compareText(x.name, y.name) })
	most := opts.MaxModules
	if most <= 0 {
		most = defaultMaxModules
	}
	if len(all) > most {
		b.Findings = append(b.Findings, diagnostic.Finding{Code: fault.CountLimit, Severity: diagnostic.Error, File: modulesDir, Path: "$",
			Message: fmt.Sprintf("the app has %d modules, more than %d", len(all), most), Hint: fmt.Sprintf("leave at most %d", most)})
		all = all[:most]
	}
	b.Modules = checkAll(all, opts)
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.name
	}
	return names, nil
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// checkAll checks modules side by side; what one holds does not depend on another.
func checkAll(all []found, opts *modules.CheckOptions) []*modules.Candidate {
	out := make([]*modules.Candidate, len(all))
	var group sync.WaitGroup
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, f := range all {
		group.Add(1)
		places <- struct{}{}
		go func() {
			defer group.Done()
			defer func() { <-places }()
			o := *opts
			o.Contract.HostRoot = f.host
			out[i] = modules.CheckAs(f.root, f.dir, path.Join(f.as, f.name), &o)
		}()
	}
	group.Wait()
	return out
}

// folders answers the folders below dir that hold a module.yaml, and warns of those that do not.
func (b *Bundle) folders(root *os.Root, dir, as string) ([]found, error) {
	f, err := root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	var out []found
	for _, e := range entries {
		name := e.Name()
		if name[0] == '.' || slices.Contains(skipped, name) {
			continue
		}
		linked := e.Type()&fs.ModeSymlink != 0
		if !e.IsDir() && !linked {
			continue
		}
		if _, err := root.Lstat(path.Join(dir, name, module.ManifestFile)); err != nil && !linked {
			b.Findings = append(b.Findings, diagnostic.Finding{Code: fault.ModuleEmpty, Severity: diagnostic.Warning, File: path.Join(as, name),
				Path: "$", Message: "the folder has no " + module.ManifestFile + " and is passed over", Hint: "add " + module.ManifestFile + ", or remove the folder"})
			continue
		}
		out = append(out, found{root: root, dir: path.Join(dir, name), name: name, as: as})
	}
	return out, nil
}
