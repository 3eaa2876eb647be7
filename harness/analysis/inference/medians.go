package inference

import (
	"math"
	"math/rand/v2"

	"github.com/chimeraforge/duet/harness/analysis"
)

// MedianDifference is the median of y minus that of x and its interval.
func (b Bootstrap) MedianDifference(x, y []float64) (*float64, Interval) {
	return b.ofMedians(x, y, func(mx, my float64) *float64 { return number(my - mx) })
}

// MedianRatio is the median of y over that of x and its interval. Both should
// be positive; a median of zero makes the interval absent.
func (b Bootstrap) MedianRatio(x, y []float64) (*float64, Interval) {
	return b.ofMedians(x, y, func(mx, my float64) *float64 { return number(my / mx) })
}

// ofMedians draws from each sample by itself.
func (b Bootstrap) ofMedians(x, y []float64, of func(mx, my float64) *float64) (*float64, Interval) {
	x, y = sorted(x), sorted(y)
	mx, my := median(x), median(y)
	if mx == nil || my == nil {
		return nil, Interval{}
	}
	estimate := of(*mx, *my)
	if estimate == nil || min(len(x), len(y)) < b.Least {
		return estimate, Interval{}
	}
	nextX, nextY := b.medians(x, stream(1)), b.medians(y, stream(2))
	return estimate, b.within(func() *float64 { return of(nextX(), nextY()) })
}

// medians draws medians of resamples of ascending values.
func (b Bootstrap) medians(ascending []float64, rng *rand.Rand) func() float64 {
	if len(ascending) > b.Counted {
		return func() float64 { return place(ascending, rng.NormFloat64()) }
	}
	counts := make([]int, len(ascending))
	return func() float64 { return counted(ascending, counts, rng) }
}

// counted draws a resample, as how often each value is in it, and walks to its
// middle.
func counted(ascending []float64, counts []int, rng *rand.Rand) float64 {
	clear(counts)
	n := len(ascending)
	for range ascending {
		counts[rng.Uint32N(uint32(n))]++
	}
	lower, upper := (n-1)/2, n/2 // places of the middle, the same when n is odd
	seen := 0
	low := math.NaN()
	for i, c := range counts {
		seen += c
		if seen > lower && math.IsNaN(low) {
			low = ascending[i]
		}
		if seen > upper {
			return (low + ascending[i]) / 2
		}
	}
	return low // not reached: the counts add up to n
}

// place is the value where the median of a resample falls: z standard deviations
// of a Binomial(n, 1/2), √n / 2, from the middle.
func place(ascending []float64, z float64) float64 {
	n := float64(len(ascending))
	percent := 50 + 100*z*math.Sqrt(n)/2/(n-1)
	return *analysis.Sample{Values: ascending}.Percentile(max(0, min(100, percent)))
}
