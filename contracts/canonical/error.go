package canonical

import (
	"fmt"
	"strconv"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Syntax is the code of a text that is no JSON at all. It is told apart here alone: who answers a request reports it by the
// code that the request's kind has for it.
const Syntax fault.Code = "SYNTAX"

// Error says where a text is not strict JSON. It is safe to show: of the text it holds nothing but the names of plain keys.
type Error struct {
	Code   fault.Code // Syntax, fault.DuplicateKey, fault.Depth, fault.StringInvalid or fault.NumberRange
	Offset int        // bytes from the start of the text
	Path   string     // JSONPath of the value that is wrong, or of the one that holds it
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("%s at byte %d: %s", e.Path, e.Offset, e.Reason) }

// under puts a step before the path: errors learn their path on the way out, so that parsing pays nothing for it.
func (e *Error) under(step string) { e.Path = "$" + step + e.Path[1:] }

// member is the step of a JSONPath to the field key. A key that is not a short plain name comes from the text and is not
// shown.
func member(key string) string {
	if key == "" || len(key) > 64 {
		return ".*"
	}
	for i := range len(key) {
		if c := key[i]; c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return ".*"
		}
	}
	return "." + key
}

func item(i int) string { return "[" + strconv.Itoa(i) + "]" }
