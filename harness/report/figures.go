package report

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
)

// howDots explains the strips. With fewer than six runs there is no bar, and the
// eye takes the marks for the whole truth: the caption says from when on there is
// one.
const howDots = "Each mark is one run, the thick line the median, the shaded bar its 95 % interval (from six runs on)."

// figures draws what a person looks for first. A figure without a value is not
// drawn: what a set has not, tables say. Each carries the set's label, since
// figures are copied out of reports, and its numbers in words.
func figures(set *metric.Set) []plot.Figure {
	d := newDrawer(set)
	var out []plot.Figure
	for _, draw := range []func() (plot.Figure, bool){
		d.efficiency, d.efficiencyStudied, d.speedup, d.rates, d.pairAgainstSolo, d.togetherOverSolo, d.timeline,
		d.ttftMulti, d.deltas, d.stability, d.stabilityStudied, d.tuned, d.ttftSingle,
	} {
		if f, ok := draw(); ok {
			f.Label = set.Label()
			f.Desc = f.Words()
			out = append(out, f)
		}
	}
	return out
}

// drawer is a set's cells, grouped once for all figures.
type drawer struct {
	set           *metric.Set
	multi, single suite
}

// suite is the cells of one suite and what tells them apart.
type suite struct {
	set   *metric.Set
	cells []metric.Group
	names names
}

// newDrawer groups the set's runs.
func newDrawer(set *metric.Set) drawer {
	of := func(s string) suite {
		return suite{set, set.Groups(s, metric.ByCell), newNames(set, s)}
	}
	return drawer{set, of(record.SuiteMulti), of(record.SuiteSingle)}
}

// measured reports whether duet measured a group itself.
func measured(g metric.Group) bool { return !g.Imported() }

// studied reports whether a group comes from another tool's files, which have
// no solo pass.
func studied(g metric.Group) bool { return !measured(g) }

// strip is a row per cell that keep wants, under a heading per model and runtime,
// with the lanes that have values. It is a row per cell and not per model, because
// a mark is a repetition: over several cells the spread of marks would be that of
// the cells.
func (s suite) strip(keep func(metric.Group) bool, lanes func(metric.Group) []plot.Series) []plot.Row {
	var rows []plot.Row
	var heading string
	for _, g := range s.cells {
		if !keep(g) {
			continue
		}
		series := withValues(lanes(g))
		if len(series) == 0 {
			continue
		}
		r := g.First()
		if h := title(s.set, r); h != heading {
			heading = h
			rows = append(rows, plot.Row{Text: h})
		}
		rows = append(rows, plot.Row{Text: s.names.row(r), Series: series})
	}
	return rows
}

// withValues leaves out empty lanes. A lane without marks looks like a value of 0.
func withValues(series []plot.Series) []plot.Series {
	var out []plot.Series
	for _, s := range series {
		if s.Sample.N() > 0 {
			out = append(out, s)
		}
	}
	return out
}

// one is a lane of one quantity.
func one(of func(*metric.Row) *float64) func(metric.Group) []plot.Series {
	return func(g metric.Group) []plot.Series { return []plot.Series{{Sample: g.Sample(of)}} }
}

// title is the heading over a model's rows.
func title(set *metric.Set, r *record.Run) string {
	return where(set, r) + r.Cell.Model() + " · " + r.Cell.Runtime()
}

// where names session and backend in a set that mixes several.
func where(set *metric.Set, r *record.Run) string {
	if !set.Mixed {
		return ""
	}
	return r.Session + " (" + r.Label() + ") · "
}
