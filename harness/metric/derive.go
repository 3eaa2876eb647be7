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
	r.Warnings = l.allWarnings(r, &d)
}

// Derive is the package function with thresholds of the caller's.
func (l Limits) Derive(r *record.Run) record.Derived {
	if r.Imported != nil {
		return l.imported(r.Imported)
	}
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
	if p := findPass(r, record.PassConcurrent); p != nil {
		l.pair(&d, p)
	}
	if findPass(r, record.PassTuned) != nil {
		tuned(&d)
	}
	d.Energy = l.energy(r)
	return d
}

// pair derives what N agents did together, and against being alone.
func (l Limits) pair(d *record.Derived, p *record.Pass) {
	some := [2][4]record.AgentDerived{} // room without allocating, for every run of a large table
	together, alone := some[0][:0], some[1][:0]
	for i := range d.Agents {
		a := &d.Agents[i]
		if a.Pass != record.PassConcurrent {
			continue
		}
		solo := findAgent(d, record.PassSolo, a.Agent)
		a.Eta = stats.Over(a.Rate, solo.Rate)
		together, alone = append(together, *a), append(alone, solo)
	}
	n := float64(len(together))
	d.WallNS = latest(together)
	d.Tokens = total(together, func(a record.AgentDerived) *int64 { return a.Tokens })
	wallS := stats.Scaled(stats.Float(d.WallNS), 1e-9)
	d.AggregateRate = stats.Over(stats.Float(d.Tokens), wallS)
	d.SoloRate = soloRate(alone)
	d.SpeedupMeasured = stats.Over(d.AggregateRate, d.SoloRate)
	d.SpeedupClient = stats.Over(stats.Scaled(stats.Float(total(together, wallOf)), 1e-9), wallS)
	d.SpeedupServer = stats.Over(stats.Scaled(stats.Float(busy(p)), 1e-9), wallS)
	d.EfficiencyMeasured = stats.Scaled(d.SpeedupMeasured, 100/n)
	d.EfficiencyClient = stats.Scaled(d.SpeedupClient, 100/n)
	d.EfficiencyServer = stats.Scaled(d.SpeedupServer, 100/n)
	d.Balance = balance(together)
	d.Jain = jain(together)
	c, i := findAgent(d, record.PassConcurrent, Collector), findAgent(d, record.PassConcurrent, Insight)
	d.ThroughputDelta = stats.Minus(i.DecodeServer, c.DecodeServer)
	d.TTFTDeltaNS = stats.Minus(i.TTFTNS, c.TTFTNS)
	d.ContentionTR116 = stats.Below(d.SpeedupClient, l.ContentionTR116*n)
	d.ContentionMeasured = stats.Below(d.SpeedupMeasured, l.Contention)
}

// tuned derives the single suite's comparison.
func tuned(d *record.Derived) {
	for _, t := range d.Agents {
		if t.Pass != record.PassTuned {
			continue
		}
		b := findAgent(d, record.PassBaseline, t.Agent)
		d.WallNS, d.Tokens = t.WallNS, t.Tokens
		d.TunedOverBaseline = stats.Over(t.DecodeServer, b.DecodeServer)
	}
}

// soloRate is the rate of the agents one after the other: Σ k' / Σ s.
func soloRate(alone []record.AgentDerived) *float64 {
	k := total(alone, func(a record.AgentDerived) *int64 { return a.Tokens })
	return stats.Over(stats.Float(k), stats.Scaled(stats.Float(total(alone, wallOf)), 1e-9))
}

// busy is the server's time summed over all calls of a pass. An agent that
// failed makes it absent.
func busy(p *record.Pass) *int64 {
	var out int64
	for _, id := range p.Agents {
		calls := callsOf(p, id)
		ns := sum(calls, busyNS)
		if len(calls) == 0 || anyFailed(calls) || ns == nil {
			return nil
		}
		out += *ns
	}
	return &out
}

func findPass(r *record.Run, kind string) *record.Pass {
	for i := range r.Passes {
		if r.Passes[i].Kind == kind {
			return &r.Passes[i]
		}
	}
	return nil
}

// findAgent returns an agent's numbers in a pass, empty when there are none.
func findAgent(d *record.Derived, pass, id string) record.AgentDerived {
	for _, a := range d.Agents {
		if a.Pass == pass && a.Agent == id {
			return a
		}
	}
	return record.AgentDerived{Agent: id, Pass: pass}
}
