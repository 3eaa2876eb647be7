package report

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

// efficiency is the headline: what does each further agent cost? The axis begins at
// 0, so that a small difference looks small. The lines are those of two agents;
// with N of them taking turns is 100 / N %.
func (d drawer) efficiency() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "efficiency", Section: table.SectionMulti, Title: "Measured efficiency by cell",
		Caption: howDots + " Left of the first line a second agent makes the machine slower than taking turns; at the second it costs nothing." + d.multi.names.common,
	}
	rows := d.multi.strip(measured, one(metric.Pick("efficiency_measured")))
	f.Body = plot.Strip{
		Axis: "efficiency measured, %", Unit: "%", Digits: 1, Zero: true, Rows: rows,
		Lines: []plot.Line{{At: 50, Text: "taking turns"}, {At: 100, Text: "two machines"}},
	}
	return f, len(rows) > 0
}

// efficiencyStudied stands where no efficiency was measured. A cell's runtime
// decides the formula, as in the study, and the row says which it is. Rows of two
// formulas are in one figure because the study showed them so; that they do not
// compare is in the caption, and in the shape of the marks.
func (d drawer) efficiencyStudied() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "efficiency-published", Section: table.SectionMulti, Title: "Efficiency by cell, as the study computed it",
		Caption: howDots + " These files have no solo pass, so no efficiency was measured. The runtimes use different formulas (server: the servers' busy time over the wall time; client: the agents' times over the wall time) and cannot be compared with each other here. Neither formula sees contention; left of the first line the study's Rust rule flags it." + d.multi.names.common,
	}
	rows := d.multi.strip(studied, func(g metric.Group) []plot.Series {
		s := plot.Series{Shape: plot.Square, Sample: g.Sample(studiedEfficiency)}
		for _, r := range g.Rows {
			s.Name = r.S.Formula
		}
		if s.Name == "server formula" {
			s.Shape = plot.Ring
		}
		return []plot.Series{s}
	})
	f.Body = plot.Strip{
		Axis: "efficiency as published, %", Unit: "%", Digits: 1, Zero: true, Rows: rows,
		Lines: []plot.Line{{At: 75, Text: "flagged"}, {At: 100, Text: "ideal"}},
	}
	return f, len(rows) > 0
}

// studiedEfficiency is by the formula that the study took for the run's runtime.
func studiedEfficiency(r *metric.Row) *float64 { return r.S.Efficiency }

// speedup shows the three definitions on the same runs. Where the lanes of server
// and client stand at N and the measured one at 1, the two formulas have missed all
// of the contention: this figure is the argument for a solo pass.
func (d drawer) speedup() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "speedup", Section: table.SectionMulti, Title: "One set of runs, three speedups",
		Caption: howDots + " Measured compares with each agent alone. Server and client, the study's formulas, compare a run with itself: they see whether the agents' times overlap, and not whether they slow each other down. A definition that a run lacks has no lane." + d.multi.names.common,
	}
	rows := d.multi.strip(every, func(g metric.Group) []plot.Series {
		return []plot.Series{
			{Name: "measured", Shape: plot.Dot, Sample: g.Sample(speedupMeasured)},
			{Name: "server", Shape: plot.Ring, Sample: g.Sample(speedupServer)},
			{Name: "client", Shape: plot.Square, Sample: g.Sample(speedupClient)},
		}
	})
	f.Body = plot.Strip{
		Axis: "speedup", Unit: "x", Digits: 2, Zero: true, Beside: " · ", Rows: rows,
		Lines: []plot.Line{{At: 1, Text: "1x: taking turns"}, {At: 2, Text: "2x: two machines"}},
	}
	return f, len(rows) > 0
}

// every keeps all groups.
func every(metric.Group) bool { return true }

// The three speedups, by what each divides.
func speedupMeasured(r *metric.Row) *float64 { return r.D.Get("speedup_measured") }
func speedupServer(r *metric.Row) *float64   { return r.D.Get("speedup_server") }
func speedupClient(r *metric.Row) *float64   { return r.D.Get("speedup_client") }
