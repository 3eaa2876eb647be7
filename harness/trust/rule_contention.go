package trust

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
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

// What a pair gave over one agent, measured and by two estimates.
var (
	speedup = Quantity{"speedup measured", "", 2, func(r *metric.Row) *float64 { return r.D.Get("speedup_measured") }}
	// decodeSum is a second estimate, without prompt time: what the study's two agents
	// decode at over what one does alone. The first divides tokens by a window that
	// has the prompts in it, and compares that with a rate that has not, so the
	// prompts make it too low. Where both are below one, prompts cannot be the reason.
	decodeSum = Quantity{"sum of decode rates ÷ solo", "", 2, decodeOverSolo}
)

// slowerPair counts the pairs that gave fewer tokens per second than one agent.
//
// "95 % efficiency" reads as nearly twice the work. It is compatible with less work
// than one agent does alone, when two of them wait for one GPU: each takes the time
// that it waits for the other as its own. By the estimate below all dual-agent runs of the study are like that.
//
// The threshold is 1 and no Limit, since it is no matter of taste: below it, taking
// turns would have been done sooner.
func slowerPair(a *Auditor) record.Finding {
	groups := a.Pairs()
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
		figures = append(figures, Count(g.Name, "pair slower than one agent", "runs", len(slow), of))
		for _, q := range []Quantity{speedup, estimate, decodeSum} {
			if f := q.Mean(g); f.Value != nil {
				figures = append(figures, f)
			}
		}
	}
	switch {
	case len(groups) == 0:
		return Skip(NoPairs)
	case known == 0:
		return Skip("No dual-agent run has a solo pass, and no single-agent run of the same session, runtime and model says what one agent does alone.")
	case len(runs) == 0:
		return Nothing(fmt.Sprintf("In all %d runs two agents together gave more tokens per second than one.", known), figures...)
	}
	f := a.Found(slowerText(groups, len(runs), known), figures, runs)
	if len(without(groups)) == 0 {
		f.Severity = record.SeverityNote // measured, so it is the result and no doubt about it
	}
	return f
}

// slower lists a group's slow runs. A run without a gain is not known to be fast, so it
// is in neither number.
func slower(g Group) (slow []*record.Run, known int) {
	for i := range g.Rows {
		v := gain(g.Rows[i])
		if v == nil {
			continue
		}
		known++
		if *v < 1 {
			slow = append(slow, g.Rows[i].Run)
		}
	}
	return slow, known
}

// slowerText says it with its figures, and keeps what was measured apart from what was
// estimated: a reader must be able to throw the estimate away.
func slowerText(groups []Group, slow, known int) string {
	text := fmt.Sprintf("In %d of %d runs two agents together gave fewer tokens per second than one agent alone: the second agent bought nothing there.", slow, known)
	if m := Means(speedup, groups); len(m) > 0 {
		text += " Speedup measured: " + List(m) + "."
	}
	if e := without(groups); len(e) > 0 {
		text += fmt.Sprintf(" Where there is no solo pass this is an estimate, tokens per wall second of both agents over the mean decode rate of the model's single-agent cells: %s. Solo and dual cells differ in prompt and options, and a decode rate leaves prompt time out; the sum of the agents' two decode rates over the same solo rate gives %s.",
			List(Means(estimate, e)), List(Means(decodeSum, e)))
	}
	return text
}

// without are the groups that have only the estimate.
func without(groups []Group) []Group {
	var out []Group
	for _, g := range groups {
		if speedup.Mean(g).Value == nil && estimate.Mean(g).Value != nil {
			out = append(out, g)
		}
	}
	return out
}

// decodeOverSolo takes the solo rate from the estimate, which divided by it, so that
// the two estimates are over one and the same rate.
func decodeOverSolo(r *metric.Row) *float64 {
	c, i := decodeRate(r, metric.Collector), decodeRate(r, metric.Insight)
	solo := stats.Over(r.D.Get("aggregate_rate"), r.TogetherOverSolo)
	if c == nil || i == nil {
		return nil
	}
	return stats.Over(stats.Finite(*c+*i), solo)
}

// decodeRate is an agent's decode rate in the pair: the mean of its calls'
// rates as the study states it, Σ tokens / Σ eval time in duet's runs.
func decodeRate(r *metric.Row, id string) *float64 {
	if im := r.Run.Imported; im != nil {
		for i := range im.Agents {
			if im.Agents[i].Agent == id && im.Agents[i].Pass == record.PassConcurrent {
				return im.Agents[i].DecodeMean
			}
		}
		return nil
	}
	return agent(r, record.PassConcurrent, id).Get("decode_server")
}

// agent is what was derived of an agent in a pass; nothing, in which every quantity is
// absent, where it took no part.
func agent(r *metric.Row, pass, id string) record.AgentDerived {
	for _, a := range r.D.Agents {
		if a.Pass == pass && a.Agent == id {
			return a
		}
	}
	return record.AgentDerived{}
}

// contentionRule applies the study's rule, speedup < 0.75 N, to every run's own
// published speedup, and compares the flags with those that the study printed.
// Beside it: the same rule on one formula for all, and what was measured.
//
// "No contention" in one row of a table and "contention" in another is read as a
// difference of runtimes. In the study it is a difference of programs: its Python
// never computes the flag, and an absent flag prints as "no".
//
// Even applied evenly the rule sees little. A speedup made of times inside the
// pair is near N whenever the agents begin and end together, however slowly. That
// is why the runs that gave less together than one agent alone are counted beside
// it: nothing but a comparison with one agent alone can see contention.
func contentionRule(a *Auditor) record.Finding {
	groups := a.Pairs()
	if len(groups) == 0 {
		return Skip(NoPairs)
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
// that is what their printed flag is held to.
func (t *tally) see(a *Auditor, r *metric.Row) {
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
	ruled := *im.Published.Speedup < a.ContentionTR116*together(im)
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

// together is how many agents of an imported run were one pair: the N of the rule,
// which is a share of N so that it does not hang on there being two.
func together(im *record.Imported) float64 {
	n := 0.0
	for _, ag := range im.Agents {
		if ag.Pass == record.PassConcurrent {
			n++
		}
	}
	return n
}

// yes reads an absent flag as the study printed it: "no".
func yes(b *bool) bool { return b != nil && *b }
