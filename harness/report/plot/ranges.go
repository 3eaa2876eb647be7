package plot

import (
	"math"
	"slices"
)

func atX(p Point) float64 { return p.X }
func atY(p Point) float64 { return p.Y }

func (s Points) values(of func(Point) float64) []float64 {
	var out []float64
	for _, p := range s.At {
		if p.placed() {
			out = append(out, of(p))
		}
	}
	return out
}

// placed reports whether a point has a place.
func (p Point) placed() bool { return finite(p.X) && finite(p.Y) }

func (p Panel) values(of func(Point) float64) []float64 {
	var out []float64
	for _, s := range p.Series {
		out = append(out, s.values(of)...)
	}
	return out
}

func (f Chart) values(of func(Point) float64) []float64 {
	var out []float64
	for _, p := range f.Panels {
		out = append(out, p.values(of)...)
	}
	return out
}

// shared is the axes that hold all panels.
func (f Chart) shared() (x, y axis) {
	if f.Equal {
		a := f.X.axis(append(f.values(atX), f.values(atY)...), slices.Concat(f.Upright, f.Levels), 5)
		return a, a
	}
	return f.X.axis(f.values(atX), f.Upright, 5), f.Y.axis(f.values(atY), f.Levels, f.upTicks())
}

// upTicks is how many ticks a panel has room for.
func (f Chart) upTicks() int { return f.Height / 32 }

// axis chooses a range that holds every value and line.
func (q Quantity) axis(values []float64, lines []Line, ticks int) axis {
	b := nothing()
	for _, v := range values {
		b.hold(v)
	}
	for _, l := range lines {
		b.hold(l.At)
	}
	if q.Zero {
		b.hold(0)
	}
	if unit := unitOf(values); q.Signed && unit > 0 {
		b.hold(0)
		return signed(b, unit)
	}
	if q.Whole {
		return whole(b, ticks)
	}
	return linear(b, max(2, ticks))
}

// whole is an axis of counts, half a step wider than they are.
func whole(b bounds, ticks int) axis {
	if b.empty() {
		b = bounds{1, 1}
	}
	step := max(1, roundUp(max(1, b.hi-b.lo)/float64(ticks)))
	a := axis{min: b.lo - 0.5, max: b.hi + 0.5, whole: true}
	for v := math.Ceil(b.lo/step) * step; v <= b.hi && len(a.ticks) < 20; v += step {
		a.ticks = append(a.ticks, v)
	}
	if len(a.ticks) == 0 || a.ticks[0]-b.lo >= step/2 { // the first is worth its number
		a.ticks = append([]float64{b.lo}, a.ticks...)
	}
	return a
}
