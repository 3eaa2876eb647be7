package selftest

import (
	"math"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Answer is what a runtime made of a case, beside the truth.
type Answer struct {
	Runtime  string     `json:"runtime"`
	Case     string     `json:"case,omitempty"`
	Calls    int        `json:"calls"` // that were made
	True     Quantities `json:"true"`
	Measured Quantities `json:"measured"`
	// GapOffP90 and GapOffP99 are percentiles over every gap of |measured − true|:
	// two lists may have the same percentiles and no gap in common.
	GapOffP90 *float64 `json:"gap_error_p90_ns,omitempty"`
	GapOffP99 *float64 `json:"gap_error_p99_ns,omitempty"`
	Failure   string   `json:"failure,omitempty"` // there is no answer, or none to the case
}

// Quantities are what a case comes to. Times are nanoseconds, medians over its
// calls; percentiles are of the gaps of all its calls. A case with a failed call
// has counts and nothing else.
type Quantities struct {
	Chunks  int      `json:"chunks"` // with text, of all calls
	Failed  int      `json:"failed_calls"`
	TTFT    *float64 `json:"ttft_ns,omitempty"`
	Rate    *float64 `json:"decode_rate,omitempty"` // as the client has it, tok/s
	GapP50  *float64 `json:"gap_p50_ns,omitempty"`
	GapP90  *float64 `json:"gap_p90_ns,omitempty"`
	GapP99  *float64 `json:"gap_p99_ns,omitempty"`
	GapMax  *float64 `json:"gap_max_ns,omitempty"`
	Wall    *float64 `json:"wall_ns,omitempty"` // of a call: from the gun or the agent's call before to its end
	Speedup *float64 `json:"speedup,omitempty"` // measured, of two agents
}

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

// Errors are measured − true.
type Errors struct {
	TTFT, Gap, Wall *float64 // ns; Gap is GapOffP90
	Rate, Speedup   *float64 // relative
}

// Off is what the answer is off by, absent where there is nothing to compare.
func (a *Answer) Off() Errors {
	t, m := &a.True, &a.Measured
	return Errors{
		TTFT: stats.Minus(m.TTFT, t.TTFT), Gap: a.GapOffP90, Wall: stats.Minus(m.Wall, t.Wall),
		Rate: relative(m.Rate, t.Rate), Speedup: relative(m.Speedup, t.Speedup),
	}
}

func relative(measured, truth *float64) *float64 {
	return stats.Over(stats.Minus(measured, truth), truth)
}
