package table

import (
	"strings"
)

// Group is a run of neighbouring columns under one heading, From up to To.
type Group struct {
	Name     string
	Unit     string // of all its columns; "" where they differ or one stands alone
	From, To int
}

func (g Group) heading() string {
	if g.Unit == "" {
		return g.Name
	}
	return g.Name + ", " + g.Unit
}

// Groups splits columns by heading; a column without one stands alone.
func Groups(columns []Column) []Group {
	var out []Group
	for i, c := range columns {
		if n := len(out); n > 0 && c.Group != "" && out[n-1].Name == c.Group {
			out[n-1].To = i + 1
			continue
		}
		out = append(out, Group{Name: c.Group, From: i, To: i + 1})
	}
	for i := range out {
		out[i].Unit = unit(columns[out[i].From:out[i].To])
	}
	return out
}

// unit is what all columns of a group are in.
func unit(columns []Column) string {
	if len(columns) < 2 {
		return ""
	}
	for _, c := range columns {
		if c.Unit != columns[0].Unit {
			return ""
		}
	}
	return columns[0].Unit
}

// subUnits are the columns' units without those that their group's heading says.
func subUnits(t Table) []string {
	out := make([]string, len(t.Columns))
	for _, g := range Groups(t.Columns) {
		for i := g.From; i < g.To && g.Unit == ""; i++ {
			out[i] = t.Columns[i].Unit
		}
	}
	return out
}

// SubUnit is the unit that the heading of column i itself must say.
func SubUnit(t Table, i int) string { return subUnits(t)[i] }

// Fold takes coordinates and counts that are the same in all rows out of a
// table and says them once, so that what differs can be seen. A table of one
// row is left alone.
func Fold(t Table) (Table, string) {
	same, every := folded(t)
	if every == "" {
		return t, ""
	}
	return columns(t, func(i int) bool { return !same[i] }), every
}

// folded says which columns Fold takes out, and what it says of them.
func folded(t Table) ([]bool, string) {
	if len(t.Rows) < 2 {
		return nil, ""
	}
	var said []string
	same := make([]bool, len(t.Columns))
	for i, c := range t.Columns {
		if same[i] = c.Fold && constant(t, i); same[i] {
			said = append(said, phrase(c, Cell(c, t.Rows[0][i])))
		}
	}
	if len(said) == 0 {
		return nil, ""
	}
	return same, "Every row: " + strings.Join(said, " · ") + "."
}

func phrase(c Column, value string) string {
	if value == "" {
		value = "none"
	}
	return strings.TrimSpace(strings.TrimSpace(c.Group+" "+c.Name) + " " + value + " " + c.Unit)
}

func constant(t Table, i int) bool {
	for _, row := range t.Rows {
		if row[i] != t.Rows[0][i] {
			return false
		}
	}
	return true
}

// columns is the table with those columns alone that keep says.
func columns(t Table, keep func(int) bool) Table {
	out := t
	out.Columns = nil
	var kept []int
	for i, c := range t.Columns {
		if keep(i) {
			kept, out.Columns = append(kept, i), append(out.Columns, c)
		}
	}
	out.Rows = make([][]Value, len(t.Rows))
	values := make([]Value, 0, len(kept)*len(t.Rows))
	for r, row := range t.Rows {
		from := len(values)
		for _, i := range kept {
			values = append(values, row[i])
		}
		out.Rows[r] = values[from:len(values):len(values)]
	}
	return out
}
