package beyond

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// item is what a row of a table stands for: something with a run to name it.
type item interface{ run() *record.Run }

// column is a column and how an item fills it.
type column[T item] struct {
	table.Column
	of func(T) table.Value
}

// fill makes the rows of t, with the session and backend first where the set
// mixes several, as the tables of package analysis do.
func fill[T item](v *view, t table.Table, items []T, columns ...[]column[T]) table.Table {
	all := slices.Concat(columns...)
	if v.set.Mixed {
		all = slices.Concat([]column[T]{
			text[T]("session", func(r *record.Run) string { return r.Session }),
			text[T]("backend", func(r *record.Run) string { return r.Backend.Label() }),
		}, all)
	}
	for _, c := range all {
		t.Columns = append(t.Columns, c.Column)
	}
	for _, it := range items {
		row := make([]table.Value, len(all))
		for i, c := range all {
			row[i] = c.of(it)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// text is a coordinate.
func text[T item](name string, of func(*record.Run) string) column[T] {
	return column[T]{table.Column{Name: name, Text: true, Fold: true}, func(it T) table.Value { return table.Text(of(it.run())) }}
}

// word is text that is not a coordinate.
func word[T item](heading, name string, of func(T) string) column[T] {
	return column[T]{table.Column{Group: heading, Name: name, Text: true}, func(it T) table.Value { return table.Text(of(it)) }}
}

// count is a number of things.
func count[T item](heading, name, unit string, of func(T) int) column[T] {
	return column[T]{table.Column{Group: heading, Name: name, Unit: unit}, func(it T) table.Value { return table.Count(of(it)) }}
}

// num is an optional number.
func num[T item](heading, name, unit string, decimals int, of func(T) *float64) column[T] {
	return column[T]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: decimals},
		func(it T) table.Value { return table.Num(of(it)) }}
}

// flag is an optional yes or no.
func flag[T item](heading, name string, of func(T) *bool) column[T] {
	return column[T]{table.Column{Group: heading, Name: name, Text: true}, func(it T) table.Value { return table.Flag(of(it)) }}
}

// statistic is one statistic of a sample under its name.
type statistic struct {
	name string
	of   func(stats.Sample) *float64
}

var (
	statMean   = statistic{"mean", stats.Sample.Mean}
	statSD     = statistic{"sd", stats.Sample.SD}
	statMin    = statistic{"min", stats.Sample.Min}
	statMax    = statistic{"max", stats.Sample.Max}
	statMedian = statistic{"median", func(s stats.Sample) *float64 { return s.Center().Median }}
	statLo     = statistic{"low", func(s stats.Sample) *float64 { return s.Center().Lo }}
	statHi     = statistic{"high", func(s stats.Sample) *float64 { return s.Center().Hi }}
)

// stats are columns of one sample; the first says how many absent values all of
// them leave out.
func statistics[T item](heading, unit string, decimals int, of func(T) stats.Sample, which ...statistic) []column[T] {
	var out []column[T]
	for i, w := range which {
		c := num[T](heading, w.name, unit, decimals, nil)
		c.of = func(it T) table.Value {
			s := of(it)
			value := table.Num(w.of(s))
			if i == 0 {
				value = value.WithMissing(s.Absent)
			}
			return value
		}
		out = append(out, c)
	}
	return out
}

// rank sets how soon columns go where there is no room.
func rank[T item](n int, columns ...column[T]) []column[T] {
	for i := range columns {
		columns[i].Rank = n
	}
	return columns
}

func colRuntime[T item]() column[T] {
	return text[T]("runtime", func(r *record.Run) string { return r.Cell.Runtime })
}

func colModel[T item]() column[T] {
	return text[T]("model", func(r *record.Run) string { return r.Cell.Model })
}

func colScenario[T item]() column[T] {
	return text[T]("scenario", func(r *record.Run) string { return r.Cell.Scenario })
}

// options are the coordinates that seldom differ.
func options[T item]() []column[T] {
	out := []column[T]{
		count("", "gpu", "layers", func(it T) int { return it.run().Cell.GPU }),
		count("", "ctx", "tok", func(it T) int { return it.run().Cell.Ctx }),
		num("", "temp", "", 1, func(it T) *float64 { return &it.run().Cell.Temp }),
	}
	for i := range out {
		out[i].Fold = true
	}
	return out
}

// cell names a cell.
func cell[T item]() []column[T] {
	return append([]column[T]{colRuntime[T](), colModel[T](), colScenario[T]()}, options[T]()...)
}

// counts are a group's runs.
func counts() []column[*group] {
	return []column[*group]{
		count("runs", "ok", "", func(g *group) int { return len(g.rows) }),
		count("runs", "failed", "", func(g *group) int { return g.failed }),
	}
}
