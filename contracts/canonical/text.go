package canonical

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

const (
	noEnd     = "a string has no end"
	noControl = "a control character stands in a string"
	notUTF8   = "not UTF-8"
)

// quoted reads a string. Without escapes it is a part of the text itself.
func (p *parser) quoted() (string, *Error) {
	p.pos++
	begin := p.pos
	for ; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == '"':
			s := p.text[begin:p.pos]
			if !p.valid && !utf8.ValidString(s) {
				return "", p.failAt(begin, fault.StringInvalid, notUTF8)
			}
			p.pos++
			return s, nil
		case c == '\\':
			return p.escaped(begin)
		case c < 0x20:
			return "", p.fail(Syntax, noControl)
		}
	}
	return "", p.fail(Syntax, noEnd)
}

// escaped reads on at the first escape of the string that began at begin.
func (p *parser) escaped(begin int) (string, *Error) {
	var out strings.Builder
	out.WriteString(p.text[begin:p.pos])
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '"':
			s := out.String()
			if !p.valid && !utf8.ValidString(s) {
				return "", p.failAt(begin, fault.StringInvalid, notUTF8)
			}
			p.pos++
			return s, nil
		case c < 0x20:
			return "", p.fail(Syntax, noControl)
		case c != '\\':
			out.WriteByte(c)
			p.pos++
		default:
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			out.WriteRune(r)
		}
	}
	return "", p.fail(Syntax, noEnd)
}

func (p *parser) escape() (rune, *Error) {
	if p.pos+1 >= len(p.text) {
		return 0, p.fail(Syntax, noEnd)
	}
	c := p.text[p.pos+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		p.pos += 2
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, p.fail(Syntax, "no such escape")
	}
	r, ok := p.unit(p.pos)
	if !ok {
		return 0, p.fail(Syntax, "an escape needs four hex digits")
	}
	if r == 0 && p.document {
		return 0, p.fail(fault.StringInvalid, noNUL)
	}
	if !utf16.IsSurrogate(r) {
		p.pos += 6
		return r, nil
	}
	low, ok := p.unit(p.pos + 6)
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, p.fail(fault.StringInvalid, "a lone surrogate")
	}
	p.pos += 12
	return r, nil
}

// unit reads the \uXXXX at a position.
func (p *parser) unit(at int) (rune, bool) {
	if at+6 > len(p.text) || p.text[at] != '\\' || p.text[at+1] != 'u' {
		return 0, false
	}
	var r rune
	for i := at + 2; i < at+6; i++ {
		c := p.text[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
