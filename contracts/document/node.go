// Package document reads declarations strictly, YAML or JSON, into nodes that know where they stand, and reads typed fields
// out of them with findings instead of errors, all in one pass.
package document

// Kind is the JSON type of a node; whole numbers are told from others.
type Kind int

// The kinds of nodes.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	List
	Object
)

// Node is one value of a declaration. Line and Column count from 1, columns in characters.
type Node struct {
	Kind   Kind
	Bool   bool
	Int    int64
	Float  float64
	Text   string
	Items  []*Node  // of a List
	Fields []*Field // of an Object, in the order of the file; keys are unique
	Line   int
	Column int
	Path   string // JSONPath from the top: $, $.actions[1].emits[0]
}

// Field is one entry of an object. Line and Column are the key's.
type Field struct {
	Name   string
	Line   int
	Column int
	Value  *Node
}

// Get answers the value of an object's field, or nil.
func (n *Node) Get(name string) *Node {
	if n == nil || n.Kind != Object {
		return nil
	}
	for _, f := range n.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// Value answers the node as a plain value: nil, bool, int64, float64, string, []any or map[string]any.
func (n *Node) Value() any {
	switch n.Kind {
	case Bool:
		return n.Bool
	case Int:
		return n.Int
	case Float:
		return n.Float
	case String:
		return n.Text
	case List:
		l := make([]any, len(n.Items))
		for i, v := range n.Items {
			l[i] = v.Value()
		}
		return l
	case Object:
		m := make(map[string]any, len(n.Fields))
		for _, f := range n.Fields {
			m[f.Name] = f.Value.Value()
		}
		return m
	default:
		return nil
	}
}
