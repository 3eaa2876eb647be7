package tr116

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// column is a column and how an item fills it.
type column[T item] struct {
	table.Column
	of func(T) table.Value
}

// fill makes the rows of t, with session and backend first in a mixed set.
func fill[T item](v *view, t table.Table, items []T, columns ...[]column[T]) table.Table {
	var all []column[T]
	if v.set.Mixed {
		all = append(all, origin[T]()...)
	}
	for _, c := range columns {
		all = append(all, c...)
	}
	for _, c := range all {
		t.Columns = append(t.Columns, c.Column)
	}
	cells := make([]table.Value, len(items)*len(all)) // one piece: sets may have 100,000 runs
	t.Rows = make([][]table.Value, len(items))
	for i, it := range items {
		row := cells[i*len(all) : (i+1)*len(all) : (i+1)*len(all)]
		for k, c := range all {
			row[k] = c.of(it)
		}
		t.Rows[i] = row
	}
	return t
}

func text[T item](name string, of func(*record.Run) string) column[T] {
	return column[T]{table.Column{Name: name, Text: true}, func(it T) table.Value { return table.Text(of(it.run())) }}
}

func count[T item](name, unit string, of func(T) int) column[T] {
	return column[T]{table.Column{Name: name, Unit: unit}, func(it T) table.Value { return table.Count(of(it)) }}
}

// num is a column of optional numbers.
func num[T item](heading, name, unit string, decimals int, of func(T) *float64) column[T] {
	return column[T]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: decimals},
		func(it T) table.Value { return table.Num(of(it)) }}
}

// statOf is a column of what a group has a sample of. A mean says how many
// absent values it left out; they are missing from what stands beside it too.
func statOf(heading, name, unit string, decimals int, of func(*group) stats.Sample, stat func(stats.Sample) *float64) column[*group] {
	return column[*group]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: decimals},
		func(g *group) table.Value {
			s := of(g)
			value := table.Num(stat(s))
			if name == "mean" || name == "rate" {
				value = value.WithMissing(s.Absent)
			}
			return value
		}}
}

func origin[T item]() []column[T] {
	return []column[T]{
		text[T]("session", func(r *record.Run) string { return r.Session }),
		text[T]("backend", func(r *record.Run) string { return r.Label() }),
	}
}

func colRuntime[T item]() column[T] {
	return text[T]("runtime", func(r *record.Run) string { return r.Cell.Runtime() })
}

func colModel[T item](v *view) column[T] { return text[T]("model", v.model) }

func colRun[T item]() column[T] {
	return count[T]("run", "", func(it T) int { return it.run().RunNumber })
}

// config names a dual-agent configuration, with its options where a scenario
// was run with several.
func config[T item](v *view) []column[T] {
	out := []column[T]{colRuntime[T](), colModel[T](v), text[T]("scenario", func(r *record.Run) string { return r.Cell.Scenario() })}
	if v.multi.options {
		out = append(out, options[T](1)...)
	}
	return out
}

func options[T item](decimals int) []column[T] {
	return []column[T]{
		count[T]("gpu", "layers", func(it T) int { return it.run().Cell.GPU() }),
		count[T]("ctx", "tok", func(it T) int { return it.run().Cell.Ctx() }),
		num[T]("", "temp", "", decimals, func(it T) *float64 { return stats.Finite(it.run().Cell.Temp()) }),
	}
}

// counts are a group's runs, with those that failed where any did.
func counts(failed int) []column[*group] {
	out := []column[*group]{count("runs", "", func(g *group) int { return len(g.rows) })}
	if failed > 0 {
		out = append(out, count("failed", "runs", func(g *group) int { return g.failed }))
	}
	return out
}
