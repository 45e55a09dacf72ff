package document

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Form judges a text: the code, message and hint of the first thing wrong with it, or an empty code.
type Form func(text string) (code fault.Code, message, hint string)

// Text is any text of 1 to n characters without white space at its ends and without control characters; where n is 2000 or
// more it may hold line breaks.
func Text(n int) Form {
	return func(s string) (fault.Code, string, string) {
		if code, message, hint := clean(s, n >= longText); code != "" {
			return code, message, hint
		}
		if count := utf8.RuneCountInString(s); count > n {
			return fault.TextForm, fmt.Sprintf("the text has %d characters, more than %d", count, n), fmt.Sprintf("shorten it to %d characters", n)
		}
		return "", "", ""
	}
}

const longText = 2000

// clean is what holds for every text.
func clean(s string, lineBreaks bool) (fault.Code, string, string) {
	if strings.TrimSpace(s) == "" {
		return fault.TextForm, "the text is blank", "write something here, or remove the field"
	}
	if s != strings.TrimSpace(s) {
		hint := "remove it"
		if strings.HasSuffix(s, "\n") {
			hint = "remove it; behind a block text (|, >) write |- or >-"
		}
		return fault.TextForm, "the text " + Quote(s) + " has white space at its ends", hint
	}
	for _, r := range s {
		if unicode.IsControl(r) && (r != '\n' || !lineBreaks) {
			return fault.TextForm, "the text " + Quote(s) + " holds a control character", "remove it"
		}
	}
	return "", "", ""
}

// Name is ^[a-z][a-z0-9_]{0,62}$.
var Name = pattern(`^[a-z][a-z0-9_]{0,62}$`, 0, fault.IdPattern, "a name", "begin with a lower-case letter; then lower-case letters, digits and _, at most 63")

// Token is ^[a-z][a-z0-9_]*([.-][a-z0-9_]+)*$, at most 128 characters.
var Token = pattern(`^[a-z][a-z0-9_]*([.-][a-z0-9_]+)*$`, 128, fault.IdPattern, "a token",
	"begin with a lower-case letter; then lower-case letters, digits and _, in parts joined by . or -, at most 128")

// ExportName is the form of the name of a function, reserved ones included: ^[A-Za-z][A-Za-z0-9_]{0,63}$.
var ExportName = pattern(`^[A-Za-z][A-Za-z0-9_]{0,63}$`, 0, fault.IdPattern, "an export name",
	"begin with a letter; then letters, digits and _, at most 64")

// Path is a path into a JSON object: 1 to 8 segments joined by dots.
var Path = pattern(`^[A-Za-z0-9_]{1,64}(\.[A-Za-z0-9_]{1,64}){0,7}$`, 0, fault.PayloadPath, "a path into the payload",
	"join 1 to 8 field names by dots: order.id")

// Pattern makes a form of an expression, for a code of the caller's: what completes "… is not …".
func Pattern(expression string, code fault.Code, what, hint string) Form {
	return pattern(expression, 0, code, what, hint)
}

func pattern(expression string, most int, code fault.Code, what, hint string) Form {
	re := regexp.MustCompile(expression)
	return func(s string) (fault.Code, string, string) {
		if code, message, hint := clean(s, false); code != "" {
			return code, message, hint
		}
		if (most > 0 && len(s) > most) || !re.MatchString(s) {
			return code, Quote(s) + " is not " + what, hint
		}
		return "", "", ""
	}
}

// Export is the name of a function that a binary exports and a declaration may name.
func Export(s string) (fault.Code, string, string) {
	if code, message, hint := ExportName(s); code != "" {
		return code, message, hint
	}
	if s == "memory" || s == "account_export" || s == "account_erase" || strings.HasPrefix(s, "mozaiks_") {
		return fault.IdReserved, s + " is a name that the host calls by itself", "export the handler by another name"
	}
	return "", "", ""
}

var eventForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,7}$`)

// Event is the type of an event: one of the namespaces, then 1 to 7 further segments, at most 128 characters.
func Event(namespaces ...string) Form {
	return func(s string) (fault.Code, string, string) {
		if code, message, hint := clean(s, false); code != "" {
			return code, message, hint
		}
		if first, _, _ := strings.Cut(s, "."); !slices.Contains(namespaces, first) {
			return fault.EventNamespace, Quote(s) + " does not begin with " + strings.Join(namespaces, "., ") + ".",
				"begin the event type with " + namespaces[0] + "."
		}
		if len(s) > 128 || !eventForm.MatchString(s) {
			return fault.IdPattern, Quote(s) + " is not an event type",
				"write 2 to 8 lower-case names joined by dots, at most 128 characters: domain.tasks.task_done"
		}
		return "", "", ""
	}
}

// Enum is one of the words, spelled exactly.
func Enum(words ...string) Form {
	return func(s string) (fault.Code, string, string) {
		if slices.Contains(words, s) {
			return "", "", ""
		}
		return fault.Enum, Quote(s) + " is not one of " + strings.Join(words, ", "),
			DidYouMean(s, words, "write one of "+strings.Join(words, ", "))
	}
}
