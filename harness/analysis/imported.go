package analysis

import "github.com/chimeraforge/duet/harness/metrics"

// imported derives what can be derived of a run that another tool measured.
// Such a file has no solo pass, so nothing "measured" is in it; what its layout
// lacks stays absent.
func (l Limits) imported(im *metrics.Imported) metrics.Derived {
	var d metrics.Derived
	for i := range im.Agents {
		d.Agents = append(d.Agents, l.importedAgent(&im.Agents[i]))
	}
	tuned(&d)
	if im.WallNS != nil {
		l.importedPair(&d, im)
	}
	return d
}

func (l Limits) importedAgent(a *metrics.ImportedAgent) metrics.AgentDerived {
	out := metrics.AgentDerived{Agent: a.Agent, Pass: a.Pass, Tokens: a.Tokens, TTFTNS: a.TTFTNS, TTFTServerNS: a.TTFTServerNS}
	if a.WallNS != nil {
		ns := int64(*a.WallNS)
		out.WallNS = &ns
	}
	out.Rate = Over(float(a.Tokens), scaled(a.WallNS, 1e-9))
	out.DecodeServer = Over(float(a.Tokens), scaled(a.EvalNS, 1e-9))
	for _, c := range a.Calls {
		if c.LoadNS != nil && *c.LoadNS > float64(l.ColdUnknownNS) {
			out.Cold++
		}
	}
	return out
}

// importedPair is pair for agents that were never measured alone.
func (l Limits) importedPair(d *metrics.Derived, im *metrics.Imported) {
	wall := int64(*im.WallNS)
	d.WallNS = &wall
	d.Tokens = total(d.Agents, func(a metrics.AgentDerived) *int64 { return a.Tokens })
	d.AggregateRate = Over(float(d.Tokens), scaled(im.WallNS, 1e-9))
	d.SpeedupClient = Over(addUp(im, func(a *metrics.ImportedAgent) *float64 { return a.WallNS }), im.WallNS)
	d.SpeedupServer = Over(addUp(im, importedBusy), im.WallNS)
	n := float64(len(im.Agents))
	d.EfficiencyClient, d.EfficiencyServer = scaled(d.SpeedupClient, 100/n), scaled(d.SpeedupServer, 100/n)
	d.Balance, d.Jain = balance(d.Agents), jain(d.Agents)
	c, i := findAgent(d, metrics.PassConcurrent, Collector), findAgent(d, metrics.PassConcurrent, Insight)
	d.ThroughputDelta = Minus(i.DecodeServer, c.DecodeServer)
	d.TTFTDeltaNS = Minus(i.TTFTNS, c.TTFTNS)
	d.ContentionTR116 = below(d.SpeedupClient, l.ContentionTR116*n)
}

// importedBusy is the server's time on an agent's calls, without load.
func importedBusy(a *metrics.ImportedAgent) *float64 {
	if a.PromptEvalNS == nil || a.EvalNS == nil {
		return nil
	}
	return Finite(*a.PromptEvalNS + *a.EvalNS)
}

// addUp sums a quantity over an imported run's agents; one without it makes the
// sum absent.
func addUp(im *metrics.Imported, of func(*metrics.ImportedAgent) *float64) *float64 {
	var out float64
	for i := range im.Agents {
		v := of(&im.Agents[i])
		if v == nil {
			return nil
		}
		out += *v
	}
	return Finite(out)
}
