package plot

import (
	"math"
	"slices"
)

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
