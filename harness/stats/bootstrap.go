package stats

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Interval is the 95 % interval of an estimate (Confidence). Both ends
// are absent when there is none.
type Interval struct{ Lo, Hi *float64 }

// interval has both ends or none.
func interval(lo, hi float64) Interval {
	if Finite(lo) == nil || Finite(hi) == nil {
		return Interval{}
	}
	return Interval{&lo, &hi}
}

// sorted is a sorted copy of values, nil when one of them is not finite.
func sorted(values []float64) []float64 {
	if slices.ContainsFunc(values, func(v float64) bool { return Finite(v) == nil }) {
		return nil
	}
	return slices.Sorted(slices.Values(values))
}

func median(ascending []float64) *float64 {
	return Sample{Values: ascending}.Percentile(50)
}

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
	return interval(value(s.Percentile(tail)), value(s.Percentile(100-tail)))
}

// once is a value that is computed the first time that its key is asked for.
func once[K comparable, V any](known *sync.Map, key K, compute func() V) V {
	if v, ok := known.Load(key); ok {
		return v.(V)
	}
	v := compute()
	known.Store(key, v)
	return v
}

// value is an optional number as within wants it.
func value(f *float64) float64 {
	if f == nil {
		return math.NaN()
	}
	return *f
}

// MedianDifference is the median of y minus that of x and its interval.
func (b Bootstrap) MedianDifference(x, y []float64) (*float64, Interval) {
	return b.ofMedians(x, y, func(mx, my float64) float64 { return my - mx })
}

// MedianRatio is the median of y over that of x and its interval. Both should
// be positive; a median of zero makes the interval absent.
func (b Bootstrap) MedianRatio(x, y []float64) (*float64, Interval) {
	return b.ofMedians(x, y, func(mx, my float64) float64 { return my / mx })
}

// ofMedians draws from each sample by itself.
func (b Bootstrap) ofMedians(x, y []float64, of func(mx, my float64) float64) (*float64, Interval) {
	x, y = sorted(x), sorted(y)
	mx, my := median(x), median(y)
	if mx == nil || my == nil {
		return nil, Interval{}
	}
	estimate := Finite(of(*mx, *my))
	if estimate == nil || min(len(x), len(y)) < b.Least {
		return estimate, Interval{}
	}
	nextX, nextY := b.medians(x, 1), b.medians(y, 2)
	return estimate, b.within(func() float64 { return of(nextX(), nextY()) })
}

func (b Bootstrap) medians(ascending []float64, n uint64) func() float64 {
	if len(ascending) > b.Counted {
		rng := stream(n)
		return func() float64 { return place(ascending, rng.NormFloat64()) }
	}
	i := -1
	middles := b.middles(len(ascending), n)
	return func() float64 {
		i++
		m := middles[i]
		return (ascending[m.lower] + ascending[m.upper]) / 2
	}
}

// middle is where the middle of a resample lies among the ordered values: at one
// place when there is an odd number of them, else at two.
type middle struct{ lower, upper int32 }

var middlesOf sync.Map

// middles depend on the number of values alone, so they are drawn once for each.
// Bootstrap.Counted bounds how many there can be.
func (b Bootstrap) middles(n int, of uint64) []middle {
	type key struct {
		n, resamples int
		stream       uint64
	}
	return once(&middlesOf, key{n, b.Resamples, of}, func() []middle {
		out, counts, rng := make([]middle, b.Resamples), make([]int, n), stream(of)
		for i := range out {
			out[i] = drawMiddle(counts, rng)
		}
		return out
	})
}

// drawMiddle draws a resample, as how often each value is in it, and walks to its
// middle.
func drawMiddle(counts []int, rng *rand.Rand) middle {
	clear(counts)
	n := len(counts)
	for range n {
		counts[rng.Uint32N(uint32(n))]++
	}
	m := middle{-1, -1}
	seen := 0
	for i, c := range counts {
		seen += c
		if m.lower < 0 && seen > (n-1)/2 {
			m.lower = int32(i)
		}
		if m.upper < 0 && seen > n/2 {
			m.upper = int32(i)
		}
	}
	return m
}

// place is the value where the median of a resample falls: z standard deviations
// of a Binomial(n, 1/2), √n / 2, from the middle.
func place(ascending []float64, z float64) float64 {
	n := float64(len(ascending))
	at := max(0, min(n-1, (n-1)/2+z*math.Sqrt(n)/2))
	i := int(at)
	if i+1 == len(ascending) {
		return ascending[i]
	}
	return ascending[i] + (at-float64(i))*(ascending[i+1]-ascending[i])
}

// Sums is what one observation adds to the sums that a statistic is made of.
// Components that a statistic does not need are zero.
type Sums [4]float64

func (s Sums) plus(o Sums) Sums {
	for i := range s {
		s[i] += o[i]
	}
	return s
}

func total(all []Sums) (out Sums) {
	for _, s := range all {
		out = out.plus(s)
	}
	return out
}

// OfSums is a statistic of the sums over observations and its interval. The
// statistic may be any smooth function of them, such as the ratio of two sums.
// Estimate is absent where the statistic is, or without observations.
func (b Bootstrap) OfSums(observations []Sums, statistic func(Sums) *float64) (estimate *float64, _ Interval) {
	if len(observations) == 0 {
		return nil, Interval{}
	}
	rng := stream(1)
	blocks := b.blocks(ordered(observations), rng)
	estimate = statistic(total(blocks))
	if estimate == nil || len(observations) < b.Least {
		return estimate, Interval{}
	}
	return estimate, b.within(func() float64 { return value(statistic(drawn(blocks, rng))) })
}

// drawn is the sum of as many blocks as there are, drawn with replacement.
func drawn(blocks []Sums, rng *rand.Rand) (out Sums) {
	n := uint32(len(blocks))
	for range blocks {
		out = out.plus(blocks[rng.Uint32N(n)]) // Uint32N, not IntN: the same on 32 and 64 bits
	}
	return out
}

func ordered(observations []Sums) []Sums {
	return slices.SortedFunc(slices.Values(observations), func(x, y Sums) int {
		return slices.CompareFunc(x[:], y[:], cmp.Compare[float64])
	})
}

// blocks puts ordered observations, which it may change, into blocks at random.
// Blocks may differ in size by one; every statistic here is a ratio of sums, or
// centred, so that does not matter.
func (b Bootstrap) blocks(ordered []Sums, rng *rand.Rand) []Sums {
	if len(ordered) <= b.Blocks {
		return ordered
	}
	for i := len(ordered) - 1; i > 0; i-- {
		k := int(rng.Uint32N(uint32(i + 1)))
		ordered[i], ordered[k] = ordered[k], ordered[i]
	}
	out := make([]Sums, b.Blocks)
	for i, s := range ordered {
		out[i%b.Blocks] = out[i%b.Blocks].plus(s)
	}
	return out
}

// Share is the decomposition of Decompose with an interval of the share: values
// are drawn within their groups, and the groups themselves are taken as given.
// Noise widens the means of the resamples too, so the interval lies above the
// share where a group has few values; like the share it shows nothing by being
// above 0. Absent where a group has fewer than Least values.
func (b Bootstrap) Share(groups [][]float64) (Variances, Interval) {
	v := Decompose(groups)
	if v.Share == nil {
		return v, Interval{}
	}
	var drawing []func() (mean, variance float64)
	for i, g := range groups {
		if g = sorted(g); len(g) < 2 {
			continue
		}
		if len(g) < b.Least {
			return v, Interval{}
		}
		drawing = append(drawing, b.moments(g, uint64(i+1)))
	}
	means, variances := make([]float64, len(drawing)), make([]float64, len(drawing))
	return v, b.within(func() float64 {
		for i, draw := range drawing {
			means[i], variances[i] = draw()
		}
		_, _, share := shares(means, variances)
		return value(share)
	})
}

// moments draws the mean and the variance of resamples. Values are centred
// first, so that the sums of their squares lose no digits.
func (b Bootstrap) moments(ascending []float64, n uint64) func() (mean, variance float64) {
	s, center := ascending, *median(ascending)
	observations := make([]Sums, len(s))
	for i, v := range s {
		d := v - center
		observations[i] = Sums{1, d, d * d}
	}
	rng := stream(n)
	blocks := b.blocks(observations, rng)
	return func() (float64, float64) {
		t := drawn(blocks, rng)
		m := t[1] / t[0]
		return center + m, math.Max(0, (t[2]-t[0]*m*m)/(t[0]-1))
	}
}
