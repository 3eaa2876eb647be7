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
	var entries []entry
	for _, p := range g.Panels {
		for _, s := range p.Series {
			entries = append(entries, entry{s.Name, s.Shape})
		}
	}
	c.legend(entries)
	for i, p := range g.Panels {
		d := drawing{Chart: g, x: x, y: y, step: g.step(), last: i == len(g.Panels)-1}
		if g.X.Own {
			d.x = g.X.axis(values(g.Panels[i:i+1], atX), g.Upright, 5)
		}
		if g.Y.Own {
			d.y = g.Y.axis(values(g.Panels[i:i+1], atY), g.Levels, g.upTicks())
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

// drawing is a chart's panel being drawn.
type drawing struct {
	Chart
	x, y axis
	step int  // one point in so many is drawn
	last bool // the axis across gets its name
	top  int
}

// Where a panel's plot begins and ends, in percent of the width: room on the
// left for ticks.
const plotLeft, plotRight = 11, 96

// upHeight is the height of the line that names the axis upwards.
const upHeight, panelGap = 30, 4

func (d drawing) panel(c *canvas, p Panel) {
	if p.Text != "" {
		c.heading(p.Text)
	}
	c.y += upHeight
	c.text("0", c.y-14, "axis", "start", d.upName())
	d.top = c.y
	a := across{d.x, plotLeft, plotRight}
	d.grid(c, a)
	for _, s := range p.Series {
		if s.Joined {
			d.line(c, s)
		}
	}
	for _, s := range p.Series {
		d.marks(c, a, s)
	}
	d.lineTexts(c, a)
	c.y = d.top + d.Height
	name := ""
	if d.last || d.X.Own {
		name = d.X.Name
	}
	a.foot(c, name)
	c.y += panelGap
}

// upName is the name of the axis upwards.
func (d drawing) upName() string {
	if d.y.unit > 0 {
		return "↑ " + d.Y.Name + " (logarithmic from ±" + d.y.label(d.y.unit) + ")"
	}
	return "↑ " + d.Y.Name
}

// height is a value's place in pixels from the top of the figure.
func (d drawing) height(v float64) int {
	return d.top + d.Height - int(d.y.share(v)*float64(d.Height)+0.5)
}

func (d drawing) grid(c *canvas, a across) {
	for _, t := range a.ticks {
		c.vertical(a.percent(t), d.top, d.top+d.Height, "grid")
	}
	for _, t := range d.y.ticks {
		y := d.height(t)
		c.horizontal(y, "grid")
		fmt.Fprintf(&c.b, "<text x=\"%d%%\" dx=\"-6\" y=\"%d\" class=\"tick\" text-anchor=\"end\">%s</text>\n", plotLeft, y+4, d.y.label(t))
	}
	for _, l := range d.Upright {
		c.vertical(a.percent(l.At), d.top, d.top+d.Height, "ref")
	}
	for _, l := range d.Levels {
		c.horizontal(d.height(l.At), "ref")
	}
	for _, l := range d.Slopes {
		x, y := d.end(l.At)
		c.line(a.percent(0), a.percent(x), d.height(0), d.height(y), "ref")
	}
}

// end is where a line through the origin leaves the plot.
func (d drawing) end(slope float64) (x, y float64) {
	if d.x.max*slope <= d.y.max {
		return d.x.max, d.x.max * slope
	}
	return d.y.max / slope, d.y.max
}

// lineTexts says what the reference lines mean, inside the plot.
func (d drawing) lineTexts(c *canvas, a across) {
	for _, l := range d.Levels {
		c.text(fmt.Sprintf("%d%%", plotRight), d.height(l.At)-4, "reftext", "end", l.Text)
	}
	for _, l := range d.Upright {
		c.text(a.percent(l.At)+"%", d.top+12, "reftext", anchor(a.at(l.At), 20), l.Text)
	}
	for _, l := range d.Slopes {
		x, y := d.end(l.At)
		c.text(a.percent(x)+"%", d.height(y)+14, "reftext", "end", l.Text)
	}
}

func (d drawing) marks(c *canvas, a across, s Points) {
	for i := 0; i < len(s.At); i += d.step {
		if p := s.At[i]; p.placed() {
			c.mark(a.percent(p.X)+"%", d.height(p.Y), s.Shape)
		}
	}
}

// lineWidth is the width of the plot in a line's own coordinates: a path knows
// no percentages, so it lies in an image that is stretched to the plot.
const lineWidth = 1000

func (d drawing) line(c *canvas, s Points) {
	var path strings.Builder
	command := 'M'
	for i := 0; i < len(s.At); i += d.step {
		if p := s.At[i]; p.placed() {
			fmt.Fprintf(&path, "%c%d %d", command, int(d.x.share(p.X)*lineWidth+0.5), d.height(p.Y)-d.top)
			command = 'L'
		}
	}
	fmt.Fprintf(&c.b, "<svg x=\"%d%%\" width=\"%d%%\" y=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\"><path d=\"%s\" class=\"joined k%d\" vector-effect=\"non-scaling-stroke\"/></svg>\n",
		plotLeft, plotRight-plotLeft, d.top, d.Height, lineWidth, d.Height, path.String(), s.Shape.valid())
}
