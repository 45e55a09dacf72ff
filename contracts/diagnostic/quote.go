package diagnostic

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuoted is how many characters of input a message shows.
const maxQuoted = 80

// Quote answers s as a message may show it: at most 80 characters, control characters and broken bytes escaped, an ellipsis
// where something was cut. A terminal can do nothing with it but print it.
func Quote(s string) string {
	var b strings.Builder
	n := 0
	for i, r := range s {
		part := printable(s, i, r)
		n += utf8.RuneCountInString(part)
		if n > maxQuoted || (n == maxQuoted && i+width(s, i) < len(s)) {
			b.WriteString("…")
			break
		}
		b.WriteString(part)
	}
	return b.String()
}

// printable answers the character r at s[i:] as a terminal shows it and does nothing else.
func printable(s string, i int, r rune) string {
	switch {
	case r == utf8.RuneError && width(s, i) == 1:
		return `\x` + strconv.FormatUint(uint64(s[i])|0x100, 16)[1:]
	case !unicode.IsPrint(r):
		return strings.Trim(strconv.QuoteRuneToASCII(r), "'")
	default:
		return string(r)
	}
}

// width is how many bytes the character at s[i:] has, 1 for a broken one.
func width(s string, i int) int {
	_, n := utf8.DecodeRuneInString(s[i:])
	return n
}
