package trust

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// How the work was shared in a pair, and how it was cut into calls.
var (
	tokenRatio = Quantity{"tokens, collector ÷ insight", "", 2, tokensOver}
	callsEach  = Quantity{"calls per agent", "", 0, callsPerAgent}
)

// unequalWork compares what the agents of a pair did, and how much the agents
// of one runtime did with those of another.
//
// A pair is only a pair while both agents are busy. When one is done, the other has
// the machine to itself for the rest of the window: contention is measured for a
// part of it and averaged over all, so it looks milder than it is.
//
// Between runtimes the number of calls matters as well. Each call brings a prompt to
// evaluate and a TTFT, so two short calls are other work than one long one with as
// many tokens. The study's Python agents make one call and its Rust agents two.
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
			f := tokenRatio.Mean(g)
			if f.Value == nil {
				continue
			}
			figures = append(figures, f, callsEach.Plain(g))
			if *f.Value < a.WorkLow || *f.Value > a.WorkHigh {
				said = append(said, fmt.Sprintf("%s: the collector's tokens over the insight agent's average %s", g.Name, f.Spread()))
				runs = append(runs, runsOf(g.Rows)...)
			}
		}
		if text := unequalCalls(groups); text != "" {
			said = append(said, text)
			for _, g := range groups {
				runs = append(runs, runsOf(g.Rows)...)
			}
		}
	}
	switch {
	case len(figures) == 0:
		return Skip("No dual-agent run counts the tokens of both agents.")
	case len(said) == 0:
		return Nothing("Both agents made as many tokens, and as many calls in every runtime.", figures...)
	}
	return a.Found("Where one agent has less to do it is done sooner, and what is left of the window is not concurrent. "+strings.Join(said, "; ")+".", figures, runs)
}

// unequalCalls says when the runtimes of a session made different numbers of
// calls, "" when they did not. They are small whole numbers, so any difference is one.
func unequalCalls(groups []Group) string {
	var found []record.Figure
	for _, g := range groups {
		if f := callsEach.Plain(g); f.Value != nil {
			found = append(found, f)
		}
	}
	for _, f := range found {
		if *f.Value != *found[0].Value {
			return "calls per agent differ between runtimes: " + List(found)
		}
	}
	return ""
}

// tokensOver is collector over insight in the concurrent pass, by the server's count of
// tokens: what a client sees are chunks, which may hold several.
func tokensOver(r *metric.Row) *float64 {
	c, i := agent(r, record.PassConcurrent, metric.Collector).Whole("tokens"), agent(r, record.PassConcurrent, metric.Insight).Whole("tokens")
	if c == nil || i == nil {
		return nil
	}
	return stats.Over(stats.Finite(float64(*c)), stats.Finite(float64(*i)))
}

// callsPerAgent is the mean over the agents of a pair. It is absent where one imported
// agent does not say: half a count would look like fewer calls.
func callsPerAgent(r *metric.Row) *float64 {
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
}
