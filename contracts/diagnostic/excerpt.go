package diagnostic

import "unicode/utf8"

// A line is shown as far as maxExcerpt characters; of a longer one the part around the column, with leadExcerpt before it.
const (
	maxExcerpt  = 120
	leadExcerpt = 60
)

// window answers the part of line to show for the column, which counts characters from 1, and how many cells stand before the
// caret. Tabs become one space and control characters are escaped, so that the caret stands where it should.
func window(line string, column int) (shown string, caret int) {
	skip, ellipsis := 0, ""
	total := utf8.RuneCountInString(line)
	if total > maxExcerpt {
		skip = min(max(0, column-1-leadExcerpt), total-maxExcerpt)
	}
	if skip > 0 {
		ellipsis = "…"
	}
	shown, caret = ellipsis, len([]rune(ellipsis))
	n := 0
	for i, r := range line {
		n++
		if n <= skip {
			continue
		}
		if n > skip+maxExcerpt {
			return shown + "…", caret
		}
		part := " "
		if r != '\t' {
			part = printable(line, i, r)
		}
		if n < column {
			caret += cells(part)
		}
		shown += part
	}
	return shown, caret
}

// cells is how wide a terminal prints s. Wide are the East Asian scripts and emoji (the main ranges of Unicode's
// EastAsianWidth), combining marks take no room.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r >= 0x300 && r <= 0x36F || r == 0x200D || r >= 0xFE00 && r <= 0xFE0F:
		case r >= 0x1100 && r <= 0x115F || r >= 0x2E80 && r <= 0xA4CF && r != 0x303F || r >= 0xAC00 && r <= 0xD7A3 ||
			r >= 0xF900 && r <= 0xFAFF || r >= 0xFE30 && r <= 0xFE6F || r >= 0xFF00 && r <= 0xFF60 ||
			r >= 0xFFE0 && r <= 0xFFE6 || r >= 0x1F300 && r <= 0x1F64F || r >= 0x1F900 && r <= 0x1F9FF ||
			r >= 0x20000 && r <= 0x3FFFD:
			n += 2
		default:
			n++
		}
	}
	return n
}
