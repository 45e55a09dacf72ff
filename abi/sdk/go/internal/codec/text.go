package codec

import (
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendText writes a JSON text. Bytes that are no UTF-8 become U+FFFD.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(append(b, s[start:i]...), "\ufffd"...)
			start = i + 1
		}
		i += size
	}
	return append(append(b, s[start:]...), '"')
}

// text reads a JSON text at the reader's position.
func (r *reader) text() (string, *Error) {
	raw, plain, err := r.rawText()
	if err != nil {
		return "", err
	}
	if plain {
		return string(raw), nil
	}
	return string(unescape(raw)), nil
}

// rawText steps over a text and answers what stands between its quotes. plain: it needs no rewriting.
func (r *reader) rawText() (raw []byte, plain bool, err *Error) {
	if r.peek() != '"' {
		return nil, false, r.unexpected("a text")
	}
	r.pos++
	start := r.pos
	plain = true
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; {
		case c == '"':
			raw = r.data[start:r.pos]
			r.pos++
			return raw, plain && utf8.Valid(raw), nil
		case c < ' ':
			return nil, false, fail("a control character inside a text")
		case c == '\\':
			plain = false
			n := escapeLength(r.data[r.pos:])
			if n == 0 {
				return nil, false, fail("a bad escape inside a text")
			}
			r.pos += n
		default:
			r.pos++
		}
	}
	return nil, false, fail("a text without an end")
}

// escapeLength answers how long the escape is that b begins with; 0 if it is none.
func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(b); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads an escape of the form \uXXXX.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
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

// unescape rewrites what rawText has checked. Lone surrogates, and bytes that are no UTF-8, become U+FFFD.
func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '\\' && raw[i+1] == 'u':
			r, _ := hex4(raw[i:])
			i += 6
			if r >= 0xd800 && r < 0xdc00 {
				if low, ok := hex4(raw[i:]); ok && low >= 0xdc00 && low < 0xe000 {
					r = 0x10000 + (r-0xd800)<<10 + (low - 0xdc00)
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		case c == '\\':
			out = append(out, simpleEscape(raw[i+1]))
			i += 2
		default:
			r, size := utf8.DecodeRune(raw[i:])
			out = utf8.AppendRune(out, r)
			i += size
		}
	}
	return out
}

func simpleEscape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
