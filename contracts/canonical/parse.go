package canonical

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Parse reads one JSON value: no bytes after it, no key twice, at most MaxDepth levels, UTF-8 without lone surrogates. The
// error is an *Error. The value shares nothing with data; its texts share one copy of it.
func Parse(data []byte) (any, error) { return parse(data, false) }

// ParseObject is Parse for a value that must be an object.
func ParseObject(data []byte) (map[string]any, error) {
	v, err := parse(data, false)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, &Error{Code: Syntax, Path: "$", Reason: "must be an object"}
	}
	return object, nil
}

// ParseDocument is Parse under the rules of stored documents besides: no empty key, none that begins with $, no U+0000.
func ParseDocument(data []byte) (any, error) { return parse(data, true) }

func parse(data []byte, document bool) (any, error) {
	p := parser{text: string(data), document: document}
	p.valid = utf8.ValidString(p.text)
	p.space()
	v, err := p.value(1)
	if err == nil {
		p.space()
		if p.pos != len(p.text) {
			err = p.fail(Syntax, "text follows the value")
		}
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

type parser struct {
	text     string
	pos      int
	valid    bool // the whole text is UTF-8
	document bool
	items    []any // of the lists that are being read, the innermost last
}

func (p *parser) fail(code fault.Code, reason string) *Error { return p.failAt(p.pos, code, reason) }

func (p *parser) failAt(pos int, code fault.Code, reason string) *Error {
	return &Error{Code: code, Offset: pos, Path: "$", Reason: reason}
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *parser) take(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

// value reads the value that begins here; a list or object is the depth-th level.
func (p *parser) value(depth int) (any, *Error) {
	if p.pos == len(p.text) {
		return nil, p.fail(Syntax, "a value is missing")
	}
	switch c := p.text[p.pos]; c {
	case '"':
		s, err := p.quoted()
		return s, err
	case '{':
		return p.object(depth)
	case '[':
		return p.list(depth)
	case 't':
		return true, p.word("true")
	case 'f':
		return false, p.word("false")
	case 'n':
		return nil, p.word("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.number()
	default:
		return nil, p.fail(Syntax, "no JSON value begins so")
	}
}

func (p *parser) word(w string) *Error {
	if !strings.HasPrefix(p.text[p.pos:], w) {
		return p.fail(Syntax, "no JSON value begins so")
	}
	p.pos += len(w)
	return nil
}

func (p *parser) object(depth int) (any, *Error) {
	if depth > MaxDepth {
		return nil, p.fail(fault.Depth, "nested too deep")
	}
	p.pos++
	object := map[string]any{}
	p.space()
	if p.take('}') {
		return object, nil
	}
	for {
		at := p.pos
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		v, err := p.value(depth + 1)
		if err != nil {
			err.under(member(key))
			return nil, err
		}
		before := len(object)
		object[key] = v
		if len(object) == before {
			return nil, p.failAt(at, fault.DuplicateKey, "a key stands twice")
		}
		p.space()
		if p.take('}') {
			return object, nil
		}
		if !p.take(',') {
			return nil, p.fail(Syntax, "a comma or } is missing")
		}
		p.space()
	}
}

// key reads a key and moves to its value.
func (p *parser) key() (string, *Error) {
	at := p.pos
	if p.pos == len(p.text) || p.text[p.pos] != '"' {
		return "", p.fail(Syntax, "a key is missing")
	}
	key, err := p.quoted()
	if err != nil {
		return "", err
	}
	if p.document {
		if reason := badKey(key); reason != "" {
			return "", p.failAt(at, fault.StringInvalid, reason)
		}
	}
	p.space()
	if !p.take(':') {
		return "", p.fail(Syntax, "a colon is missing")
	}
	p.space()
	return key, nil
}

// list gathers its items behind those of the lists around it and copies them out, so that it is allocated once.
func (p *parser) list(depth int) (any, *Error) {
	if depth > MaxDepth {
		return nil, p.fail(fault.Depth, "nested too deep")
	}
	p.pos++
	p.space()
	if p.take(']') {
		return []any{}, nil
	}
	begin := len(p.items)
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			err.under(item(len(p.items) - begin))
			return nil, err
		}
		p.items = append(p.items, v)
		p.space()
		if p.take(']') {
			list := append([]any(nil), p.items[begin:]...)
			p.items = p.items[:begin]
			return list, nil
		}
		if !p.take(',') {
			return nil, p.fail(Syntax, "a comma or ] is missing")
		}
		p.space()
	}
}

func (p *parser) number() (any, *Error) {
	begin := p.pos
	p.take('-')
	if !p.take('0') && !p.digits() {
		return nil, p.fail(Syntax, "a digit is missing")
	}
	integer := true
	if p.take('.') {
		if integer = false; !p.digits() {
			return nil, p.fail(Syntax, "a digit is missing")
		}
	}
	if p.take('e') || p.take('E') {
		if integer = false; !p.take('+') {
			p.take('-')
		}
		if !p.digits() {
			return nil, p.fail(Syntax, "a digit is missing")
		}
	}
	s := p.text[begin:p.pos]
	if integer {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, p.failAt(begin, fault.NumberRange, "an integer of more than 64 bits")
		}
		return n, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, p.failAt(begin, fault.NumberRange, "a number too large for binary64")
	}
	return Number(f), nil
}

func (p *parser) digits() bool {
	begin := p.pos
	for p.pos < len(p.text) && p.text[p.pos] >= '0' && p.text[p.pos] <= '9' {
		p.pos++
	}
	return p.pos > begin
}
