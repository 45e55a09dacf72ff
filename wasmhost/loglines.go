package wasmhost

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"
)

// levels are those of log lines, from the least to the most important.
var levels = []string{"debug", "info", "warn", "error"}

// tailLines is how many lines of an initialisation are kept, in case it fails.
const tailLines = 20

// logLines takes the log of one call, or of an initialisation, and holds it to its limits. What is refused does not
// depend on the log level, so that the guest cannot notice it.
type logLines struct {
	options *Options
	host    Host // nil: nothing is passed on, the last lines are kept in tail
	least   int  // index in levels
	lines   int  // taken
	bytes   int  // taken
	dropped int
	full    bool
	partial [2][]byte // the line that standard output and error have begun
	tail    []string
}

func newLogLines(o *Options, host Host, level string) logLines {
	var l logLines
	l.begin(o, host, level)
	return l
}

// begin takes the log of another call. Nothing of the one before is left.
func (l *logLines) begin(o *Options, host Host, level string) {
	least := 1 // info
	if level != "" {
		if n := slices.Index(levels, level); n >= 0 {
			least = n
		}
	}
	l.options, l.host, l.least = o, host, least
	l.lines, l.bytes, l.dropped, l.full, l.tail = 0, 0, 0, false, nil
	l.partial[0], l.partial[1] = l.partial[0][:0], l.partial[1][:0]
}

// add takes a line of that size, and answers false if it is past a limit. After the first such line no other is taken.
func (l *logLines) add(level, message string, fields map[string]any, size int) bool {
	o := l.options
	if l.full = l.full || l.lines >= o.LogLines || l.bytes+size > o.LogMax; l.full || size > o.LogLine {
		l.dropped++
		return false
	}
	l.lines++
	l.bytes += size
	l.pass(level, escape(message), escapeFields(fields))
	return true
}

func (l *logLines) pass(level, message string, fields map[string]any) {
	if l.host == nil {
		if len(l.tail) == tailLines {
			l.tail = l.tail[1:]
		}
		l.tail = append(l.tail, level+": "+message)
		return
	}
	if slices.Index(levels, level) >= l.least {
		l.host.Log(level, message, fields)
	}
}

// The two outputs of WASI that are logged.
const (
	standardOutput = 0
	standardError  = 1
)

// write takes output of WASI, cuts it at line ends and at the longest line, and answers false past a limit.
func (l *logLines) write(output int, data []byte) bool {
	if l.full {
		l.dropped++
		return false
	}
	ok := true
	for len(data) > 0 && ok {
		room := l.options.LogLine - len(l.partial[output])
		end := bytes.IndexByte(data[:min(len(data), room)], '\n')
		switch {
		case end >= 0:
			l.partial[output] = append(l.partial[output], data[:end]...)
			data = data[end+1:]
			ok = l.line(output)
		case len(data) < room:
			l.partial[output] = append(l.partial[output], data...)
			return true
		case data[min(room, len(data)-1)] == '\n' && room < len(data): // the line ends just where it would be cut
			l.partial[output] = append(l.partial[output], data[:room]...)
			data = data[room+1:]
			ok = l.line(output)
		default:
			l.partial[output] = append(l.partial[output], data[:room]...)
			data = data[room:]
			ok = l.cut(output)
		}
	}
	return ok
}

// line takes what an output has begun as a line.
func (l *logLines) line(output int) bool {
	text := bytes.TrimSuffix(l.partial[output], []byte("\r"))
	l.partial[output] = l.partial[output][:0]
	return l.add([]string{standardOutput: "info", standardError: "warn"}[output], string(text), nil, len(text))
}

// cut takes a line that is as long as it may be, and keeps a character that would be cut in two for the next.
func (l *logLines) cut(output int) bool {
	text := l.partial[output]
	end := len(text)
	for back := 1; back < utf8.UTFMax && back < len(text); back++ {
		if tail := text[len(text)-back:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				end -= back
			}
			break
		}
	}
	rest := string(text[end:])
	l.partial[output] = text[:end]
	ok := l.line(output)
	l.partial[output] = append(l.partial[output], rest...)
	return ok
}

// pending tells whether flush has anything to do.
func (l *logLines) pending() bool {
	return l.dropped > 0 || len(l.partial[0]) > 0 || len(l.partial[1]) > 0
}

// flush takes lines that have no end, and says how many were dropped.
func (l *logLines) flush() {
	for output := range l.partial {
		if len(l.partial[output]) > 0 {
			l.line(output)
		}
	}
	if l.dropped > 0 {
		l.pass("warn", fmt.Sprintf("%d log lines were dropped: too much is logged in one call", l.dropped), nil)
	}
}

// escapeFields makes texts of fields one line without control characters, however deep they are. Its recursion is as
// deep as a request may be.
func escapeFields(fields map[string]any) map[string]any {
	if fields == nil {
		return nil
	}
	out := make(map[string]any, len(fields))
	for k, v := range fields {
		out[escape(k)] = escapeValue(v)
	}
	return out
}

func escapeValue(v any) any {
	switch v := v.(type) {
	case string:
		return escape(v)
	case map[string]any:
		return escapeFields(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = escapeValue(v[i])
		}
		return out
	}
	return v
}
