package wasmhost

// nearest answers the candidate that differs least from name, "" if none is close. Equal distances go to the first in
// order of the alphabet, so that the answer does not depend on the order of the candidates.
func nearest(name string, candidates []string) string {
	best, distance := "", len(name)/3+2
	if len(name) > 64 {
		return ""
	}
	for _, c := range candidates {
		if n := edits(name, c); n < distance || n == distance && best != "" && c < best {
			best, distance = c, n
		}
	}
	return best
}

// edits is the Levenshtein distance of two short texts, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
