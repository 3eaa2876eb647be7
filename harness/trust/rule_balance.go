package trust

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// callsEach is how the work was cut into calls. It is absent where one imported agent
// does not say: half a count would look like fewer calls.
var callsEach = Quantity{"calls per agent", "", 0, func(r *metric.Row) *float64 {
	calls, agents := 0, 0
	if im := r.Run.Imported; im != nil {
		for _, ag := range im.Agents {
			if ag.Requests == nil {
				return nil
			}
			calls, agents = calls+*ag.Requests, agents+1
		}
	}
	for i := range r.Run.Passes {
		if p := &r.Run.Passes[i]; p.Kind == record.PassConcurrent {
			calls, agents = calls+len(p.Calls), agents+len(p.Agents)
		}
	}
	return stats.Over(stats.Finite(float64(calls)), stats.Finite(float64(agents)))
}}

// unequalWork compares what the agents that ran together did, and how much the agents
// of one runtime did with those of another.
//
// When one is done, the others have the machine to themselves for the rest of the window,
// so contention looks milder than it is. Between runtimes the number of calls matters as
// well: each brings a prompt to evaluate and a TTFT, so two short calls are other work
// than one long one with as many tokens.
//
// The mean ratio of a runtime is judged and not that of each run: replies end where
// the model ends them, so single ratios scatter. A mean cannot see runs that lean to
// opposite sides; its sd is printed beside it and can.
func unequalWork(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var said []string
	for _, groups := range sessions(a.Runtimes[record.SuiteMulti]) {
		for _, g := range groups {
			unequal := false
			for _, q := range tokenRatios(g) {
				f := q.Mean(g)
				if f.Value == nil {
					continue
				}
				figures = append(figures, f)
				if *f.Value < a.WorkLow || *f.Value > a.WorkHigh {
					unequal = true
					said = append(said, fmt.Sprintf("%s: %s averages %s", g.Name, q.Name, f.Spread()))
				}
			}
			if unequal {
				runs = append(runs, runsOf(g.Rows)...)
			}
			figures = append(figures, callsEach.Plain(g))
		}
		if text := unequalCalls(groups); text != "" {
			said = append(said, text)
			for _, g := range groups {
				runs = append(runs, runsOf(g.Rows)...)
			}
		}
	}
	figures = slices.DeleteFunc(figures, func(f record.Figure) bool { return f.Value == nil })
	switch {
	case !slices.ContainsFunc(figures, func(f record.Figure) bool { return f.Name != callsEach.Name }):
		return Skip("No multi-agent run counts the tokens of all agents.")
	case len(said) == 0:
		return Nothing("All agents made as many tokens, and as many calls in every runtime.", figures...)
	}
	return a.Found("Where one agent has less to do it is done sooner, and what is left of the window is not concurrent. "+strings.Join(said, "; ")+".", figures, runs)
}

// tokenRatios are each agent's tokens over the others' mean. Of two agents one ratio says
// it for both.
func tokenRatios(g Group) []Quantity {
	var ids []string
	for _, r := range g.Rows {
		for _, ag := range together(r) {
			if !slices.Contains(ids, ag.Agent) {
				ids = append(ids, ag.Agent)
			}
		}
	}
	slices.Sort(ids)
	switch len(ids) {
	case 0, 1:
		return nil
	case 2:
		return []Quantity{tokensOf(ids[0], ids[1])}
	}
	var out []Quantity
	for _, id := range ids {
		out = append(out, tokensOf(id, "the others"))
	}
	return out
}

// tokensOf counts as the server does: what a client sees are chunks, which may hold
// several tokens. One agent without a count makes the mean of the others another one.
func tokensOf(id, others string) Quantity {
	return Quantity{"tokens, " + id + " ÷ " + others, "", 2, func(r *metric.Row) *float64 {
		var own *float64
		sum, n := 0.0, 0.0
		for _, ag := range together(r) {
			tokens := ag.Whole("tokens")
			switch {
			case tokens == nil:
				return nil
			case ag.Agent == id:
				own = stats.Finite(float64(*tokens))
			default:
				sum, n = sum+float64(*tokens), n+1
			}
		}
		return stats.Over(own, stats.Over(&sum, &n))
	}}
}

// unequalCalls says when the runtimes of a session made different numbers of
// calls, "" when they did not. They are small whole numbers, so any difference is one.
func unequalCalls(groups []Group) string {
	found := Means(callsEach, groups)
	for i := range found {
		found[i].SD = nil
	}
	if slices.ContainsFunc(found, func(f record.Figure) bool { return *f.Value != *found[0].Value }) {
		return "calls per agent differ between runtimes: " + List(found)
	}
	return ""
}

// Three decimals, as the study prints its coefficients.
var (
	signed   = Quantity{Name: "r, signed delta", Decimals: 3}
	absolute = Quantity{Name: "r, absolute delta", Decimals: 3}
)

// correlationSign holds the correlation of the throughput delta with efficiency
// to its own hypothesis. That imbalance costs efficiency is a claim about the
// absolute delta; over signed deltas two opposite imbalances cancel.
//
// The study computes r over the signed one and finds "weak/no correlation" or a positive
// one for all its Rust models; over the absolute delta of the same runs all three are
// negative, one of them nearly -1.
//
// Each runtime and model is asked by itself: over several models the delta and the
// efficiency may both follow the model's size, and over several runtimes of the study one
// axis would have two formulas.
func correlationSign(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var said []string
	for _, g := range a.Models[record.SuiteMulti] {
		s, abs, n := a.correlations(g)
		if s == nil || abs == nil {
			continue
		}
		figures = append(figures, signed.One(g.Name, s, n), absolute.One(g.Name, abs, n))
		if math.Abs(*s-*abs) > a.CorrelationShift {
			said = append(said, fmt.Sprintf("%s r = %s signed, %s absolute", g.Name, record.Say(s, 3), record.Say(abs, 3)))
			runs = append(runs, runsOf(g.Rows)...)
		}
	}
	switch {
	case len(figures) == 0:
		return Skip(fmt.Sprintf("No runtime and model has %d runs with a throughput delta that varies.", a.CorrelationRuns))
	case len(said) == 0:
		return Nothing("Throughput delta against efficiency: r is the same with the sign and without.", figures...)
	}
	f := a.Found("Pearson's r of throughput delta against efficiency changes when the absolute delta is taken, which is what a hypothesis about imbalance means: "+strings.Join(said, "; ")+".", figures, runs)
	if !slices.ContainsFunc(a.Set.Rows, (*metric.Row).Imported) {
		f.Severity = record.SeverityNote // duet prints both r, so none can be taken for the other
	}
	return f
}

// correlations are Pearson's r over the runs that have both quantities, once by the
// signed delta and once by the absolute one. Both are of the same runs, so nothing
// but the sign can move r. It is absent where one of the two never varies. The delta of
// the study's runs is as it computed it, because the coefficient in question is the
// study's.
func (a *Auditor) correlations(g Group) (signed, absolute *float64, n int) {
	var as, without []stats.Pair
	for _, r := range g.Rows {
		d, e := r.D.Get("throughput_delta"), publishedEfficiency(r)
		if r.Imported() {
			d = r.S.ThroughputDelta
		}
		if d == nil || e == nil {
			continue
		}
		as, without = append(as, stats.Pair{X: *d, Y: *e}), append(without, stats.Pair{X: math.Abs(*d), Y: *e})
	}
	if len(as) < a.CorrelationRuns {
		return nil, nil, 0
	}
	return stats.Pearson(as).R, stats.Pearson(without).R, len(as)
}
