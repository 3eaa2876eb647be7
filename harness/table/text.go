package table

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// gap separates columns.
const gap = "  "

// proseWidth is where definitions and notes are wrapped.
const proseWidth = 100

// Plain renders a table for a terminal: title, up to three heading lines (group, name,
// unit), the rows, then definition, n and notes. Where it would be wider than width,
// columns go, the least needed first, and a line says which; a width of 0 has room for all.
func Plain(t Table, width int) string {
	title := t.Title
	if t.Label != "" {
		title += " [" + t.Label + "]"
	}
	if len(t.Rows) == 0 {
		return title + ": none\n"
	}
	lineWidth := proseWidth
	if width > 0 {
		lineWidth = min(width, proseWidth)
	}
	t, every := Fold(t)
	g := newGrid(t)
	left := g.fit(width)
	var b strings.Builder
	b.WriteString(title + "\n" + Wrap(every, lineWidth, "  "))
	g.write(&b, len(t.Rows))
	prose := append([]string{t.Definition, "n: " + t.N}, t.Notes...)
	if len(left) > 0 {
		prose = append(prose, "No room here, in the CSV: "+strings.Join(left, ", ")+".")
	}
	for _, p := range prose {
		b.WriteString(Wrap(p, lineWidth, "  "))
	}
	return b.String()
}

// grid is the columns of a table with every cell formatted once. Those of sentences do
// not stand beside the others: a sentence stands below its row.
type grid []lane

// lane is a column.
type lane struct {
	Column
	cells  []string
	widest int
	unit   string // that its group's heading does not say
	width  int
}

func newGrid(t Table) grid {
	g := make(grid, len(t.Columns))
	for i, c := range t.Columns {
		g[i] = lane{Column: c, cells: make([]string, len(t.Rows))}
		for r, row := range t.Rows {
			g[i].cells[r] = Cell(c, row[i])
			g[i].widest = max(g[i].widest, utf8.RuneCountInString(g[i].cells[r]))
		}
	}
	return g
}

// fit leaves out columns of the highest rank until the grid is no wider than limit, and
// names them.
func (g *grid) fit(limit int) (left []string) {
	for limit > 0 {
		_, side := g.laid()
		highest := 0
		for _, l := range *g {
			highest = max(highest, l.Rank)
		}
		if highest == 0 || span(side) <= limit {
			break
		}
		*g = slices.DeleteFunc(*g, func(l lane) bool {
			if l.Rank == highest {
				left = append(left, Heading(l.Column))
			}
			return l.Rank == highest
		})
	}
	return left
}

// laid are the columns that stand side by side, in groups, each with its width.
func (g grid) laid() ([]Group, grid) {
	side := slices.DeleteFunc(slices.Clone(g), func(l lane) bool { return l.Prose })
	var columns []Column
	for _, l := range side {
		columns = append(columns, l.Column)
	}
	units := subUnits(columns)
	for i, l := range side {
		side[i].unit = units[i]
		side[i].width = max(utf8.RuneCountInString(l.Name), utf8.RuneCountInString(units[i]), l.widest)
	}
	groups := Groups(columns)
	for _, of := range groups {
		side[of.From].width += max(0, utf8.RuneCountInString(of.heading())-span(side[of.From:of.To]))
	}
	return groups, side
}

// span is the width of some columns with the gaps between them.
func span(side grid) int {
	n := (len(side) - 1) * len(gap)
	for _, l := range side {
		n += l.width
	}
	return n
}

// write writes headings and rows.
func (g grid) write(b *strings.Builder, rows int) {
	groups, side := g.laid()
	var brackets []string
	for _, of := range groups {
		brackets = append(brackets, bracket(of, span(side[of.From:of.To])))
	}
	b.WriteString(line(brackets))
	side.writeLine(b, func(l lane) string { return l.Name })
	side.writeLine(b, func(l lane) string { return l.unit })
	for r := range rows {
		side.writeLine(b, func(l lane) string { return l.cells[r] })
		for _, l := range g {
			if l.Prose && l.cells[r] != "" {
				b.WriteString(Wrap(l.Name+": "+l.cells[r], proseWidth, "    "))
			}
		}
	}
}

// writeLine writes a line of cells: words to the left, numbers to the right.
func (g grid) writeLine(b *strings.Builder, cell func(lane) string) {
	cells := make([]string, len(g))
	for i, l := range g {
		cells[i] = pad(cell(l), l.width, l.Text)
	}
	b.WriteString(line(cells))
}

// line is cells as a line without blanks at its end; one that is blank goes.
func line(cells []string) string {
	text := strings.TrimRight(strings.Join(cells, gap), " ")
	if text == "" {
		return ""
	}
	return text + "\n"
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
	free := n - utf8.RuneCountInString(g.heading()) - 2
	if g.To-g.From == 1 || g.Name == "" || free < 2 {
		return pad(g.heading(), n, g.To-g.From > 1)
	}
	return strings.Repeat("─", free/2) + " " + g.heading() + " " + strings.Repeat("─", free-free/2)
}

func pad(s string, n int, left bool) string {
	blanks := strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s)))
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
		if line != "" && utf8.RuneCountInString(indent)+utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > n {
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
