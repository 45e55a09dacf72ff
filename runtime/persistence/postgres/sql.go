package postgres

import (
	"strconv"
	"strings"
	"sync"
)

// translated keeps the texts of the host's own statements as PostgreSQL reads them. Those on collections depend on contracts, and on
// requests only by which of their parts are there, so there are few.
var translated sync.Map

// translate writes placeholders as $1, $2, … and names the schema of the host's tables, which no search path does.
func translate(query string) string {
	if kept, ok := translated.Load(query); ok {
		return kept.(string)
	}
	var b strings.Builder
	quoted, n := false, 0
	for i := range len(query) {
		c := query[i]
		switch {
		case c == '\'':
			quoted = !quoted
			b.WriteByte(c)
		case c == '?' && !quoted:
			n++
			b.WriteString("$" + strconv.Itoa(n))
		case c == 'm' && !quoted && strings.HasPrefix(query[i:], "mz_") && (i == 0 || !wordByte(query[i-1])):
			b.WriteString("mozaiks.m")
		default:
			b.WriteByte(c)
		}
	}
	text := b.String()
	translated.Store(strings.Clone(query), text)
	return text
}

func wordByte(c byte) bool {
	return c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
