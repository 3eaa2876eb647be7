package stats

import (
	"slices"
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

// median is that of ascending values.
func median(ascending []float64) *float64 {
	return Sample{Values: ascending}.Percentile(50)
}
