package document

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// source is a text under a parser: where it stands, what was found, how much was made. Both parsers embed it.
type source struct {
	text     string
	pos      int    // in bytes
	start    int    // where the line that holds pos begins
	here     string // path of the value being read, for problems
	limits   Limits
	nodes    int
	problems []Problem
	mark     mark
}

// mark is the last place that was asked for. Places are asked for in rising order but for a few, so counting on from the last
// one keeps a file on a single long line from costing the square of its length.
type mark struct{ pos, line, column int }

// halt is the panic by which a parser stops at a problem that it cannot read past.
type halt struct{}

// open checks what holds for any text file: size and encoding. It answers the text without its byte order mark and with
// every line break as a single \n.
func open(data []byte, limits Limits) (string, *Problem) {
	if len(data) > limits.MaxSize {
		return "", &Problem{Code: fault.FileSize, Path: "$",
			Message: fmt.Sprintf("the file has %d bytes, more than the limit of %d", len(data), limits.MaxSize),
			Hint:    "shorten it, or split what it declares over several modules"}
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if bad := badByte(data); bad >= 0 {
		what := "a byte that is not UTF-8"
		if data[bad] == 0 {
			what = "a NUL"
		}
		s := source{text: oneBreak(string(data[:bad])), mark: mark{line: 1, column: 1}}
		line, column := s.place(len(s.text))
		return "", &Problem{Code: fault.FileEncoding, Line: line, Column: column, Path: "$",
			Message: "the file holds " + what, Hint: "save the file as plain UTF-8 text"}
	}
	return oneBreak(string(data)), nil
}

// oneBreak writes every line break as \n.
func oneBreak(text string) string {
	if !strings.Contains(text, "\r") {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// badByte answers the place of the first NUL or byte that is not UTF-8, or -1.
func badByte(data []byte) int {
	for i := 0; i < len(data); {
		if data[i] == 0 {
			return i
		}
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// run calls read and answers what it made, or nil where it halted. A panic of any other kind is a fault of ours; it is
// reported as bad syntax rather than passed on, since the text comes from strangers.
func (s *source) run(syntax fault.Code, read func() *Node) (n *Node, problems []Problem) {
	defer func() {
		switch recover().(type) {
		case nil:
		case halt:
			n = nil
		default:
			n = nil
			s.add(syntax, s.pos, "the file cannot be read from here on", "write this part in a simpler form")
		}
		slices.SortStableFunc(s.problems, func(a, b Problem) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
		problems = s.problems
	}()
	return read(), nil
}

// add notes a problem at the byte pos.
func (s *source) add(code fault.Code, pos int, message, hint string) {
	line, column := s.place(pos)
	s.problems = append(s.problems, Problem{Code: code, Line: line, Column: column, Path: s.here, Message: message, Hint: hint})
}

// fail notes a problem and stops the reading.
func (s *source) fail(code fault.Code, pos int, message, hint string) {
	s.add(code, pos, message, hint)
	panic(halt{})
}

// place answers line and column of the byte pos, both from 1, the column in characters.
func (s *source) place(pos int) (line, column int) {
	pos = min(pos, len(s.text))
	m := s.mark
	if pos < m.pos {
		m.pos = strings.LastIndexByte(s.text[:pos], '\n') + 1
		m.line, m.column = m.line-strings.Count(s.text[m.pos:s.mark.pos], "\n"), 1
	}
	if passed := s.text[m.pos:pos]; passed != "" {
		if i := strings.LastIndexByte(passed, '\n'); i >= 0 {
			m.line += strings.Count(passed, "\n")
			m.column, passed = 1, passed[i+1:]
		}
		m.column += utf8.RuneCountInString(passed)
	}
	m.pos = pos
	s.mark = m
	return m.line, m.column
}

// spot is a place that was asked for when it was reached.
type spot struct{ line, column int }

func (s *source) spot(pos int) spot {
	line, column := s.place(pos)
	return spot{line, column}
}

// note keeps a problem that the reading goes on after.
func (s *source) note(p Problem, at spot) {
	p.Line, p.Column = at.line, at.column
	s.problems = append(s.problems, p)
}

// node begins a value at the byte pos and counts it.
func (s *source) node(kind Kind, pos int, path string) *Node {
	s.here = path
	s.nodes++
	if s.nodes > s.limits.MaxNodes {
		s.fail(fault.YamlLimit, pos, fmt.Sprintf("the file holds more than %d values", s.limits.MaxNodes),
			"split what it declares, or leave out what is not needed")
	}
	line, column := s.place(pos)
	return &Node{Kind: kind, Line: line, Column: column, Path: path}
}

// container begins a list or an object as the depth-th level.
func (s *source) container(kind Kind, pos int, path string, depth int) *Node {
	if depth > s.limits.MaxDepth {
		s.here = path
		s.fail(fault.YamlLimit, pos, fmt.Sprintf("the file nests deeper than %d levels", s.limits.MaxDepth),
			"flatten the value that begins here")
	}
	return s.node(kind, pos, path)
}

// names tells whether an object has a key already, and where; it looks at the fields themselves while they are few.
type names struct {
	object *Node
	byName map[string]*Field
}

func (n *names) find(name string) *Field {
	if n.byName != nil {
		return n.byName[name]
	}
	for _, f := range n.object.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func (n *names) add(f *Field) {
	const few = 8
	n.object.Fields = append(n.object.Fields, f)
	if n.byName == nil && len(n.object.Fields) > few {
		n.byName = make(map[string]*Field, 2*few)
		for _, f := range n.object.Fields {
			n.byName[f.Name] = f
		}
	} else if n.byName != nil {
		n.byName[f.Name] = f
	}
}

// at tells whether the text at pos begins with c.
func (s *source) at(pos int, c byte) bool { return pos < len(s.text) && s.text[pos] == c }
