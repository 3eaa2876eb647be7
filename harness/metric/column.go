package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// groupColumn is a column and how a group of runs fills it.
type groupColumn struct {
	table.Column
	of func(Group) table.Value
}

// pick takes one quantity from a run.
type pick func(*Row) *float64

// statistic is one statistic of a sample under its name.
type statistic struct {
	name string
	of   func(stats.Sample) *float64
}

// The statistics that summary tables show.
var (
	statMedian = statistic{"median", func(s stats.Sample) *float64 { return s.Center().Median }}
	statLo     = statistic{"low", func(s stats.Sample) *float64 { return s.Center().Lo }}
	statHi     = statistic{"high", func(s stats.Sample) *float64 { return s.Center().Hi }}
	statMean   = statistic{"mean", stats.Sample.Mean}
	statSD     = statistic{"sd", stats.Sample.SD}
	statMin    = statistic{"min", stats.Sample.Min}
	statMax    = statistic{"max", stats.Sample.Max}
)

// long are the names for machines of statistics whose own say too little.
var long = map[string]string{"low": "95 % low", "high": "95 % high"}

func longName(group, name string) string {
	if long[name] == "" {
		return ""
	}
	return group + " " + long[name]
}

// ranks: where there is no room, the range goes first, then what describes a
// normal distribution.
var ranks = map[string]int{"min": 2, "max": 2, "mean": 1, "sd": 1}

// rank sets how soon columns go where there is no room.
func rank(n int, columns ...groupColumn) []groupColumn {
	for i := range columns {
		columns[i].Rank = n
	}
	return columns
}

// statColumns makes one column per statistic of one quantity.
func statColumns(group, unit string, decimals int, of pick, which ...statistic) []groupColumn {
	var out []groupColumn
	sample := lastSample(of)
	for i, w := range which {
		out = append(out, groupColumn{
			table.Column{Group: group, Name: w.name, Long: longName(group, w.name), Unit: unit, Decimals: decimals, Rank: ranks[w.name]},
			func(g Group) table.Value {
				s := sample(g)
				if i > 0 || w.name == statLo.name { // the first of them says how many are missing from all
					return table.Num(w.of(s))
				}
				return table.Num(w.of(s)).WithMissing(s.Absent)
			},
		})
	}
	return out
}

// lastSample is Group.Sample that remembers: a row of a table asks for the same
// sample once per statistic.
func lastSample(of pick) func(Group) stats.Sample {
	var rows []*Row
	var s stats.Sample
	return func(g Group) stats.Sample {
		if len(g.Rows) == 0 || len(rows) != len(g.Rows) || &rows[0] != &g.Rows[0] {
			rows, s = g.Rows, g.Sample(of)
		}
		return s
	}
}

// share makes a column with the share of runs for which a flag holds, in
// percent of those that have it.
func share(group, name string, of func(*Row) *bool) groupColumn {
	return groupColumn{table.Column{Group: group, Name: name, Unit: "% of runs", Decimals: 1}, func(g Group) table.Value {
		s := g.Sample(func(r *Row) *float64 { return indicator(of(r)) })
		return table.Num(s.Mean()).WithMissing(s.Absent)
	}}
}

// indicator is 100 for yes and 0 for no, so that its mean is a percentage.
func indicator(b *bool) *float64 {
	switch {
	case b == nil:
		return nil
	case *b:
		return stats.Finite(100)
	}
	return stats.Finite(0)
}

// word makes a column that names a coordinate.
func word(name string, of func(*record.Run) string) groupColumn {
	return groupColumn{table.Column{Name: name, Text: true, Fold: true}, func(g Group) table.Value { return table.Text(of(g.First())) }}
}

// whole makes a column with a whole number.
func whole(group, name, unit string, of func(Group) int) groupColumn {
	return groupColumn{table.Column{Group: group, Name: name, Unit: unit, Fold: true}, func(g Group) table.Value { return table.Count(of(g)) }}
}

// Coordinates.
var (
	colSession  = word("session", func(r *record.Run) string { return r.Session })
	colBackend  = word("backend", func(r *record.Run) string { return r.Backend.Label() })
	colRuntime  = word("runtime", func(r *record.Run) string { return r.Cell.Runtime })
	colModel    = word("model", func(r *record.Run) string { return r.Cell.Model })
	colScenario = word("scenario", func(r *record.Run) string { return r.Cell.Scenario })
	colGPU      = whole("", "gpu", "layers", func(g Group) int { return g.First().Cell.GPU })
	colCtx      = whole("", "ctx", "tok", func(g Group) int { return g.First().Cell.Ctx })
	colTemp     = groupColumn{table.Column{Name: "temp", Decimals: 1, Fold: true}, func(g Group) table.Value {
		return table.Num(&g.First().Cell.Temp)
	}}
	colRuns   = whole("runs", "ok", "", func(g Group) int { return len(g.Rows) })
	colFailed = whole("runs", "failed", "", func(g Group) int { return len(g.Failed) })
)

// cellColumns name a cell, without the scenario in the single suite, where
// there is only one.
func cellColumns(suite string) []groupColumn {
	if suite == record.SuiteSingle {
		return []groupColumn{colModel, colRuntime, colGPU, colCtx, colTemp}
	}
	return []groupColumn{colModel, colRuntime, colScenario, colGPU, colCtx, colTemp}
}

// fill makes the rows of t, one per group, with the session and backend first
// where the set mixes several.
func (s *Set) fill(t table.Table, groups []Group, columns ...[]groupColumn) table.Table {
	one := s.filling(&t, groups, columns)
	for i := range groups {
		one(i)
	}
	return t
}

// fillRuns is fill for tables with a row per run, on every processor. Columns
// of statistics are not for it: they remember the last group's sample.
func (s *Set) fillRuns(t table.Table, groups []Group, columns ...[]groupColumn) table.Table {
	inParallel(len(groups), batch, s.filling(&t, groups, columns))
	return t
}

// filling sets the columns of t, makes room for its rows, and returns what fills
// one of them.
func (s *Set) filling(t *table.Table, groups []Group, columns [][]groupColumn) func(i int) {
	var all []groupColumn
	if s.Mixed {
		all = append(all, colSession, colBackend)
	}
	all = s.withInvalid(slices.Concat(append([][]groupColumn{all}, columns...)...))
	for _, c := range all {
		t.Columns = append(t.Columns, c.Column)
	}
	if len(groups) == 0 {
		return nil
	}
	t.Rows = make([][]table.Value, len(groups))
	cells, rows := make([]table.Value, len(groups)*len(all)), t.Rows
	return func(i int) {
		from := i * len(all)
		rows[i] = cells[from : from+len(all) : from+len(all)]
		for k, c := range all {
			rows[i][k] = c.of(groups[i])
		}
	}
}
