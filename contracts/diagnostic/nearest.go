package diagnostic

import "slices"

// Nearest answers the known name that name was likely meant to be, or "". A third of the letters may differ, at least one.
// Of several equally near the first in byte order is taken, so that the answer does not depend on the order of known.
func Nearest(name string, known []string) string {
	const longest = 128 // nothing longer is a name; the cost grows with the square
	if name == "" || len(name) > longest {
		return ""
	}
	best, least := "", max(1, len(name)/3)+1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if len(k) > longest || k == name {
			continue
		}
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, remove, replace or swap with their neighbour (the restricted form of Damerau,
// 1964). The case of letters is no difference: who wrote METRICS meant metrics.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if lower(a[i-1]) == lower(b[j-1]) {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && lower(a[i-1]) == lower(b[j-2]) && lower(a[i-2]) == lower(b[j-1]) {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
