package selftest

import (
	"math"

	"github.com/chimeraforge/duet/harness/stats"
)

func percentile(values []*float64, p float64) float64 {
	if v := stats.NewSample(values).Percentile(p); v != nil {
		return *v
	}
	return 0
}

// spread is how far values are from their median: the 99th percentile. An error
// that all calls have alike is in the passes that are compared alike; this one
// is not.
func spread(values []*float64) float64 {
	middle := percentile(values, 50)
	var off []*float64
	for _, v := range values {
		d := math.Abs(*v - middle)
		off = append(off, &d)
	}
	return percentile(off, 99)
}
