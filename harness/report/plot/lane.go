package plot

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDots bounds the dots of a lane. Of a larger sample every k-th in order of
// size is drawn, which keeps its shape.
const maxDots = 400

// row draws a heading, or a row's text, its medians as numbers, and its lanes.
func (f Figure) row(c *canvas, r Row) {
	if len(r.Series) == 0 {
		c.y += headingHeight
		c.text("0", c.y-8, "heading", "start", r.Text)
		return
	}
	c.y += textHeight
	c.text("0", c.y-6, "label", "start", r.Text)
	c.text("100%", c.y-6, "value", "end", f.values(r))
	f.grid(c, c.y, c.y+len(r.Series)*laneHeight)
	for _, s := range r.Series {
		f.lane(c, s)
		c.y += laneHeight
	}
	c.y += rowGap
}

// values is a row's medians as text.
func (f Figure) values(r Row) string {
	var out []string
	for _, s := range r.Series {
		v := "n/a"
		if m := s.Sample.Center().Median; m != nil {
			v = strconv.FormatFloat(*m, 'f', f.Digits, 64)
		}
		out = append(out, v)
	}
	if len(out) > 1 { // the axis names the unit; a phone has no room for it here
		return strings.Join(out, " → ")
	}
	return strings.TrimSpace(strings.Join(out, "") + " " + f.Unit)
}

// lane draws one series at the canvas's height: interval or box, dots, median.
func (f Figure) lane(c *canvas, s Series) {
	mid := c.y + laneHeight/2
	if s.Sample.N() == 0 {
		c.text("0", mid+4, "legend", "start", "no values")
		return
	}
	class := "pair"
	if s.Hollow {
		class = "solo"
	}
	fmt.Fprintf(&c.b, "<line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\" class=\"lane\"/>\n", mid, mid)
	lo, hi, half := s.Sample.Center().Lo, s.Sample.Center().Hi, 4
	if f.Box {
		lo, hi, half = s.Sample.Percentile(25), s.Sample.Percentile(75), 8
	}
	if lo != nil && hi != nil {
		fmt.Fprintf(&c.b, "<rect x=\"%s%%\" width=\"%s%%\" y=\"%d\" height=\"%d\" rx=\"2\" class=\"interval %s\"/>\n",
			c.axis.percent(*lo), c.axis.between(*lo, *hi), mid-half, 2*half, class)
	}
	f.dots(c, s, mid)
	m := c.axis.percent(*s.Sample.Center().Median)
	fmt.Fprintf(&c.b, "<line x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" class=\"median\"/>\n", m, m, mid-9, mid+9)
}

// jitter is where the dots of a lane lie in turn, in pixels off its middle.
var jitter = []int{0, -4, 4, -7, 7}

// dots draws every value, shifted up and down in turn so that equal ones show.
func (f Figure) dots(c *canvas, s Series, mid int) {
	step := 1 + (s.Sample.N()-1)/maxDots
	for i := 0; i < s.Sample.N(); i += step {
		c.mark(c.axis.percent(s.Sample.Values[i])+"%", mid+jitter[i/step%len(jitter)], s.Hollow)
	}
}
