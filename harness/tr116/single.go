package tr116

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// cell is a single-agent configuration: its means and, by the study's rule for
// its runtime, its changes.
type cell struct {
	*group
	rates, ttfts   levels
	improve, lower change100
}

// levels are a quantity's means over a cell's runs, baseline and tuned.
type levels struct{ baseline, tuned stats.Sample }

// change100 is a change in percent, and the runs that could not be in it.
type change100 struct {
	value  *float64
	absent int
}

func (c change100) cellValue() table.Value { return table.Num(c.value).WithMissing(c.absent) }

func newCell(g *group) cell {
	c := cell{group: g}
	c.rates = levels{metric.SampleOf(g.rows, baselineRate), metric.SampleOf(g.rows, tunedRate)}
	c.ttfts = levels{metric.SampleOf(g.rows, baselineTTFT), metric.SampleOf(g.rows, tunedTTFT)}
	c.improve = changeOf(g, c.rates, improvement, change)
	c.lower = changeOf(g, c.ttfts, lowering, reduction)
	return c
}

// changeOf is the mean of the runs' changes in Python, the change of the means
// elsewhere: the study read the former from the list of runs in Python's files,
// and the latter from the aggregates in Rust's.
func changeOf(g *group, l levels, ofRun func(*metric.Row) *float64, of func(from, to *float64) *float64) change100 {
	if serverSide(g.first) {
		s := metric.SampleOf(g.rows, ofRun)
		return change100{s.Mean(), s.Absent}
	}
	return change100{of(l.baseline.Mean(), l.tuned.Mean()), max(l.baseline.Absent, l.tuned.Absent)}
}

func baselineRate(r *metric.Row) *float64 { return r.S.BaselineRate }
func tunedRate(r *metric.Row) *float64    { return r.S.TunedRate }
func baselineTTFT(r *metric.Row) *float64 { return r.S.BaselineTTFTMS }
func tunedTTFT(r *metric.Row) *float64    { return r.S.TunedTTFTMS }
func improvement(r *metric.Row) *float64  { return change(r.S.BaselineRate, r.S.TunedRate) }
func lowering(r *metric.Row) *float64     { return reduction(r.S.BaselineTTFTMS, r.S.TunedTTFTMS) }

func newCells(groups []*group) []cell {
	out := make([]cell, len(groups))
	for i, g := range groups {
		out[i] = newCell(g)
	}
	return out
}

// cells is appendix C.
func (v *view) cells() table.Table {
	t := table.Table{
		ID: "tr116_single_cells", Title: "Single-agent configurations (as the study has it)", Section: table.AppendixSingle,
		Definition: defSingle + " " + defChange + " " + defCellChange, Terms: []table.Term{termSingle}, N: nCell, Notes: failures(v.single.failed()),
	}
	l := func(heading, name, unit string, of func(cell) stats.Sample) column[cell] {
		return column[cell]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: 3}, func(c cell) table.Value {
			s := of(c)
			return table.Num(s.Mean()).WithMissing(s.Absent)
		}}
	}
	d := func(heading, name string, of func(cell) change100) column[cell] {
		return column[cell]{table.Column{Group: heading, Name: name, Unit: "%", Decimals: 3}, func(c cell) table.Value { return of(c).cellValue() }}
	}
	return fill(v, t, v.measured, []column[cell]{colRuntime[cell](), colModel[cell](v)}, options[cell](3), cellRuns(v), []column[cell]{
		l("throughput", "baseline", "tok/s", func(c cell) stats.Sample { return c.rates.baseline }),
		l("throughput", "tuned", "tok/s", func(c cell) stats.Sample { return c.rates.tuned }),
		d("throughput", "improvement", func(c cell) change100 { return c.improve }),
		l("TTFT", "baseline", "ms", func(c cell) stats.Sample { return c.ttfts.baseline }),
		l("TTFT", "tuned", "ms", func(c cell) stats.Sample { return c.ttfts.tuned }),
		d("TTFT", "reduction", func(c cell) change100 { return c.lower }),
		text[cell]("source", source),
	})
}

// cellRuns are the runs of a cell, which the study left out: two of its cells
// have one run where the others have five.
func cellRuns(v *view) []column[cell] {
	out := []column[cell]{count("runs", "", func(c cell) int { return len(c.rows) })}
	if v.single.failed() > 0 {
		out = append(out, count("failed", "runs", func(c cell) int { return c.failed }))
	}
	return out
}

// pooled is a model and runtime with the cells that it was measured in.
type pooled struct {
	first *record.Run
	cells []cell
}

func (p pooled) run() *record.Run { return p.first }

// mean is the mean over the cells of what the study printed of each.
func (p pooled) mean(of func(cell) *float64) table.Value {
	values := make([]*float64, len(p.cells))
	for i, c := range p.cells {
		values[i] = of(c)
	}
	s := stats.NewSample(values)
	return table.Num(s.Mean()).WithMissing(s.Absent)
}

// pool joins neighbouring cells of one model and runtime.
func pool(cells []cell) []pooled {
	var out []pooled
	for _, c := range cells {
		if n := len(out); n == 0 || !sameModel(out[n-1].first, c.first) {
			out = append(out, pooled{first: c.first})
		}
		p := &out[len(out)-1]
		p.cells = append(p.cells, c)
	}
	return out
}

// singles is the study's single-agent summary.
func (v *view) singles() table.Table {
	t := table.Table{
		ID: "tr116_single", Title: "Single-agent summary (as the study has it)", Section: table.SectionSingle,
		Definition: defSingle + " " + defChange + " " + defCellChange,
		Terms:      []table.Term{termSingle},
		N:          "One value per configuration, whatever the number of its runs, averaged over configurations; the improvement is a mean of the configurations' and not the change of the two means beside it.",
		Notes:      failures(v.single.failed()),
	}
	m := func(heading, name, unit string, of func(cell) *float64) column[pooled] {
		return column[pooled]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: 2}, func(p pooled) table.Value { return p.mean(of) }}
	}
	return fill(v, t, pool(v.measured), []column[pooled]{
		colRuntime[pooled](), colModel[pooled](v),
		count("configs", "", func(p pooled) int { return len(p.cells) }),
		m("throughput", "baseline", "tok/s", func(c cell) *float64 { return c.rates.baseline.Mean() }),
		m("throughput", "tuned", "tok/s", func(c cell) *float64 { return c.rates.tuned.Mean() }),
		m("throughput", "improvement", "%", func(c cell) *float64 { return c.improve.value }),
		m("TTFT", "baseline", "ms", func(c cell) *float64 { return c.ttfts.baseline.Mean() }),
		m("TTFT", "tuned", "ms", func(c cell) *float64 { return c.ttfts.tuned.Mean() }),
		m("TTFT", "reduction", "%", func(c cell) *float64 { return c.lower.value }),
	})
}
