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
// (group, name, unit), the rows, then definition, n and notes.
func Text(t analysis.Table) string {
	var b strings.Builder
	b.WriteString(t.Title + "\n")
	if len(t.Rows) == 0 {
		b.WriteString("none\n")
		return b.String()
	}
	writeGrid(&b, t)
	for _, p := range append([]string{t.Definition, "n: " + t.N}, t.Notes...) {
		b.WriteString(wrap(p, proseWidth))
	}
	return b.String()
}

func writeGrid(b *strings.Builder, t analysis.Table) {
	cells, widths := layout(t)
	writeGroups(b, t, widths)
	writeLine(b, t, widths, func(i int) string { return t.Columns[i].Name })
	writeLine(b, t, widths, func(i int) string { return t.Columns[i].Unit })
	for _, row := range cells {
		writeLine(b, t, widths, func(i int) string { return row[i] })
	}
}

// layout formats every cell and finds the width of every column.
func layout(t analysis.Table) ([][]string, []int) {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = max(width(c.Name), width(c.Unit))
	}
	cells := make([][]string, len(t.Rows))
	for r, row := range t.Rows {
		for i, v := range row {
			s := Cell(t.Columns[i], v)
			cells[r] = append(cells[r], s)
			widths[i] = max(widths[i], width(s))
		}
	}
	for _, g := range Groups(t.Columns) {
		if need := width(g.Name) - span(widths, g); need > 0 {
			widths[g.From] += need
		}
	}
	return cells, widths
}

// Group is a run of neighbouring columns under one heading, From up to To.
type Group struct {
	Name     string
	From, To int
}

// Groups splits columns by heading; a column without one stands alone.
func Groups(columns []analysis.Column) []Group {
	var out []Group
	for i, c := range columns {
		if n := len(out); n > 0 && c.Group != "" && out[n-1].Name == c.Group {
			out[n-1].To = i + 1
			continue
		}
		out = append(out, Group{c.Group, i, i + 1})
	}
	return out
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
	free := n - width(g.Name) - 2
	if g.To-g.From == 1 || g.Name == "" || free < 2 {
		return pad(g.Name, n, false)
	}
	return strings.Repeat("─", free/2) + " " + g.Name + " " + strings.Repeat("─", free-free/2)
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
	blanks := strings.Repeat(" ", max(0, n-width(s)))
	if left {
		return s + blanks
	}
	return blanks + s
}

func width(s string) int { return utf8.RuneCountInString(s) }

// wrap breaks a paragraph into lines of at most n characters, indented by two.
func wrap(s string, n int) string {
	var b strings.Builder
	line := ""
	for _, w := range strings.Fields(s) {
		if line != "" && width(line)+1+width(w) > n {
			b.WriteString("  " + line + "\n")
			line = ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	if line != "" {
		b.WriteString("  " + line + "\n")
	}
	return b.String()
}
