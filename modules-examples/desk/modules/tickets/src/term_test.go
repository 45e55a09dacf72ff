package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestTermsOfText(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		texts []string
		want  []string
	}{
		{"nothing", []string{"", " …?! "}, nil},
		{"words, folded, once, the subject's first", []string{"Printer JAMS", "the printer, again: jams 24/7"},
			[]string{"printer", "jams", "the", "again", "24", "7"}},
		{"other alphabets", []string{"Ärger mit Straße, ПРИВЕТ Ωμέγα"}, []string{"ärger", "mit", "straße", "привет", "ωμέγα"}},
		{"marks stay on their letters", []string{"e\u0301te\u0301 हिन्दी"}, []string{"e\u0301te\u0301", "हिन्दी"}},
		{"a mark alone is no word", []string{"\u0301 a"}, []string{"a"}},
		{"pairs", []string{"東京タワー"}, []string{"東京", "京タ", "タワ", "ワー"}},
		{"one alone", []string{"東 x 京"}, []string{"東", "x", "京"}},
		{"hangul and kana", []string{"프린터 ひらがな"}, []string{"프린", "린터", "ひら", "らが", "がな"}},
		{"scripts side by side", []string{"PC電源off"}, []string{"pc", "電源", "off"}},
		{"texts do not run together", []string{"東", "京"}, []string{"東", "京"}},
		{"digits of other scripts", []string{"٣٤ x1"}, []string{"٣٤", "x1"}},
		{"bytes that are no UTF-8", []string{"a\xffb"}, []string{"a", "b"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := terms(maxTerms, c.texts...); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTermsEndAtTheirLimit(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 200 {
		text.WriteString("w" + strconv.Itoa(i) + " ")
	}
	got := terms(maxTerms, "subject", text.String())
	if len(got) != maxTerms || got[0] != "subject" || got[maxTerms-1] != "w62" {
		t.Errorf("got %d: %q", len(got), got)
	}
	if got := terms(3, "a b", strings.Repeat("東京都", 9)); !slices.Equal(got, []string{"a", "b", "東京"}) {
		t.Errorf("pairs: got %q", got)
	}
}

func TestALongWordIsCutAlikeInTextAndSearch(t *testing.T) {
	t.Parallel()
	got := terms(maxTerms, strings.Repeat("é", maxTermLength+30))
	if want := []string{strings.Repeat("é", maxTermLength)}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
