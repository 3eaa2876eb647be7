package metric

import (
	"fmt"
	"math"

	"github.com/chimeraforge/duet/harness/stats"
)

// warmUp looks for runtimes whose first runs stand apart, by the test and by a size
// that is worth a warm-up: with many cells a test finds differences of no matter.
func (x Thresholds) warmUp(v *view) []string {
	items, _ := v.begun(v.multi.runtimes)
	var out []string
	for _, b := range items {
		if b.def.name != measured.name && b.def.name != published.name {
			continue
		}
		if b.adjusted == nil || *b.adjusted >= x.Level || math.Abs(*b.beginning.Difference) < x.Cold {
			continue
		}
		out = append(out, fmt.Sprintf("%s run 1 of each cell averages %s (%s, n = %d) and later runs %s (n = %d)",
			b.First().Cell.Runtime(), fixed(b.beginning.First, 2), b.def.name, b.beginning.NFirst, fixed(b.beginning.Rest, 2), b.beginning.N))
	}
	if len(out) == 0 {
		return nil
	}
	return sentence("Warm up before the first timed run: %s; p < %.2f after Holm.", list(out), x.Level)
}

// imbalance warns of a correlation whose sign is an artefact of the delta's. It
// looks only where deltas have both signs: with one sign alone the turn is
// arithmetic.
func (x Thresholds) imbalance(v *view) []string {
	items, _ := v.correlated()
	def := measured
	if v.any(published.of) {
		def = published
	}
	var turned []string
	n := 0
	for _, c := range items {
		if c.def.name != def.name || c.turns() == nil || !c.crosses {
			continue
		}
		n++
		if *c.turns() {
			turned = append(turned, fmt.Sprintf("%s under %s (r = %s signed, %s absolute, n = %d)",
				c.First().Cell.Model(), c.First().Cell.Runtime(), fixed(c.signed.R, 3), fixed(c.absolute.R, 3), c.signed.N))
		}
	}
	if len(turned) == 0 {
		return nil
	}
	return sentence("Imbalance: quote the correlation with the absolute throughput delta; with the signed one its sign turns in %d of the %d cases that have deltas of both signs: %s.", len(turned), n, list(turned))
}

// ratio is tuned over baseline decode rate within a run, of means of calls.
func ratio(r *Row) *float64 { return stats.Scaled(percentOf(r.S.TunedRate, r.S.BaselineRate), 0.01) }

// tuning says whether the tuned options change the decode rate of one agent. An
// interval around 1 is two things, no effect or too few runs; one that is narrow
// and around 1 is counted by itself, since that is the evidence for no effect.
func (x Thresholds) tuning(v *view) []string {
	var b beside
	var immaterial int
	for _, g := range v.single.models {
		c := g.Sample(ratio).Center()
		b.add(c.Lo, c.Hi)
		if c.Lo != nil && *c.Lo > 1-x.Immaterial && *c.Hi < 1+x.Immaterial {
			immaterial++
		}
	}
	if b.known() == 0 {
		return nil
	}
	out := fmt.Sprintf("Tuned options, one agent: by model and runtime the 95 %% interval of tuned ÷ baseline decode rate lies below 1 in %d, above 1 in %d and includes 1 in %d of %d.",
		b.below, b.above, b.around, b.known())
	if immaterial > 0 {
		out += fmt.Sprintf(" In %d it is within %.0f %% of 1, where the options change nothing worth having.", immaterial, 100*x.Immaterial)
	}
	return []string{out}
}
