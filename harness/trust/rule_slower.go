package trust

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

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
