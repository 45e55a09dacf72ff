package document

import "github.com/mozaiks/mozaiks/contracts/diagnostic"

// Quote answers s as a message may show it: at most 80 characters, control characters escaped.
func Quote(s string) string { return diagnostic.Quote(s) }

// Nearest answers the known name that name was likely meant to be, or "".
func Nearest(name string, known []string) string { return diagnostic.Nearest(name, known) }
