package plot

import (
	"math"
	"slices"
	"strconv"
)

// logFrom is the ratio of largest to smallest value from which a logarithmic
// axis shows more than a linear one.
const logFrom = 30

// Values beyond these sizes cannot be told apart on an axis, or overflow in
// finding its ticks; they lie at its end.
const largest, smallest = 1e300, 1e-300

// axis maps values to the share of the way from its beginning to its end.
type axis struct {
	min, max float64
	log      bool
	unit     float64 // of a signed logarithmic axis; else 0
	whole    bool    // counts
	ticks    []float64
}

// bounds is the smallest range that holds some values.
type bounds struct{ lo, hi float64 }

func nothing() bounds { return bounds{math.Inf(1), math.Inf(-1)} }

// hold widens the range to a value that has a place on an axis.
func (b *bounds) hold(v float64) {
	if finite(v) {
		v = max(-largest, min(largest, v))
		b.lo, b.hi = min(b.lo, v), max(b.hi, v)
	}
}

func (b *bounds) empty() bool { return b.lo > b.hi }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// spread reports whether values of this range want a logarithmic axis.
func (b *bounds) spread() bool { return b.lo > smallest && b.hi/b.lo >= logFrom }

// linear takes ticks at 1, 2 or 5 times a power of ten: about so many.
func linear(b bounds, ticks int) axis {
	lo, hi := b.lo, b.hi
	if b.empty() {
		lo, hi = 0, 1
	}
	size := max(math.Abs(lo), math.Abs(hi))
	if hi-lo <= size*1e-9 || hi-lo < smallest { // all the same
		pad := max(0.5, size*1e-3)
		lo, hi = lo-pad, hi+pad
	}
	step := roundUp((hi - lo) / float64(ticks))
	a := axis{min: math.Floor(lo/step) * step, max: math.Ceil(hi/step) * step}
	for i := 0; a.min+float64(i)*step <= a.max+step/2; i++ {
		a.ticks = append(a.ticks, a.min+float64(i)*step)
	}
	return a
}

// roundUp is the next 1, 2 or 5 times a power of ten.
func roundUp(raw float64) float64 {
	step := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5, 10} {
		if raw <= m*step*(1+1e-9) {
			return m * step
		}
	}
	return 10 * step
}

// decades takes ticks at 1, 2 and 5 times the powers of ten, or at every so many
// powers alone when that would crowd.
func decades(b bounds) axis {
	a := axis{log: true}
	first, last := math.Floor(math.Log10(b.lo)), math.Ceil(math.Log10(b.hi))
	a.min, a.max = math.Pow(10, first), math.Pow(10, last)
	stride := math.Ceil((last - first) / 6)
	for e := first; e <= last; e += stride {
		for _, m := range []float64{1, 2, 5} {
			v := m * math.Pow(10, e)
			if v <= a.max && (m == 1 || last-first <= 2) {
				a.ticks = append(a.ticks, v)
			}
		}
	}
	return a
}

// share is how far along the axis a value lies, 0 to 1.
func (a axis) share(v float64) float64 {
	lo, hi := a.min, a.max
	switch {
	case a.log:
		v, lo, hi = math.Log10(v), math.Log10(lo), math.Log10(hi)
	case a.unit > 0:
		v, lo, hi = a.stretch(v), a.stretch(lo), a.stretch(hi)
	}
	s := (v - lo) / (hi - lo)
	if !(s > 0) {
		return 0
	}
	return min(s, 1)
}

// label is a tick's text.
func (a axis) label(v float64) string {
	if a.log || a.unit > 0 { // powers of ten, each with the decimals it needs
		return strconv.FormatFloat(v, 'g', 12, 64)
	}
	if math.Abs(v) < (a.max-a.min)*1e-9 {
		v = 0 // not -0
	}
	d := a.decimals()
	if d > 6 || max(math.Abs(a.min), math.Abs(a.max)) >= 1e7 {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	return strconv.FormatFloat(v, 'f', d, 64)
}

// decimals is how many the ticks need.
func (a axis) decimals() int {
	if a.whole {
		return 0
	}
	step := a.ticks[1] - a.ticks[0]
	return max(0, int(-math.Floor(math.Log10(step)+1e-9)))
}

// signedFrom is the ratio of the largest to the median absolute value from which
// a signed logarithmic axis shows more than a linear one.
const signedFrom = 8

// signed is an axis for values of both signs some of which are far larger than
// most: linear around 0, logarithmic beyond unit on either side.
func signed(b bounds, unit float64) axis {
	a := axis{unit: unit, min: b.lo, max: b.hi}
	if b.lo < 0 {
		a.min = -roundUp(-b.lo)
	}
	if b.hi > 0 {
		a.max = roundUp(b.hi)
	}
	a.ticks = a.powers()
	return a
}

// powers are 0 and the powers of ten on either side of it, as far apart as
// their texts need.
func (a axis) powers() []float64 {
	apart := 0.07 * (a.stretch(a.max) - a.stretch(a.min))
	ticks := []float64{0}
	for _, sign := range []float64{-1, 1} {
		last := 0.0
		for v := a.unit; v <= max(-a.min, a.max); v *= 10 {
			s := sign * v
			if s >= a.min && s <= a.max && math.Abs(a.stretch(s)-a.stretch(last)) >= apart {
				ticks, last = append(ticks, s), s
			}
		}
	}
	slices.Sort(ticks)
	return ticks
}

// stretch is where a value lies on a signed logarithmic axis, in decades from 0.
func (a axis) stretch(v float64) float64 {
	return math.Copysign(math.Log10(1+math.Abs(v)/a.unit), v)
}

// unitOf is the power of ten below the median absolute value, when the largest
// is so much larger that a signed logarithmic axis is wanted; else 0.
func unitOf(values []float64) float64 {
	sizes := make([]float64, 0, len(values))
	for _, v := range values {
		if v != 0 && finite(v) {
			sizes = append(sizes, max(smallest, min(largest, math.Abs(v))))
		}
	}
	if len(sizes) == 0 {
		return 0
	}
	slices.Sort(sizes)
	median := sizes[len(sizes)/2]
	if sizes[len(sizes)-1]/median < signedFrom {
		return 0
	}
	return math.Pow(10, math.Floor(math.Log10(median)))
}

func atX(p Point) float64 { return p.X }
func atY(p Point) float64 { return p.Y }

// values are those of all points that have a place.
func values(panels []Panel, of func(Point) float64) (out []float64) {
	for _, p := range panels {
		for _, s := range p.Series {
			out = append(out, s.values(of)...)
		}
	}
	return out
}

func (s Points) values(of func(Point) float64) (out []float64) {
	for _, p := range s.At {
		if p.placed() {
			out = append(out, of(p))
		}
	}
	return out
}

// placed reports whether a point has a place.
func (p Point) placed() bool { return finite(p.X) && finite(p.Y) }

// shared is the axes that hold all panels.
func (f Chart) shared() (x, y axis) {
	if f.Equal {
		a := f.X.axis(append(values(f.Panels, atX), values(f.Panels, atY)...), slices.Concat(f.Upright, f.Levels), 5)
		return a, a
	}
	return f.X.axis(values(f.Panels, atX), f.Upright, 5), f.Y.axis(values(f.Panels, atY), f.Levels, f.upTicks())
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
