package module

import "strings"

// Lookup answers the value at a dotted path into an object. It does not look into lists.
func Lookup(payload any, path string) (value any, ok bool) {
	for {
		object, isObject := payload.(map[string]any)
		if !isObject {
			return nil, false
		}
		name, rest, more := strings.Cut(path, ".")
		v, there := object[name]
		if !there || !more {
			return v, there
		}
		payload, path = v, rest
	}
}
