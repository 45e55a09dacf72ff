package document

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scalar reads a scalar of a block collection at column n, up to the end of its last line.
func (p *yaml) scalar(n int, path string) *Node {
	from := p.pos
	var v Node
	switch p.text[p.pos] {
	case '"':
		v = Node{Kind: String, Text: p.doubleQuoted()}
	case '\'':
		v = Node{Kind: String, Text: p.singleQuoted()}
	default:
		p.refuse(p.pos)
		v = resolve(p.plain(n, false))
	}
	p.lineEnd()
	made := p.node(v.Kind, from, path)
	v.Line, v.Column, v.Path = made.Line, made.Column, made.Path
	return &v
}

// plain reads an unquoted scalar. It goes on over lines that are indented deeper than n, folded as in paragraphs.
func (p *yaml) plain(n int, flow bool) string {
	text := p.plainLine(flow)
	var folded *strings.Builder
	for p.at(p.pos, '\n') {
		next, breaks := p.paragraph(n)
		if next < 0 || (flow && (flowMark(p.text[next]) || (p.text[next] == ':' && p.flowSpace(next+1)))) {
			break
		}
		if folded == nil {
			folded = &strings.Builder{}
			folded.WriteString(text)
		}
		fold(folded, breaks)
		p.start = strings.LastIndexByte(p.text[:next], '\n') + 1
		p.pos = next
		folded.WriteString(p.plainLine(flow))
	}
	if folded != nil {
		text = folded.String()
	}
	return text
}

// paragraph looks from the line break at pos for the line that goes on with a plain scalar: where its text begins, and how
// many line breaks stand before it; -1 where there is none.
func (p *yaml) paragraph(n int) (next, breaks int) {
	i := p.pos
	for i < len(p.text) && p.text[i] == '\n' {
		breaks++
		begin := i + 1
		spaces := 0
		for i = begin; i < len(p.text) && blank(p.text[i]); i++ {
			if p.text[i] == ' ' && i-begin == spaces {
				spaces++
			}
		}
		if i == len(p.text) {
			return -1, 0
		}
		if p.text[i] == '\n' {
			continue
		}
		line := yaml{source{text: p.text, pos: i, start: begin}}
		if spaces <= n || p.text[i] == '#' || line.marker("---") || line.marker("...") {
			return -1, 0
		}
		return i, breaks
	}
	return -1, 0
}

// fold writes what the line breaks between two lines of a scalar stand for: one is a space, n are n-1 line breaks.
func fold(b *strings.Builder, breaks int) {
	if breaks == 1 {
		b.WriteByte(' ')
		return
	}
	for range breaks - 1 {
		b.WriteByte('\n')
	}
}

// plainLine reads the part of a plain scalar that stands on this line.
func (p *yaml) plainLine(flow bool) string {
	from := p.pos
	for ; p.pos < len(p.text) && p.text[p.pos] != '\n'; p.pos++ {
		c := p.text[p.pos]
		if (c == '#' && p.pos > from && blank(p.text[p.pos-1])) || (flow && flowMark(c)) {
			break
		}
		if c == ':' && (p.space(p.pos+1) || (flow && flowMark(p.text[p.pos+1]))) {
			break
		}
	}
	text := strings.TrimRight(p.text[from:p.pos], " \t")
	p.pos = from + len(text)
	if !p.at(p.pos, '\n') { // leave the white space before a comment to whoever skips it, but none before a line end
		end := p.pos
		for end < len(p.text) && blank(p.text[end]) {
			end++
		}
		if end == len(p.text) || p.text[end] == '\n' {
			p.pos = end
		}
	}
	return text
}

// quoteEnd answers where the quoted scalar at i ends if it ends on its line, else -1.
func (p *yaml) quoteEnd(i int) int {
	quote := p.text[i]
	for i++; i < len(p.text) && p.text[i] != '\n'; i++ {
		switch {
		case p.text[i] == '\\' && quote == '"':
			i++
		case p.text[i] == quote && quote == '\'' && p.at(i+1, '\''):
			i++
		case p.text[i] == quote:
			return i + 1
		}
	}
	return -1
}

// singleQuoted reads '…', where ” stands for one quote and lines are folded.
func (p *yaml) singleQuoted() string {
	from := p.pos
	var b strings.Builder
	for p.pos++; p.pos < len(p.text); {
		switch c := p.text[p.pos]; {
		case c == '\'' && p.at(p.pos+1, '\''):
			b.WriteByte('\'')
			p.pos += 2
		case c == '\'':
			p.pos++
			return b.String()
		case c == '\n' || blank(c):
			p.quotedSpace(&b, from)
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	return p.openQuote(from)
}

// doubleQuoted reads "…", with the escapes of YAML 1.2 and pairs of \u surrogates as in JSON.
func (p *yaml) doubleQuoted() string {
	from := p.pos
	var b strings.Builder
	for p.pos++; p.pos < len(p.text); {
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return b.String()
		case c == '\\':
			p.escape(&b, from)
		case c == '\n' || blank(c):
			p.quotedSpace(&b, from)
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	return p.openQuote(from)
}

func (p *yaml) openQuote(from int) string {
	p.syntax(from, "this quote is never closed", "add the missing "+p.text[from:from+1])
	return ""
}

// quotedSpace reads white space within quotes: as it is on one line, folded where it holds a line break.
func (p *yaml) quotedSpace(b *strings.Builder, from int) {
	begin, breaks := p.pos, 0
	for p.pos < len(p.text) && (blank(p.text[p.pos]) || p.text[p.pos] == '\n') {
		if p.text[p.pos] != '\n' {
			p.pos++
			continue
		}
		breaks++
		p.newline()
		if p.marker("---") || p.marker("...") {
			p.openQuote(from)
		}
	}
	if breaks == 0 {
		b.WriteString(p.text[begin:p.pos])
		return
	}
	fold(b, breaks)
}

// escapes are the escapes of one letter.
var escapes = map[byte]string{'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f",
	'r': "\r", 'e': "\x1b", ' ': " ", '"': `"`, '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029"}

func (p *yaml) escape(b *strings.Builder, from int) {
	at := p.pos
	p.pos++
	if p.pos == len(p.text) {
		p.openQuote(from)
	}
	c := p.text[p.pos]
	p.pos++
	if s, ok := escapes[c]; ok {
		b.WriteString(s)
		return
	}
	switch c {
	case '\n': // an escaped line break joins the lines; white space at the start of the next line goes with it
		p.start = p.pos
		for p.pos < len(p.text) && (blank(p.text[p.pos]) || p.text[p.pos] == '\n') {
			if p.text[p.pos] == '\n' {
				b.WriteByte('\n')
				p.newline()
				continue
			}
			p.pos++
		}
	case 'x':
		b.WriteRune(p.hex(at, 2))
	case 'U':
		b.WriteRune(p.hex(at, 8))
	case 'u':
		r := p.hex(at, 4)
		if utf16.IsSurrogate(r) {
			if !p.at(p.pos, '\\') || !p.at(p.pos+1, 'u') {
				p.syntax(at, "half of a surrogate pair", `write both halves, or the character itself`)
			}
			p.pos += 2
			if r = utf16.DecodeRune(r, p.hex(at, 4)); r == utf8.RuneError {
				p.syntax(at, "half of a surrogate pair", `write both halves, or the character itself`)
			}
		}
		b.WriteRune(r)
	default:
		p.syntax(at, "an escape that does not exist", `write \\ for a backslash, or use single quotes`)
	}
}

// hex reads n hexadecimal digits of the escape at at.
func (p *yaml) hex(at, n int) rune {
	r := rune(0)
	for range n {
		d := -1
		if p.pos < len(p.text) {
			d = strings.IndexByte("0123456789abcdef", lower(p.text[p.pos]))
		}
		if d < 0 || r > utf8.MaxRune>>4 {
			p.syntax(at, "an escape that names no character", "write the hexadecimal digits in full")
		}
		r = r<<4 | rune(d)
		p.pos++
	}
	if !utf8.ValidRune(r) && !(n == 4 && utf16.IsSurrogate(r)) {
		p.syntax(at, "an escape that names no character", "write the hexadecimal digits in full")
	}
	return r
}

// lower answers an ASCII letter in lower case.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
