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
	"math"
	"strconv"
	"strings"
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
