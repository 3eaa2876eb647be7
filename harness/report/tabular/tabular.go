// Package tabular renders an analysis.Table as aligned text, Markdown or CSV.
//
// Text and Markdown are for reading: fixed decimals, n/a for what is absent,
// and "(k n/a)" behind a statistic that left k values out. CSV is for
// machines: one header line whose names carry the units, six decimals, an
// empty field for what is absent, and the left-out counts in a column of their
// own. All three are the same bytes for the same table.
package tabular

import (
	"math"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/analysis"
)

// NA stands for a value that is absent.
const NA = "n/a"

// Cell is a value as a reader sees it.
func Cell(c analysis.Column, v analysis.Value) string {
	switch v.Kind {
	case analysis.Word:
		return clean(v.Text)
	case analysis.Bool:
		if v.Yes {
			return "yes"
		}
		return "no"
	case analysis.Number:
		return fixed(v.Num, c.Decimals) + left(v)
	}
	if v.Missing > 0 {
		return NA + " (" + strconv.Itoa(v.Missing) + ")"
	}
	return NA
}

func left(v analysis.Value) string {
	if v.Missing == 0 {
		return ""
	}
	return " (" + strconv.Itoa(v.Missing) + " " + NA + ")"
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
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}

// Heading is a column's full name: group, name and unit.
func Heading(c analysis.Column) string {
	parts := []string{c.Group, c.Name}
	name := strings.TrimSpace(strings.Join(parts, " "))
	if c.Unit != "" {
		name += ", " + c.Unit
	}
	return name
}
