package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Derive computes every quantity of docs/definitions.md for one run from its
// raw calls, with DefaultLimits. It works for failed runs too: what can be
// computed is there, the rest is absent.
func Derive(r *record.Run) record.Derived { return DefaultLimits().Derive(r) }

// Annotate fills a run's Derived and Summary from its raw calls and adds the
// warnings that follow from them; warnings of other codes are kept.
func Annotate(r *record.Run) {
	l := DefaultLimits()
	d := l.Derive(r)
	s := Summarise(r, d)
	r.Derived, r.Summary = &d, &s
	r.Findings = l.allFindings(r, &d)
}

// Derive is the package function with thresholds of the caller's.
//
// The formulas of the table call each other and read the agents and the energy;
// none reads what another has stored. So the order of the table is that of
// benchmark lines and nothing else.
func (l Limits) Derive(r *record.Run) record.Derived {
	if r.Imported != nil {
		return l.imported(r.Imported)
	}
	row := Row{Run: r, D: record.Derived{Agents: l.agents(r), Energy: l.energy(r)}}
	for i := range Metrics {
		if m := &Metrics[i]; m.Scope == OfRun {
			row.D.Set(m.Name, m.Of(&row))
		}
	}
	return row.D
}

// agents are the agents' numbers in every pass, and how they compare with those
// of the agent alone.
func (l Limits) agents(r *record.Run) []record.AgentDerived {
	d := record.Derived{Agents: make([]record.AgentDerived, 0, 2*len(r.Agents))}
	for _, kind := range []string{record.PassSolo, record.PassConcurrent, record.PassBaseline, record.PassTuned} {
		for i := range r.Passes {
			if p := &r.Passes[i]; p.Kind == kind {
				for _, id := range p.Agents {
					d.Agents = append(d.Agents, l.agent(r, p, id))
				}
			}
		}
	}
	for i := range d.Agents {
		if a := &d.Agents[i]; a.Pass == record.PassConcurrent {
			a.Set("eta", stats.Over(a.Get("rate"), FindAgent(&d, record.PassSolo, a.Agent).Get("rate")))
		}
	}
	return d.Agents
}

// findPass is the first pass of a kind. It is asked for the concurrent one, of
// which a run has one; solo passes are one per agent.
func findPass(r *record.Run, kind string) *record.Pass {
	for i := range r.Passes {
		if r.Passes[i].Kind == kind {
			return &r.Passes[i]
		}
	}
	return nil
}

// FindAgent returns an agent's numbers in a pass, empty when there are none.
func FindAgent(d *record.Derived, pass, id string) record.AgentDerived {
	for _, a := range d.Agents {
		if a.Pass == pass && a.Agent == id {
			return a
		}
	}
	return record.AgentDerived{Agent: id, Pass: pass}
}
