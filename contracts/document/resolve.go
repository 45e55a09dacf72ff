package document

import (
	"math"
	"strconv"
)

// resolve turns the text of a plain YAML scalar into a node by the core schema of YAML 1.2, with decimal integers alone: what
// looks like a number of another kind (007, 0o17, 0x1f, 1_000) stays the text that it is.
func resolve(text string) Node {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return Node{Kind: Null}
	case "true", "True", "TRUE":
		return Node{Kind: Bool, Bool: true}
	case "false", "False", "FALSE":
		return Node{Kind: Bool}
	case ".nan", ".NaN", ".NAN":
		return Node{Kind: Float, Float: math.NaN(), Text: text}
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return Node{Kind: Float, Float: math.Inf(1), Text: text}
	case "-.inf", "-.Inf", "-.INF":
		return Node{Kind: Float, Float: math.Inf(-1), Text: text}
	}
	switch {
	case isInteger(text):
		return integer(text)
	case isFloat(text):
		f, _ := strconv.ParseFloat(text, 64) // beyond the range it is infinite, which fits no type
		return Node{Kind: Float, Float: f, Text: text}
	}
	return Node{Kind: String, Text: text}
}

// integer answers a whole number; one beyond 64 bits becomes a Float that keeps its digits in Text, so that a reader can
// tell that it is out of range and not of another type.
func integer(text string) Node {
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f, _ := strconv.ParseFloat(text, 64)
		return Node{Kind: Float, Float: f, Text: text}
	}
	return Node{Kind: Int, Int: i, Text: text}
}

// isInteger: [-+]?(0|[1-9][0-9]*)
func isInteger(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	if s == "" || (s[0] == '0' && len(s) > 1) {
		return false
	}
	return digits(s) == len(s)
}

// isFloat: [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, with a dot or an exponent.
func isFloat(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	whole := digits(s)
	s = s[whole:]
	marked := false
	if s != "" && s[0] == '.' {
		fraction := digits(s[1:])
		if whole == 0 && fraction == 0 {
			return false
		}
		s, marked = s[1+fraction:], true
	} else if whole == 0 {
		return false
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '-' || s[0] == '+') {
			s = s[1:]
		}
		n := digits(s)
		return n > 0 && n == len(s)
	}
	return marked && s == ""
}

func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}
