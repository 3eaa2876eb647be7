package plot

import (
	"fmt"
	"strings"
)

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
		horizontal(c, y, "grid")
		fmt.Fprintf(&c.b, "<text x=\"%d%%\" dx=\"-6\" y=\"%d\" class=\"tick\" text-anchor=\"end\">%s</text>\n", plotLeft, y+4, d.y.label(t))
	}
	for _, l := range d.Upright {
		c.vertical(a.percent(l.At), d.top, d.top+d.Height, "ref")
	}
	for _, l := range d.Levels {
		horizontal(c, d.height(l.At), "ref")
	}
	for _, l := range d.Slopes {
		x, y := d.end(l.At)
		fmt.Fprintf(&c.under, "<line x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" class=\"ref\"/>\n", a.percent(0), a.percent(x), d.height(0), d.height(y))
	}
}

func horizontal(c *canvas, y int, class string) {
	fmt.Fprintf(&c.under, "<line x1=\"%d%%\" x2=\"%d%%\" y1=\"%d\" y2=\"%d\" class=\"%s\"/>\n", plotLeft, plotRight, y, y, class)
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
