package document

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// json reads one JSON text (RFC 8259) with places.
type json struct{ source }

// ParseJSON reads a declaration that is written in JSON, into the same nodes as ParseYAML. The node is nil where the file
// cannot be read at all; a repeated key is left out of it.
func ParseJSON(data []byte, limits Limits) (*Node, []Problem) {
	limits = limits.WithDefaults()
	text, problem := open(data, limits)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	p := &json{source{text: text, here: "$", limits: limits, mark: mark{line: 1, column: 1}}}
	return p.run(fault.JsonSyntax, p.document)
}

func (p *json) document() *Node {
	p.skip()
	n := p.value("$", 1)
	p.skip()
	p.here = "$"
	if p.pos < len(p.text) {
		p.syntax(p.pos, "text after the value", "remove what follows the last bracket")
	}
	if n.Kind != Object {
		p.problems = append(p.problems, notAnObject(n))
		panic(halt{})
	}
	return n
}

func (p *json) syntax(pos int, message, hint string) { p.fail(fault.JsonSyntax, pos, message, hint) }

func (p *json) skip() {
	for p.pos < len(p.text) && (blank(p.text[p.pos]) || p.text[p.pos] == '\n') {
		p.pos++
	}
}

// peek answers the byte at pos, 0 at the end of the text.
func (p *json) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *json) value(path string, depth int) *Node {
	p.here = path
	from := p.pos
	switch c := p.peek(); {
	case c == '{':
		return p.object(path, depth)
	case c == '[':
		return p.list(path, depth)
	case c == '"':
		n := p.node(String, from, path)
		n.Text = p.quoted()
		return n
	case c == '-' || ('0' <= c && c <= '9'):
		return p.number(path)
	}
	for _, word := range []string{"true", "false", "null"} {
		if strings.HasPrefix(p.text[from:], word) {
			p.pos += len(word)
			v := resolve(word)
			n := p.node(v.Kind, from, path)
			n.Bool = v.Bool
			return n
		}
	}
	if from == len(p.text) {
		p.syntax(from, "the file ends where a value is expected", "add what is missing, or remove the last comma")
	}
	p.syntax(from, "no JSON value begins here", "write a value: text in double quotes, a number, true, false, null, [ or {")
	return nil
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?
func (p *json) number(path string) *Node {
	from := p.pos
	for p.pos < len(p.text) && strings.IndexByte("+-.0123456789eE", p.text[p.pos]) >= 0 {
		p.pos++
	}
	text := p.text[from:p.pos]
	whole := strings.TrimPrefix(text, "-")
	n := digits(whole)
	rest := whole[n:]
	fraction := !strings.HasPrefix(rest, ".") || digits(rest[1:]) > 0
	if n == 0 || (n > 1 && whole[0] == '0') || !fraction || (rest != "" && !isFloat(text)) {
		p.syntax(from, "a number in a form that JSON does not have", "write it like 12, -0.5 or 1e6, or put it in quotes")
	}
	made := p.node(Int, from, path)
	v := resolve(text)
	v.Line, v.Column, v.Path = made.Line, made.Column, made.Path
	return &v
}

func (p *json) list(path string, depth int) *Node {
	from := p.pos
	list := p.container(List, from, path, depth)
	p.pos++
	for p.skip(); p.peek() != ']' || len(list.Items) > 0; p.skip() {
		list.Items = append(list.Items, p.value(Item(path, len(list.Items)), depth+1))
		if p.end(from, ']') {
			return list
		}
	}
	p.pos++
	return list
}

func (p *json) object(path string, depth int) *Node {
	from := p.pos
	object := p.container(Object, from, path, depth)
	seen := names{object: object}
	p.pos++
	for p.skip(); p.peek() != '}' || len(object.Fields) > 0; p.skip() {
		p.here = path
		at := p.spot(p.pos)
		if p.peek() != '"' {
			p.syntax(p.pos, "no key begins here", "write the key in double quotes, and remove a last comma")
		}
		key := p.quoted()
		p.skip()
		if p.peek() != ':' {
			p.syntax(p.pos, "a key without a colon", "write `\"name\": value`")
		}
		p.pos++
		p.skip()
		below := Child(path, key)
		v := p.value(below, depth+1)
		if first := seen.find(key); first != nil {
			p.note(Problem{Code: fault.JsonDuplicateKey, Path: below, Hint: "remove one of the two",
				Message: fmt.Sprintf("the key %s stands twice, first on line %d", Quote(key), first.Line)}, at)
		} else {
			seen.add(&Field{Name: key, Line: at.line, Column: at.column, Value: v})
		}
		if p.end(from, '}') {
			return object
		}
	}
	p.pos++
	return object
}

// end moves over the comma behind an entry, or over the closing bracket, which it tells.
func (p *json) end(from int, closing byte) bool {
	p.skip()
	switch p.peek() {
	case closing:
		p.pos++
		return true
	case ',':
		p.pos++
		return false
	case 0:
		p.syntax(from, "this "+p.text[from:from+1]+" is never closed", "add the missing "+string(closing))
	}
	p.syntax(p.pos, "two entries without a comma between them, or a wrong closing bracket",
		"separate entries by commas, and close with "+string(closing))
	return false
}

// quoted reads a string. The text is known to be UTF-8; half a surrogate pair as escapes is refused.
func (p *json) quoted() string {
	from := p.pos
	p.pos++
	if i := strings.IndexAny(p.text[p.pos:], "\"\\\n\t"); i >= 0 && p.text[p.pos+i] == '"' && !control(p.text[p.pos:p.pos+i]) {
		p.pos += i + 1
		return p.text[from+1 : p.pos-1]
	}
	var b strings.Builder
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return b.String()
		case c == '\\':
			b.WriteRune(p.escape())
		case c < ' ':
			p.syntax(p.pos, "a control character or line break within quotes", `write it as an escape, such as \n`)
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	p.syntax(from, "this quote is never closed", `add the missing "`)
	return ""
}

func control(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' {
			return true
		}
	}
	return false
}

func (p *json) escape() rune {
	at := p.pos
	p.pos += 2
	if p.pos <= len(p.text) {
		c := p.text[p.pos-1]
		if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
			return rune("\"\\/\b\f\n\r\t"[i])
		}
		if c == 'u' {
			r := p.hex(at)
			if !utf16.IsSurrogate(r) {
				return r
			}
			if strings.HasPrefix(p.text[p.pos:], `\u`) {
				p.pos += 2
				if r = utf16.DecodeRune(r, p.hex(at)); r != utf8.RuneError {
					return r
				}
			}
			p.syntax(at, "half of a surrogate pair", "write both halves, or the character itself")
		}
	}
	p.syntax(at, "an escape that does not exist", `write \\ for a backslash`)
	return 0
}

func (p *json) hex(at int) rune {
	r := rune(0)
	for range 4 {
		d := -1
		if p.pos < len(p.text) {
			d = strings.IndexByte("0123456789abcdef", lower(p.text[p.pos]))
		}
		if d < 0 {
			p.syntax(at, "an escape that names no character", "write four hexadecimal digits")
		}
		r = r<<4 | rune(d)
		p.pos++
	}
	return r
}
