package document

import (
	"strconv"
	"unicode/utf8"
)

// maxPath bounds a JSONPath in bytes. Every node holds its path, so one long key above many values must not cost the product
// of the two; a path that would be longer ends with an ellipsis.
const maxPath = 512

// Child answers the JSONPath of the field name below path.
func Child(path, name string) string {
	if simpleName(name) {
		return bounded(path, path+"."+name)
	}
	if len(name) > maxPath {
		cut := maxPath
		for cut > 0 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + "…"
	}
	return bounded(path, path+"["+strconv.Quote(name)+"]")
}

// Item answers the JSONPath of the entry i below path.
func Item(path string, i int) string { return bounded(path, path+"["+strconv.Itoa(i)+"]") }

func bounded(path, longer string) string {
	const ellipsis = "…"
	if len(path) >= len(ellipsis) && path[len(path)-len(ellipsis):] == ellipsis {
		return path
	}
	if len(longer) > maxPath {
		return path + ellipsis
	}
	return longer
}

func simpleName(name string) bool {
	if name == "" || len(name) > maxPath {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}
