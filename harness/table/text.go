// Package table holds tables as data and renders them as aligned text, Markdown or CSV.
//
// Text and Markdown are for reading: fixed decimals, n/a for what is absent,
// and "(k n/a)" behind a statistic that left k values out. CSV is for
// machines: one header line whose names carry the units, six decimals, an
// empty field for what is absent, and the left-out counts in a column of their
// own. All three are the same bytes for the same table.
package table

import (
	"bytes"
	"encoding/csv"
	"html"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// NA stands for a value that is absent.
const NA = "n/a"

// Cell is a value as a reader sees it.
func Cell(c Column, v Value) string { return string(appendCell(nil, &c, &v)) }

// appendCell is Cell for tables with many.
func appendCell(b []byte, c *Column, v *Value) []byte {
	switch v.Kind {
	case Word:
		return append(b, clean(v.Text)...)
	case Bool:
		if v.Yes {
			return append(b, "yes"...)
		}
		return append(b, "no"...)
	case Number:
		return appendLeft(appendFixed(b, v.Num, c.Decimals), v.Missing)
	}
	b = append(b, NA...)
	if v.Missing > 0 {
		b = append(strconv.AppendInt(append(b, " ("...), int64(v.Missing), 10), ')')
	}
	return b
}

// appendLeft appends how many values a statistic left out.
func appendLeft(b []byte, missing int32) []byte {
	if missing == 0 {
		return b
	}
	return append(strconv.AppendInt(append(b, " ("...), int64(missing), 10), " "+NA+")"...)
}

func fixed(f float64, decimals int) string { return string(appendFixed(nil, f, decimals)) }

// appendFixed prints f with a fixed number of decimals and never a negative
// zero.
func appendFixed(b []byte, f float64, decimals int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, NA...)
	}
	from := len(b)
	b = strconv.AppendFloat(b, f, 'f', decimals, 64)
	if b[from] == '-' && len(bytes.Trim(b[from:], "-0.")) == 0 {
		return append(b[:from], b[from+1:]...)
	}
	return b
}

// clean keeps text on one line: control characters become spaces.
func clean(s string) string {
	if strings.IndexFunc(s, isControl) < 0 {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, isControl), " ")
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// Heading is a column's full name: group, name and unit.
func Heading(c Column) string {
	parts := []string{c.Group, c.Name}
	name := strings.TrimSpace(strings.Join(parts, " "))
	if c.Unit != "" {
		name += ", " + c.Unit
	}
	return name
}

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

// csvDecimals is the precision of numbers with a fraction in CSV.
const csvDecimals = 6

// CSV renders a table with one header line. The last columns are "left_out",
// which names the columns whose statistic left out absent values and how many,
// and "answered_by", the backend, because a file of numbers travels without its folder.
func CSV(t Table) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	record := make([]string, 0, len(t.Columns)+1)
	for _, c := range t.Columns {
		record = append(record, Key(c))
	}
	_ = w.Write(append(record, "left_out", "answered_by")) // a strings.Builder takes everything
	for _, row := range t.Rows {
		record = record[:0]
		var out []string
		for i, v := range row {
			record = append(record, field(t.Columns[i], v))
			if v.Missing > 0 {
				out = append(out, Key(t.Columns[i])+"="+strconv.Itoa(int(v.Missing)))
			}
		}
		_ = w.Write(append(record, strings.Join(out, " "), t.Backend))
	}
	w.Flush()
	return b.String()
}

func field(c Column, v Value) string {
	switch {
	case v.Kind == Absent:
		return ""
	case v.Kind == Number && c.Decimals > 0:
		return fixed(v.Num, csvDecimals)
	}
	v.Missing = 0
	return Cell(c, v)
}

// units spells units out where a sign would be lost from a name.
var units = strings.NewReplacer("% of runs", "pct of runs", "%", "pct", "tok/s", "tok per s", "Δ", "delta", "η", "eta", "−", "minus", "/", "over")

// Key is a column's name for machines: lower case, underscores, unit at its end.
func Key(c Column) string {
	name := c.Group + " " + c.Name
	if c.Long != "" {
		name = c.Long
	}
	name = strings.ToLower(units.Replace(name + " " + c.Unit))
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "_")
}

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
