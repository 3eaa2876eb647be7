package report

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

// howLines explains the panels of runs.
const howLines = "Each mark is one run of a cell, joined in the order in which they ran; a first run that stands apart was cold."

// stability asks whether runs repeat: a slope is a machine that changes while it
// measures, a first run that stands apart was cold. Either makes the intervals of
// the other figures too narrow, since those take runs as independent.
func (d drawer) stability() (plot.Figure, bool) {
	return d.overRuns(measured, metric.Pick("efficiency_measured"), plot.Figure{
		ID: "stability", Title: "Stability: measured efficiency, run after run",
	}, "efficiency measured, %", plot.Line{At: 50, Text: "taking turns"})
}

// stabilityStudied is the same by the study's formulas, where nothing better is
// known.
func (d drawer) stabilityStudied() (plot.Figure, bool) {
	return d.overRuns(studied, studiedEfficiency, plot.Figure{
		ID: "stability-published", Title: "Stability: efficiency as the study computed it, run after run",
		Caption: "Python by the server formula, the others by the client formula.",
	}, "efficiency as published, %", plot.Line{At: 75, Text: "flagged below"})
}

// overRuns draws a panel per model and runtime with a line per cell; where the
// cells are more than shapes, a panel per cell. One value per cell is no line, so
// such a set has no figure. A run that failed leaves a gap in the numbers, not a
// mark.
func (d drawer) overRuns(keep func(metric.Group) bool, of func(*metric.Row) *float64, f plot.Figure, axis string, level plot.Line) (plot.Figure, bool) {
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
		Panels: s.panels, Levels: []plot.Line{level},
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
