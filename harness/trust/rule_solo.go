package trust

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// noSolo looks for pairs without a measured speedup: whatever formula such a
// run has, nothing in it says what one agent alone would have done.
func noSolo(a *Auditor) record.Finding {
	groups := a.Pairs()
	if len(groups) == 0 {
		return Skip(NoPairs)
	}
	var figures []record.Figure
	var runs []*record.Run
	total := 0
	for _, g := range groups {
		var without []*record.Run
		for _, r := range g.Rows {
			if !hasSolo(r.Run) {
				without = append(without, r.Run)
			}
		}
		total += len(g.Rows)
		runs = append(runs, without...)
		figures = append(figures, Count(g.Name, "without a solo pass", "runs", len(without), len(g.Rows)))
	}
	if len(runs) == 0 {
		return Nothing(fmt.Sprintf("All %d dual-agent runs measure each agent alone, in the same session.", total), figures...)
	}
	return a.Found(fmt.Sprintf("%d of %d dual-agent runs have no solo pass. Their speedup can only come from the agents' own times inside the pair, which is near N whenever the agents start and end together, however slowly: it cannot see contention.", len(runs), total), figures, runs)
}

func hasSolo(r *record.Run) bool {
	if im := r.Imported; im != nil {
		for _, ag := range im.Agents {
			if ag.Pass == record.PassSolo {
				return true
			}
		}
		return false
	}
	for i := range r.Passes {
		if r.Passes[i].Kind == record.PassSolo {
			return true
		}
	}
	return false
}

// gain is what a pair gave over one agent: measured where there is a solo pass,
// else the estimate from the single-agent cells.
func gain(r *metric.Row) *float64 {
	if r.D.Get("speedup_measured") != nil {
		return r.D.Get("speedup_measured")
	}
	return r.TogetherOverSolo
}
