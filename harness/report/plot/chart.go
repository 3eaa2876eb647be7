package plot

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/stats"
)

// Chart is panels of points over x and y, one below the other.
type Chart struct {
	X, Y   Quantity
	Equal  bool // x and y are of one kind and have one range
	Height int  // of a panel's plot, in pixels
	Panels []Panel

	Levels  []Line // horizontal reference lines, at y
	Upright []Line // vertical ones, at x
	Slopes  []Line // through the origin: y = At x
}

var _ Body = Chart{}

// Quantity is what an axis of a chart shows.
type Quantity struct {
	Name   string // with its unit
	Digits int    // decimals of values in words
	Zero   bool   // the axis starts at 0
	Signed bool   // allow a signed logarithmic axis when a few values dwarf the rest
	Own    bool   // each panel has its own range
	Whole  bool   // counts: no ticks between them
}

// Panel is one plot of a chart.
type Panel struct {
	Text   string // heading; "" for none
	Series []Points
}

// Points is the marks of one series.
type Points struct {
	Name   string // for the legend and in words
	Shape  Shape
	Joined bool // in order of x, each to the next
	At     []Point
}

// Point is one mark.
type Point struct{ X, Y float64 }

// maxPanels bounds the panels of a chart, and Shapes the series of a panel.
const maxPanels = 24

func (f Chart) draw(c *canvas) {
	g := f.bounded()
	x, y := g.shared()
	c.legend(g.legend())
	for i, p := range g.Panels {
		d := drawing{Chart: g, x: x, y: y, step: g.step(), last: i == len(g.Panels)-1}
		if g.X.Own {
			d.x = g.X.axis(p.values(atX), g.Upright, 5)
		}
		if g.Y.Own {
			d.y = g.Y.axis(p.values(atY), g.Levels, g.upTicks())
		}
		d.panel(c, p)
	}
	f.notes(c, g)
}

// notes says what bounded left out, and what step does.
func (f Chart) notes(c *canvas, g Chart) {
	if n := len(f.Panels) - len(g.Panels); n > 0 {
		c.note(fmt.Sprintf("Not drawn: %d more panels. The tables have them.", n))
	}
	if n := f.series(len(g.Panels)) - g.series(len(g.Panels)); n > 0 {
		c.note(fmt.Sprintf("Not drawn: %d more series. The tables have them.", n))
	}
	if k := g.step(); k > 1 {
		c.note(fmt.Sprintf("Drawn: one in %d of %d runs.", k, g.count()))
	}
}

// bounded is the chart without what exceeds its bounds.
func (f Chart) bounded() Chart {
	g := f
	g.Height = max(g.Height, 90)
	g.Panels = nil
	for _, p := range f.Panels[:min(len(f.Panels), maxPanels)] {
		p.Series = p.Series[:min(len(p.Series), Shapes)]
		g.Panels = append(g.Panels, p)
	}
	return g
}

func (f Chart) series(panels int) (n int) {
	for _, p := range f.Panels[:panels] {
		n += len(p.Series)
	}
	return n
}

func (f Chart) count() (n int) {
	for _, p := range f.Panels {
		for _, s := range p.Series {
			n += len(s.At)
		}
	}
	return n
}

// step is how many points stand behind one that is drawn.
func (f Chart) step() int { return 1 + max(0, f.count()-1)/maxMarks }

// legend is the named series, each once.
func (f Chart) legend() []entry {
	var out []entry
	found := map[entry]bool{}
	for _, p := range f.Panels {
		for _, s := range p.Series {
			if e := (entry{s.Name, s.Shape}); s.Name != "" && !found[e] {
				found[e] = true
				out = append(out, e)
			}
		}
	}
	return out
}

// words says each series' numbers.
func (f Chart) words() string {
	g := f.bounded()
	var b strings.Builder
	fmt.Fprintf(&b, "Across: %s. Up: %s.", f.X.Name, f.Y.Name)
	for _, p := range g.Panels {
		for _, s := range p.Series {
			b.WriteString(" " + strings.Trim(p.Text+", "+s.Name, ", ") + ":" + g.say(s) + ";")
		}
	}
	if n := f.series(len(f.Panels)) - g.series(len(g.Panels)); n > 0 {
		fmt.Fprintf(&b, " %d more series are left out here.", n)
	}
	return b.String()
}

func (f Chart) say(s Points) string {
	up := s.values(atY)
	if s.Joined && len(up) > 1 {
		return fmt.Sprintf(" first %s, then%s", number(up[0], f.Y.Digits), middle(up[1:], f.Y.Digits))
	}
	return " across" + middle(s.values(atX), f.X.Digits) + ", up" + middle(up, f.Y.Digits)
}

// middle is a median with its range and the number of values.
func middle(values []float64, digits int) string {
	var ps []*float64
	for i := range values {
		ps = append(ps, &values[i])
	}
	s := stats.NewSample(ps)
	if s.N() == 0 {
		return " no values"
	}
	return " " + said(s, s.Percentile(50), digits, "")
}
