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
	d.Set("tuned_over_baseline", tunedOverBaseline(&row))
	for _, a := range row.in(record.PassTuned) {
		d.SetWhole("wall_ns", a.Whole("wall_ns"))
		d.SetWhole("tokens", a.Whole("tokens"))
	}
	if im.WallNS != nil {
		l.importedPair(&d, im)
	}
	return d
}

// importedAgent takes what the file states. Nobody asked a loaded model there, so
// the limit of a cold call is the coarse one.
func (l Limits) importedAgent(a *record.ImportedAgent) record.AgentDerived {
	out := record.AgentDerived{Agent: a.Agent, Pass: a.Pass}
	out.SetWhole("tokens", a.Tokens)
	out.Set("ttft_ns", a.TTFTNS)
	out.Set("ttft_server_ns", a.TTFTServerNS)
	if a.WallNS != nil {
		ns := int64(*a.WallNS)
		out.SetWhole("wall_ns", &ns)
	}
	out.Set("rate", stats.Over(stats.Float(a.Tokens), stats.Scaled(a.WallNS, 1e-9)))
	out.Set("decode_server", stats.Over(stats.Float(a.Tokens), stats.Scaled(a.EvalNS, 1e-9)))
	cold := int64(0)
	for _, c := range a.Calls {
		if c.LoadNS != nil && *c.LoadNS > float64(l.ColdUnknownNS) {
			cold++
		}
	}
	out.SetWhole("cold", some(cold))
	return out
}

// importedPair is for agents that were never measured alone: nothing that needs a
// solo pass is set. It repeats the formulas, because the file states times of agents
// where a run of duet's has calls.
func (l Limits) importedPair(d *record.Derived, im *record.Imported) {
	wall := int64(*im.WallNS)
	d.SetWhole("wall_ns", &wall)
	d.SetWhole("tokens", total(d.Agents, tokensOfAgent))
	d.Set("aggregate_rate", stats.Over(stats.Float(d.Whole("tokens")), stats.Scaled(im.WallNS, 1e-9)))
	d.Set("speedup_client", stats.Over(addUp(im, func(a *record.ImportedAgent) *float64 { return a.WallNS }), im.WallNS))
	d.Set("speedup_server", stats.Over(addUp(im, importedBusy), im.WallNS))
	n := float64(len(im.Agents))
	d.Set("efficiency_client", stats.Scaled(d.Get("speedup_client"), 100/n))
	d.Set("efficiency_server", stats.Scaled(d.Get("speedup_server"), 100/n))
	d.Set("balance", balanceOf(d.Agents))
	d.Set("jain", jainOf(d.Agents))
	c, i := FindAgent(d, record.PassConcurrent, Collector), FindAgent(d, record.PassConcurrent, Insight)
	d.Set("throughput_delta", stats.Minus(i.Get("decode_server"), c.Get("decode_server")))
	d.Set("ttft_delta_ns", stats.Minus(i.Get("ttft_ns"), c.Get("ttft_ns")))
	d.SetFlag("contention_tr116", stats.Below(d.Get("speedup_client"), l.ContentionTR116*n))
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
