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
