package document

import (
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// flow reads the value at pos within brackets or braces, or such a collection itself.
func (p *yaml) flow(path string, depth int) *Node {
	p.here = path
	switch p.text[p.pos] {
	case '[':
		return p.flowList(path, depth)
	case '{':
		return p.flowObject(path, depth)
	}
	from := p.pos
	v := p.flowScalar()
	n := p.node(v.Kind, from, path)
	v.Line, v.Column, v.Path = n.Line, n.Column, n.Path
	return &v
}

// flowScalar reads a scalar within brackets or braces; it counts nothing, since it may be a key.
func (p *yaml) flowScalar() Node {
	switch c := p.text[p.pos]; {
	case c == '"':
		return Node{Kind: String, Text: p.doubleQuoted()}
	case c == '\'':
		return Node{Kind: String, Text: p.singleQuoted()}
	case (c == '-' || c == '?') && p.flowSpace(p.pos+1):
		p.syntax(p.pos, "a block entry within brackets or braces", "put the text in quotes, or separate entries by commas")
	}
	p.refuse(p.pos)
	from := p.pos
	text := p.plain(-1, true)
	if text == "<<" && p.colon(false) {
		p.feature(from, "a merge key (<<)")
	}
	return resolve(text)
}

// flowSpace tells whether a plain scalar cannot go on at pos within brackets or braces.
func (p *yaml) flowSpace(pos int) bool { return p.space(pos) || flowMark(p.text[pos]) }

// colon tells whether the colon of a key stands at pos; behind a quoted key it needs no space after it.
func (p *yaml) colon(quoted bool) bool { return p.at(p.pos, ':') && (quoted || p.flowSpace(p.pos+1)) }

// skipFlow moves past white space, comments and line ends within brackets or braces; from is where they opened.
func (p *yaml) skipFlow(from int) {
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '\n':
			p.newline()
			if p.marker("---") || p.marker("...") {
				p.unclosed(from)
			}
		case blank(c):
			p.pos++
		case c == '#' && (p.pos == p.start || blank(p.text[p.pos-1])):
			p.skipLine()
		default:
			return
		}
	}
	p.unclosed(from)
}

func (p *yaml) unclosed(from int) {
	closing := "]"
	if p.text[from] == '{' {
		closing = "}"
	}
	p.syntax(from, "this "+p.text[from:from+1]+" is never closed", "add the missing "+closing)
}

func (p *yaml) flowList(path string, depth int) *Node {
	from := p.pos
	list := p.container(List, from, path, depth)
	for p.pos++; ; {
		p.skipFlow(from)
		if p.text[p.pos] == ']' {
			p.pos++
			return list
		}
		list.Items = append(list.Items, p.flowEntry(from, Item(path, len(list.Items)), depth+1))
		p.flowComma(from, ']')
	}
}

// flowEntry reads one entry of a list, which may be a single pair: [a: 1] is [{a: 1}].
func (p *yaml) flowEntry(from int, path string, depth int) *Node {
	at := p.pos
	switch p.text[at] {
	case ',':
		p.syntax(at, "an entry without a value", "remove the comma")
	case ':':
		if p.flowSpace(at + 1) {
			p.fail(fault.YamlKey, at, "a key that is not text", "write the name of the field before the colon")
		}
	case '[', '{':
		v := p.flow(path, depth)
		p.skipFlow(from)
		if p.at(p.pos, ':') {
			p.fail(fault.YamlKey, at, "a key that is not text", "use a text as the key")
		}
		return v
	}
	quoted := p.text[at] == '"' || p.text[at] == '\''
	v := p.flowScalar()
	p.skipFlow(from)
	if !p.colon(quoted) {
		n := p.node(v.Kind, at, path)
		v.Line, v.Column, v.Path = n.Line, n.Column, n.Path
		return &v
	}
	object := p.container(Object, at, path, depth)
	p.flowField(&names{object: object}, v, p.spot(at), from, path, depth)
	return object
}

func (p *yaml) flowObject(path string, depth int) *Node {
	from := p.pos
	object := p.container(Object, from, path, depth)
	seen := names{object: object}
	for p.pos++; ; {
		p.skipFlow(from)
		at := p.pos
		switch p.text[at] {
		case '}':
			p.pos++
			return object
		case ',':
			p.syntax(at, "an entry without a key", "remove the comma")
		case '[', '{':
			p.fail(fault.YamlKey, at, "a key that is not text", "use a text as the key")
		case '?':
			if p.flowSpace(at + 1) {
				p.pos++
				p.skipFlow(from)
				at = p.pos
				if c := p.text[at]; c == '[' || c == '{' {
					p.fail(fault.YamlKey, at, "a key that is not text", "use a text as the key")
				}
			}
		case ':':
			if p.flowSpace(at + 1) {
				p.fail(fault.YamlKey, at, "a key that is not text", "write the name of the field before the colon")
			}
		}
		quoted := p.text[at] == '"' || p.text[at] == '\''
		spot := p.spot(at)
		key := p.flowScalar()
		p.skipFlow(from)
		if p.colon(quoted) {
			p.flowField(&seen, key, spot, from, path, depth)
		} else {
			p.field(&seen, key, spot, p.node(Null, at, p.below(path, key)))
		}
		p.flowComma(from, '}')
	}
}

// flowField reads the value behind the colon at pos and puts it into the object.
func (p *yaml) flowField(seen *names, key Node, at spot, from int, path string, depth int) {
	p.pos++
	p.skipFlow(from)
	below := p.below(path, key)
	var v *Node
	if c := p.text[p.pos]; c == ',' || c == '}' || c == ']' {
		v = p.node(Null, p.pos, below)
	} else {
		v = p.flow(below, depth+1)
	}
	p.field(seen, key, at, v)
}

// flowComma moves over the comma behind an entry, or up to the end of the collection.
func (p *yaml) flowComma(from int, end byte) {
	p.skipFlow(from)
	switch p.text[p.pos] {
	case ',':
		p.pos++
	case end:
	default:
		p.syntax(p.pos, "two entries without a comma between them, or a wrong closing bracket",
			"separate entries by commas, and close with "+string(end))
	}
}
