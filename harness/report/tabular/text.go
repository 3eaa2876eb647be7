package tabular

import (
	"strings"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/analysis"
)

// gap separates columns.
const gap = "  "

// proseWidth is where definitions and notes are wrapped.
const proseWidth = 100

// Text renders a table for a terminal: title, up to three heading lines
// (group, name, unit), the rows, then definition, n and notes. Where it would
// be wider than width, columns go, the least needed first, and a line says
// which; a width of 0 has room for all.
func Text(t analysis.Table, width int) string {
	var b strings.Builder
	b.WriteString(t.Title)
	if t.Label != "" {
		b.WriteString(" [" + t.Label + "]")
	}
	if len(t.Rows) == 0 {
		return b.String() + ": none\n"
	}
	lineWidth := proseWidth
	if width > 0 {
		lineWidth = min(width, proseWidth)
	}
	t, every := Fold(t)
	t, left := fit(t, width)
	b.WriteString("\n")
	if every != "" {
		b.WriteString(Wrap(every, lineWidth, "  "))
	}
	writeGrid(&b, t)
	prose := append([]string{t.Definition, "n: " + t.N}, t.Notes...)
	if len(left) > 0 {
		prose = append(prose, "No room here, in the CSV: "+strings.Join(left, ", ")+".")
	}
	for _, p := range prose {
		b.WriteString(Wrap(p, lineWidth, "  "))
	}
	return b.String()
}

// Terms renders a glossary for a terminal.
func Terms(terms []analysis.Term) string {
	var b strings.Builder
	for _, t := range terms {
		b.WriteString(Wrap(t.Name+": "+t.Text, proseWidth, "  "))
	}
	return b.String()
}

// fit leaves out columns of the highest rank until the table is no wider than
// limit, and names them.
func fit(t analysis.Table, limit int) (analysis.Table, []string) {
	var left []string
	for limit > 0 && total(t) > limit {
		highest := 0
		for _, c := range t.Columns {
			highest = max(highest, c.Rank)
		}
		if highest == 0 {
			break
		}
		for _, c := range t.Columns {
			if c.Rank == highest {
				left = append(left, Heading(c))
			}
		}
		t = columns(t, func(i int) bool { return t.Columns[i].Rank < highest })
	}
	return t, left
}

// total is the width of a table's grid.
func total(t analysis.Table) int {
	_, widths := layout(columns(t, func(i int) bool { return !t.Columns[i].Prose }))
	return span(widths, Group{From: 0, To: len(widths)})
}

// writeGrid writes headings and rows; sentences stand below their row.
func writeGrid(b *strings.Builder, whole analysis.Table) {
	t := columns(whole, func(i int) bool { return !whole.Columns[i].Prose })
	cells, widths := layout(t)
	writeGroups(b, t, widths)
	writeLine(b, t, widths, func(i int) string { return t.Columns[i].Name })
	writeLine(b, t, widths, func(i int) string { return subUnits(t)[i] })
	for r, row := range cells {
		writeLine(b, t, widths, func(i int) string { return row[i] })
		for i, c := range whole.Columns {
			if c.Prose {
				b.WriteString(Wrap(c.Name+": "+Cell(c, whole.Rows[r][i]), proseWidth, "    "))
			}
		}
	}
}

// layout formats every cell and finds the width of every column.
func layout(t analysis.Table) ([][]string, []int) {
	widths := make([]int, len(t.Columns))
	for i, unit := range subUnits(t) {
		widths[i] = max(runes(t.Columns[i].Name), runes(unit))
	}
	cells := make([][]string, len(t.Rows))
	for r, row := range t.Rows {
		for i, v := range row {
			s := Cell(t.Columns[i], v)
			cells[r] = append(cells[r], s)
			widths[i] = max(widths[i], runes(s))
		}
	}
	for _, g := range Groups(t.Columns) {
		if need := runes(g.heading()) - span(widths, g); need > 0 {
			widths[g.From] += need
		}
	}
	return cells, widths
}

func span(widths []int, g Group) int {
	n := (g.To - g.From - 1) * len(gap)
	for _, w := range widths[g.From:g.To] {
		n += w
	}
	return n
}

// writeGroups writes the line of group headings, if there are any.
func writeGroups(b *strings.Builder, t analysis.Table, widths []int) {
	var line strings.Builder
	for i, g := range Groups(t.Columns) {
		if i > 0 {
			line.WriteString(gap)
		}
		line.WriteString(bracket(g, span(widths, g)))
	}
	flush(b, line.String())
}

// bracket is a heading drawn over the columns it stands for.
func bracket(g Group, n int) string {
	free := n - runes(g.heading()) - 2
	if g.To-g.From == 1 || g.Name == "" || free < 2 {
		return pad(g.heading(), n, g.To-g.From > 1)
	}
	return strings.Repeat("─", free/2) + " " + g.heading() + " " + strings.Repeat("─", free-free/2)
}

func writeLine(b *strings.Builder, t analysis.Table, widths []int, cell func(int) string) {
	var line strings.Builder
	for i, c := range t.Columns {
		if i > 0 {
			line.WriteString(gap)
		}
		line.WriteString(pad(cell(i), widths[i], c.Text))
	}
	flush(b, line.String())
}

// flush writes a line unless it is blank, without blanks at its end.
func flush(b *strings.Builder, line string) {
	if line = strings.TrimRight(line, " "); line != "" {
		b.WriteString(line + "\n")
	}
}

func pad(s string, n int, left bool) string {
	blanks := strings.Repeat(" ", max(0, n-runes(s)))
	if left {
		return s + blanks
	}
	return blanks + s
}

func runes(s string) int { return utf8.RuneCountInString(s) }

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
		if line != "" && runes(indent)+runes(line)+1+runes(w) > n {
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
