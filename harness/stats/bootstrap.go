package stats

import (
	"math"
	"math/rand/v2"
)

// Bootstrap makes 95 % intervals by the percentile method: draw from the
// observations with replacement, compute the statistic, and take the 2.5th and
// 97.5th percentile of what came out (Efron and Tibshirani, An Introduction to
// the Bootstrap, 1993, chapter 13). The seed is constant, so an interval is a
// property of the data. Use DefaultBootstrap.
type Bootstrap struct {
	// Resamples: the ends of the interval then rest on 25 resamples each, and
	// another seed would move them by a few percent of its width.
	Resamples int
	// Least is the number of observations below which there is no interval. The
	// method is too narrow for few values, at five already; below that it would
	// say little but the range.
	Least int
	// Blocks bounds the cost: more observations than this are first put into so
	// many blocks at random, and blocks are drawn. A sum over blocks varies as a
	// sum over observations does.
	Blocks int
	// Counted is the largest sample whose resampled median is found by drawing.
	// Beyond, the median's place among the ordered values is drawn from the
	// normal distribution that it follows.
	Counted int
}

// DefaultBootstrap returns what every table uses.
func DefaultBootstrap() Bootstrap {
	return Bootstrap{Resamples: 1000, Least: 5, Blocks: 256, Counted: 128}
}

// seed is the first word of every generator's state; the second is the stream:
// samples that are independent are drawn from different ones.
const seed = 116

func stream(n uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, n)) }

// within takes the interval from what the resamples gave. One that gave nothing
// (a division by zero, which is not finite) makes the interval absent: it cannot
// be placed among the others.
func (b Bootstrap) within(draw func() float64) Interval {
	values := make([]float64, b.Resamples)
	for i := range values {
		values[i] = draw()
	}
	s := Sample{Values: sorted(values)}
	tail := 100 * (1 - Confidence) / 2
	lo, hi := s.Percentile(tail), s.Percentile(100-tail)
	if lo == nil || hi == nil {
		return Interval{}
	}
	return Interval{lo, hi}
}

// value is an optional number as within wants it.
func value(f *float64) float64 {
	if f == nil {
		return math.NaN()
	}
	return *f
}
