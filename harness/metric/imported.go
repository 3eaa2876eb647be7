package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// imported derives what can be derived of a run that another tool measured.
// Such a file has no solo pass, so nothing "measured" is in it; what its layout
// lacks stays absent.
func (l Limits) imported(im *record.Imported) record.Derived {
	var d record.Derived
	for i := range im.Agents {
		d.Agents = append(d.Agents, l.importedAgent(&im.Agents[i]))
	}
	row := Row{D: d}
	d.TunedOverBaseline = tunedOverBaseline(&row)
	for _, a := range row.in(record.PassTuned) {
		d.WallNS, d.Tokens = a.WallNS, a.Tokens
	}
	if im.WallNS != nil {
		l.importedPair(&d, im)
	}
	return d
}

func (l Limits) importedAgent(a *record.ImportedAgent) record.AgentDerived {
	out := record.AgentDerived{Agent: a.Agent, Pass: a.Pass, Tokens: a.Tokens, TTFTNS: a.TTFTNS, TTFTServerNS: a.TTFTServerNS}
	if a.WallNS != nil {
		ns := int64(*a.WallNS)
		out.WallNS = &ns
	}
	out.Rate = stats.Over(stats.Float(a.Tokens), stats.Scaled(a.WallNS, 1e-9))
	out.DecodeServer = stats.Over(stats.Float(a.Tokens), stats.Scaled(a.EvalNS, 1e-9))
	for _, c := range a.Calls {
		if c.LoadNS != nil && *c.LoadNS > float64(l.ColdUnknownNS) {
			out.Cold++
		}
	}
	return out
}

// importedPair is pair for agents that were never measured alone.
func (l Limits) importedPair(d *record.Derived, im *record.Imported) {
	wall := int64(*im.WallNS)
	d.WallNS = &wall
	d.Tokens = total(d.Agents, tokensOfAgent)
	d.AggregateRate = stats.Over(stats.Float(d.Tokens), stats.Scaled(im.WallNS, 1e-9))
	d.SpeedupClient = stats.Over(addUp(im, func(a *record.ImportedAgent) *float64 { return a.WallNS }), im.WallNS)
	d.SpeedupServer = stats.Over(addUp(im, importedBusy), im.WallNS)
	n := float64(len(im.Agents))
	d.EfficiencyClient, d.EfficiencyServer = stats.Scaled(d.SpeedupClient, 100/n), stats.Scaled(d.SpeedupServer, 100/n)
	d.Balance, d.Jain = balanceOf(d.Agents), jainOf(d.Agents)
	c, i := FindAgent(d, record.PassConcurrent, Collector), FindAgent(d, record.PassConcurrent, Insight)
	d.ThroughputDelta = stats.Minus(i.DecodeServer, c.DecodeServer)
	d.TTFTDeltaNS = stats.Minus(i.TTFTNS, c.TTFTNS)
	d.ContentionTR116 = stats.Below(d.SpeedupClient, l.ContentionTR116*n)
}

// importedBusy is the server's time on an agent's calls, without load.
func importedBusy(a *record.ImportedAgent) *float64 {
	if a.PromptEvalNS == nil || a.EvalNS == nil {
		return nil
	}
	return stats.Finite(*a.PromptEvalNS + *a.EvalNS)
}

// addUp sums a quantity over an imported run's agents; one without it makes the
// sum absent.
func addUp(im *record.Imported, of func(*record.ImportedAgent) *float64) *float64 {
	var out float64
	for i := range im.Agents {
		v := of(&im.Agents[i])
		if v == nil {
			return nil
		}
		out += *v
	}
	return stats.Finite(out)
}
