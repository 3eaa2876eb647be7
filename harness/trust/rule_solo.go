package trust

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// noSolo looks for pairs without a measured speedup: whatever formula such a
// run has, nothing in it says what one agent alone would have done.
//
// It is an error and no warning. A speedup without a baseline is no weaker speedup
// but another quantity: made of the agents' own wall times it lies between 1 and N
// whatever the machine does. A solo pass from another day is no way out, for whatever
// the machine lost or gained since then would be called contention.
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

// hasSolo asks the passes and not the derived speedup: that is absent for other reasons,
// too, such as a server that counts no tokens.
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
// else the estimate from the single-agent cells. Rules that only need to know on which
// side of 1 a pair lies use it; none prints it, since a mean over both kinds would be
// of two quantities.
func gain(r *metric.Row) *float64 {
	if r.D.Get("speedup_measured") != nil {
		return r.D.Get("speedup_measured")
	}
	return r.TogetherOverSolo
}
