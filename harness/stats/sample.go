package stats

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
	"golang.org/x/perf/benchmath"
)

// Confidence is the level of every interval: 95 %.
const Confidence = 0.95

// Sample is one quantity over repetitions: the values present, sorted, and the
// number of absent ones. Every statistic of an empty sample is absent.
type Sample struct {
	Values []float64 // ascending
	Absent int
}

// NewSample collects values; absent and non-finite ones are counted.
func NewSample(values []*float64) Sample {
	return SampleOf(len(values), func(i int) *float64 { return values[i] })
}

// SampleOf is NewSample of values that lie in no slice of their own.
func SampleOf(n int, of func(i int) *float64) Sample {
	s := Sample{Values: make([]float64, 0, n)}
	for i := range n {
		v := of(i)
		if v == nil || Finite(*v) == nil {
			s.Absent++
			continue
		}
		s.Values = append(s.Values, *v)
	}
	// Sorted before anything is added up, so that no statistic depends on the
	// order in which runs were read.
	slices.Sort(s.Values)
	return s
}

func (s Sample) N() int { return len(s.Values) }

func (s Sample) Mean() *float64 {
	if s.N() == 0 {
		return nil
	}
	return Finite(stats.Mean(s.Values))
}

// SD is the sample standard deviation (n − 1); absent below two values.
func (s Sample) SD() *float64 {
	if s.N() < 2 {
		return nil
	}
	return Finite(stats.StdDev(s.Values))
}

// CV is sd ÷ mean; absent when the mean is not positive, where it says nothing.
func (s Sample) CV() *float64 { return Over(s.SD(), s.Mean()) }

// Scaled is the sample in a unit of which its own is a part or a multiple.
func (s Sample) Scaled(factor float64) Sample {
	values := make([]float64, len(s.Values))
	for i, v := range s.Values {
		values[i] = v * factor
	}
	return Sample{Values: values, Absent: s.Absent}
}

func (s Sample) Min() *float64 { return s.Percentile(0) }

func (s Sample) Max() *float64 { return s.Percentile(100) }

func (s Sample) Range() *float64 { return Minus(s.Max(), s.Min()) }

// Percentile is the p-th percentile, 0 to 100, by linear interpolation between
// order statistics (R type 7, the definition pandas and the study use): p90 of
// 1..10 is 9.1. Other libraries say 9.63 or 9, so none of theirs is used.
func (s Sample) Percentile(p float64) *float64 {
	if s.N() == 0 {
		return nil
	}
	h := float64(s.N()-1) * p / 100
	i := int(math.Floor(h))
	v := s.Values[i]
	if i+1 < s.N() {
		v += (h - float64(i)) * (s.Values[i+1] - v)
	}
	return Finite(v)
}

// Center is a median with its interval.
type Center struct {
	Median *float64
	Lo, Hi *float64 // absent when there are too few values: six are the least
}

// Center returns the median and its 95 % order-statistic interval, which
// assumes nothing of the distribution.
func (s Sample) Center() Center {
	if s.N() == 0 {
		return Center{}
	}
	b := benchmath.NewSample(slices.Clone(s.Values), &benchmath.DefaultThresholds)
	sum := benchmath.AssumeNothing.Summary(b, Confidence)
	i := interval(sum.Lo, sum.Hi)
	return Center{Finite(sum.Center), i.Lo, i.Hi}
}

// Finite is f as a present quantity, absent when it is not a finite number.
func Finite(f float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

// Over is a ÷ b, absent when either is or when b is not positive: no duration,
// rate or count that we divide by can honestly be zero.
func Over(a, b *float64) *float64 {
	if a == nil || b == nil || *b <= 0 {
		return nil
	}
	return Finite(*a / *b)
}

// Minus is a − b, absent when either is.
func Minus(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return Finite(*a - *b)
}

// Scaled is a × f, absent when a is.
func Scaled(a *float64, f float64) *float64 {
	if a == nil {
		return nil
	}
	return Finite(*a * f)
}

// PerSecond is n ÷ ns as a rate per second.
func PerSecond(n, ns int64) *float64 {
	f, d := float64(n), float64(ns)/1e9
	return Over(&f, &d)
}

// Float is an optional integer as an optional float.
func Float(n *int64) *float64 {
	if n == nil {
		return nil
	}
	return Finite(float64(*n))
}

// Below is a < limit, absent when a is.
func Below(a *float64, limit float64) *bool {
	if a == nil {
		return nil
	}
	b := *a < limit
	return &b
}
