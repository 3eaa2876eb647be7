package trust

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// noSolo looks for agents together without a measured speedup: whatever formula such a
// run has, nothing in it says what one agent alone would have done.
//
// It is an error and no warning: made of the agents' own wall times, a speedup lies
// between 1 and N whatever the machine does. A solo pass from another day is no way out:
// whatever the machine lost or gained since then would be called contention.
func noSolo(a *Auditor) record.Finding {
	groups := a.Together()
	if len(groups) == 0 {
		return Skip(noneTogether)
	}
	var figures []record.Figure
	var runs []*record.Run
	total := 0
	for _, g := range groups {
		without := slices.DeleteFunc(runsOf(g.Rows), hasSolo)
		total += len(g.Rows)
		runs = append(runs, without...)
		figures = append(figures, Count(g.Name, "without a solo pass", "runs", len(without), len(g.Rows)))
	}
	if len(runs) == 0 {
		return Nothing(fmt.Sprintf("All %d multi-agent runs measure each agent alone, in the same session.", total), figures...)
	}
	return a.Found(fmt.Sprintf("%d of %d multi-agent runs have no solo pass. Their speedup can only come from the agents' own times while they are together, which is near N whenever they start and end together, however slowly: it cannot see contention.", len(runs), total), figures, runs)
}

// hasSolo asks the passes and not the derived speedup: that is absent for other reasons,
// too, such as a server that counts no tokens.
func hasSolo(r *record.Run) bool {
	if r.Imported != nil {
		return slices.ContainsFunc(r.Imported.Agents, func(a record.ImportedAgent) bool { return a.Pass == record.PassSolo })
	}
	return slices.ContainsFunc(r.Passes, func(p record.Pass) bool { return p.Kind == record.PassSolo })
}

// gain is what agents together gave over one: measured where there is a solo pass, else
// the estimate from the single-agent cells. Rules that only need to know on which side
// of 1 a run lies use it; none prints it, since a mean over both kinds would be of two
// quantities.
func gain(r *metric.Row) *float64 {
	if v := speedup.Of(r); v != nil {
		return v
	}
	return r.TogetherOverSolo
}

// What agents together gave over one, measured and by a second estimate, without prompt
// time: what they decode at together over what one does alone. The first estimate divides
// tokens by a window that has the prompts in it, and compares that with a rate that has
// not, so the prompts make it too low. Where both are below one, prompts cannot be the
// reason.
var (
	speedup   = Quantity{"speedup measured", "", 2, func(r *metric.Row) *float64 { return r.D.Get("speedup_measured") }}
	decodeSum = Quantity{"sum of decode rates ÷ solo", "", 2, decodeOverSolo}
)

// slowerPair counts the runs in which agents together gave fewer tokens per second than
// one.
//
// "95 % efficiency" reads as nearly N times the work. It is compatible with less work
// than one agent does alone, when several wait for one GPU: each takes the time that it
// waits for the others as its own. The threshold is 1 and no Limit: below it, taking
// turns would have been done sooner.
func slowerPair(a *Auditor) record.Finding {
	groups := a.Together()
	var figures []record.Figure
	var runs []*record.Run
	known := 0
	for _, g := range groups {
		slow, of := slower(g)
		if of == 0 {
			continue
		}
		known += of
		runs = append(runs, slow...)
		figures = append(figures, Count(g.Name, "together slower than one agent", "runs", len(slow), of))
		for _, q := range []Quantity{speedup, estimate, decodeSum} {
			figures = append(figures, Means(q, []Group{g})...)
		}
	}
	switch {
	case len(groups) == 0:
		return Skip(noneTogether)
	case known == 0:
		return Skip("No multi-agent run has a solo pass, and no single-agent run of the same session, runtime and model says what one agent does alone.")
	case len(runs) == 0:
		return Nothing(fmt.Sprintf("In all %d runs the agents together gave more tokens per second than one.", known), figures...)
	}
	f := a.Found(slowerText(groups, len(runs), known), figures, runs)
	if len(unmeasuredGain(groups)) == 0 {
		f.Severity = record.SeverityNote // measured, so it is the result and no doubt about it
	}
	return f
}

// slower lists a group's slow runs. A run without a gain is not known to be fast, so it
// is in neither number.
func slower(g Group) (slow []*record.Run, known int) {
	for _, r := range g.Rows {
		if v := gain(r); v != nil {
			known++
			if *v < 1 {
				slow = append(slow, r.Run)
			}
		}
	}
	return slow, known
}

// slowerText says it with its figures, and keeps what was measured apart from what was
// estimated: a reader must be able to throw the estimate away.
func slowerText(groups []Group, slow, known int) string {
	text := fmt.Sprintf("In %d of %d runs the agents together gave fewer tokens per second than one alone: more agents bought nothing there.", slow, known)
	if m := Means(speedup, groups); len(m) > 0 {
		text += " Speedup measured: " + List(m) + "."
	}
	if e := unmeasuredGain(groups); len(e) > 0 {
		text += fmt.Sprintf(" Where there is no solo pass this is an estimate, tokens per wall second of all agents over the mean decode rate of the model's single-agent cells: %s. Solo and multi-agent cells differ in prompt and options, and a decode rate leaves prompt time out; the sum of the agents' decode rates over the same solo rate gives %s.",
			List(Means(estimate, e)), List(Means(decodeSum, e)))
	}
	return text
}

// unmeasuredGain are the groups that have only the estimate.
func unmeasuredGain(groups []Group) []Group {
	return slices.DeleteFunc(slices.Clone(groups), func(g Group) bool {
		return speedup.Mean(g).Value != nil || estimate.Mean(g).Value == nil
	})
}

// decodeOverSolo takes the solo rate from the estimate, which divided by it, so that
// the two estimates are over one and the same rate. An agent's rate is the mean of its
// calls' as the study states it, Σ tokens / Σ eval time in duet's runs; one agent
// without its rate makes the sum another quantity.
func decodeOverSolo(r *metric.Row) *float64 {
	var rates []*float64
	if im := r.Run.Imported; im != nil {
		for _, ag := range im.Agents {
			if ag.Pass == record.PassConcurrent {
				rates = append(rates, ag.DecodeMean)
			}
		}
	} else {
		for _, ag := range together(r) {
			rates = append(rates, ag.Get("decode_server"))
		}
	}
	sum := 0.0
	for _, rate := range rates {
		if rate == nil {
			return nil
		}
		sum += *rate
	}
	if len(rates) == 0 {
		return nil
	}
	return stats.Over(&sum, stats.Over(r.D.Get("aggregate_rate"), r.TogetherOverSolo))
}

// together are what was derived of the agents in the concurrent pass. A derived agent
// stands once for each pass.
func together(r *metric.Row) []record.AgentDerived {
	return slices.DeleteFunc(slices.Clone(r.D.Agents), func(a record.AgentDerived) bool { return a.Pass != record.PassConcurrent })
}

// contentionRule applies the study's rule, speedup < 0.75 N, to every run's own
// published speedup, and compares the flags with those that the study printed: its Python
// never computes the flag, and an absent flag prints as "no", which is read as a
// difference of runtimes.
//
// Even applied evenly the rule sees little (see noSolo). That is why the runs that gave
// less together than one agent alone are counted beside it.
func contentionRule(a *Auditor) record.Finding {
	groups := a.Together()
	if len(groups) == 0 {
		return Skip(noneTogether)
	}
	var t tally
	var figures []record.Figure
	for _, g := range groups {
		figures = append(figures, t.count(a, g)...)
	}
	if len(t.studied) == 0 {
		return Nothing(fmt.Sprintf("One rule for all %d runs. By the study's rule %d of them are contended, by what was measured %d.", t.runs, t.client, t.slower), figures...)
	}
	if len(t.differ) == 0 {
		return Nothing(fmt.Sprintf("The printed flags are those of one rule: %d of %d runs.", t.printed, t.runs), figures...)
	}
	return a.Found(fmt.Sprintf("Flagged as contended: %d of %d runs. The same rule (a speedup below %.2f N) on the same published speedups flags %d: %s. On one formula for all, the client's, it flags %d. Neither formula can see contention: %s gave less together than one agent.",
		t.printed, t.runs, a.ContentionTR116, len(t.ruled), strings.Join(t.said, ", "), t.client, Things(t.slower, "run")), figures, t.ruled)
}

// tally counts runs by the ways to call them contended. ruled, differ and studied
// are about runs that publish a speedup: those that the rule flags, those whose
// printed flag is not the rule's, and all of them.
type tally struct {
	runs, printed, client, slower int
	ruled, differ, studied        []*record.Run
	said                          []string
}

// count adds a group and makes its figures: what the tally grew by. A group in which
// no run publishes a speedup has no printed flags, and a row of zeros would say that
// it printed "no" throughout.
func (t *tally) count(a *Auditor, g Group) []record.Figure {
	before := *t
	for _, r := range g.Rows {
		t.see(a, r)
	}
	n, ruled := len(g.Rows), len(t.ruled)-len(before.ruled)
	if ruled > 0 {
		t.said = append(t.said, fmt.Sprintf("%s %d", g.Name, ruled))
	}
	out := []record.Figure{
		Count(g.Name, "flagged by the client formula", "runs", t.client-before.client, n),
		Count(g.Name, "together slower than one agent", "runs", t.slower-before.slower, n),
	}
	if len(t.studied) == len(before.studied) {
		return out
	}
	return append([]record.Figure{
		Count(g.Name, "flagged as printed", "runs", t.printed-before.printed, n),
		Count(g.Name, "flagged by one rule on published speedups", "runs", ruled, n),
	}, out...)
}

// see adds a run. What the client's formula flags and what was slower is counted of
// every run, duet's own included; the rest only of runs that publish a speedup, since
// that is what their printed flag is held to. An absent flag is read as the study
// printed it: "no".
func (t *tally) see(a *Auditor, r *metric.Row) {
	yes := func(b *bool) bool { return b != nil && *b }
	t.runs++
	if yes(r.D.Flag("contention_tr116")) {
		t.client++
	}
	if v := gain(r); v != nil && *v < 1 {
		t.slower++
	}
	im := r.Run.Imported
	if im == nil || im.Published == nil || im.Published.Speedup == nil {
		return
	}
	t.studied = append(t.studied, r.Run)
	ruled := *im.Published.Speedup < a.ContentionTR116*float64(len(together(r)))
	if ruled {
		t.ruled = append(t.ruled, r.Run)
	}
	if yes(im.Published.Contention) {
		t.printed++
	}
	if ruled != yes(im.Published.Contention) {
		t.differ = append(t.differ, r.Run)
	}
}
