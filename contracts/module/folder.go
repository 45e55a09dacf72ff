package module

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Folder is a module's folder as it was read.
type Folder struct {
	// Files are the contents of the declarations by their paths inside the folder; nil for one that is there but could not be
	// read. Decode takes it as it is.
	Files map[string][]byte
	// Tests are the contents of tests/*.yaml, which are no part of what is loaded.
	Tests map[string][]byte

	binaries []string // .wasm files below backend/
	sums     map[string][32]byte
}

// declarations are the files that a module may declare itself with.
var declarations = []string{ManifestFile, ExtensionsFile, EventsFile, ReactionsFile, NotificationsFile, SettingsFile,
	AdminFile, ProfileFile, RelationshipsFile, PolicyHooksFile}

// ReadFolder reads the declarations of the module in dir below root. Everything is read through a handle on the folder itself,
// so that no link leads out of it. Findings name paths inside the folder.
func ReadFolder(root *os.Root, dir string, opts Options) (Folder, []diagnostic.Finding) {
	w := &reading{opts: opts.withDefaults(), names: map[string]string{}}
	w.folder = Folder{Files: map[string][]byte{}, Tests: map[string][]byte{}, sums: map[string][32]byte{}}
	own, err := openFolder(root, dir)
	if err != nil {
		w.broken(ManifestFile)
		if errors.Is(err, errNoFolder) {
			w.report(diagnostic.Error, fault.FileLink, ".", "this is not a plain folder", "put the folder itself here; links are not followed")
		} else {
			w.report(diagnostic.Error, fault.FileUnreadable, ".", "the folder cannot be read", "make it a plain folder that the host may read")
		}
		return w.folder, w.findings
	}
	defer own.Close()
	w.root = own
	w.list(".", 0)
	for _, file := range w.found {
		w.read(file)
	}
	if _, there := w.folder.Files[ManifestFile]; !there {
		w.broken(ManifestFile)
		if !w.cut { // else it may be there
			w.findings = append(w.findings, missingManifest())
		}
	}
	diagnostic.Sort(w.findings)
	return w.folder, w.findings
}

// errNoFolder says that a link or something else stands where a folder should.
var errNoFolder = errors.New("not a plain folder")

// openFolder opens a folder that is no link.
func openFolder(root *os.Root, dir string) (*os.Root, error) {
	info, err := root.Lstat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errNoFolder
	}
	return root.OpenRoot(dir)
}

// reading is one reading of a folder.
type reading struct {
	opts     Options
	root     *os.Root
	folder   Folder
	findings []diagnostic.Finding
	names    map[string]string // paths as a system would see them that ignores letter case
	found    []string          // declarations and tests
	files    int
	folders  int
	bytes    int64
	cut      bool // a limit was reached, or a folder could not be listed
}

func (w *reading) report(severity diagnostic.Severity, code fault.Code, file, message, hint string) {
	w.findings = append(w.findings, diagnostic.Finding{Code: code, Severity: severity, File: file, Path: "$", Message: message, Hint: hint})
}

// broken notes a declaration that is there but cannot be read.
func (w *reading) broken(file string) { w.folder.Files[file] = nil }

// list goes through a folder in byte order.
func (w *reading) list(dir string, depth int) {
	entries, err := readDir(w.root, dir)
	if err != nil {
		w.cut = true
		w.report(diagnostic.Error, fault.FileUnreadable, dir, "the folder cannot be listed", "let the host read it")
		return
	}
	for _, e := range entries {
		if skipped[e.Name()] || w.full() {
			continue
		}
		file := path.Join(dir, e.Name())
		switch {
		case e.IsDir():
			w.folders++
			w.limit(file)
			if !w.full() && w.named(file) && depth < maxSegments {
				w.list(file, depth+1)
			}
		case !e.Type().IsRegular():
			w.report(diagnostic.Error, fault.FileLink, file, "this is not a plain file", "put the file itself here; links, devices, sockets and pipes are not read")
			if slices.Contains(declarations, file) {
				w.broken(file)
			}
		default:
			w.count(file, e)
			switch {
			case w.full():
			case w.named(file):
				w.classify(file)
			case slices.Contains(declarations, file):
				w.broken(file)
			}
		}
	}
}

// full tells whether a limit of the folder was passed.
func (w *reading) full() bool {
	return w.files > w.opts.MaxFiles || w.folders > w.opts.MaxFiles || w.bytes > w.opts.MaxBytes
}

func (w *reading) count(file string, e fs.DirEntry) {
	w.files++
	if info, err := e.Info(); err == nil {
		w.bytes += info.Size()
	}
	w.limit(file)
}

// limit reports that a limit of the folder was passed at file.
func (w *reading) limit(file string) {
	if w.full() {
		w.cut = true
		w.report(diagnostic.Error, fault.FolderLimit, file, fmt.Sprintf("the folder has more than %d files or %d bytes", w.opts.MaxFiles, w.opts.MaxBytes),
			"remove what the module does not need")
	}
}

// named judges a path and tells whether it may be used.
func (w *reading) named(file string) bool {
	if bad := badPath(file); bad != "" {
		w.report(diagnostic.Error, fault.FileName, file, bad, "rename it with letters, digits, dot, underscore and dash")
		return false
	}
	lower := strings.ToLower(file)
	if other, taken := w.names[lower]; taken {
		w.report(diagnostic.Error, fault.FileName, file, "the name differs from "+other+" in letter case alone", "rename one of the two")
		return false
	}
	w.names[lower] = file
	return true
}

// classify says what a file is by its path.
func (w *reading) classify(file string) {
	dir, name := path.Split(file)
	top, _, below := strings.Cut(file, "/")
	stem, ext, _ := strings.Cut(name, ".")
	inContract := dir == "" || dir == "contracts/"
	switch {
	case inContract && (name == "subscriptions.yaml" || name == "subscriptions.yml"):
		w.report(diagnostic.Error, fault.SubscriptionsRefused, file, "plans and subscriptions are not declared by modules", "remove the file")
	case slices.Contains(declarations, file), dir == "tests/" && ext == "yaml":
		w.found = append(w.found, file)
	case below && (top == "src" || top == "ui"), file == "README.md", file == "LICENSE":
	case top == "tests" && below:
		w.unknown(file)
	case top == "backend" && below && strings.HasSuffix(name, ".wasm"):
		w.folder.binaries = append(w.folder.binaries, file)
	case declared(stem) != "" && (ext == "yaml" || ext == "yml" || ext == "json"):
		w.report(diagnostic.Error, fault.FileMisplaced, file, "this declaration is not read here", "move it to "+declared(stem))
		if _, there := w.folder.Files[declared(stem)]; !there {
			w.misplaced(declared(stem))
		}
	default:
		w.unknown(file)
	}
}

// misplaced marks a declaration that stands elsewhere as broken, unless it stands where it belongs too.
func (w *reading) misplaced(file string) {
	if file != ManifestFile { // without a manifest in its place there is no module
		w.broken(file)
	}
}

func (w *reading) unknown(file string) {
	w.report(diagnostic.Warning, fault.FileUnknown, file, "this file is never read", "remove it, or move it to src/")
}

// declared answers the declaration with that name, or "".
func declared(stem string) string {
	for _, d := range declarations {
		if strings.TrimSuffix(path.Base(d), ".yaml") == stem {
			return d
		}
	}
	return ""
}

// read reads one declaration or test.
func (w *reading) read(file string) {
	into := w.folder.Files
	if strings.HasPrefix(file, "tests/") {
		into = w.folder.Tests
	}
	into[file] = nil
	data, code := readFile(w.root, file, int64(w.opts.Limits.MaxSize)+1)
	switch code {
	case "":
		into[file] = data
		w.folder.note(file, data)
	case fault.FileLink:
		w.report(diagnostic.Error, code, file, "this is not a plain file", "put the file itself here; links, devices, sockets and pipes are not read")
	default:
		w.report(diagnostic.Error, code, file, "the file cannot be read", "let the host read it")
	}
}

// readFile reads a plain file, at most limit bytes of it. What was opened must be what stands under that name and no link, so
// that a link put there in between is seen.
func readFile(root *os.Root, file string, limit int64) ([]byte, fault.Code) {
	before, err := root.Lstat(file)
	if err != nil {
		return nil, fault.FileUnreadable
	}
	if !before.Mode().IsRegular() {
		return nil, fault.FileLink
	}
	f, err := root.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe put there in between must not hold us
	if err != nil {
		return nil, fault.FileUnreadable
	}
	defer f.Close()
	opened, err := f.Stat()
	if err != nil {
		return nil, fault.FileUnreadable
	}
	if !os.SameFile(before, opened) {
		return nil, fault.FileLink
	}
	data, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fault.FileUnreadable
	}
	return data, ""
}

func readDir(root *os.Root, dir string) ([]fs.DirEntry, error) {
	f, err := root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, err
}
