package schema

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/mozaiks/mozaiks/contracts/document"
)

// appendJSON writes a node as compact JSON, fields in the order of the file.
func appendJSON(b []byte, n *document.Node) []byte {
	switch n.Kind {
	case document.Bool:
		return strconv.AppendBool(b, n.Bool)
	case document.Int:
		return strconv.AppendInt(b, n.Int, 10)
	case document.Float:
		return appendFloat(b, n.Float)
	case document.String:
		return appendText(b, n.Text)
	case document.List:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case document.Object:
		b = append(b, '{')
		for i, f := range n.Fields {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, f.Name), ':')
			b = appendJSON(b, f.Value)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

func appendText(b []byte, s string) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil { // a string always encodes
		panic(err)
	}
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

func appendFloat(b []byte, f float64) []byte {
	out, err := json.Marshal(f)
	if err != nil {
		return append(b, "null"...) // infinity and NaN, which Compile refuses
	}
	return append(b, out...)
}

// widen answers a schema as the library shall see it: nullable written out in type and enum. It is only followed where schemas
// stand, so that a property or a default of that name keeps its meaning.
func widen(n *document.Node) any {
	if n.Kind != document.Object {
		return n.Value()
	}
	out := make(map[string]any, len(n.Fields))
	for _, f := range n.Fields {
		v := f.Value
		switch keywords[f.Name] {
		case one, dependent, byName, list, oneOrList:
			out[f.Name] = widenPart(v, keywords[f.Name])
		default:
			out[f.Name] = v.Value()
		}
	}
	if v := n.Get("nullable"); v != nil && v.Bool {
		admitNull(out)
	}
	delete(out, "nullable")
	return out
}

func widenPart(n *document.Node, form shape) any {
	switch {
	case n.Kind == document.List && (form == list || form == oneOrList):
		out := make([]any, len(n.Items))
		for i, item := range n.Items {
			out[i] = widen(item)
		}
		return out
	case n.Kind == document.Object && (form == byName || form == dependent):
		out := make(map[string]any, len(n.Fields))
		for _, f := range n.Fields {
			out[f.Name] = widen(f.Value)
		}
		return out
	}
	return widen(n)
}

// admitNull adds null to type and enum.
func admitNull(s map[string]any) {
	switch t := s["type"].(type) {
	case string:
		if t != "null" {
			s["type"] = []any{t, "null"}
		}
	case []any:
		if !contains(t, "null") {
			s["type"] = append(t, "null")
		}
	}
	if e, ok := s["enum"].([]any); ok && !contains(e, nil) {
		s["enum"] = append(e, nil)
	}
}

func contains(l []any, v any) bool {
	for _, x := range l {
		if x == v {
			return true
		}
	}
	return false
}
