package report

import (
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
)

// scatter collects points into panels and series, in the order of their coming.
// A series' name has one shape in all panels.
type scatter struct {
	panels []plot.Panel
	panel  map[string]int
	series map[[2]string]int
	shape  map[string]plot.Shape
	joined bool
}

// newScatter is an empty one.
func newScatter() *scatter {
	return &scatter{panel: map[string]int{}, series: map[[2]string]int{}, shape: map[string]plot.Shape{}}
}

// add puts a point where it belongs, and makes panel and series when they first
// come.
func (s *scatter) add(panel, series string, p plot.Point) {
	i, ok := s.panel[panel]
	if !ok {
		i, s.panels = len(s.panels), append(s.panels, plot.Panel{Text: panel})
		s.panel[panel] = i
	}
	of := &s.panels[i]
	k, ok := s.series[[2]string{panel, series}]
	if !ok {
		k, of.Series = len(of.Series), append(of.Series, plot.Points{Name: series, Shape: s.shapeOf(series), Joined: s.joined})
		s.series[[2]string{panel, series}] = k
	}
	of.Series[k].At = append(of.Series[k].At, p)
}

// shapeOf is a series' shape. Shapes come round again when there are more series
// than shapes, so seriesName and crowded group until there are not.
func (s *scatter) shapeOf(series string) plot.Shape {
	shape, ok := s.shape[series]
	if !ok {
		shape = plot.Shape(len(s.shape) % plot.Shapes)
		s.shape[series] = shape
	}
	return shape
}

// seriesName names runs by runtime and scenario, or by scenario alone where
// there are more of both together than shapes.
func (s suite) seriesName() func(*record.Run) string {
	found, runtimes := map[string]bool{}, map[string]bool{}
	for _, g := range s.cells {
		c := g.First().Cell
		found[c.Runtime()+" "+c.Scenario()], runtimes[c.Runtime()] = true, true
	}
	if len(runtimes) < 2 || len(found) > plot.Shapes {
		return func(r *record.Run) string { return r.Cell.Scenario() }
	}
	return func(r *record.Run) string { return r.Cell.Runtime() + " · " + r.Cell.Scenario() }
}

// bare is a prefix without its separator.
func bare(prefix string) string { return strings.TrimSuffix(prefix, " · ") }
