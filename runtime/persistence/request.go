package persistence

import "slices"

// only refuses members that a request does not know.
func only(request map[string]any, at string, known ...string) error {
	for _, name := range sortedKeys(request) {
		if !slices.Contains(known, name) {
			return invalid("unknown member", at+"."+name)
		}
	}
	return nil
}

// integer reads an optional integer from 1 to high.
func integer(request map[string]any, name, at string, high, absent int64) (int64, error) {
	v, given := request[name]
	if !given || v == nil {
		return absent, nil
	}
	n, ok := v.(int64)
	if !ok {
		return 0, invalid("must be an integer", at+"."+name)
	}
	if n < 1 || n > high {
		return 0, limitExceeded("out of range", at+"."+name)
	}
	return n, nil
}

// paths reads the optional list `fields`.
func paths(request map[string]any) ([]string, error) {
	v, given := request["fields"]
	if !given || v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok || len(list) > 256 {
		return nil, invalid("must be a list of up to 256 paths", "$.fields")
	}
	out := []string{}
	for _, x := range list {
		p, _ := x.(string)
		if splitPath(p) == nil {
			return nil, invalid("no path of up to 8 names", "$.fields")
		}
		out = append(out, p)
	}
	return out, nil
}
