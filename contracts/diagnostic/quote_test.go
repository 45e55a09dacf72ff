package diagnostic_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
)

func TestQuoteShowsNothingThatATerminalObeys(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 80)
	for in, want := range map[string]string{
		"":                   "",
		"plain é 日本":         "plain é 日本",
		"a\nb\tc\x1b[2J":     `a\nb\tc\x1b[2J`,
		"\u202e\u2028\u00a0": `\u202e\u2028\u00a0`,
		"\xff\xfe":           `\xff\xfe`,
		"\uFFFD":             "\uFFFD",
		`back\slash "q"`:     `back\slash "q"`,
		long:                 long,
		long + "y":           long[:79] + "…",
		long[:79] + "\n":     long[:79] + "…",
		long[:78] + "\n":     long[:78] + `\n`,
		long[:79] + "\xff":   long[:79] + "…",
	} {
		if got := diagnostic.Quote(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func FuzzQuote(f *testing.F) {
	f.Add("a\x1b[2J\xff\u202e" + strings.Repeat("é", 80))
	f.Fuzz(func(t *testing.T, in string) {
		got := diagnostic.Quote(in)
		if n := utf8.RuneCountInString(got); n > 80 || !utf8.ValidString(got) {
			t.Fatalf("%d characters: %q", n, got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Fatalf("%q shows %U", got, r)
			}
		}
	})
}

func TestNearestIsOneSlipAway(t *testing.T) {
	t.Parallel()
	known := []string{"title", "actions", "module", "modules", "id", "per_user"}
	for in, want := range map[string]string{
		"titel":                        "title", // swapped
		"tile":                         "title", // left out
		"titlle":                       "title", // too many
		"tidle":                        "title", // another
		"TITLE":                        "title",
		"action":                       "actions",
		"modul":                        "module",
		"modulee":                      "module", // as near as modules, first in order
		"i":                            "id",
		"ie":                           "id",
		"per_usr":                      "per_user",
		"peruser":                      "per_user",
		"":                             "",
		"xyz":                          "",
		"titanium":                     "",
		"title":                        "",
		"e" + strings.Repeat("x", 200): "",
	} {
		if got := diagnostic.Nearest(in, known); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := diagnostic.Nearest("b", []string{"c", "a"}); got != "a" {
		t.Errorf("of two as near, %q is taken", got)
	}
}
