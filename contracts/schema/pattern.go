package schema

import (
	"regexp"
	"regexp/syntax"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// pattern is an RE2 expression that knows what matching it costs.
type pattern struct {
	*regexp.Regexp
	cost int // instructions, each of which may run for every byte of a text
}

// size estimates the instructions of an expression without writing them out, which for x{1000} would be dear.
func size(re *syntax.Regexp) int {
	n := 2 + len(re.Rune)/8 // a class is one instruction, but as large as its ranges
	if re.Op == syntax.OpLiteral {
		n = 2 + len(re.Rune)
	}
	for _, sub := range re.Sub {
		n += size(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Max, re.Min, 1)
	}
	return n
}

// expression compiles a pattern of the schema once, and reports one that is none or too dear.
func (w *walker) expression(n *document.Node, text string) {
	if w.patterns[text] != nil {
		return
	}
	limit := func(what string) {
		w.refuse(fault.SchemaLimit, n, what, "write a shorter pattern, or smaller numbers of repetitions")
	}
	if len(text) > w.limits.MaxPattern {
		limit("the pattern is too long")
		return
	}
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err == nil {
		cost := size(parsed)
		if *w.spent += cost; *w.spent > w.limits.MaxPatterns {
			limit("the patterns are too large together")
			return
		}
		var re *regexp.Regexp
		if re, err = regexp.Compile(text); err == nil {
			w.patterns[text] = &pattern{Regexp: re, cost: cost}
			return
		}
	}
	w.refuse(fault.SchemaInvalid, n, "the pattern "+document.Quote(text)+" is not a regular expression (RE2)",
		"correct it; RE2 has no look-around and no back-references")
}
