package module

import (
	"fmt"
	"regexp"
	"strings"
)

// The limits of paths in a bundle, fixed parts of its form.
const (
	maxSegmentLength = 128
	maxPathLength    = 200
	maxSegments      = 12
)

// device is a name that some systems keep for themselves, with or without extension.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

// skipped are names that are passed over at any depth, with what is below them.
var skipped = map[string]bool{".git": true, ".gitignore": true, ".gitattributes": true, ".editorconfig": true, ".DS_Store": true,
	".idea": true, ".vscode": true, "node_modules": true, "target": true}

// badPath says what is wrong with a path inside a module's folder, "" where nothing is: it must mean the same file on every
// system.
func badPath(p string) string {
	segments := strings.Split(p, "/")
	if len(p) > maxPathLength {
		return fmt.Sprintf("the path is longer than %d bytes", maxPathLength)
	}
	if len(segments) > maxSegments {
		return fmt.Sprintf("the path has more than %d parts", maxSegments)
	}
	for _, s := range segments {
		for i := range len(s) {
			if c := s[i]; c != '.' && c != '_' && c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
				return "the name holds a character other than letters, digits, dot, underscore and dash"
			}
		}
		switch {
		case s == "" || s[0] == '.':
			return "the name begins with a dot"
		case s[len(s)-1] == '.':
			return "the name ends with a dot"
		case len(s) > maxSegmentLength:
			return fmt.Sprintf("the name is longer than %d bytes", maxSegmentLength)
		case device.MatchString(s):
			return "the name is that of a device on some systems"
		}
	}
	return ""
}
