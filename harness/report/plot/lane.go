package plot

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/stats"
)

// strip is a Strip being drawn.
type strip struct {
	Strip
	across
	dots int // at most, on a lane
}

// lineTexts says what the reference lines mean, above the rows.
func (p strip) lineTexts(c *canvas) {
	for _, l := range p.Lines {
		if p.log && l.At <= 0 {
			continue
		}
		c.vertical(p.percent(l.At), c.y-2, c.y+8, "ref")
		c.text(p.percent(l.At)+"%", c.y-6, "reftext", anchor(p.at(l.At), 14), l.Text)
	}
}

// grid draws the ticks and the reference lines behind the lanes from top to
// bottom, and not behind the texts between them.
func (p strip) grid(c *canvas, top, bottom int) {
	for _, t := range p.ticks {
		c.vertical(p.percent(t), top, bottom, "grid")
	}
	for _, l := range p.Lines {
		c.vertical(p.percent(l.At), top, bottom, "ref")
	}
}

// row draws a heading, or a row's text, its medians as numbers, and its lanes.
func (p strip) row(c *canvas, r Row) {
	if len(r.Series) == 0 {
		c.heading(r.Text)
		return
	}
	c.label(r.Text, len(r.Series))
	below := c.y
	p.grid(c, c.y, c.y+len(r.Series)*laneHeight)
	values := make([]string, len(r.Series))
	for i, s := range r.Series {
		values[i] = p.lane(c, s)
		c.y += laneHeight
	}
	c.text("100%", below-6, "value", "end", p.beside(values))
	c.y += rowGap
}

// beside is a row's medians as text. The axis names the unit of several; a
// phone has no room for it there.
func (p strip) beside(values []string) string {
	if len(values) > 1 {
		return strings.Join(values, cmp.Or(p.Beside, " → "))
	}
	return strings.TrimSpace(strings.Join(values, "") + " " + p.Unit)
}

// lane draws one series at the canvas's height: interval or box, dots, median.
// It returns the median as text.
func (p strip) lane(c *canvas, s Series) string {
	mid := c.y + laneHeight/2
	if s.Sample.N() == 0 {
		c.text("0", mid+4, "legend", "start", "no values")
		return "n/a"
	}
	center := s.Sample.Center()
	fmt.Fprintf(&c.b, "<line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\" class=\"lane\"/>\n", mid, mid)
	p.interval(c, s, center, mid)
	p.marks(c, s, mid)
	if center.Median != nil {
		m := p.percent(*center.Median)
		fmt.Fprintf(&c.b, "<line x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" class=\"median\"/>\n", m, m, mid-9, mid+9)
	}
	return optional(center.Median, p.Digits)
}

func (p strip) interval(c *canvas, s Series, center stats.Center, mid int) {
	lo, hi, half := center.Lo, center.Hi, 4
	if p.Box {
		lo, hi, half = s.Sample.Percentile(25), s.Sample.Percentile(75), 8
	}
	if lo != nil && hi != nil {
		fmt.Fprintf(&c.b, "<rect x=\"%s%%\" width=\"%s%%\" y=\"%d\" height=\"%d\" rx=\"2\" class=\"interval k%d\"/>\n",
			p.percent(*lo), p.between(*lo, *hi), mid-half, 2*half, s.Shape.valid())
	}
}

// jitter is where the marks of a lane lie in turn, in pixels off its middle.
var jitter = []int{0, -4, 4, -7, 7}

// marks draws every value, shifted up and down in turn so that equal ones show.
// Of a large sample every k-th in order of size is drawn, which keeps its shape.
func (p strip) marks(c *canvas, s Series, mid int) {
	step := 1 + (s.Sample.N()-1)/p.dots
	for i := 0; i < s.Sample.N(); i += step {
		c.mark(p.percent(s.Sample.Values[i])+"%", mid+jitter[i/step%len(jitter)], s.Shape)
	}
}
