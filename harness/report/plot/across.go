package plot

import "strconv"

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
