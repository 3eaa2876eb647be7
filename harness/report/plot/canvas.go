package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/stats"
)

// canvas collects marks from the top down; under lies behind everything.
type canvas struct {
	id    string // the figure's
	y     int
	b     strings.Builder
	under strings.Builder
	used  [shapes]bool
}

func (c *canvas) text(x string, y int, class, anchor, s string) {
	fmt.Fprintf(&c.b, "<text x=\"%s\" y=\"%d\" class=\"%s\" text-anchor=\"%s\">%s</text>\n", x, y, class, anchor, escape(s))
}

// line draws a line behind everything, from and to so many percent of the width.
func (c *canvas) line(from, to string, top, bottom int, class string) {
	fmt.Fprintf(&c.under, "<line x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" class=\"%s\"/>\n", from, to, top, bottom, class)
}

func (c *canvas) vertical(percent string, top, bottom int, class string) {
	c.line(percent, percent, top, bottom, class)
}

func (c *canvas) horizontal(y int, class string) {
	c.line(strconv.Itoa(plotLeft), strconv.Itoa(plotRight), y, y, class)
}

// note says at the foot of a figure what it leaves out.
func (c *canvas) note(s string) {
	c.y += noteHeight
	c.text("0", c.y-6, "legend", "start", s)
}

// Heights of texts, in pixels.
const (
	headingHeight = 32
	lineHeight    = 18 // of a heading's further lines
	textHeight    = 22
	noteHeight    = 22
	legendHeight  = 26
)

// phone is the width that texts may take, in pixels; letters of a heading and of
// a row's text are about so wide.
const phone, headingLetter, labelLetter = 340, 8, 7

// heading writes the text over some rows, in as many lines as a phone needs. It
// is broken at its middle dots.
func (c *canvas) heading(s string) {
	lines := []string{""}
	for i, part := range strings.Split(s, " · ") {
		last := lines[len(lines)-1]
		switch {
		case i == 0:
			lines[0] = part
		case utf8.RuneCountInString(last+part)*headingLetter > phone:
			lines = append(lines, part)
		default:
			lines[len(lines)-1] = last + " · " + part
		}
	}
	c.y += headingHeight
	for i, line := range lines {
		if i > 0 {
			c.y += lineHeight
		}
		c.text("0", c.y-8, "heading", "start", line)
	}
}

// valueWidth is the width of a median beside a row's text, in pixels.
const valueWidth = 60

// label writes a row's text, and leaves the end of its line to so many values: a
// line of their own if the text is long.
func (c *canvas) label(s string, values int) {
	c.y += textHeight
	c.text("0", c.y-6, "label", "start", s)
	if utf8.RuneCountInString(s)*labelLetter+values*valueWidth > phone {
		c.y += lineHeight
	}
}

// entry is one word of a legend.
type entry struct {
	name  string
	shape Shape
}

// legend writes the named entries, each once, side by side, in as many lines as a phone
// needs.
func (c *canvas) legend(entries []entry) {
	x := phone
	said := map[entry]bool{}
	for _, e := range entries {
		if e.name == "" || said[e] {
			continue
		}
		said[e] = true
		width := 34 + 8*utf8.RuneCountInString(e.name)
		if x > 6 && x+width > phone {
			c.y += legendHeight
			x = 6
		}
		c.mark(fmt.Sprint(x), c.y-12, e.shape)
		c.text(fmt.Sprint(x+10), c.y-8, "legend", "start", e.name)
		x += width
	}
}

// across is an axis from left to right, over this part of the width in percent.
type across struct {
	axis
	left, right float64
}

// margin is the share of the width on either side of a strip's axis, in
// percent: room for half a tick's text.
const margin = 4

func (a across) at(v float64) float64 { return a.left + (a.right-a.left)*a.share(v) }

// percent is a position with two decimals, enough for a pixel.
func (a across) percent(v float64) string { return places(a.at(v)) }

func (a across) between(lo, hi float64) string { return places(a.at(hi) - a.at(lo)) }

func places(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// Heights below a plot, in pixels.
const tickHeight, nameHeight = 20, 26

// foot writes the ticks below a plot, and the axis's name if it has one.
func (a across) foot(c *canvas, name string) {
	for _, t := range a.ticks {
		c.text(a.percent(t)+"%", c.y+14, "tick", anchor(a.at(t), margin-0.01), a.label(t))
	}
	c.y += tickHeight
	if name == "" {
		return
	}
	if a.log {
		name += " (logarithmic)"
	}
	c.text("50%", c.y+14, "axis", "middle", name)
	c.y += nameHeight
}

// anchor keeps texts inside the figure that need so many percent of its width
// on either side of their middle.
func anchor(percent, width float64) string {
	switch {
	case percent < width:
		return "start"
	case percent > 100-width:
		return "end"
	}
	return "middle"
}

// said is a sample in words: its median, its range, and how many values it has.
func said(s stats.Sample, median *float64, digits int, unit string) string {
	lo, hi := ends(s)
	if unit != "" {
		unit = " " + unit
	}
	return fmt.Sprintf("median %s%s from %s to %s, n %d", optional(median, digits), unit, number(lo, digits), number(hi, digits), s.N())
}

// ends is a sample's smallest and largest value, NaN where it has none. A
// percentile can overflow where values are not far from the largest number.
func ends(s stats.Sample) (lo, hi float64) {
	if s.N() == 0 {
		return math.NaN(), math.NaN()
	}
	return s.Values[0], s.Values[s.N()-1]
}

func optional(v *float64, digits int) string {
	if v == nil {
		return "n/a"
	}
	return number(*v, digits)
}

// number is a value as text. No text is hundreds of digits long.
func number(v float64, digits int) string {
	if !finite(v) {
		return "n/a"
	}
	if math.Abs(v) >= 1e9 {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

// Shape is the shape and the colour of a series' marks. Neighbours differ in
// being full or hollow too.
type Shape int

// Shapes, in the order in which series take them.
const (
	Dot Shape = iota
	Ring
	Square
	Triangle
	Diamond
	Cross
	shapes = iota
)

// Shapes is how many there are: more series than these cannot be told apart.
const Shapes = shapes

// outlines are the shapes around the origin; circles need none.
var outlines = [shapes]string{
	Square:   "M-4-4H4V4H-4z",
	Triangle: "M0-5 5 4H-5z",
	Diamond:  "M0-5.5 5 0 0 5.5-5 0z",
	Cross:    "M-4-4 4 4M4-4-4 4",
}

// hollow reports whether a shape is drawn as a line.
func (s Shape) hollow() bool { return s == Ring || s == Triangle || s == Cross }

// valid is the shape, or the first one for a number that is none.
func (s Shape) valid() Shape {
	if s < 0 || s >= shapes {
		return Dot
	}
	return s
}

// class is the CSS classes of a mark: its colour and how it is drawn.
func (s Shape) class() string {
	if s.hollow() {
		return fmt.Sprintf("k%d hollow", s)
	}
	return fmt.Sprintf("k%d full", s)
}

// mark draws a shape; x is pixels, or percent with its sign.
func (c *canvas) mark(x string, y int, s Shape) {
	s = s.valid()
	if outlines[s] == "" {
		fmt.Fprintf(&c.b, "<circle cx=\"%s\" cy=\"%d\" r=\"4\" class=\"%s\"/>\n", x, y, s.class())
		return
	}
	c.used[s] = true
	// A path knows no percentages; a use of one does.
	fmt.Fprintf(&c.b, "<use href=\"#%s-m%d\" x=\"%s\" y=\"%d\" class=\"%s\"/>\n", c.id, s, x, y, s.class())
}

// definitions are the outlines that were used.
func (c *canvas) definitions() string {
	out := ""
	for s, used := range c.used {
		if used {
			out += fmt.Sprintf("<path id=\"%s-m%d\" d=\"%s\"/>", c.id, s, outlines[s])
		}
	}
	if out == "" {
		return ""
	}
	return "<defs>" + out + "</defs>\n"
}
