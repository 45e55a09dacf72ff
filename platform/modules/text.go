package modules

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// cut keeps the first n characters of s.
func cut(s string, n int) string {
	count := 0
	for i := range s {
		if count == n {
			return s[:i]
		}
		count++
	}
	return s
}
