package table

import (
	"io"
	"strings"
)

// gap separates columns.
const gap = "  "

// proseWidth is where definitions and notes are wrapped.
const proseWidth = 100

// Text renders a table for a terminal: title, up to three heading lines
// (group, name, unit), the rows, then definition, n and notes. Where it would
// be wider than width, columns go, the least needed first, and a line says
// which; a width of 0 has room for all.
func Plain(t Table, width int) string {
	var b strings.Builder
	_ = WriteText(&b, t, width) // a strings.Builder takes everything
	return b.String()
}

// WriteText is Text for tables that are long.
func WriteText(w io.Writer, t Table, width int) error {
	title := t.Title
	if t.Label != "" {
		title += " [" + t.Label + "]"
	}
	if len(t.Rows) == 0 {
		_, err := io.WriteString(w, title+": none\n")
		return err
	}
	lineWidth := proseWidth
	if width > 0 {
		lineWidth = min(width, proseWidth)
	}
	same, every := folded(t)
	g := newGrid(t, same)
	left := g.fit(width)
	above := title + "\n"
	if every != "" {
		above += Wrap(every, lineWidth, "  ")
	}
	if err := g.write(w, above); err != nil {
		return err
	}
	prose := append([]string{t.Definition, "n: " + t.N}, t.Notes...)
	if len(left) > 0 {
		prose = append(prose, "No room here, in the CSV: "+strings.Join(left, ", ")+".")
	}
	var below strings.Builder
	for _, p := range prose {
		below.WriteString(Wrap(p, lineWidth, "  "))
	}
	_, err := io.WriteString(w, below.String())
	return err
}

// Terms renders a glossary for a terminal.
func Terms(terms []Term) string {
	var b strings.Builder
	for _, t := range terms {
		b.WriteString(Wrap(t.Name+": "+t.Text, proseWidth, "  "))
	}
	return b.String()
}

// bracket is a heading drawn over the columns it stands for.
func bracket(g Group, n int) string {
	free := n - runesIn(g.heading()) - 2
	if g.To-g.From == 1 || g.Name == "" || free < 2 {
		return pad(g.heading(), n, g.To-g.From > 1)
	}
	return strings.Repeat("─", free/2) + " " + g.heading() + " " + strings.Repeat("─", free-free/2)
}

func pad(s string, n int, left bool) string {
	blanks := strings.Repeat(" ", max(0, n-runesIn(s)))
	if left {
		return s + blanks
	}
	return blanks + s
}

// Wrap breaks a paragraph into lines of at most n characters with their indent.
// Further lines of an item ("* …") are indented as its text is.
func Wrap(s string, n int, indent string) string {
	var b strings.Builder
	line := ""
	hang := indent
	if strings.HasPrefix(s, "* ") {
		hang += "  "
	}
	for _, w := range strings.Fields(s) {
		if line != "" && runesIn(indent)+runesIn(line)+1+runesIn(w) > n {
			b.WriteString(indent + line + "\n")
			line, indent = "", hang
		}
		line = strings.TrimSpace(line + " " + w)
	}
	if line != "" {
		b.WriteString(indent + line + "\n")
	}
	return b.String()
}
