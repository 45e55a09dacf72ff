package document

import (
	"maps"
	"slices"
	"strconv"
)

// FromValue answers a plain value as a node without places, its fields in byte order: nil, bool, int, int64, float64, string,
// []any or map[string]any. Any other type is null.
func FromValue(v any) *Node { return fromValue(v, "$") }

func fromValue(v any, path string) *Node {
	n := &Node{Path: path}
	switch v := v.(type) {
	case bool:
		n.Kind, n.Bool = Bool, v
	case int:
		n.Kind, n.Int, n.Text = Int, int64(v), strconv.Itoa(v)
	case int64:
		n.Kind, n.Int, n.Text = Int, v, strconv.FormatInt(v, 10)
	case float64:
		n.Kind, n.Float, n.Text = Float, v, strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		n.Kind, n.Text = String, v
	case []any:
		n.Kind = List
		for i, item := range v {
			n.Items = append(n.Items, fromValue(item, Item(path, i)))
		}
	case map[string]any:
		n.Kind = Object
		for _, name := range slices.Sorted(maps.Keys(v)) {
			n.Fields = append(n.Fields, &Field{Name: name, Value: fromValue(v[name], Child(path, name))})
		}
	}
	return n
}
