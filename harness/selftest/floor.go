package selftest

import (
	"math"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Floor is what every run of the runtime carries of its reading, in nanoseconds
// of a backend that has scale of them in one of the host's; nil where there is
// no reading.
func (r Reading) Floor(scale float64) *record.Meter {
	if r.Failure != "" {
		return nil
	}
	ns := func(v float64) int64 { return int64(math.Round(v * scale)) }
	return &record.Meter{
		TTFTErrorNS: ns(r.TTFTNS), TTFTSpreadNS: ns(r.TTFTOffNS),
		CallErrorNS: ns(r.CallNS), CallSpreadNS: ns(r.CallOffNS),
	}
}

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
