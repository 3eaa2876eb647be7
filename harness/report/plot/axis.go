package plot

import (
	"fmt"
	"math"
	"strconv"
)

// logFrom is the ratio of largest to smallest value from which a logarithmic
// axis shows more than a linear one.
const logFrom = 30

// axis maps values to a share of the width.
type axis struct {
	min, max float64
	log      bool
	ticks    []float64
}

// Shares of the width at which the axis begins and ends, in percent: room for
// half a tick's text on either side.
const left, right = 4, 96

// axis chooses a range that holds every value and line, and its ticks.
func (f Figure) axis() axis {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, r := range f.Rows {
		for _, s := range r.Series {
			if s.Sample.N() > 0 {
				lo, hi = min(lo, *s.Sample.Min()), max(hi, *s.Sample.Max())
			}
		}
	}
	if math.IsInf(lo, 0) {
		lo, hi = 0, 1
	}
	if f.Log && lo > 0 && hi/lo >= logFrom {
		return decades(lo, hi)
	}
	for _, l := range f.Lines {
		lo, hi = min(lo, l.At), max(hi, l.At)
	}
	if f.Zero {
		lo = min(lo, 0)
	}
	return linear(lo, hi)
}

// linear takes ticks at 1, 2 or 5 times a power of ten, few enough for their
// texts to stand side by side on a phone.
func linear(lo, hi float64) axis {
	if hi <= lo {
		lo, hi = lo-0.5, lo+0.5
	}
	raw := (hi - lo) / 5
	step := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5, 10} {
		if raw <= m*step*(1+1e-9) {
			step *= m
			break
		}
	}
	a := axis{min: math.Floor(lo/step) * step, max: math.Ceil(hi/step) * step}
	for i := 0; a.min+float64(i)*step <= a.max+step/2; i++ {
		a.ticks = append(a.ticks, a.min+float64(i)*step)
	}
	return a
}

// decades takes ticks at 1, 2 and 5 times the powers of ten, or at the powers
// alone when that would crowd.
func decades(lo, hi float64) axis {
	a := axis{log: true}
	first, last := math.Floor(math.Log10(lo)), math.Ceil(math.Log10(hi))
	a.min, a.max = math.Pow(10, first), math.Pow(10, last)
	for e := first; e <= last; e++ {
		for _, m := range []float64{1, 2, 5} {
			v := m * math.Pow(10, e)
			if v <= a.max && (m == 1 || last-first <= 2) {
				a.ticks = append(a.ticks, v)
			}
		}
	}
	return a
}

func (a axis) at(v float64) float64 {
	lo, hi := a.min, a.max
	if a.log {
		v, lo, hi = math.Log10(v), math.Log10(lo), math.Log10(hi)
	}
	return left + (right-left)*(v-lo)/(hi-lo)
}

// percent is a position with two decimals, enough for a pixel.
func (a axis) percent(v float64) string { return strconv.FormatFloat(a.at(v), 'f', 2, 64) }

func (a axis) between(lo, hi float64) string {
	return strconv.FormatFloat(a.at(hi)-a.at(lo), 'f', 2, 64)
}

// grid draws the ticks and the reference lines behind the lanes from top to
// bottom, and not behind the texts between them.
func (f Figure) grid(c *canvas, top, bottom int) {
	draw := func(at float64, class string) {
		p := c.axis.percent(at)
		fmt.Fprintf(&c.under, "<line x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" class=\"%s\"/>\n", p, p, top, bottom, class)
	}
	for _, t := range c.axis.ticks {
		draw(t, "grid")
	}
	for _, l := range f.Lines {
		draw(l.At, "ref")
	}
}

// bottom writes the axis, and what the reference lines mean above the rows that
// began at top.
func (f Figure) bottom(c *canvas, top int) {
	for _, t := range c.axis.ticks {
		c.text(c.axis.percent(t)+"%", c.y+14, "tick", anchor(c.axis.at(t), left-0.01), strconv.FormatFloat(t, 'f', c.axis.decimals(), 64))
	}
	for _, l := range f.Lines {
		p := c.axis.percent(l.At)
		fmt.Fprintf(&c.under, "<line x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" class=\"ref\"/>\n", p, p, top-2, top+8)
		c.text(p+"%", top-6, "reftext", anchor(c.axis.at(l.At), 14), l.Text)
	}
	name := f.Axis
	if c.axis.log {
		name += " (logarithmic)"
	}
	c.text("50%", c.y+34, "axis", "middle", name)
	c.y += axisHeight
}

// decimals is how many the ticks need.
func (a axis) decimals() int {
	step := a.ticks[0]
	if !a.log {
		step = a.ticks[1] - a.ticks[0]
	}
	return max(0, int(-math.Floor(math.Log10(step)+1e-9)))
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
