package document

import (
	"fmt"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// yaml reads one YAML 1.2 document of the kind that a declaration is: block and flow collections and scalars of all styles,
// but nothing by which what is written would differ from what is read (anchors, aliases, merge keys, tags, directives).
//
// It is a parser of our own because declarations come from strangers: its time and memory grow with the size of the file
// alone, its depth is bounded, and it never reads a text in a laxer way than YAML 1.2 does.
type yaml struct{ source }

// ParseYAML reads a declaration. The node is nil where the file cannot be read at all; a repeated key or one that is not
// text is left out of the node, so that the rest can be judged with it. An empty file is an empty object.
func ParseYAML(data []byte, limits Limits) (*Node, []Problem) {
	limits = limits.WithDefaults()
	text, problem := open(data, limits)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	p := &yaml{source{text: text, here: "$", limits: limits, mark: mark{line: 1, column: 1}}}
	return p.run(fault.YamlSyntax, p.document)
}

func (p *yaml) document() *Node {
	p.printable()
	p.next()
	if p.at(p.pos, '%') && p.pos == p.start {
		p.feature(p.pos, "a directive")
	}
	collections := true
	if p.marker("---") {
		p.pos += 3
		collections = p.next()
	}
	var n *Node
	if p.pos < len(p.text) && !p.marker("---") && !p.marker("...") {
		n = p.value(-1, collections, "$", 1)
	}
	p.next()
	if p.marker("...") {
		p.pos += 3
		p.lineEnd()
		p.next()
	}
	switch {
	case p.pos == len(p.text):
	case p.pos == p.start && (p.at(p.pos, '%') || p.marker("---")):
		p.feature(p.pos, "a second document")
	default:
		p.syntax(p.pos, "text after the end of the top level", "indent this line like those that it belongs to")
	}
	if n == nil {
		return &Node{Kind: Object, Line: 1, Column: 1, Path: "$"}
	}
	if n.Kind != Object {
		p.here = "$"
		p.problems = append(p.problems, notAnObject(n))
		panic(halt{})
	}
	return n
}

func notAnObject(n *Node) Problem {
	return Problem{Code: fault.NotAnObject, Line: n.Line, Column: n.Column, Path: "$",
		Message: "the top level is " + Describe(n) + ", not an object", Hint: "write fields with their values: `name: value`"}
}

// printable refuses the control characters that YAML does not allow anywhere, and U+FEFF within the text.
func (p *yaml) printable() {
	for i := 0; i < len(p.text); {
		c := p.text[i]
		if c < utf8.RuneSelf {
			if (c < ' ' && c != '\t' && c != '\n') || c == 0x7f {
				p.syntax(i, fmt.Sprintf("a control character (U+%04X)", c), "remove it, or write it as an escape in double quotes")
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(p.text[i:])
		if (r >= 0x80 && r < 0xa0 && r != 0x85) || r == 0xfeff || r == 0xfffe || r == 0xffff {
			p.syntax(i, fmt.Sprintf("a control character (U+%04X)", r), "remove it, or write it as an escape in double quotes")
		}
		i += n
	}
}

// next moves past white space, comments and line ends to the next thing written, and tells whether it passed a line end.
func (p *yaml) next() bool {
	crossed, tab := p.pos == 0, -1
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '\n':
			p.newline()
			crossed, tab = true, -1
		case c == '\t':
			tab = p.pos
			p.pos++
		case c == ' ':
			p.pos++
		case c == '#' && (p.pos == p.start || blank(p.text[p.pos-1])):
			p.skipLine()
		default:
			if crossed && tab >= 0 {
				p.syntax(tab, "a tab in the indentation", "indent with spaces")
			}
			return crossed
		}
	}
	return crossed
}

// skipLine moves to the end of the line.
func (p *yaml) skipLine() {
	for p.pos < len(p.text) && p.text[p.pos] != '\n' {
		p.pos++
	}
}

// newline moves over the line break at pos.
func (p *yaml) newline() {
	p.pos++
	p.start = p.pos
}

// lineEnd moves to the end of the line, where nothing but white space and a comment may stand.
func (p *yaml) lineEnd() {
	for p.pos < len(p.text) && blank(p.text[p.pos]) {
		p.pos++
	}
	switch {
	case p.pos == len(p.text) || p.text[p.pos] == '\n':
	case p.text[p.pos] == '#' && p.pos > p.start && blank(p.text[p.pos-1]):
		p.skipLine()
	case p.text[p.pos] == ':':
		p.syntax(p.pos, "a colon after a value that cannot be a key", "put text that holds a colon and a space in quotes")
	default:
		p.syntax(p.pos, "unexpected text after a value", "put the whole value in quotes, or begin a new line")
	}
}

// column is the indentation of what stands at pos, from 0.
func (p *yaml) column() int { return p.pos - p.start }

// marker tells whether the document marker m stands at pos.
func (p *yaml) marker(m string) bool {
	return p.pos == p.start && len(p.text)-p.pos >= len(m) && p.text[p.pos:p.pos+len(m)] == m && p.space(p.pos+len(m))
}

// space tells whether white space, a line end or the end of the text stands at pos.
func (p *yaml) space(pos int) bool {
	return pos >= len(p.text) || blank(p.text[pos]) || p.text[pos] == '\n'
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// flowMark tells whether c ends a plain scalar within [ ] or { }.
func flowMark(c byte) bool { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}' }

func (p *yaml) syntax(pos int, message, hint string) { p.fail(fault.YamlSyntax, pos, message, hint) }

func (p *yaml) feature(pos int, what string) {
	p.fail(fault.YamlFeature, pos, what+" is not allowed in a declaration", "write the value out where it is needed")
}

// refuse stops at characters that begin what a declaration may not hold, or nothing at all.
func (p *yaml) refuse(pos int) {
	switch c := p.text[pos]; c {
	case '&':
		p.feature(pos, "an anchor (&)")
	case '*':
		p.feature(pos, "an alias (*)")
	case '!':
		p.feature(pos, "a tag (!)")
	case '%', '@', '`', ',', ']', '}', '|', '>', '#':
		p.syntax(pos, fmt.Sprintf("a value cannot begin with %c", c), "put the text in quotes")
	}
}
