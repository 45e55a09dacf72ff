package persistence

import (
	"testing"
	"unicode"
)

func TestFoldingMakesCasesEqual(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"ABC", "abc"}, {"ÄÖÜ", "äöü"}, {"ΣΊΣΥΦΟΣ", "σίσυφοσ"}, {"\u212a", "k"}, {"ſ", "s"}, {"µ", "μ"},
		{"ẞ", "ß"}, {"Ǆǅ", "ǆǆ"}, {"\uab70", "\u13a0"}, {"i", "i"}, {"ı", "ı"}, {"İ", "İ"}} {
		if got := foldText(pair[0]); got != pair[1] {
			t.Errorf("%q folds to %q, want %q", pair[0], got, pair[1])
		}
	}
}

// The language's library knows which letters are cases of one another; while it has our version of Unicode, both agree.
func TestTheFoldTableIsUnicodes(t *testing.T) {
	t.Parallel()
	if unicode.Version != "15.0.0" {
		t.Skipf("the library has Unicode %s, the table 15.0", unicode.Version)
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		f := fold(r)
		if fold(f) != f {
			t.Fatalf("%U folds to %U, which folds on", r, f)
		}
		same := f == r
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			same = same || f == o
			if fold(o) != f {
				t.Fatalf("%U and %U are cases of one letter and fold apart", r, o)
			}
		}
		if !same {
			t.Fatalf("%U folds to %U, another letter", r, f)
		}
	}
}
