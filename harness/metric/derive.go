package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Annotate fills a run's Derived and Summary from its raw calls and adds the
// warnings that follow from them; warnings of other codes are kept.
func Annotate(r *record.Run) {
	e := examine(r)
	d := derive(e.trusted)
	s := Summarise(r, d)
	r.Derived, r.Summary = &d, &s
	r.Findings = allFindings(e, &d)
}

// Derive computes every quantity of docs/definitions.md for one run from its
// raw calls. It works for failed runs too: what can be computed is there, the rest
// is absent.
//
// The formulas of the table call each other and read the agents and the energy;
// none reads what another has stored. So the order of the table is that of
// benchmark lines and nothing else.
func Derive(r *record.Run) record.Derived { return derive(examine(r).trusted) }

// derive is Derive for a run of which every figure is believed.
func derive(r *record.Run) record.Derived {
	if r.Imported != nil {
		return importedDerived(r.Imported)
	}
	row := Row{Run: r, D: record.Derived{Agents: agentsOf(r), Energy: passEnergies(r)}}
	for i := range Metrics {
		if m := &Metrics[i]; m.Scope == OfRun {
			row.D.Set(m.Name, m.Of(&row))
		}
	}
	return row.D
}

// agentsOf are the agents' numbers in every pass, and how they compare with those
// of the agent alone.
func agentsOf(r *record.Run) []record.AgentDerived {
	d := record.Derived{Agents: make([]record.AgentDerived, 0, 2*len(r.Agents))}
	for _, kind := range record.PassKinds {
		for _, p := range r.PassesOf(kind) {
			for _, id := range p.Agents {
				d.Agents = append(d.Agents, agentOf(r, p, id))
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

// FindAgent returns an agent's numbers in a pass, empty when there are none.
func FindAgent(d *record.Derived, pass, id string) record.AgentDerived {
	for _, a := range d.Agents {
		if a.Pass == pass && a.Agent == id {
			return a
		}
	}
	return record.AgentDerived{Agent: id, Pass: pass}
}

// importedDerived derives what can be derived of a run that another tool measured.
// Such a file has no solo pass, so nothing "measured" is in it; what its layout
// lacks stays absent.
func importedDerived(im *record.Imported) record.Derived {
	var d record.Derived
	for i := range im.Agents {
		d.Agents = append(d.Agents, importedAgent(&im.Agents[i]))
	}
	row := Row{D: d}
	d.Set("tuned_over_baseline", tunedOverBaseline(&row))
	for _, a := range row.in(record.PassTuned) {
		d.SetWhole("wall_ns", a.Whole("wall_ns"))
		d.SetWhole("tokens", a.Whole("tokens"))
	}
	if im.WallNS != nil {
		importedPair(&d, im)
	}
	return d
}

// importedAgent takes what the file states. Nobody asked a loaded model there, so
// the limit of a cold call is the coarse one.
func importedAgent(a *record.ImportedAgent) record.AgentDerived {
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
	cold := slices.DeleteFunc(slices.Clone(a.Calls), func(c record.ImportedCall) bool { return c.LoadNS == nil || *c.LoadNS <= coldUnknownNS })
	out.SetWhole("cold", some(len(cold)))
	return out
}

// importedPair is for agents that were never measured alone: nothing that needs a
// solo pass is set. It repeats the formulas, because the file states times of agents
// where a run of duet's has calls.
func importedPair(d *record.Derived, im *record.Imported) {
	wall := int64(*im.WallNS)
	d.SetWhole("wall_ns", &wall)
	d.SetWhole("tokens", total(d.Agents, tokensOfAgent))
	d.Set("aggregate_rate", stats.Over(stats.Float(d.Whole("tokens")), stats.Scaled(im.WallNS, 1e-9)))
	d.Set("speedup_client", stats.Over(Sum(im.Agents, func(a record.ImportedAgent) *float64 { return a.WallNS }), im.WallNS))
	d.Set("speedup_server", stats.Over(Sum(im.Agents, importedBusy), im.WallNS))
	n := float64(len(im.Agents))
	d.Set("efficiency_client", stats.Scaled(d.Get("speedup_client"), 100/n))
	d.Set("efficiency_server", stats.Scaled(d.Get("speedup_server"), 100/n))
	d.Set("balance", balanceOf(d.Agents))
	d.Set("jain", jainOf(d.Agents))
	c, i := studyPair(d)
	d.Set("throughput_delta", stats.Minus(i.Get("decode_server"), c.Get("decode_server")))
	d.Set("ttft_delta_ns", stats.Minus(i.Get("ttft_ns"), c.Get("ttft_ns")))
	d.SetFlag("contention_tr116", stats.Below(d.Get("speedup_client"), contendedTR116*n))
}

// importedBusy is the server's time on an agent's calls, without load.
func importedBusy(a record.ImportedAgent) *float64 {
	if a.PromptEvalNS == nil || a.EvalNS == nil {
		return nil
	}
	return stats.Finite(*a.PromptEvalNS + *a.EvalNS)
}

// Published is what the tool that measured a run makes of it by its own formulas,
// where they are not duet's. Of duet's own runs only the last four fields are
// set; nothing else of another tool is ever computed for them here.
type Published struct {
	Formula         string // of Speedup, in a word or two
	Speedup         *float64
	Efficiency      *float64 // percent
	ThroughputDelta *float64 // insight − collector, tok/s
	TTFTDeltaMS     *float64
	Contention      *bool
	LostZero        bool // Δ TTFT is an exact zero, which the tool lost

	// Single suite: mean over the calls of a pass.
	BaselineRate, TunedRate     *float64 // tok/s
	BaselineTTFTMS, TunedTTFTMS *float64
}

// Formulas are another tool's: what it publishes of a run that it measured, and
// the same under the names of the summary block.
type Formulas func(*record.Run, *record.Derived) (Published, record.Summary)

// others are set once, when a program starts.
var others Formulas

// RegisterFormulas is called by the room that imports another tool's runs.
func RegisterFormulas(f Formulas) { others = f }

// publishedBy asks the tool's own formulas for a run that it measured. A run of
// duet's gets the four of the single suite, by the mean over calls as the study
// took it, so that models of both stand in one table.
func publishedBy(r *record.Run, d *record.Derived) Published {
	switch {
	case r.Imported != nil && others != nil:
		p, _ := others(r, d)
		return p
	case r.Imported != nil || r.Form() != record.SuiteSingle:
		return Published{}
	}
	var agent string
	if len(r.Agents) > 0 {
		agent = r.Agents[0].ID
	}
	ttft := func(pass string) *float64 { return InMS(FindAgent(d, pass, agent).Get("ttft_ns")) }
	return Published{
		BaselineRate: MeanDecode(r, record.PassBaseline, agent), TunedRate: MeanDecode(r, record.PassTuned, agent),
		BaselineTTFTMS: ttft(record.PassBaseline), TunedTTFTMS: ttft(record.PassTuned),
	}
}

// MeanDecode is the mean of an agent's calls' decode rates (server) in a pass,
// where a rate of duet's own divides sums.
func MeanDecode(r *record.Run, pass, agent string) *float64 {
	for _, p := range r.PassesOf(pass) {
		if calls := p.CallsOf(agent); len(calls) > 0 && !anyFailed(calls) {
			return mean(calls, DecodeServer)
		}
	}
	return nil
}

// InMS is nanoseconds as milliseconds. It divides: × 1e-6 is a bit off, and in
// one of the study's runs that turns a Δ of 0.5499… ms into 0.6.
func InMS(ns *float64) *float64 {
	if ns == nil {
		return nil
	}
	return stats.Finite(*ns / 1e6)
}

// Definitions named in record.Summary. Those of other tools' runs come with their
// formulas.
const (
	DefinitionClient = "speedup_client: sum of the agents' client wall times over the pair's wall time (TR116 Rust); blind to contention, see derived.speedup_measured"
	definitionNone   = "one agent: the study's pair fields do not apply, see derived.tuned_over_baseline"
)

// Summarise repeats a run under the study's field names, for scripts written
// for TR116. Only runs of several agents have such fields; for a single-agent run all
// but the coordinates are absent.
func Summarise(r *record.Run, d record.Derived) record.Summary {
	s := record.Summary{RunNumber: r.RunNumber, Scenario: r.Cell.Scenario(), Definition: definitionNone}
	if r.Form() != record.SuiteMulti {
		return s
	}
	if r.Imported != nil {
		if others != nil {
			_, s = others(r, &d)
		}
		return s
	}
	c, i := studyPair(&d)
	s.Definition = DefinitionClient
	s.ConcurrencySpeedup, s.EfficiencyPercent = d.Get("speedup_client"), d.Get("efficiency_client")
	s.CollectorThroughput, s.InsightThroughput = c.Get("decode_server"), i.Get("decode_server")
	s.ThroughputDelta = d.Get("throughput_delta")
	s.CollectorTTFTMS, s.InsightTTFTMS = stats.Scaled(c.Get("ttft_ns"), 1e-6), stats.Scaled(i.Get("ttft_ns"), 1e-6)
	s.TTFTDeltaMS = stats.Scaled(d.Get("ttft_delta_ns"), 1e-6)
	s.ConcurrentWallTimeS = stats.Scaled(stats.Float(d.Whole("wall_ns")), 1e-9)
	s.SequentialEstimatedS = stats.Scaled(stats.Float(total([]record.AgentDerived{c, i}, wallOf)), 1e-9)
	s.ResourceContentionDetected = d.Flag("contention_tr116")
	return s
}
