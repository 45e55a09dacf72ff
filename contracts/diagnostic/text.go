package diagnostic

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// WriteText writes the report for people: each finding with the line that it is about and a caret below the column, its path
// and its hint; at the end how many there are. sources answers the content of a file that findings name, or nil; it is asked
// once for each file and may itself be nil, then no lines are shown. Equal reports and sources give equal bytes, without
// colour.
func WriteText(w io.Writer, r *Report, sources func(file string) []byte) error {
	findings, truncated := r.written()
	t := &text{sources: sources}
	for _, f := range findings {
		t.finding(f)
	}
	if truncated {
		fmt.Fprintf(&t.out, "%s not shown\n", count(len(r.Findings)-len(findings), "more finding"))
	}
	t.summary(r)
	_, err := w.Write(t.out.Bytes())
	return err
}

// WriteFindings writes findings as WriteText does, sorted, all of them and no summary.
func WriteFindings(w io.Writer, findings []Finding, sources func(file string) []byte) error {
	t := &text{sources: sources}
	sorted := slices.Clone(findings)
	Sort(sorted)
	for _, f := range sorted {
		t.finding(f)
	}
	_, err := w.Write(t.out.Bytes())
	return err
}

// text is a report that is being written. Findings come sorted by file, so one source at a time is enough.
type text struct {
	out     bytes.Buffer
	sources func(string) []byte
	file    string
	lines   [][]byte
	loaded  bool
}

func (t *text) finding(f Finding) {
	fmt.Fprintf(&t.out, "%s[%s] %s", f.Severity, f.Code, clean(f.File))
	if f.Line > 0 {
		fmt.Fprintf(&t.out, ":%d:%d", f.Line, f.Column)
	}
	fmt.Fprintf(&t.out, ": %s\n", clean(f.Message))
	t.excerpt(f)
	if f.Line > 0 && f.Path != "" { // without a line it is about a binary or a file as a whole: the message says it all
		fmt.Fprintf(&t.out, "  at %s\n", clean(f.Path))
	}
	if f.Hint != "" {
		fmt.Fprintf(&t.out, "  hint: %s\n", clean(f.Hint))
	}
}

// excerpt writes the line of a finding with a caret, where the file still has such a place.
func (t *text) excerpt(f Finding) {
	if f.Line <= 0 || f.Column <= 0 {
		return
	}
	lines := t.source(f.File)
	if f.Line > len(lines) {
		return
	}
	line := string(lines[f.Line-1])
	if f.Column > utf8.RuneCountInString(line)+1 {
		return // the file changed since
	}
	shown, caret := window(line, f.Column)
	fmt.Fprintf(&t.out, "  | %s\n  | %s^\n", shown, strings.Repeat(" ", caret))
}

func (t *text) source(file string) [][]byte {
	if t.loaded && t.file == file {
		return t.lines
	}
	t.file, t.loaded, t.lines = file, true, nil
	if t.sources != nil {
		if data := t.sources(file); data != nil {
			data = bytes.TrimPrefix(data, []byte("\uFEFF"))
			data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
			t.lines = bytes.Split(data, []byte("\n"))
		}
	}
	return t.lines
}

func (t *text) summary(r *Report) {
	errors, warnings := Count(r.Findings)
	fmt.Fprintf(&t.out, "%s, %s", count(errors, "error"), count(warnings, "warning"))
	if notes := len(r.Findings) - errors - warnings; notes > 0 {
		fmt.Fprintf(&t.out, ", %s", count(notes, "note"))
	}
	fmt.Fprintf(&t.out, " in %s\n", count(len(r.Modules), "module"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// clean escapes what a terminal would obey; messages were made with Quote, but file names and paths come as they are.
func clean(s string) string {
	var b strings.Builder
	for i, r := range s {
		b.WriteString(printable(s, i, r))
	}
	return b.String()
}
