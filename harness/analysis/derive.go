package analysis

import "github.com/chimeraforge/duet/harness/metrics"

// Derive computes every quantity of docs/definitions.md for one run from its
// raw calls, with DefaultLimits. It works for failed runs too: what can be
// computed is there, the rest is absent.
func Derive(r *metrics.Run) metrics.Derived { return DefaultLimits().Derive(r) }

// Annotate fills a run's Derived and Summary from its raw calls and adds the
// warnings that follow from them; warnings of other codes are kept.
func Annotate(r *metrics.Run) {
	l := DefaultLimits()
	d := l.Derive(r)
	s := Summarise(r, d)
	r.Derived, r.Summary = &d, &s
	r.Warnings = l.allWarnings(r, &d)
}

// Derive is the package function with thresholds of the caller's.
func (l Limits) Derive(r *metrics.Run) metrics.Derived {
	if r.Imported != nil {
		return l.imported(r.Imported)
	}
	d := metrics.Derived{Agents: make([]metrics.AgentDerived, 0, 2*len(r.Agents))}
	for _, kind := range []string{metrics.PassSolo, metrics.PassConcurrent, metrics.PassBaseline, metrics.PassTuned} {
		for i := range r.Passes {
			if p := &r.Passes[i]; p.Kind == kind {
				for _, id := range p.Agents {
					d.Agents = append(d.Agents, l.agent(r, p, id))
				}
			}
		}
	}
	if p := findPass(r, metrics.PassConcurrent); p != nil {
		l.pair(&d, p)
	}
	if findPass(r, metrics.PassTuned) != nil {
		tuned(&d)
	}
	d.Energy = l.energy(r)
	return d
}

// pair derives what N agents did together, and against being alone.
func (l Limits) pair(d *metrics.Derived, p *metrics.Pass) {
	some := [2][4]metrics.AgentDerived{} // room without allocating, for every run of a large table
	together, alone := some[0][:0], some[1][:0]
	for i := range d.Agents {
		a := &d.Agents[i]
		if a.Pass != metrics.PassConcurrent {
			continue
		}
		solo := findAgent(d, metrics.PassSolo, a.Agent)
		a.Eta = Over(a.Rate, solo.Rate)
		together, alone = append(together, *a), append(alone, solo)
	}
	n := float64(len(together))
	d.WallNS = latest(together)
	d.Tokens = total(together, func(a metrics.AgentDerived) *int64 { return a.Tokens })
	wallS := scaled(float(d.WallNS), 1e-9)
	d.AggregateRate = Over(float(d.Tokens), wallS)
	d.SoloRate = soloRate(alone)
	d.SpeedupMeasured = Over(d.AggregateRate, d.SoloRate)
	d.SpeedupClient = Over(scaled(float(total(together, wallOf)), 1e-9), wallS)
	d.SpeedupServer = Over(scaled(float(busy(p)), 1e-9), wallS)
	d.EfficiencyMeasured = scaled(d.SpeedupMeasured, 100/n)
	d.EfficiencyClient = scaled(d.SpeedupClient, 100/n)
	d.EfficiencyServer = scaled(d.SpeedupServer, 100/n)
	d.Balance = balance(together)
	d.Jain = jain(together)
	c, i := findAgent(d, metrics.PassConcurrent, Collector), findAgent(d, metrics.PassConcurrent, Insight)
	d.ThroughputDelta = Minus(i.DecodeServer, c.DecodeServer)
	d.TTFTDeltaNS = Minus(i.TTFTNS, c.TTFTNS)
	d.ContentionTR116 = below(d.SpeedupClient, l.ContentionTR116*n)
	d.ContentionMeasured = below(d.SpeedupMeasured, l.Contention)
}

// tuned derives the single suite's comparison.
func tuned(d *metrics.Derived) {
	for _, t := range d.Agents {
		if t.Pass != metrics.PassTuned {
			continue
		}
		b := findAgent(d, metrics.PassBaseline, t.Agent)
		d.WallNS, d.Tokens = t.WallNS, t.Tokens
		d.TunedOverBaseline = Over(t.DecodeServer, b.DecodeServer)
	}
}

// soloRate is the rate of the agents one after the other: Σ k' / Σ s.
func soloRate(alone []metrics.AgentDerived) *float64 {
	k := total(alone, func(a metrics.AgentDerived) *int64 { return a.Tokens })
	return Over(float(k), scaled(float(total(alone, wallOf)), 1e-9))
}

// busy is the server's time summed over all calls of a pass. An agent that
// failed makes it absent.
func busy(p *metrics.Pass) *int64 {
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

func findPass(r *metrics.Run, kind string) *metrics.Pass {
	for i := range r.Passes {
		if r.Passes[i].Kind == kind {
			return &r.Passes[i]
		}
	}
	return nil
}

// findAgent returns an agent's numbers in a pass, empty when there are none.
func findAgent(d *metrics.Derived, pass, id string) metrics.AgentDerived {
	for _, a := range d.Agents {
		if a.Pass == pass && a.Agent == id {
			return a
		}
	}
	return metrics.AgentDerived{Agent: id, Pass: pass}
}
