package selftest

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// pass is what became of the lanes that were driven at once.
type pass struct {
	gunNS int64
	calls []call
}

// of are the calls of a case.
func (p pass) of(c *Case) []call {
	var out []call
	for _, x := range p.calls {
		if x.of == c {
			out = append(out, x)
		}
	}
	return out
}

// as is the pass as a run has it.
func (p pass) as(kind string) record.Pass {
	out := record.Pass{Kind: kind, GunNS: p.gunNS, EndNS: p.gunNS}
	for _, x := range p.calls {
		if m := x.measured; len(out.Agents) == 0 || out.Agents[len(out.Agents)-1] != m.Agent {
			out.Agents = append(out.Agents, m.Agent)
		}
		out.EndNS = max(out.EndNS, x.measured.EndNS)
		out.Calls = append(out.Calls, x.measured)
	}
	return out
}

// speedup is what package metric makes of the agents alone and together; nothing
// where they were not alone.
func speedup(alone []pass, together pass) *float64 {
	r := record.Run{Suite: record.SuiteMulti}
	for _, p := range alone {
		r.Passes = append(r.Passes, p.as(record.PassSolo))
	}
	r.Passes = append(r.Passes, together.as(record.PassConcurrent))
	return metric.Derive(&r).Get("speedup_measured")
}
