package report

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

// rates are the two sides of the speedup, in the unit that a user feels. Rows of
// two models differ by their size first; only marks of one row answer the question.
func (d drawer) rates() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "rates", Section: table.SectionMulti, Title: "Tokens per second: the pair against one agent at a time",
		Caption: howDots + " Rings: the agents one after the other. Dots: both at once. A second agent buys something where the dots lie right of the rings." + d.multi.names.common,
	}
	rows := d.multi.strip(measured, func(g metric.Group) []plot.Series {
		return []plot.Series{
			{Name: "one at a time", Shape: plot.Ring, Sample: g.Sample(metric.Pick("solo_rate"))},
			{Name: "together", Sample: g.Sample(metric.Pick("aggregate_rate"))},
		}
	})
	f.Body = plot.Strip{Axis: "aggregate rate, tok/s", Unit: "tok/s", Digits: 1, Zero: true, Rows: rows}
	return f, len(rows) > 0
}

// pairAgainstSolo is the same two rates, run by run: its lines are the speedup.
// Both axes have one scale, or the slopes would not be seen. It keeps a run's two
// passes together, which the strips of rates do not. The line 2x is two agents'.
func (d drawer) pairAgainstSolo() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "pair-against-solo", Section: table.SectionMulti, Title: "Tokens per second, run by run: together against one at a time",
		Caption: "Each mark is one run. On the line 1x both agents together give as many tokens per second as one after the other; below it a second agent slows the machine down; at 2x it costs nothing." + d.multi.names.common,
	}
	s := newScatter()
	label := d.multi.seriesName()
	for _, r := range d.set.Rows {
		if x, y := r.D.Get("solo_rate"), r.D.Get("aggregate_rate"); r.Run.OK() && x != nil && y != nil {
			s.add(bare(where(d.set, r.Run)), label(r.Run), plot.Point{X: *x, Y: *y})
		}
	}
	f.Body = plot.Chart{
		X: plot.Quantity{Name: "one at a time, tok/s", Digits: 1, Zero: true},
		Y: plot.Quantity{Name: "together, tok/s", Digits: 1, Zero: true}, Equal: true, Height: 300,
		Panels: s.panels, Slopes: []plot.Line{{At: 1, Text: "1x"}, {At: 2, Text: "2x"}},
	}
	return f, len(s.panels) > 0
}

// togetherOverSolo is the estimate for runs without a solo pass. Its two sides come
// from different cells, with other prompts; the title and the axis say that it is
// one.
func (d drawer) togetherOverSolo() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "together-over-solo", Section: table.SectionMulti, Title: "Tokens per second of the pair over those of one agent alone (an estimate)",
		Caption: howDots + " The pair's tokens per wall second, divided by the decode rate of one agent from the single-agent runs of the same runtime and model. Left of the line two agents together give fewer tokens per second than one alone. An estimate: the single-agent runs have another prompt and other options, and a decode rate leaves prompt time out." + d.multi.names.common,
	}
	rows := d.multi.strip(withoutSolo, one(func(r *metric.Row) *float64 { return r.TogetherOverSolo }))
	f.Body = plot.Strip{
		Axis: "together / one agent alone (estimate)", Unit: "x", Digits: 2, Zero: true, Rows: rows,
		Lines: []plot.Line{{At: 1, Text: "1x: one agent alone"}},
	}
	return f, len(rows) > 0
}

// withoutSolo keeps the groups that have nothing better than the estimate.
func withoutSolo(g metric.Group) bool { return g.Sample(metric.Pick("solo_rate")).N() == 0 }
