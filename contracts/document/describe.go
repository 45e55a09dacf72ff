package document

// Describe names the kind of a value for a message.
func Describe(n *Node) string {
	switch n.Kind {
	case Null:
		return "null"
	case Bool:
		return "a boolean"
	case Int, Float:
		return "a number"
	case String:
		return "text"
	case List:
		return "a list"
	default:
		return "an object"
	}
}
