package document

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
		part := string(r)
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			part = `\x` + strconv.FormatUint(uint64(s[i])|0x100, 16)[1:]
		} else if !unicode.IsPrint(r) {
			part = strings.Trim(strconv.QuoteRuneToASCII(r), "'")
		}
		n += utf8.RuneCountInString(part)
		if n > maxQuoted || (n == maxQuoted && i+utf8.RuneLen(r) < len(s)) {
			b.WriteString("…")
			break
		}
		b.WriteString(part)
	}
	return b.String()
}
