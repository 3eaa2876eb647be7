package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

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
	out := statistics(heading, unit, decimals, lastSample(of), which...)
	for i, w := range which {
		out[i].Rank = ranks[w.name]
		if long[w.name] != "" {
			out[i].Long = heading + " " + long[w.name]
		}
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

// share is the share of runs for which a metric is yes, in percent of those that
// have it.
func share(heading, name string) Column[Group] {
	m := By(name)
	return Column[Group]{table.Column{Group: heading, Name: m.Label, Unit: "% of runs", Decimals: 1}, func(g Group) table.Value {
		s := g.Sample(func(r *Row) *float64 { return stats.Scaled(m.pick(r), 100) })
		return table.Num(s.Mean()).WithMissing(s.Absent)
	}}
}

// single is a quantity of a single run: of a group of one.
func single(heading, name, unit string, decimals int, of pick) Column[Group] {
	return Num(heading, name, unit, decimals, func(g Group) *float64 {
		if len(g.Rows) == 0 {
			return nil
		}
		return of(g.Rows[0])
	})
}

// singleFlag is a flag of a single run.
func singleFlag(heading, name string, of func(*Row) *bool) Column[Group] {
	return flag(heading, name, func(g Group) *bool {
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
