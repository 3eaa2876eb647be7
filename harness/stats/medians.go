package stats

import (
	"math"
	"math/rand/v2"
	"sync"
)

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

// medians draws medians of resamples of ascending values.
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

// Where the middles lie depends on the number of values alone, so they are drawn
// once for each. Bootstrap.Counted bounds how many there can be.
type middlesKey struct {
	n, resamples int
	stream       uint64
}

var middlesOf sync.Map // of middlesKey to []middle

func (b Bootstrap) middles(n int, of uint64) []middle {
	key := middlesKey{n, b.Resamples, of}
	if known, ok := middlesOf.Load(key); ok {
		return known.([]middle)
	}
	out, counts, rng := make([]middle, b.Resamples), make([]int, n), stream(of)
	for i := range out {
		out[i] = drawMiddle(counts, rng)
	}
	middlesOf.Store(key, out)
	return out
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
