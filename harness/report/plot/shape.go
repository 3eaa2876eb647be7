package plot

import "fmt"

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
