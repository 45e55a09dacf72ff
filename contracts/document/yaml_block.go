package document

import (
	"fmt"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// after reads the value behind an indicator (-, ? or the colon of a key) of a collection at column n; from is where the
// indicator's own text begins, the place of a value that is not there. A key's value may be a list at the key's own column,
// and no collection may begin on the key's line.
func (p *yaml) after(n int, key bool, from int, path string, depth int) *Node {
	indicator := p.pos
	if p.next() {
		switch {
		case p.pos == len(p.text) || p.marker("---") || p.marker("..."):
		case p.column() > n:
			return p.value(n, true, path, depth)
		case p.column() == n && key && p.dash():
			return p.sequence(path, depth)
		}
		return p.node(Null, from, path)
	}
	if p.pos == len(p.text) {
		return p.node(Null, from, path)
	}
	tab := strings.Contains(p.text[indicator:p.pos], "\t") // a tab has no width that a nested column could be told by
	return p.value(n, !key && !tab, path, depth)
}

// value reads the value at pos, which belongs to a collection at column n. collections tells whether a block list or mapping
// may begin here.
func (p *yaml) value(n int, collections bool, path string, depth int) *Node {
	p.here = path
	c := p.text[p.pos]
	switch {
	case p.dash() || (c == '?' && p.space(p.pos+1)):
		if !collections {
			p.syntax(p.pos, "a block list or an explicit key on the line of a key", "begin it on a line of its own")
		}
		if c == '-' {
			return p.sequence(path, depth)
		}
		return p.mapping(path, depth)
	case c == ':' && p.space(p.pos+1):
		p.fail(fault.YamlKey, p.pos, "a key that is not text", "write the name of the field before the colon")
	case c == '|' || c == '>':
		return p.blockText(n, path)
	case c == '[' || c == '{':
		at := p.pos
		v := p.flow(path, depth)
		for p.pos < len(p.text) && blank(p.text[p.pos]) {
			p.pos++
		}
		if p.at(p.pos, ':') && p.space(p.pos+1) {
			p.fail(fault.YamlKey, at, "a key that is not text", "use a text as the key")
		}
		p.lineEnd()
		return v
	}
	if _, ok := p.keyEnd(); ok {
		if !collections {
			p.syntax(p.pos, "a mapping on the line of another key", "put text that holds a colon and a space in quotes")
		}
		return p.mapping(path, depth)
	}
	return p.scalar(n, path)
}

// dash tells whether an entry of a block list begins at pos.
func (p *yaml) dash() bool { return p.at(p.pos, '-') && p.space(p.pos+1) }

func (p *yaml) sequence(path string, depth int) *Node {
	column := p.column()
	list := p.container(List, p.pos, path, depth)
	for i := 0; ; i++ {
		from := p.pos
		p.pos++
		list.Items = append(list.Items, p.after(column, false, from, Item(path, i), depth+1))
		if !p.more(column) || !p.dash() {
			return list
		}
	}
}

func (p *yaml) mapping(path string, depth int) *Node {
	column := p.column()
	object := p.container(Object, p.pos, path, depth)
	seen := names{object: object}
	for {
		p.entry(&seen, column, path, depth)
		if !p.more(column) {
			return object
		}
	}
}

// more moves to the next line with something on it, and tells whether it continues the collection at column.
func (p *yaml) more(column int) bool {
	p.next()
	if p.pos == len(p.text) || p.marker("---") || p.marker("...") {
		return false
	}
	if p.column() > column {
		p.syntax(p.pos, "a line that is indented deeper than those it stands with", "give it the indentation of the line that it belongs to")
	}
	return p.column() == column
}

// entry reads one key and its value.
func (p *yaml) entry(seen *names, column int, path string, depth int) {
	from := p.pos
	at := p.spot(from)
	var key Node
	if p.at(p.pos, '?') && p.space(p.pos+1) {
		p.pos++
		key = *p.after(column, false, from, path, depth+1)
		if !p.more(column) || !p.at(p.pos, ':') || !p.space(p.pos+1) {
			p.field(seen, key, at, p.node(Null, from, p.below(path, key)))
			return
		}
		p.pos++
	} else {
		end, ok := p.keyEnd()
		if !ok {
			p.notAKey()
		}
		key = p.key()
		p.pos = end + 1
	}
	p.field(seen, key, at, p.after(column, true, from, p.below(path, key), depth+1))
}

// below answers the path of the field that key names; the object's own where it names none.
func (p *yaml) below(path string, key Node) string {
	if key.Kind != String {
		return path
	}
	return Child(path, key.Text)
}

// field puts a key that stands at at with its value into the object, or notes why it cannot.
func (p *yaml) field(seen *names, key Node, at spot, value *Node) {
	if key.Kind != String {
		p.note(Problem{Code: fault.YamlKey, Path: value.Path, Message: "a key that is " + Describe(&key) + ", not text",
			Hint: "put the key in quotes if this name is meant"}, at)
		return
	}
	if first := seen.find(key.Text); first != nil {
		p.note(Problem{Code: fault.YamlDuplicateKey, Path: value.Path, Hint: "remove one of the two",
			Message: fmt.Sprintf("the key %s stands twice, first on line %d", Quote(key.Text), first.Line)}, at)
		return
	}
	seen.add(&Field{Name: key.Text, Line: at.line, Column: at.column, Value: value})
}

// notAKey stops at a line in a mapping that is no entry of it.
func (p *yaml) notAKey() {
	switch c := p.text[p.pos]; {
	case p.dash():
		p.syntax(p.pos, "an entry of a list among the keys of a mapping", "indent the list below its key")
	case c == ':' && p.space(p.pos+1):
		p.fail(fault.YamlKey, p.pos, "a key that is not text", "write the name of the field before the colon")
	case c == '[' || c == '{':
		p.fail(fault.YamlKey, p.pos, "a key that is not text", "use a text as the key")
	}
	p.refuse(p.pos)
	p.syntax(p.pos, "a line without a colon among the keys of a mapping", "write `name: value`, with a space after the colon")
}

// keyEnd answers where the colon stands that makes the text at pos a key. A key stands on one line.
func (p *yaml) keyEnd() (colon int, ok bool) {
	i := p.pos
	if i >= len(p.text) {
		return 0, false
	}
	switch p.text[i] {
	case '"', '\'':
		i = p.quoteEnd(i)
		if i < 0 {
			return 0, false
		}
		for i < len(p.text) && blank(p.text[i]) {
			i++
		}
		return i, p.at(i, ':') && p.space(i+1)
	case '[', '{', '|', '>', '#', ',', ']', '}', '@', '`':
		return 0, false
	}
	for ; i < len(p.text) && p.text[i] != '\n'; i++ {
		switch p.text[i] {
		case ':':
			if p.space(i + 1) {
				return i, i > p.pos
			}
		case '#':
			if blank(p.text[i-1]) {
				return 0, false
			}
		}
	}
	return 0, false
}

// key reads the key at pos, which is known to be one.
func (p *yaml) key() Node {
	switch p.text[p.pos] {
	case '"':
		return Node{Kind: String, Text: p.doubleQuoted()}
	case '\'':
		return Node{Kind: String, Text: p.singleQuoted()}
	}
	p.refuse(p.pos)
	from := p.pos
	end, _ := p.keyEnd()
	p.pos = end
	text := strings.TrimRight(p.text[from:end], " \t")
	if text == "<<" {
		p.feature(from, "a merge key (<<)")
	}
	return resolve(text)
}
