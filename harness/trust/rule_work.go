package trust

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

var (
	tokenRatio = Quantity{"tokens, collector ÷ insight", "", 2, tokensOver}
	callsEach  = Quantity{"calls per agent", "", 0, callsPerAgent}
)

// unequalWork compares what the agents of a pair did, and how much the agents
// of one runtime did with those of another.
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
// calls, "" when they did not.
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

func tokensOver(r *metric.Row) *float64 {
	c, i := agent(r, record.PassConcurrent, metric.Collector).Whole("tokens"), agent(r, record.PassConcurrent, metric.Insight).Whole("tokens")
	if c == nil || i == nil {
		return nil
	}
	return stats.Over(stats.Finite(float64(*c)), stats.Finite(float64(*i)))
}

// callsPerAgent is the mean over the agents of a pair.
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
