package plot

import (
	"fmt"
	"strings"
	"unicode/utf8"
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

// vertical draws an upright line behind everything.
func (c *canvas) vertical(percent string, top, bottom int, class string) {
	fmt.Fprintf(&c.under, "<line x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" class=\"%s\"/>\n", percent, percent, top, bottom, class)
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

// legend writes the entries side by side, in as many lines as a phone needs.
func (c *canvas) legend(entries []entry) {
	x := phone
	for _, e := range entries {
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
