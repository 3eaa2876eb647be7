package audit

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

var left = quantity{"wall − slower agent", "ms", 2, leftMS}

// coordination says how much of a pair's wall time is left after the slower
// agent's own: all that a client can have spent on keeping two agents going.
func coordination(a *auditor) Finding {
	var figures []Figure
	var runs []*metrics.Run
	high := false
	for _, g := range a.pairs() {
		f := left.mean(g)
		if f.Value == nil {
			continue
		}
		share := analysis.SampleOf(ofStudy(g.Rows), leftShare).Mean()
		figures = append(figures, f)
		high = high || share != nil && *share > a.Coordination
		runs = append(runs, runsOf(g.Rows)...)
	}
	if len(figures) == 0 {
		return skip("In duet's runs the wall time is the slower agent's by definition, so nothing can be left.")
	}
	if high {
		return a.found(fmt.Sprintf("More than %.0f %% of the wall time is left after the slower agent's own time: %s. That part is the client's.", 100*a.Coordination, list(figures)), figures, runs)
	}
	return a.found("Wall time minus the slower agent's own time averages "+list(figures)+": there was no client-side coordination cost to explain.", figures, runs)
}

// leftMS is absent in duet's runs, where it is zero by definition.
func leftMS(r *analysis.Row) *float64 {
	im := r.Run.Imported
	if im == nil || im.WallNS == nil {
		return nil
	}
	var slowest *float64
	for _, ag := range im.Agents {
		if ag.Pass != metrics.PassConcurrent {
			continue
		}
		if ag.WallNS == nil {
			return nil
		}
		if slowest == nil || *ag.WallNS > *slowest {
			slowest = ag.WallNS
		}
	}
	v := analysis.Minus(im.WallNS, slowest)
	if v == nil {
		return nil
	}
	return analysis.Finite(*v / 1e6)
}

func leftShare(r *analysis.Row) *float64 {
	v := leftMS(r)
	if v == nil {
		return nil
	}
	return analysis.Over(analysis.Finite(*v*1e6), r.Run.Imported.WallNS)
}
