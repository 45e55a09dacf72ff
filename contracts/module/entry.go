package module

import (
	"regexp"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

var symbolForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// handlerEntry judges backend.<path>:<symbol>. The symbol is a label without effect.
func handlerEntry(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(longText - 1)(s); code != "" {
		return code, message, hint
	}
	const form = "write backend.<name>:<label>, for backend/<name>.wasm"
	path, symbol, found := strings.Cut(s, ":")
	switch {
	case !found:
		return fault.EntrypointForm, document.Quote(s) + " has no colon", form
	case path == "" || symbol == "":
		return fault.EntrypointForm, document.Quote(s) + " names nothing on one side of its colon", form
	case !symbolForm.MatchString(symbol):
		return fault.EntrypointForm, document.Quote(symbol) + " is not a symbol", "use letters, digits and _ behind the colon, at most 64"
	case !strings.HasPrefix(path, "backend."):
		return fault.EntrypointNotLocal, document.Quote(path) + " is not in the module's own backend", form
	}
	for _, segment := range strings.Split(path, ".")[1:] {
		if !isName(segment) {
			return fault.EntrypointForm, document.Quote(segment) + " is not a name", "begin each part with a lower-case letter; then lower-case letters, digits and _"
		}
	}
	return "", "", ""
}

// entryFile answers the binary that the path of an entry names.
func entryFile(path string) string { return strings.ReplaceAll(path, ".", "/") + ".wasm" }

// backendFile judges the path of a binary.
func backendFile(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(200)(s); code != "" {
		return code, message, hint
	}
	const form = "write backend/<name>.wasm"
	inner, ok := strings.CutPrefix(s, "backend/")
	if !ok {
		return fault.EntrypointNotLocal, document.Quote(s) + " is not in the module's own backend", form
	}
	name, ok := strings.CutSuffix(inner, ".wasm")
	if !ok {
		return fault.EntrypointForm, document.Quote(s) + " does not end in .wasm", form
	}
	for _, segment := range strings.Split(name, "/") {
		if !isName(segment) {
			return fault.EntrypointForm, document.Quote(segment) + " is not a name", "begin each part with a lower-case letter; then lower-case letters, digits and _"
		}
	}
	return "", "", ""
}

func isName(s string) bool {
	code, _, _ := document.Name(s)
	return code == ""
}

var hexDigest = document.Pattern(`^[0-9a-f]{64}$`, fault.TextForm, "a SHA-256", "write 64 lower-case hexadecimal digits")
