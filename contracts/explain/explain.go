// Package explain tells what each code of the module contract means: the rule in a few words, an app that breaks it, and the same
// app repaired. `mozaiks explain` prints it, and a test shows that each broken side gives its code and each repaired one does not.
package explain

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

//go:embed base.txtar examples/*.txtar
var archives embed.FS

// How an example shows its code.
const (
	VerifyCheck = "check" // `mozaiks check` reports it
	VerifyLoad  = "load"  // the check accepts the app, and loading refuses the module
	VerifyTest  = "test"  // only running the module's tests reports it
	VerifyLater = "later" // nothing reports it yet
	VerifyNone  = "none"  // no folder can show it; the example has text alone
)

// Example explains one code.
type Example struct {
	Code     string
	Text     string // what the rule is for and how to mend it, one paragraph
	Severity string // error, warning or note
	Verify   string
	Why      string   // why no folder can show it, where Verify is VerifyNone
	Path     string   // what is checked, relative to the app; "." for the whole of it
	Limits   []string // NAME=value as in a file for --ceilings, where the defaults would make the example long
	// Broken and Repaired are what differs from Base on the two sides. Both are empty where Verify is VerifyNone; an empty Repaired
	// beside a Broken means that the file has to go.
	Broken, Repaired []File
}

// File is one file of a side. A path that ends in .json and lies in a module's backend/ stands for the binary of that name and
// describes it, since bytes would tell a reader nothing.
type File struct {
	Path    string // relative to the app
	Text    string
	Link    string // the target of a symbolic link, which the file is then; else ""
	Removed bool   // the file of Base is not there on this side
}

// Describes answers the path of the binary that the file describes, or "" where it is an ordinary file.
func (f File) Describes() string {
	stem, ok := strings.CutSuffix(f.Path, ".json")
	if !ok || path.Base(path.Dir(f.Path)) != "backend" {
		return ""
	}
	return stem + ".wasm"
}

// Codes answers the codes that are explained, sorted.
func Codes() []string {
	entries, _ := archives.ReadDir("examples") // it is embedded
	codes := make([]string, 0, len(entries))
	for _, e := range entries {
		codes = append(codes, strings.TrimSuffix(e.Name(), ".txtar"))
	}
	return codes
}

// Lookup answers the example of a code, spelled exactly. ok is false where there is none.
func Lookup(code string) (e Example, ok bool) {
	text, err := archives.ReadFile("examples/" + code + ".txtar")
	if err != nil {
		return Example{}, false
	}
	e, err = parse(code, string(text))
	return e, err == nil
}

// Base answers the files of the app that examples change, sorted by path.
func Base() []File {
	text, _ := archives.ReadFile("base.txtar") // it is embedded
	_, files := split(string(text))
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// Lay lays a side of an example over Base and answers the app by path. What the side removes is not in it.
func Lay(side []File) map[string]File {
	app := map[string]File{}
	for _, f := range slices.Concat(Base(), side) {
		if f.Removed {
			delete(app, f.Path)
			continue
		}
		app[f.Path] = f
	}
	return app
}

// parse reads an example. Its comment is the text, then a blank line and one directive a line.
func parse(code, archive string) (Example, error) {
	comment, files := split(archive)
	text, directives, _ := strings.Cut(comment, "\n\n")
	e := Example{Code: code, Text: strings.Join(strings.Fields(text), " "), Severity: "error", Verify: VerifyCheck, Path: "."}
	if e.Text == "" {
		return e, fmt.Errorf("%s has no text", code)
	}
	for _, f := range files {
		if err := e.add(f); err != nil {
			return e, err
		}
	}
	for line := range strings.Lines(directives) {
		if err := e.direct(strings.TrimSpace(line)); err != nil {
			return e, err
		}
	}
	return e, nil
}

// add adds a file to the side that its path begins with.
func (e *Example) add(f File) error {
	side, rest, _ := strings.Cut(f.Path, "/")
	f.Path = rest
	switch side {
	case "broken":
		e.Broken = append(e.Broken, f)
	case "repaired":
		e.Repaired = append(e.Repaired, f)
	default:
		return fmt.Errorf("%s: the path %s/%s begins with neither broken nor repaired", e.Code, side, rest)
	}
	return nil
}

func (e *Example) direct(line string) error {
	if line == "" {
		return nil
	}
	key, value, _ := strings.Cut(line, ": ")
	if value == "" {
		key = "" // which is no directive
	}
	switch key {
	case "severity":
		e.Severity = value
	case "verify":
		e.Verify, e.Why, _ = strings.Cut(value, " ")
	case "path":
		e.Path = value
	case "limit":
		e.Limits = append(e.Limits, value)
	case "remove":
		return e.add(File{Path: value, Removed: true})
	case "link":
		name, target, _ := strings.Cut(value, " ")
		return e.add(File{Path: name, Link: target})
	default:
		return fmt.Errorf("%s: there is no directive %q", e.Code, line)
	}
	return nil
}

// split takes an archive in the txtar form apart: a comment, then files, each after a line `-- path --`.
func split(archive string) (comment string, files []File) {
	text := &comment
	for line := range strings.Lines(archive) {
		if name, ok := marker(line); ok {
			files = append(files, File{Path: name})
			text = &files[len(files)-1].Text
			continue
		}
		*text += line
	}
	return comment, files
}

func marker(line string) (string, bool) {
	line = strings.TrimSuffix(line, "\n")
	if len(line) <= len("--  --") || !strings.HasPrefix(line, "-- ") || !strings.HasSuffix(line, " --") {
		return "", false
	}
	name := strings.TrimSpace(line[len("-- ") : len(line)-len(" --")])
	return name, name != ""
}
