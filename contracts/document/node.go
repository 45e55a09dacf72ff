// Package document reads declarations strictly, YAML or JSON, into nodes that know where they stand, and reads typed fields
// out of them with findings instead of errors, all in one pass.
//
// A decoder makes a Reader for a file, parses with it, and asks each object for its fields. What is missing or broken is
// reported and reads as zero with a nil node; the decoder goes on and never checks for errors itself:
//
//	r := document.NewReader("app.json", document.Limits{})
//	top := r.JSON(data)                                        // or r.YAML(data)
//	if _, ok := top.Version(document.Required, "mozaiks.app.v1"); ok {
//		app.ID, _ = top.String("id", document.Name, document.Required)
//		app.Title, _ = top.String("title", document.Text(200), document.Nullable)
//		size, n := top.Int("size", 1, 10, document.Optional)
//		if n == nil {
//			size = 5                                           // absent or broken: the default
//		}
//		seen := map[string]*document.Node{}
//		for _, e := range top.Records("pages", document.Optional) {
//			id, n := e.String("id", document.Token, document.Required)
//			if n != nil && r.Unique(seen, n, "id") {
//				pages = append(pages, id)
//			}
//			e.Close()                                          // FIELD_UNKNOWN for what was not asked for
//		}
//		top.Close()
//	}
//	return app, r.Findings()
//
// A Form judges a text: Name, Token, Text(n), Enum(words...), Path, Event(namespaces...), Pattern(...), or one of the
// caller's own. One value yields one finding: TYPE, else TEXT_FORM, else the code of the form. Rules that need more than one
// value are the caller's, reported with Reader.Error and Reader.Warn at the node that must change.
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
