package persistence

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// foldRange maps the letters lo, lo+stride, …, hi by adding delta.
type foldRange struct{ lo, hi, stride, delta rune }

// fold brings a letter into the form that its upper and lower cases share.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	i, found := slices.BinarySearchFunc(foldRanges[:], r, func(f foldRange, r rune) int {
		switch {
		case f.hi < r:
			return -1
		case f.lo > r:
			return 1
		}
		return 0
	})
	if !found || (r-foldRanges[i].lo)%foldRanges[i].stride != 0 {
		return r
	}
	return r + foldRanges[i].delta
}

// foldText folds every letter of a text. Nothing is normalised.
func foldText(s string) string { return strings.Map(fold, s) }
