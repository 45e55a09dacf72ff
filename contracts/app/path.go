package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// The bounds of a path, fixed so that a bundle that is taken on one machine can be laid out on any other.
const (
	maxSegment  = 128 // bytes
	maxPath     = 200 // bytes
	maxSegments = 12
)

// dotted are the only paths with a segment that begins with a dot.
var dotted = []string{".mozaiks/pack_provenance.json", ".env.example", ".env.staging.example", ".env.production.example"}

// device is a name that Windows keeps for a device, with any extension.
var device = regexp.MustCompile(`(?i)^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)`)

// ValidatePath judges the path of a file or folder of a bundle, as it was sent: a code and a message for the first thing wrong
// with it, or an empty code. Nothing is repaired; two spellings of one path are never taken for the same.
func ValidatePath(path string) (fault.Code, string) {
	segments := strings.Split(path, "/")
	if message := pathForm(path, segments); message != "" {
		return fault.PathForm, message
	}
	for _, s := range segments {
		if i := strings.IndexFunc(s, func(r rune) bool { return !pathCharacter(r) }); i >= 0 {
			return fault.PathCharacter, "a path holds a character that is not one of A-Z a-z 0-9 . _ -"
		}
	}
	for _, s := range segments {
		switch {
		case strings.HasSuffix(s, "."):
			return fault.PathReserved, "a part of the path ends with a dot"
		case s[0] == '.' && !knownDotted(path):
			return fault.PathReserved, "a part of the path begins with a dot"
		case device.MatchString(s):
			return fault.PathReserved, "a part of the path is the name of a device on Windows"
		}
	}
	switch {
	case slices.ContainsFunc(segments, func(s string) bool { return len(s) > maxSegment }):
		return fault.PathLength, fmt.Sprintf("a part of the path has more than %d bytes", maxSegment)
	case len(path) > maxPath:
		return fault.PathLength, fmt.Sprintf("the path has %d bytes, more than %d", len(path), maxPath)
	case len(segments) > maxSegments:
		return fault.PathLength, fmt.Sprintf("the path has %d parts, more than %d", len(segments), maxSegments)
	}
	return "", ""
}

func pathForm(path string, segments []string) string {
	switch {
	case path == "":
		return "the path is empty"
	case path[0] == '/':
		return "the path is absolute"
	case path[len(path)-1] == '/':
		return "the path ends with /"
	}
	for _, s := range segments {
		switch s {
		case "":
			return "a part of the path is empty"
		case ".", "..":
			return "a part of the path is " + s
		}
	}
	return ""
}

func pathCharacter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-'
}

// knownDotted tells whether path is one that may begin with a dot, or a folder of one.
func knownDotted(path string) bool {
	path = strings.TrimPrefix(path, workspaceRoot+"/")
	return slices.ContainsFunc(dotted, func(d string) bool { return d == path || strings.HasPrefix(d, path+"/") })
}

// PathProblem is what is wrong with one path of a bundle.
type PathProblem struct {
	Path    string
	Code    fault.Code
	Message string
	Hint    string
}

// ValidatePaths judges the files of a bundle one by one and beside each other: none twice, none that a file system without
// upper and lower case would take for another, none that is also a folder of another. A path has one problem at most.
func ValidatePaths(paths []string) []PathProblem {
	var out []PathProblem
	seen := map[string]string{} // by lower case
	add := func(path string, code fault.Code, message string) {
		out = append(out, PathProblem{Path: path, Code: code, Message: message, Hint: PathHint(code)})
	}
	var good []string
	for _, path := range paths {
		if code, message := ValidatePath(path); code != "" {
			add(path, code, message)
			continue
		}
		switch first, twice := seen[strings.ToLower(path)]; {
		case twice && first == path:
			add(path, fault.PathDuplicate, "the path is there twice")
		case twice:
			add(path, fault.PathCollision, "the path differs from "+first+" only in upper and lower case")
		default:
			seen[strings.ToLower(path)] = path
			good = append(good, path)
		}
	}
	folders := map[string]string{} // by lower case, with the first file below each
	for _, path := range good {
		for i := range len(path) {
			if path[i] != '/' {
				continue
			}
			folder := strings.ToLower(path[:i])
			if _, known := folders[folder]; !known {
				folders[folder] = path
			}
		}
	}
	for _, path := range good {
		if below, folder := folders[strings.ToLower(path)]; folder {
			add(path, fault.PathCollision, "the file is also a folder, of "+below)
		}
	}
	return out
}

// PathHint answers the one edit that helps where a path is refused with code.
func PathHint(code fault.Code) string {
	switch code {
	case fault.PathForm:
		return "write it relative to the root, its parts joined by single slashes"
	case fault.PathCharacter:
		return "name it with letters, digits, dot, underscore and hyphen alone"
	case fault.PathReserved:
		return "give it another name"
	case fault.PathLength:
		return "shorten its name, or move it up"
	case fault.PathDuplicate:
		return "remove one of the two"
	case fault.PathCollision:
		return "rename one of the two"
	case fault.PathLink:
		return "put a plain file or folder in its place"
	default:
		return ""
	}
}
