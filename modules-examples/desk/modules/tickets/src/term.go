package main

import "unicode"

const (
	// maxTerms is how many terms are kept of a ticket.
	maxTerms = 64
	// maxTermLength is how many characters of a word count.
	maxTermLength = 40
)

// terms answers the distinct words of some texts in the order in which they stand there, folded to lower case, at most limit
// of them. A word is a run of letters and digits, with the marks on them. Scripts that are written without spaces between
// words give each two characters that stand together, or the one that stands alone.
func terms(limit int, texts ...string) []string {
	c := collector{limit: limit, seen: map[string]bool{}}
	for _, text := range texts {
		for _, r := range text {
			switch {
			case isDense(r):
				c.endWord()
				c.dense(unicode.ToLower(r))
			case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && len(c.word) > 0:
				c.endDense()
				c.letter(unicode.ToLower(r))
			default:
				c.end()
			}
			if c.full() {
				return c.found
			}
		}
		c.end()
	}
	return c.found
}

// isDense tells whether the character is of a script that is written without spaces between words. The sound marks of
// Japanese belong to no one script, and are named here.
func isDense(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r == 'ー' || r == 'ｰ'
}

// collector gathers terms. At most one of word and last is in use at a time.
type collector struct {
	limit int
	seen  map[string]bool
	found []string
	word  []rune
	last  rune // of a run without spaces; 0 for none
	pairs int  // of that run so far
}

func (c *collector) full() bool { return len(c.found) >= c.limit }

func (c *collector) add(term string) {
	if c.full() || c.seen[term] {
		return
	}
	c.seen[term] = true
	c.found = append(c.found, term)
}

func (c *collector) letter(r rune) {
	if len(c.word) < maxTermLength {
		c.word = append(c.word, r)
	}
}

func (c *collector) dense(r rune) {
	if c.last != 0 {
		c.add(string([]rune{c.last, r}))
		c.pairs++
	}
	c.last = r
}

func (c *collector) end() {
	c.endWord()
	c.endDense()
}

func (c *collector) endWord() {
	if len(c.word) > 0 {
		c.add(string(c.word))
		c.word = c.word[:0]
	}
}

func (c *collector) endDense() {
	if c.last != 0 && c.pairs == 0 {
		c.add(string(c.last))
	}
	c.last, c.pairs = 0, 0
}
