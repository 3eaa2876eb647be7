package metric

import (
	"fmt"
	"math"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// againstOne counts intervals below, above and around 1, the ratio that changes
// nothing. An interval around 1 shows no effect and excludes none.
type againstOne struct{ below, above, around, unknown int }

// known are those that exist.
func (b againstOne) known() int { return b.below + b.above + b.around }

// add counts one interval.
func (b *againstOne) add(lo, hi *float64) {
	switch {
	case lo == nil || hi == nil:
		b.unknown++
	case *hi < 1:
		b.below++
	case *lo > 1:
		b.above++
	default:
		b.around++
	}
}

// secondAgent says what a second agent costs or buys, where the session measured
// the agents alone. It gives advice only where every cell with an interval says the
// same; for the rest the counts must do.
func (v *view) secondAgent() []string {
	if !v.any(measured.of) {
		return nil
	}
	var b againstOne
	for _, g := range v.multi.cells {
		s := v.serve(g)
		b.add(s.Lo, s.Hi)
	}
	if b.known() == 0 {
		return sentence("Second agent: no cell has the %d measured runs that an interval needs, so neither a cost nor a gain is shown.", v.bootstrap.Least)
	}
	out := fmt.Sprintf("Second agent: over the runs of a cell, tok/s together ÷ tok/s taking turns is below 1 (it costs) in %d, above 1 (it buys) in %d and not distinguishable from 1 in %d of %s, by 95 %% intervals.",
		b.below, b.above, b.around, numbered(b.known(), "cell"))
	switch {
	case b.below == b.known():
		out += " Run the agents one after the other."
	case b.above == b.known():
		out += " Run them together."
	}
	return []string{out + withoutInterval(b)}
}

// withoutInterval says how many cells have none.
func withoutInterval(b againstOne) string {
	if b.unknown == 0 {
		return ""
	}
	return fmt.Sprintf(" %s too few runs for an interval.", has(b.unknown, "cell"))
}

// has is the beginning of that sentence, for one and for more.
func has(n int, what string) string {
	if n == 1 {
		return "1 more " + what + " has"
	}
	return fmt.Sprintf("%d more %ss have", n, what)
}

// secondAgentEstimate says the same of runs without a solo pass, from the single
// suite.
func (v *view) secondAgentEstimate() []string {
	if v.any(measured.of) || !v.any(togetherOverSolo.of) {
		return nil
	}
	var slower, n int
	var by []string
	for _, g := range v.multi.runtimes {
		s := g.efficiency(togetherOverSolo)
		if s.N() == 0 {
			continue
		}
		by = append(by, g.First().Cell.Runtime()+" "+spread(s, 2))
		n += s.N()
		for _, r := range s.Values {
			if r < 1 {
				slower++
			}
		}
	}
	out := fmt.Sprintf("Second agent: in %d of %s the agents together gave fewer tokens per second than one agent alone decodes; together ÷ solo is %s.", slower, numbered(n, "run"), list(by))
	switch slower {
	case n:
		out += " On these runs the second agent bought nothing: run the agents one after the other."
	case 0:
		out += " On these runs the second agent bought something."
	}
	return []string{out + " It is an estimate: prompts and options of the two suites differ; a solo pass in the same session would settle it."}
}

// contention counts the runs that the study's rule flags, applied to every
// runtime alike.
func (v *view) contention() []string {
	// Published speedups are those of the study's pairs: N is 2.
	rule := 2 * contendedTR116
	var flagged, n int
	var by []string
	for _, g := range v.multi.runtimes {
		s := g.Sample(func(r *Row) *float64 { return r.S.Speedup })
		hits := 0
		for _, f := range s.Values {
			if f < rule {
				hits++
			}
		}
		flagged, n = flagged+hits, n+s.N()
		by = append(by, fmt.Sprintf("%s %d of %d", g.First().Cell.Runtime(), hits, s.N()))
	}
	if n == 0 {
		return nil
	}
	return sentence("Contention: the study's rule (published speedup < %.1f), applied to every runtime, flags %d of %s (%s). It sees how the agents' times overlap, not how much they slow each other down, so a run without the flag is not one without contention.",
		rule, flagged, numbered(n, "run"), list(by))
}

// warmUp looks for runtimes whose first runs stand apart, by the test and by a size
// that is worth a warm-up: with many cells a test finds differences of no matter.
func (v *view) warmUp() []string {
	items, _ := v.begun(v.multi.runtimes)
	var out []string
	for _, b := range items {
		if b.def.name != measured.name && b.def.name != published.name {
			continue
		}
		if b.adjusted == nil || *b.adjusted >= stats.Alpha || math.Abs(*b.beginning.Difference) < worthWarmUp {
			continue
		}
		out = append(out, fmt.Sprintf("%s run 1 of each cell averages %s (%s, n = %d) and later runs %s (n = %d)",
			b.First().Cell.Runtime(), record.Say(b.beginning.First, 2), b.def.name, b.beginning.NFirst, record.Say(b.beginning.Rest, 2), b.beginning.N))
	}
	if len(out) == 0 {
		return nil
	}
	return sentence("Warm up before the first timed run: %s; p < %.2f after Holm.", list(out), stats.Alpha)
}

// imbalance warns of a correlation whose sign is an artefact of the delta's. It
// looks only where deltas have both signs: with one sign alone the turn is
// arithmetic.
func (v *view) imbalance() []string {
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
				c.First().Cell.Model(), c.First().Cell.Runtime(), record.Say(c.signed.R, 3), record.Say(c.absolute.R, 3), c.signed.N))
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
func (v *view) tuning() []string {
	var b againstOne
	var immaterial int
	for _, g := range v.single.models {
		c := g.Sample(ratio).Center()
		b.add(c.Lo, c.Hi)
		if c.Lo != nil && *c.Lo > 1-immaterialShare && *c.Hi < 1+immaterialShare {
			immaterial++
		}
	}
	if b.known() == 0 {
		return nil
	}
	out := fmt.Sprintf("Tuned options, one agent: by model and runtime the 95 %% interval of tuned ÷ baseline decode rate lies below 1 in %d, above 1 in %d and includes 1 in %d of %d.",
		b.below, b.above, b.around, b.known())
	if immaterial > 0 {
		out += fmt.Sprintf(" In %d it is within %.0f %% of 1, where the options change nothing worth having.", immaterial, 100*immaterialShare)
	}
	return []string{out}
}
