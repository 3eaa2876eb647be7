package findings

import (
	"strings"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/table"
)

// width is where paragraphs are broken.
const width = 88

// style is what Markdown and plain text do differently.
type style struct {
	heading func(level int, s string) string
	escape  func(string) string
	code    func(string) string
	grid    func(pivot) string
}

// markdown and plain say the same words; what differs is how a word is made
// harmless.
var markdown = style{
	heading: func(level int, s string) string { return strings.Repeat("#", level) + " " + s + "\n" },
	escape:  table.Escape,
	code:    fence,
	grid:    pipes,
}

// plain underlines headings, since a terminal has no sizes.
var plain = style{
	heading: func(level int, s string) string {
		return s + "\n" + strings.Repeat([]string{"=", "-"}[min(level, 2)-1], utf8.RuneCountInString(s)) + "\n"
	},
	escape: oneLine,
	code:   oneLine,
	grid:   aligned,
}

// oneLine keeps text on one line, without control characters: what a file says of
// itself must not move the cursor of who reads about it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}

// fence is text in a code span, whatever backquotes it has in it: the fence is
// longer than any of them.
func fence(s string) string {
	s = oneLine(s)
	if !strings.Contains(s, "`") {
		return "`" + s + "`"
	}
	mark := "`"
	for strings.Contains(s, mark) {
		mark += "`"
	}
	return mark + " " + s + " " + mark
}

// pipes is a grid as a Markdown table, aligned so that it reads as it is.
func pipes(p pivot) string {
	p = p.escaped(table.Escape)
	widths := p.widths()
	var b strings.Builder
	line(&b, "| ", " | ", " |", p.head, widths)
	b.WriteString("|")
	for i, w := range widths {
		if i == 0 {
			b.WriteString(strings.Repeat("-", w+2) + "|")
		} else {
			b.WriteString(strings.Repeat("-", w+1) + ":|")
		}
	}
	b.WriteString("\n")
	for _, r := range p.rows {
		line(&b, "| ", " | ", " |", r, widths)
	}
	return b.String()
}

// aligned is a grid in columns.
func aligned(p pivot) string {
	p = p.escaped(oneLine)
	widths := p.widths()
	var b strings.Builder
	for _, r := range append([][]string{p.head}, p.rows...) {
		line(&b, "  ", "  ", "", r, widths)
	}
	return b.String()
}

// line writes cells, the first aligned left as the name of its row.
func line(b *strings.Builder, before, between, after string, cells []string, widths []int) {
	out := before
	for i, c := range cells {
		if i > 0 {
			out += between
		}
		blanks := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
		if i == 0 {
			out += c + blanks
		} else {
			out += blanks + c
		}
	}
	b.WriteString(strings.TrimRight(out+after, " ") + "\n")
}
