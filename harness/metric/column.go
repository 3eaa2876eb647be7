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
//	Text, word      words: of the item's run, or of the item
//	Count, Num      a whole number; one with decimals that may be absent
//	flag            yes or no, or absent
//	statistics      several columns of one sample              (statistic.go)
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
		all = slices.Concat(folded(Text[T](name, func(r *record.Run) string { return r.Cell.Get(name) })), all)
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
	return word("", name, func(it T) string { return of(it.First()) })
}

// word is text that the item says.
func word[T Item](heading, name string, of func(T) string) Column[T] {
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

// flag is an optional yes or no.
func flag[T Item](heading, name string, of func(T) *bool) Column[T] {
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

// Coordinates, as columns.
func colSuite[T Item]() Column[T] {
	return folded(Text[T]("suite", func(r *record.Run) string { return r.Suite }))[0]
}

// colRuntime, colModel and colScenario may fold: a session of one runtime says it
// once above the table.
func colRuntime[T Item]() Column[T] {
	return folded(Text[T]("runtime", func(r *record.Run) string { return r.Cell.Runtime() }))[0]
}

func colModel[T Item]() Column[T] {
	return folded(Text[T]("model", func(r *record.Run) string { return r.Cell.Model() }))[0]
}

func colScenario[T Item]() Column[T] {
	return folded(Text[T]("scenario", func(r *record.Run) string { return r.Cell.Scenario() }))[0]
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
