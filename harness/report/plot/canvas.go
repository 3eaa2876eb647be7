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

const (
	noteHeight   = 22
	legendHeight = 26
	legendWidth  = 340 // pixels: what a phone has
)

// entry is one word of a legend.
type entry struct {
	name  string
	shape Shape
}

// legend writes the entries side by side, in as many lines as a phone needs.
func (c *canvas) legend(entries []entry) {
	x := legendWidth
	for _, e := range entries {
		width := 34 + 8*utf8.RuneCountInString(e.name)
		if x > 6 && x+width > legendWidth {
			c.y += legendHeight
			x = 6
		}
		c.mark(fmt.Sprint(x), c.y-12, e.shape)
		c.text(fmt.Sprint(x+10), c.y-8, "legend", "start", e.name)
		x += width
	}
}
