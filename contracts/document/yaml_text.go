package document

import "strings"

// blockText reads a literal (|) or folded (>) text of a collection at column n.
func (p *yaml) blockText(n int, path string) *Node {
	made := p.node(String, p.pos, path)
	folded := p.text[p.pos] == '>'
	indent, chomp := p.textHeader()
	if indent > 0 {
		indent += max(n, 0)
	}
	lines := p.textLines(n, indent)
	end := len(lines)
	for end > 0 && lines[end-1] == "" {
		end--
	}
	var b strings.Builder
	if folded {
		foldText(&b, lines[:end])
	} else {
		b.WriteString(strings.Join(lines[:end], "\n"))
	}
	breaks := 0
	if chomp != '-' && end > 0 {
		breaks = 1
	}
	if chomp == '+' {
		breaks += len(lines) - end
	}
	b.WriteString(strings.Repeat("\n", breaks))
	made.Text = b.String()
	return made
}

// textHeader reads what stands behind | or >: a digit for the indentation, + or - for the line breaks at the end.
func (p *yaml) textHeader() (indent int, chomp byte) {
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; {
		case (c == '+' || c == '-') && chomp == 0:
			chomp = c
		case '1' <= c && c <= '9' && indent == 0:
			indent = int(c - '0')
		case p.space(p.pos):
			p.lineEnd()
			return indent, chomp
		default:
			p.syntax(p.pos, "unexpected text behind | or >", "begin the text on the next line")
		}
	}
	return indent, chomp
}

// textLines reads the lines that are indented deeper than n, without their indentation. Where indent is 0 the first line
// that is not blank says what it is.
func (p *yaml) textLines(n, indent int) []string {
	var lines []string
	widest, widestAt := 0, 0 // of the blank lines before the first that is not
	for p.pos < len(p.text) {
		begin := p.pos + 1 // pos is at a line break
		i := begin
		for i < len(p.text) && p.text[i] == ' ' && (indent == 0 || i-begin < indent) {
			i++
		}
		switch {
		case i < len(p.text) && p.text[i] == '\n':
			if indent == 0 && i-begin > widest {
				widest, widestAt = i-begin, begin
			}
			lines = append(lines, "")
			p.newline()
			p.pos = i
			continue
		case i == len(p.text): // white space without a line break at its end is no line
			p.newline()
			p.pos = i
			return lines
		}
		spaces := i - begin
		if indent == 0 && spaces > n && !(p.text[i] == '\t' && spaces == 0) {
			indent = spaces
			if widest > indent {
				p.syntax(widestAt, "a blank line that is longer than the indentation of the text", "remove the spaces of the blank line")
			}
		}
		after := yaml{source{text: p.text, pos: begin, start: begin}}
		if spaces < indent || spaces <= n || after.marker("---") || after.marker("...") {
			return lines
		}
		p.newline()
		p.pos = i
		p.skipLine()
		lines = append(lines, p.text[i:p.pos])
	}
	return lines
}

// foldText joins lines as > does: a single break between two lines becomes a space, but not beside a line that begins with
// white space.
func foldText(b *strings.Builder, lines []string) {
	blanks, began, spaced := 0, false, false
	for _, line := range lines {
		if line == "" {
			blanks++
			continue
		}
		indented := blank(line[0])
		switch {
		case !began:
			b.WriteString(strings.Repeat("\n", blanks))
		case indented || spaced:
			b.WriteString(strings.Repeat("\n", blanks+1))
		default:
			fold(b, blanks+1)
		}
		b.WriteString(line)
		blanks, began, spaced = 0, true, indented
	}
}
