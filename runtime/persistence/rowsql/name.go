package rowsql

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Names answers how the table of a collection is called: app_{slug}_{hash} for all of an app, and {module}__{name} within.
func Names(app, module, name string) (schema, table string) {
	sum := sha256.Sum256([]byte(app))
	m, changedModule := segment(module)
	n, changedName := segment(name)
	table = m + "__" + n
	if changedModule || changedName {
		both := sha256.Sum256([]byte(module + "\x00" + name))
		table += "_" + hex.EncodeToString(both[:4])
	}
	slug, _ := segment(app)
	return "app_" + slug + "_" + hex.EncodeToString(sum[:4]), table
}

// segment makes a part of a physical name: lower case, runs of anything else one underscore, at most 24 characters.
func segment(s string) (string, bool) {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(r)
			continue
		}
		gap = true
	}
	out := b.String()
	if out == "" {
		out = "item"
	}
	if len(out) > 24 {
		out = out[:24]
	}
	return out, out != s
}
