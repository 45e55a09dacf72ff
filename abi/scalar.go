package abi

import "bytes"

// okPrefix is how the answer of a success begins when it is written without spaces.
var okPrefix = []byte(`{"ok":`)

// scalarResult answers the value of a success that is canonical as it stands: null, a boolean, a short whole number, a text without
// escapes, an empty list or object. Most answers of handlers that only say "done" are like that, and need no parser.
func scalarResult(dst, doc []byte) ([]byte, bool) {
	value, ok := bytes.CutPrefix(doc, okPrefix)
	if !ok || len(value) < 2 || value[len(value)-1] != '}' {
		return nil, false
	}
	value = value[:len(value)-1]
	if !isScalar(value) {
		return nil, false
	}
	return append(dst, value...), true
}

func isScalar(v []byte) bool {
	switch v[0] {
	case '"':
		last := len(v) - 1
		if last < 1 || v[last] != '"' {
			return false
		}
		for _, c := range v[1:last] {
			if c < ' ' || c > '~' || c == '"' || c == '\\' {
				return false
			}
		}
		return true
	case 'n', 't', 'f', '[', '{':
		s := string(v)
		return s == "null" || s == "true" || s == "false" || s == "[]" || s == "{}"
	}
	const digits = 15 // whole numbers of so many digits are exact in every form
	if v[0] == '-' {
		v = v[1:]
		if len(v) > 0 && v[0] == '0' {
			return false
		}
	}
	if len(v) == 0 || len(v) > digits || v[0] == '0' && len(v) > 1 {
		return false
	}
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
