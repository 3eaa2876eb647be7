// Package table holds tables as data and renders them as aligned text, Markdown or CSV.
//
// Text and Markdown are for reading: fixed decimals, n/a for what is absent,
// and "(k n/a)" behind a statistic that left k values out. CSV is for
// machines: one header line whose names carry the units, six decimals, an
// empty field for what is absent, and the left-out counts in a column of their
// own. All three are the same bytes for the same table.
package table

import (
	"encoding/csv"
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// NA stands for a value that is absent.
const NA = "n/a"

// Cell is a value as a reader sees it.
func Cell(c Column, v Value) string {
	switch {
	case v.Kind == Word:
		return clean(v.Text)
	case v.Kind == Bool && v.Yes:
		return "yes"
	case v.Kind == Bool:
		return "no"
	case v.Kind == Number && v.Missing > 0:
		return fmt.Sprintf("%s (%d %s)", fixed(v.Num, c.Decimals), v.Missing, NA)
	case v.Kind == Number:
		return fixed(v.Num, c.Decimals)
	case v.Missing > 0:
		return fmt.Sprintf("%s (%d)", NA, v.Missing)
	}
	return NA
}

// fixed prints f with a fixed number of decimals and never a negative zero.
func fixed(f float64, decimals int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return NA
	}
	s := strconv.FormatFloat(f, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
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
	name := strings.TrimSpace(c.Group + " " + c.Name)
	if c.Unit != "" {
		name += ", " + c.Unit
	}
	return name
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
