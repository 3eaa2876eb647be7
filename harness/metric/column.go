package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// Item is what a row of a table stands for: a group of runs, a comparison of two,
// an outlier. It has a run that names it: session, backend and coordinates are
// that run's.
type Item interface{ First() *record.Run }

// Column is a column of a table and how an item fills it. The constructors below
// are the language in which all tables are written: a table is a list of items and
// a list of columns, and Fill does the rest.
//
//	Text, Word      words: of the item's run, or of the item
//	Count, Num      a whole number; one with decimals that may be absent
//	Flag            yes or no, or absent
//	statistics      several columns of one sample
//	columns, ofRun  a metric by its name, over a group or of one run (metric.go)
//
// Two marks go around a column. folded lets it leave the table where all rows
// agree. rank says how soon it goes where a terminal is narrow. Neither changes a
// CSV.
type Column[T Item] struct {
	table.Column
	Of func(T) table.Value
}

// Fill makes the rows of t, one per item. Session and backend come first where the
// set mixes several, and before them every coordinate that no table has a column
// for: rows that differ must never look alike. An item with nothing to say has a
// row all the same, whose cells are absent.
func Fill[T Item](s *Set, t table.Table, items []T, columns ...[]Column[T]) table.Table {
	all := slices.Concat(columns...)
	if s.Mixed {
		all = slices.Concat(folded(
			Text[T]("session", func(r *record.Run) string { return r.Session }),
			Text[T]("backend", func(r *record.Run) string { return r.Label() }),
		), all)
	}
	for _, name := range s.more() {
		all = slices.Insert(all, 0, coordinate[T](name))
	}
	for _, c := range all {
		t.Columns = append(t.Columns, c.Column)
	}
	cells := make([]table.Value, len(items)*len(all)) // one piece: a set may have many runs
	for i, it := range items {
		row := cells[i*len(all) : (i+1)*len(all) : (i+1)*len(all)]
		for k, c := range all {
			row[k] = c.Of(it)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// more are the coordinates that no table has a column of its own for: all but the
// study's, and those that the backend's label says.
func (s *Set) more() (out []string) {
	have := slices.Concat(record.Studied, []string{record.CoordTopology, record.CoordMachine})
	for _, r := range s.Rows {
		for _, c := range r.Run.Cell.Coordinates {
			if !slices.Contains(have, c.Name) {
				out, have = append(out, c.Name), append(have, c.Name)
			}
		}
	}
	return out
}

// Text is something that the item's run says of itself, such as a coordinate.
func Text[T Item](name string, of func(*record.Run) string) Column[T] {
	return Word("", name, func(it T) string { return of(it.First()) })
}

// Word is text that the item says.
func Word[T Item](heading, name string, of func(T) string) Column[T] {
	return Column[T]{table.Column{Group: heading, Name: name, Text: true}, func(it T) table.Value { return table.Text(of(it)) }}
}

// Count is a number of things.
func Count[T Item](heading, name, unit string, of func(T) int) Column[T] {
	return Column[T]{table.Column{Group: heading, Name: name, Unit: unit}, func(it T) table.Value { return table.Count(of(it)) }}
}

// Num is an optional number.
func Num[T Item](heading, name, unit string, decimals int, of func(T) *float64) Column[T] {
	return Column[T]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: decimals},
		func(it T) table.Value { return table.Num(of(it)) }}
}

// Flag is an optional yes or no.
func Flag[T Item](heading, name string, of func(T) *bool) Column[T] {
	return Column[T]{table.Column{Group: heading, Name: name, Text: true}, func(it T) table.Value { return table.Flag(of(it)) }}
}

// rank sets how soon columns go where there is no room.
func rank[T Item](n int, columns ...Column[T]) []Column[T] {
	for i := range columns {
		columns[i].Rank = n
	}
	return columns
}

// folded marks columns that leave a table for the line above it where all rows
// have the same value.
func folded[T Item](columns ...Column[T]) []Column[T] {
	for i := range columns {
		columns[i].Fold = true
	}
	return columns
}

// coordinate may fold: a session of one runtime says it once above the table.
func coordinate[T Item](name string) Column[T] {
	return folded(Text[T](name, func(r *record.Run) string { return r.Cell.Get(name) }))[0]
}

func colRuntime[T Item]() Column[T]  { return coordinate[T](record.CoordRuntime) }
func colModel[T Item]() Column[T]    { return coordinate[T](record.CoordModel) }
func colScenario[T Item]() Column[T] { return coordinate[T](record.CoordScenario) }
func colSuite[T Item]() Column[T] {
	return folded(Text[T]("suite", func(r *record.Run) string { return r.Suite }))[0]
}

// options are the coordinates that seldom differ.
func options[T Item]() []Column[T] {
	return folded(
		Count("", "gpu", "layers", func(it T) int { return it.First().Cell.GPU() }),
		Count("", "ctx", "tok", func(it T) int { return it.First().Cell.Ctx() }),
		Num("", "temp", "", 1, func(it T) *float64 { return stats.Finite(it.First().Cell.Temp()) }))
}

// cell names a cell of a table that compares runtimes, which are first in it.
func cell[T Item]() []Column[T] {
	return append([]Column[T]{colRuntime[T](), colModel[T](), colScenario[T]()}, options[T]()...)
}

// modelCell names a cell of a table that compares models. A suite in which all
// cells have one scenario leaves it out.
func modelCell(suite string) []Column[Group] {
	out := []Column[Group]{colModel[Group](), colRuntime[Group]()}
	if suite != record.SuiteSingle {
		out = append(out, colScenario[Group]())
	}
	return append(out, options[Group]()...)
}

// pick takes one quantity from a run.
type pick func(*Row) *float64

// statistic is one statistic of a sample under its name.
type statistic struct {
	name string
	of   func(stats.Sample) *float64
}

// The statistics that tables show. The median and its interval come from order
// statistics, so nothing is assumed of how runs are distributed; mean and sd are
// there since the study has them.
var (
	statMedian = statistic{"median", func(s stats.Sample) *float64 { return s.Center().Median }}
	statLo     = statistic{"low", func(s stats.Sample) *float64 { return s.Center().Lo }}
	statHi     = statistic{"high", func(s stats.Sample) *float64 { return s.Center().Hi }}
	statMean   = statistic{"mean", stats.Sample.Mean}
	statSD     = statistic{"sd", stats.Sample.SD}
	statMin    = statistic{"min", stats.Sample.Min}
	statMax    = statistic{"max", stats.Sample.Max}
)

// statistics are columns of one sample; the first says how many absent values all
// of them leave out.
func statistics[T Item](heading, unit string, decimals int, of func(T) stats.Sample, which ...statistic) []Column[T] {
	var out []Column[T]
	for i, w := range which {
		c := Num[T](heading, w.name, unit, decimals, nil)
		c.Of = func(it T) table.Value {
			s := of(it)
			value := table.Num(w.of(s))
			if i == 0 && w.name != statLo.name { // an interval stands behind its median, which said it
				value = value.WithMissing(s.Absent)
			}
			return value
		}
		out = append(out, c)
	}
	return out
}

// long are the names for machines of statistics whose own say too little.
var long = map[string]string{"low": "95 % low", "high": "95 % high"}

// ranks: where there is no room, the range goes first, then what describes a
// normal distribution.
var ranks = map[string]int{"min": 2, "max": 2, "mean": 1, "sd": 1}

// statColumns are the statistics of one quantity over the runs of a group, in the
// order in which a narrow table can do without them.
func statColumns(heading, unit string, decimals int, of pick, which ...statistic) []Column[Group] {
	out := statistics(heading, unit, decimals, func(g Group) stats.Sample { return g.Sample(of) }, which...)
	for i, w := range which {
		out[i].Rank = ranks[w.name]
		if long[w.name] != "" {
			out[i].Long = heading + " " + long[w.name]
		}
	}
	return out
}

// share is the share of runs for which a metric is yes, in percent of those that
// have it.
func share(heading, name string) Column[Group] {
	m := By(name)
	return Column[Group]{table.Column{Group: heading, Name: m.Label, Unit: "% of runs", Decimals: 1}, func(g Group) table.Value {
		s := g.Sample(func(r *Row) *float64 { return stats.Scaled(m.pick(r), 100) })
		return table.Num(s.Mean()).WithMissing(s.Absent)
	}}
}

// Single is a quantity of a single run: of a group of one.
func Single(heading, name, unit string, decimals int, of pick) Column[Group] {
	return Num(heading, name, unit, decimals, func(g Group) *float64 {
		if len(g.Rows) == 0 {
			return nil
		}
		return of(g.Rows[0])
	})
}

// fill is Fill for groups of runs, with a count of invalid ones where the set has
// any.
func (s *Set) fill(t table.Table, groups []Group, columns ...[]Column[Group]) table.Table {
	return Fill(s, t, groups, s.withInvalid(slices.Concat(columns...)))
}
