package report

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

// efficiency is the headline: what does each further agent cost? The axis begins at
// 0, so that a small difference looks small. Of N agents taking turns is 100 / N %.
func (d drawer) efficiency() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "efficiency", Section: table.SectionMulti, Title: "Measured efficiency by cell",
		Caption: d.crowd.pick("Left of the first line a second agent makes the machine slower than taking turns; at the second it costs nothing.",
			"Taking turns gives "+d.crowd.turns()+": left of it running the agents together is slower. At 100 % the others cost an agent nothing."),
	}
	return d.multi.figure(f, measured, one(metric.Pick("efficiency_measured")), plot.Strip{
		Axis: "efficiency measured, %", Unit: "%", Digits: 1, Zero: true,
		Lines: append(d.crowd.takingTurns(), plot.Line{At: 100, Text: d.crowd.machines()}),
	})
}

// efficiencyStudied stands where no efficiency was measured. A cell's runtime
// decides the formula, as in the study, and the row says which it is. Rows of two
// formulas are in one figure because the study showed them so; that they do not
// compare is in the caption, and in the shape of the marks.
func (d drawer) efficiencyStudied() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "efficiency-published", Section: table.SectionMulti, Title: "Efficiency by cell, as the study computed it",
		Caption: "These files have no solo pass, so no efficiency was measured. The runtimes use different formulas (server: the servers' busy time over the wall time; client: the agents' times over the wall time) and cannot be compared with each other here. Neither formula sees contention; left of the first line the study's Rust rule flags it.",
	}
	lanes := func(g metric.Group) []plot.Series {
		s := plot.Series{Shape: plot.Square, Sample: g.Sample(studiedEfficiency)}
		for _, r := range g.Rows {
			s.Name = r.S.Formula
		}
		if s.Name == "server formula" {
			s.Shape = plot.Ring
		}
		return []plot.Series{s}
	}
	return d.multi.figure(f, studied, lanes, plot.Strip{
		Axis: "efficiency as published, %", Unit: "%", Digits: 1, Zero: true,
		Lines: []plot.Line{{At: 75, Text: "flagged"}, {At: 100, Text: "ideal"}},
	})
}

// studiedEfficiency is by the formula that the study took for the run's runtime.
func studiedEfficiency(r *metric.Row) *float64 { return r.S.Efficiency }

// speedup shows the three definitions on the same runs. Where the lanes of server
// and client stand at N and the measured one at 1, the two formulas have missed all
// of the contention: this figure is the argument for a solo pass.
func (d drawer) speedup() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "speedup", Section: table.SectionMulti, Title: "One set of runs, three speedups",
		Caption: "Measured compares with each agent alone. Server and client, the study's formulas, compare a run with itself: they see whether the agents' times overlap, and not whether they slow each other down. A definition that a run lacks has no lane.",
	}
	lanes := func(g metric.Group) (out []plot.Series) {
		for shape, name := range []string{"measured", "server", "client"} {
			out = append(out, plot.Series{Name: name, Shape: plot.Shape(shape), Sample: g.Sample(metric.Pick("speedup_" + name))})
		}
		return out
	}
	lines := []plot.Line{{At: 1, Text: "1x: taking turns"}}
	for _, n := range d.crowd {
		text := fmt.Sprintf("%dx", n)
		if len(d.crowd) == 1 {
			text += ": " + d.crowd.machines()
		}
		lines = append(lines, plot.Line{At: float64(n), Text: text})
	}
	return d.multi.figure(f, every, lanes, plot.Strip{Axis: "speedup", Unit: "x", Digits: 2, Zero: true, Beside: " · ", Lines: lines})
}

// every keeps all groups.
func every(metric.Group) bool { return true }

// rates are the two sides of the speedup, in the unit that a user feels. Rows of
// two models differ by their size first; only marks of one row answer the question.
func (d drawer) rates() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "rates", Section: table.SectionMulti, Title: "Tokens per second: " + d.crowd.pick("the pair", "all agents") + " against one agent at a time",
		Caption: "Rings: the agents one after the other. Dots: " + d.crowd.pick("both at once. A second agent buys", "all at once. More agents buy") + " something where the dots lie right of the rings.",
	}
	lanes := func(g metric.Group) []plot.Series {
		return []plot.Series{
			{Name: "one at a time", Shape: plot.Ring, Sample: g.Sample(metric.Pick("solo_rate"))},
			{Name: "together", Sample: g.Sample(metric.Pick("aggregate_rate"))},
		}
	}
	return d.multi.figure(f, measured, lanes, plot.Strip{Axis: "aggregate rate, tok/s", Unit: "tok/s", Digits: 1, Zero: true})
}

// pairAgainstSolo is the same two rates, run by run: its lines are the speedup.
// Both axes have one scale, or the slopes would not be seen. It keeps a run's two
// passes together, which the strips of rates do not. Of N agents Nx is the best.
func (d drawer) pairAgainstSolo() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "pair-against-solo", Section: table.SectionMulti, Title: "Tokens per second, run by run: together against one at a time",
		Caption: "Each mark is one run. On the line 1x " + d.crowd.pick("both agents together give as many tokens per second as one after the other; below it a second agent slows the machine down; at 2x it costs nothing.",
			"all agents together give as many tokens per second as one after the other; below it they slow the machine down. With "+d.crowd.number()+" agents, on the line of that number the others cost an agent nothing.") + d.multi.names.common,
	}
	slopes := []plot.Line{{At: 1, Text: "1x"}}
	for _, n := range d.crowd {
		slopes = append(slopes, plot.Line{At: float64(n), Text: fmt.Sprintf("%dx", n)})
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
		Panels: s.panels, Slopes: slopes,
	}
	return f, len(s.panels) > 0
}

// togetherOverSolo is the estimate for runs without a solo pass. Its two sides come
// from different cells, with other prompts; the title and the axis say that it is
// one.
func (d drawer) togetherOverSolo() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "together-over-solo", Section: table.SectionMulti, Title: "Tokens per second of the pair over those of one agent alone (an estimate)",
		Caption: "The pair's tokens per wall second, divided by the decode rate of one agent from the single-agent runs of the same runtime and model. Left of the line two agents together give fewer tokens per second than one alone. An estimate: the single-agent runs have another prompt and other options, and a decode rate leaves prompt time out.",
	}
	return d.multi.figure(f, withoutSolo, one(func(r *metric.Row) *float64 { return r.TogetherOverSolo }), plot.Strip{
		Axis: "together / one agent alone (estimate)", Unit: "x", Digits: 2, Zero: true,
		Lines: []plot.Line{{At: 1, Text: "1x: one agent alone"}},
	})
}

// withoutSolo keeps the groups that have nothing better than the estimate.
func withoutSolo(g metric.Group) bool { return g.Sample(metric.Pick("solo_rate")).N() == 0 }

// tuned shows a ratio within a run. The axis does not begin at 0: what is looked
// for is on which side of 1 the bar lies, and a few percent would vanish.
func (d drawer) tuned() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "tuned", Section: table.SectionSingle, Title: "One agent: tuned over baseline decode rate",
		Caption: "Right of the line the tuned options are faster.",
	}
	return d.single.figure(f, every, one(metric.Pick("tuned_over_baseline")), plot.Strip{
		Axis: "tuned / baseline decode rate (server)", Digits: 3,
		Lines: []plot.Line{{At: 1, Text: "no difference"}},
	})
}

// howLines explains the panels of runs.
const howLines = "Each mark is one run of a cell, joined in the order in which they ran; a first run that stands apart was cold."

// stability asks whether runs repeat: a slope is a machine that changes while it
// measures, a first run that stands apart was cold. Either makes the intervals of
// the other figures too narrow, since those take runs as independent.
func (d drawer) stability() (plot.Figure, bool) {
	return d.overRuns(measured, metric.Pick("efficiency_measured"), plot.Figure{
		ID: "stability", Title: "Stability: measured efficiency, run after run",
	}, "efficiency measured, %", d.crowd.takingTurns())
}

// stabilityStudied is the same by the study's formulas, where nothing better is
// known.
func (d drawer) stabilityStudied() (plot.Figure, bool) {
	return d.overRuns(studied, studiedEfficiency, plot.Figure{
		ID: "stability-published", Title: "Stability: efficiency as the study computed it, run after run",
		Caption: "Python by the server formula, the others by the client formula.",
	}, "efficiency as published, %", []plot.Line{{At: 75, Text: "flagged below"}})
}

// overRuns draws a panel per model and runtime with a line per cell; where the
// cells are more than shapes, a panel per cell. One value per cell is no line, so
// such a set has no figure. A run that failed leaves a gap in the numbers, not a
// mark.
func (d drawer) overRuns(keep func(metric.Group) bool, of func(*metric.Row) *float64, f plot.Figure, axis string, levels []plot.Line) (plot.Figure, bool) {
	f.Section = table.SectionStability
	f.Caption = howLines + space(f.Caption) + d.multi.names.common
	s := newScatter()
	s.joined = true
	crowded := d.multi.crowded()
	longest := 0
	for _, g := range d.multi.cells {
		if !keep(g) {
			continue
		}
		panel, series := title(d.set, g.First()), d.multi.names.row(g.First())
		if crowded {
			panel, series = panel+" · "+series, ""
		}
		longest = max(longest, s.addRuns(g, of, panel, series))
	}
	f.Body = plot.Chart{
		X: plot.Quantity{Name: "run of the cell", Whole: true},
		Y: plot.Quantity{Name: axis, Digits: 1}, Height: 110,
		Panels: s.panels, Levels: levels,
	}
	return f, longest > 1
}

// addRuns adds a cell's runs and returns how many have a value.
func (s *scatter) addRuns(g metric.Group, of func(*metric.Row) *float64, panel, series string) int {
	n := 0
	for i := range g.Rows {
		if v := of(g.Rows[i]); v != nil {
			n++
			s.add(panel, series, plot.Point{X: float64(g.Rows[i].Run.RunNumber), Y: *v})
		}
	}
	return n
}

// crowded reports whether there are more kinds of cell than shapes.
func (s suite) crowded() bool {
	found := map[string]bool{}
	for _, g := range s.cells {
		found[s.names.row(g.First())] = true
	}
	return len(found) > plot.Shapes
}

// space puts a blank before a sentence, if there is one.
func space(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}
