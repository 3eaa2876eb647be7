package findings

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// width is where paragraphs are broken.
const width = 88

// style is what the formats do differently: how a word is made harmless, and how a
// heading, a paragraph and a table look.
type style struct {
	heading                 func(level int, s string) string
	escape, code, paragraph func(string) string
	label                   func(severity string) string
	grid                    func(rows [][]string) string // the first is the heading
}

var markdown = style{
	heading:   func(level int, s string) string { return strings.Repeat("#", level) + " " + s + "\n\n" },
	escape:    table.Escape,
	code:      fence,
	paragraph: paragraph,
	label:     same,
	grid:      func(rows [][]string) string { return columns(rows, "| ", " | ", " |", true) },
}

// plain underlines headings, since a terminal has no sizes.
var plain = style{
	heading: func(level int, s string) string {
		return s + "\n" + strings.Repeat([]string{"=", "-"}[min(level, 2)-1], utf8.RuneCountInString(s)) + "\n\n"
	},
	escape:    oneLine,
	code:      oneLine,
	paragraph: paragraph,
	label:     same,
	grid:      func(rows [][]string) string { return columns(rows, "  ", "  ", "", false) },
}

// hypertext is for single findings, whose figures are tables of a report.
var hypertext = style{
	heading:   func(level int, s string) string { return fmt.Sprintf("<h%d>%s</h%[1]d>\n", level, s) },
	escape:    func(s string) string { return strings.ReplaceAll(html.EscapeString(s), " %", "\u00a0%") }, // no line begins with a percent sign
	code:      func(s string) string { return "<code>" + html.EscapeString(s) + "</code>" },
	paragraph: func(s string) string { return "<p>" + s + "</p>\n" },
	label: func(s string) string {
		return fmt.Sprintf(`<span class="severity %s">%[1]s</span>`, html.EscapeString(s))
	},
}

func same(s string) string { return s }

// paragraph breaks a text into lines.
func paragraph(text string) string { return table.Wrap(text, width, "") + "\n" }

// list is items with a line between them and what follows; nothing of none.
func list(items []string) string {
	var b strings.Builder
	for _, item := range items {
		b.WriteString(table.Wrap("* "+item, width, ""))
	}
	if len(items) > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// oneLine keeps text on one line, without control characters: what a file says of
// itself must not move the cursor of who reads about it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}

// fence is text in a code span, whatever backquotes it has in it: the fence is longer
// than any of them.
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

// columns aligns rows, the first column left as the name of its row. Widths are in
// characters, not bytes: names have accents and signs.
func columns(rows [][]string, before, between, after string, ruled bool) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for r, row := range rows {
		line := before
		for i, c := range row {
			blanks := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i == 0 {
				line += c + blanks
			} else {
				line += between + blanks + c
			}
		}
		b.WriteString(strings.TrimRight(line+after, " ") + "\n")
		if r == 0 && ruled {
			b.WriteString(rule(widths))
		}
	}
	return b.String()
}

// rule is the line below a heading, which says how columns are aligned.
func rule(widths []int) string {
	out := "|" + strings.Repeat("-", widths[0]+2) + "|"
	for _, w := range widths[1:] {
		out += strings.Repeat("-", w+1) + ":|"
	}
	return out + "\n"
}

// pivot is figures in a grid: a row for each of whom, a column for each name, both in
// the order in which they come first. A figure that nobody stated is an empty place,
// not a zero. The unit is in the heading where all figures of the name share it and
// the name does not end in it.
func pivot(figures []record.Figure, escape func(string) string) [][]string {
	var names []string
	units := map[string][]string{}
	for _, f := range figures {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
		if !slices.Contains(units[f.Name], f.Unit) {
			units[f.Name] = append(units[f.Name], f.Unit)
		}
	}
	rows := [][]string{make([]string, len(names)+1)}
	at := map[string]int{}
	for _, f := range figures {
		if at[f.Of] == 0 {
			at[f.Of] = len(rows)
			rows = append(rows, make([]string, len(names)+1))
		}
		head, cell := f.Name, f.Cell()
		switch {
		case f.Unit == "":
		case len(units[f.Name]) > 1:
			cell += " " + f.Unit
		case !strings.HasSuffix(f.Name, " "+f.Unit):
			head += ", " + f.Unit
		}
		row, i := rows[at[f.Of]], slices.Index(names, f.Name)+1
		rows[0][i], row[0], row[i] = escape(head), escape(f.Of), escape(cell)
	}
	return rows
}

// related splits figures into grids: a figure joins the first that has its row or its
// column. In one grid, figures that share neither would be two blocks with empty
// corners.
func related(figures []record.Figure) [][]record.Figure {
	var out [][]record.Figure
	for _, f := range figures {
		i := slices.IndexFunc(out, func(part []record.Figure) bool {
			return slices.ContainsFunc(part, func(g record.Figure) bool { return g.Name == f.Name || g.Of == f.Of })
		})
		if i < 0 {
			i, out = len(out), append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	return out
}
