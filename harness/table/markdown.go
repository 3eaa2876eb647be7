package table

import (
	"html"
	"strings"
)

// Markdown renders a table as a section with a pipe table.
func Markdown(t Table) string {
	var b strings.Builder
	b.WriteString("## " + Escape(t.Title))
	if t.Label != "" {
		b.WriteString(" (" + Escape(t.Label) + ")")
	}
	b.WriteString("\n\n")
	if len(t.Rows) == 0 {
		b.WriteString("None.\n")
		return b.String()
	}
	t, every := Fold(t)
	if every != "" {
		b.WriteString(Escape(every) + "\n\n")
	}
	b.WriteString(Grid(t))
	for _, p := range append([]string{t.Definition, "n: " + t.N}, t.Notes...) {
		b.WriteString("\n" + Escape(p) + "\n")
	}
	return b.String()
}

// Grid renders the rows of a table alone.
func Grid(t Table) string {
	var b strings.Builder
	rule := "|"
	b.WriteString("|")
	for _, c := range t.Columns {
		b.WriteString(" " + Escape(Heading(c)) + " |")
		if c.Text {
			rule += "---|"
		} else {
			rule += "---:|"
		}
	}
	b.WriteString("\n" + rule + "\n")
	for _, row := range t.Rows {
		b.WriteString("|")
		for i, v := range row {
			b.WriteString(" " + Escape(Cell(t.Columns[i], v)) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// special is what Markdown could read as markup in the middle of a line.
var special = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "`", "\\`", "[", `\[`, "]", `\]`)

// Escape makes text safe inside Markdown: no HTML, no links, no cell ends.
func Escape(s string) string {
	s = html.EscapeString(clean(s))
	s = strings.NewReplacer("&#39;", "'", "&#34;", `"`).Replace(s)
	return special.Replace(s)
}

// Glossary renders terms as a section, "" when there are none.
func Glossary(terms []Term) string {
	if len(terms) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("## Definitions\n\n")
	for _, t := range terms {
		b.WriteString("- **" + Escape(t.Name) + "**: " + Escape(t.Text) + "\n")
	}
	return b.String()
}
