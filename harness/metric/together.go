package metric

import (
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// What tables show of the agents of a set, however many and whatever their names.

// namedAgents is how many agents tables list by name. Of more they show the least,
// the median and the largest value.
const namedAgents = 4

// Agents are the names of those who ran together, sorted.
func (s *Set) Agents() []string {
	found := map[string]bool{}
	for _, r := range s.Rows {
		for i := range r.D.Agents {
			if a := &r.D.Agents[i]; a.Pass == record.PassConcurrent {
				found[a.Agent] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// agentPicked is a quantity of one agent, or of all by a statistic, and its name.
type agentPicked struct {
	name string
	of   pick
}

// etas are what tables show of the agents' η.
func (s *Set) etas() (out []agentPicked) {
	names := s.Agents()
	if len(names) > namedAgents {
		return []agentPicked{{"least", Pick("eta_min")}, {"median", Pick("eta_median")}, {"largest", Pick("eta_max")}}
	}
	for _, name := range names {
		out = append(out, agentPicked{name, etaOf(name)})
	}
	return out
}

// contrast is how tables say that agents of one run differ.
type contrast struct {
	heading, rate, ttft string // the last two name metrics
	definition          string
	term                table.Term
}

// contrast has a sign where the agents are the study's two. Agents of other names
// have no order, so there it is the spread over them.
func (s *Set) contrast() contrast {
	other := func(name string) bool { return name != Collector && name != Insight }
	if slices.ContainsFunc(s.Agents(), other) {
		return contrast{"spread", "rate_spread", "ttft_spread_ns", defAgentSpread, termAgentSpread}
	}
	return contrast{"Δ", "throughput_delta", "ttft_delta_ns", defDeltas, termDeltas}
}
