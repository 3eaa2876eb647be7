package metric

import (
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// lean leaves out what no run of the set can have: where every run was measured
// by another tool there is no solo pass, so nothing "measured" exists, and a
// column of nothing but n/a says so worse than a sentence. In a set with runs of
// duet's own every column stays, whatever is in it.
func (s *Set) lean(tables []table.Table) []table.Table {
	if !s.Imported() {
		return tables
	}
	var out []table.Table
	for _, t := range tables {
		if len(t.Rows) == 0 {
			out = append(out, t)
		} else if t, some := withoutAbsent(t); some {
			out = append(out, t)
		}
	}
	return out
}

// withoutAbsent takes the columns out that are absent in every row, and reports
// whether more than names and counts of runs is left.
func withoutAbsent(t table.Table) (table.Table, bool) {
	var keep []int
	var absent []table.Column
	some := false
	groups := map[string]bool{} // that keep a column
	for i, c := range t.Columns {
		if !slices.ContainsFunc(t.Rows, func(row []table.Value) bool { return row[i].Kind != table.Absent }) {
			absent = append(absent, c)
			continue
		}
		keep, groups[c.Group] = append(keep, i), true
		some = some || !c.Fold
	}
	if len(absent) == 0 {
		return t, some
	}
	var gone []string
	for _, c := range absent {
		if name := leftOut(c, groups[c.Group]); !slices.Contains(gone, name) {
			gone = append(gone, name)
		}
	}
	note := "No run here has a value for these, so they are left out: " + strings.Join(gone, ", ") + ". These runs were measured by another tool, without a solo pass."
	if slices.ContainsFunc(gone, func(name string) bool { return strings.HasPrefix(name, interval) }) {
		note += " An interval of a median needs six runs."
	}
	t.Notes = append(slices.Clone(t.Notes), note)
	return pickColumns(t, keep), some
}

const interval = "interval of "

// leftOut names a column that goes: by the quantity alone where nothing of it
// stays, else by the statistic too.
func leftOut(c table.Column, some bool) string {
	switch {
	case long[c.Name] != "" && some:
		return interval + c.Group
	case !some && (long[c.Name] != "" || slices.Contains([]string{"median", "mean", "sd", "min", "max"}, c.Name)):
		return c.Group
	}
	return strings.TrimSpace(c.Group + " " + c.Name)
}

// pickColumns copies what stays, since the rows may belong to a table that is
// whole.
func pickColumns(t table.Table, keep []int) table.Table {
	columns, rows := make([]table.Column, len(keep)), make([][]table.Value, len(t.Rows))
	for k, i := range keep {
		columns[k] = t.Columns[i]
	}
	for r, row := range t.Rows {
		rows[r] = make([]table.Value, len(keep))
		for k, i := range keep {
			rows[r][k] = row[i]
		}
	}
	t.Columns, t.Rows = columns, rows
	return t
}

// round is which round of the session a run belongs to; another tool's runs
// have none.
func round(r *record.Run) table.Value {
	if r.Imported != nil {
		return table.Value{}
	}
	return table.Count(r.Round)
}
