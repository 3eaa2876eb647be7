package trust

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

var left = Quantity{"wall − slower agent", "ms", 2, leftMS}

// coordination says how much of a pair's wall time is left after the slower
// agent's own: all that a client can have spent on keeping two agents going.
func coordination(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	high := false
	for _, g := range a.Pairs() {
		f := left.Mean(g)
		if f.Value == nil {
			continue
		}
		share := metric.SampleOf(ofStudy(g.Rows), leftShare).Mean()
		figures = append(figures, f)
		high = high || share != nil && *share > a.Coordination
		runs = append(runs, runsOf(g.Rows)...)
	}
	if len(figures) == 0 {
		return Skip("In duet's runs the wall time is the slower agent's by definition, so nothing can be left.")
	}
	if high {
		return a.Found(fmt.Sprintf("More than %.0f %% of the wall time is left after the slower agent's own time: %s. That part is the client's.", 100*a.Coordination, List(figures)), figures, runs)
	}
	return a.Found("Wall time minus the slower agent's own time averages "+List(figures)+": there was no client-side coordination cost to explain.", figures, runs)
}

// leftMS is absent in duet's runs, where it is zero by definition.
func leftMS(r *metric.Row) *float64 {
	im := r.Run.Imported
	if im == nil || im.WallNS == nil {
		return nil
	}
	var slowest *float64
	for _, ag := range im.Agents {
		if ag.Pass != record.PassConcurrent {
			continue
		}
		if ag.WallNS == nil {
			return nil
		}
		if slowest == nil || *ag.WallNS > *slowest {
			slowest = ag.WallNS
		}
	}
	v := stats.Minus(im.WallNS, slowest)
	if v == nil {
		return nil
	}
	return stats.Finite(*v / 1e6)
}

func leftShare(r *metric.Row) *float64 {
	v := leftMS(r)
	if v == nil {
		return nil
	}
	return stats.Over(stats.Finite(*v*1e6), r.Run.Imported.WallNS)
}
