package selftest

import (
	"math"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Answer is what a runtime made of a case, beside the truth.
type Answer = record.KnownAnswer

// Quantities are what a case comes to.
type Quantities = record.KnownQuantities

// answer compares the calls of a case; the speedup is that of two passes.
func (c *Case) answer(runtime string, p Pace, calls []call, speedup *float64) Answer {
	a := Answer{Runtime: runtime, Case: c.Name, Calls: len(calls)}
	var measured, truth []*record.Call
	var walls []*float64
	for i := range calls {
		measured, truth = append(measured, &calls[i].measured), append(truth, &calls[i].written)
		walls = append(walls, new(float64(calls[i].measured.EndNS-calls[i].began)))
	}
	a.Measured, a.True = quantities(measured), quantities(truth)
	if a.Measured.Failed == 0 {
		a.Measured.Wall = stats.NewSample(walls).Percentile(50)
		off := gapErrors(measured, truth)
		a.GapOffP90, a.GapOffP99 = off.Percentile(90), off.Percentile(99)
	}
	a.True.Wall, a.True.Speedup, a.Measured.Speedup = c.wall(p), c.speedup(), speedup
	return a
}

// quantities are those that follow from the calls alone.
func quantities(calls []*record.Call) Quantities {
	var q Quantities
	var ttft, rate, gaps []*float64
	for _, c := range calls {
		q.Chunks += c.Chunks
		if c.Error != "" {
			q.Failed++
		}
		ttft, rate = append(ttft, metric.TTFT(c)), append(rate, metric.DecodeClient(c))
		deltas, _ := metric.Gaps(c)
		for _, g := range deltas {
			gaps = append(gaps, new(float64(g)))
		}
	}
	if q.Failed > 0 {
		return q
	}
	q.TTFT, q.Rate = stats.NewSample(ttft).Percentile(50), stats.NewSample(rate).Percentile(50)
	s := stats.NewSample(gaps)
	q.GapP50, q.GapP90, q.GapP99, q.GapMax = s.Percentile(50), s.Percentile(90), s.Percentile(99), s.Max()
	return q
}

// gapErrors goes gap by gap; it is empty where a call has another number of them.
func gapErrors(measured, truth []*record.Call) stats.Sample {
	var off []*float64
	for i := range measured {
		m, _ := metric.Gaps(measured[i])
		t, _ := metric.Gaps(truth[i])
		if len(m) != len(t) {
			return stats.Sample{}
		}
		for k := range m {
			off = append(off, new(math.Abs(float64(m[k]-t[k]))))
		}
	}
	return stats.NewSample(off)
}
