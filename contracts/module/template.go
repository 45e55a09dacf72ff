package module

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/document"
)

// Template is a text with values of a payload in it: {{path}}, {{path | upper}} and, one level deep, {% if path %}…{% endif %}.
type Template struct{ parts []part }

// part is literal text, a value, or text that stands only where a value is true.
type part struct {
	text  string
	path  string
	upper bool
	block []part // with test
	test  bool
}

// ParseTemplate reads a template. The error is a sentence for the author.
func ParseTemplate(text string) (*Template, error) {
	t := &Template{}
	parts := &t.parts
	open := false
	for text != "" {
		i := strings.IndexByte(text, '{')
		for i >= 0 && (i+1 == len(text) || (text[i+1] != '{' && text[i+1] != '%')) {
			next := strings.IndexByte(text[i+1:], '{')
			if next < 0 {
				i = -1
				break
			}
			i += next + 1
		}
		if i < 0 {
			*parts = append(*parts, part{text: text})
			break
		}
		if i > 0 {
			*parts = append(*parts, part{text: text[:i]})
		}
		closing := "}}"
		if text[i+1] == '%' {
			closing = "%}"
		}
		end := strings.Index(text[i+2:], closing)
		if end < 0 {
			return nil, errors.New(text[i:i+2] + " is never closed")
		}
		inner := strings.TrimSpace(text[i+2 : i+2+end])
		text = text[i+2+end+2:]
		if closing == "}}" {
			p, err := value(inner)
			if err != nil {
				return nil, err
			}
			*parts = append(*parts, p)
			continue
		}
		switch words := strings.Fields(inner); {
		case len(words) == 2 && words[0] == "if" && !open:
			if !isPath(words[1]) {
				return nil, errors.New(document.Quote(words[1]) + " is not a path into the payload")
			}
			t.parts = append(t.parts, part{path: words[1], test: true})
			parts, open = &t.parts[len(t.parts)-1].block, true
		case len(words) == 1 && words[0] == "endif" && open:
			parts, open = &t.parts, false
		case len(words) > 0 && words[0] == "if" && open:
			return nil, errors.New("an if stands within another")
		default:
			return nil, errors.New(document.Quote(inner) + " is not if PATH or a matching endif")
		}
	}
	if open {
		return nil, errors.New("an if has no endif")
	}
	return t, nil
}

// value reads what stands between {{ and }}.
func value(inner string) (part, error) {
	path, filter, filtered := strings.Cut(inner, "|")
	path, filter = strings.TrimSpace(path), strings.TrimSpace(filter)
	if !isPath(path) {
		return part{}, errors.New(document.Quote(path) + " is not a path into the payload")
	}
	if filtered && filter != "upper" {
		return part{}, errors.New("there is no filter " + document.Quote(filter) + ", only upper")
	}
	return part{path: path, upper: filtered}, nil
}

func isPath(s string) bool {
	code, _, _ := document.Path(s)
	return code == ""
}

// Paths answers the payload paths that the template reads, each once.
func (t *Template) Paths() []string {
	var out []string
	seen := map[string]bool{}
	var walk func(parts []part)
	walk = func(parts []part) {
		for _, p := range parts {
			if p.path != "" && !seen[p.path] {
				seen[p.path] = true
				out = append(out, p.path)
			}
			walk(p.block)
		}
	}
	walk(t.parts)
	return out
}

// Render answers the text for a payload, in one pass: what is put in is never read as template. It has at most maxRunes
// characters, the last of them an ellipsis where it was cut, and of control characters only line breaks.
func (t *Template) Render(payload any, maxRunes int) string {
	w := &writer{left: maxRunes}
	w.parts(t.parts, payload)
	return w.text(maxRunes)
}

// writer gathers characters up to one more than are wanted.
type writer struct {
	strings.Builder
	left int
	full bool
}

func (w *writer) parts(parts []part, payload any) {
	for _, p := range parts {
		if w.full {
			return
		}
		if p.path == "" {
			w.add(p.text)
			continue
		}
		v, _ := Lookup(payload, p.path)
		switch {
		case p.test:
			if truth(v) {
				w.parts(p.block, payload)
			}
		case p.upper:
			w.add(strings.ToUpper(printed(v)))
		default:
			w.add(printed(v))
		}
	}
}

func (w *writer) add(s string) {
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' {
			continue
		}
		if w.left == 0 {
			w.full = true
			return
		}
		w.left--
		w.WriteRune(r)
	}
}

// text answers what was written, its last character an ellipsis where more was to come.
func (w *writer) text(maxRunes int) string {
	s := w.String()
	if !w.full || maxRunes <= 0 {
		return s
	}
	_, last := utf8.DecodeLastRuneInString(s)
	return s[:len(s)-last] + "…"
}

// printed answers a scalar as text; null, lists and objects print nothing.
func printed(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
			return strconv.FormatFloat(v, 'g', -1, 64)
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// truth: missing, null, false, 0 and empty are false.
func truth(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return v != ""
	case int64:
		return v != 0
	case float64:
		return v != 0
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return false
}
