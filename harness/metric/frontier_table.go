package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// frontier is rate against energy: which model gives most for a joule, and what
// does speed cost? Where no run carries energy it says so instead of leaving the
// study's promise out.
//
// The two columns are of two windows: the rate is over the whole pass, prompts
// included, the joules over the time in which agents decoded. Where prompts are
// long, a joule seems to give more tokens than it does.
func (v *view) frontier() table.Table {
	t := table.Table{
		ID: "frontier", Title: "Cost and efficiency: tokens per joule against tok/s", Section: table.AppendixPlan,
		Definition: "Rate together: Σ tokens / wall. Tokens per joule: Σ tokens ÷ energy in the window. low, high: 95 % interval of the median, n/a below 6 runs.",
		N:          nPool,
		Terms:      []table.Term{termInterval},
	}
	rate := func(g Group) stats.Sample {
		return g.Sample(Pick("aggregate_rate"))
	}
	yield := energyMeasured(func(e *record.PassEnergy) *float64 { return e.TokPerJ })
	energy := func(g Group) stats.Sample { return g.Sample(yield) }
	if !v.any(yield) {
		t.Notes = []string{"No run carries power or energy, so no frontier can be drawn and nothing is said of cost; no price is assumed."}
	}
	return Fill(v.set, t, v.multi.models, []Column[Group]{colModel[Group](), colRuntime[Group]()}, counts(),
		statistics("rate together", "tok/s", 1, rate, statMedian, statLo, statHi), statistics("tokens per joule", "tok/J", 3, energy, statMedian))
}
