package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Over the agents of a pass; one agent without its number makes any of these
// absent.

// total adds a quantity over agents.
func total(agents []record.AgentDerived, of func(record.AgentDerived) *int64) *int64 {
	var out int64
	for _, a := range agents {
		v := of(a)
		if v == nil {
			return nil
		}
		out += *v
	}
	if len(agents) == 0 {
		return nil
	}
	return &out
}

// latest is the pass's wall time, the latest agent end minus the gun. It is
// taken from the calls, not from the driver's word for the end, so that
// Σ d / wall can never leave [1, N].
func latest(agents []record.AgentDerived) *int64 {
	var out int64
	for _, a := range agents {
		wall := a.Whole("wall_ns")
		if wall == nil {
			return nil
		}
		out = max(out, *wall)
	}
	if len(agents) == 0 {
		return nil
	}
	return &out
}

// balanceOf is min d / max d. It looks at times: an agent whose reply was shorter
// ends sooner and makes it low, although nobody was served worse. jainOf looks at
// rates, and so stands beside it.
func balanceOf(agents []record.AgentDerived) *float64 {
	hi := latest(agents)
	if hi == nil {
		return nil
	}
	lo := *hi
	for _, a := range agents {
		lo = min(lo, *a.Whole("wall_ns"))
	}
	return stats.Over(stats.Float(&lo), stats.Float(hi))
}

// jainOf is Jain's fairness index of the agents' rates, (Σ r)² / (N Σ r²): 1 when
// all were served alike, 1/N when one got everything.
func jainOf(agents []record.AgentDerived) *float64 {
	var s, q float64
	for _, a := range agents {
		rate := a.Get("rate")
		if rate == nil {
			return nil
		}
		s += *rate
		q += *rate * *rate
	}
	square, bottom := s*s, float64(len(agents))*q
	return stats.Over(&square, &bottom)
}
