package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Quantities that tables and plots show besides the table of metrics: ratios
// within a run, and one agent's numbers.

// etaOf picks an agent's rate together over its rate alone.
func etaOf(id string) pick {
	return func(r *Row) *float64 { return FindAgent(&r.D, record.PassConcurrent, id).Get("eta") }
}

// ttftRatio is tuned over baseline TTFT.
func ttftRatio(r *Row) *float64 {
	return stats.Over(meanIn(record.PassTuned, ttftNS)(r), meanIn(record.PassBaseline, ttftNS)(r))
}

// FirstTokens is the agents' mean TTFT together over that alone.
func FirstTokens(r *Row) *float64 {
	return stats.Over(meanIn(record.PassConcurrent, ttftNS)(r), meanIn(record.PassSolo, ttftNS)(r))
}
