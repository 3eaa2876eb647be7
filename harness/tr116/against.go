package tr116

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// gap is a runtime against one that is less efficient.
type gap struct{ better, worse *group }

func (g gap) run() *record.Run { return g.better.first }

// gaps compares runtimes in pairs, as the study's headline does.
func (v *view) gaps() table.Table {
	t := table.Table{
		ID: "tr116_gap", Title: "Runtime against runtime (as the study has it)", Section: table.SectionMulti,
		Definition: defFormula + " Gap: difference of the two means, which the study took for the runtimes' own.",
		Terms:      termsMulti,
		N:          "One value per run, averaged over models, scenarios and repetitions.",
	}
	of := func(pick func(*group) stats.Sample, side func(gap) *group) func(gap) *float64 {
		return func(g gap) *float64 { return pick(side(g)).Mean() }
	}
	better, worse := func(g gap) *group { return g.better }, func(g gap) *group { return g.worse }
	diff := func(pick func(*group) stats.Sample) func(gap) *float64 {
		return func(g gap) *float64 { return stats.Minus(pick(g.better).Mean(), pick(g.worse).Mean()) }
	}
	return fill(v, t, pairs(v.multi.runtime), []column[gap]{
		colRuntime[gap](),
		{table.Column{Name: "against", Text: true}, func(g gap) table.Value { return table.Text(g.worse.first.Cell.Runtime()) }},
		num("efficiency", "runtime", "%", 2, of(ofEfficiency, better)),
		num("efficiency", "against", "%", 2, of(ofEfficiency, worse)),
		num("efficiency", "gap", "pp", 2, diff(ofEfficiency)),
		num("speedup", "runtime", "", 3, of(ofSpeedup, better)),
		num("speedup", "against", "", 3, of(ofSpeedup, worse)),
		num("speedup", "gap", "", 3, diff(ofSpeedup)),
	})
}

// pairs are the groups of one origin, two by two, the more efficient first.
func pairs(groups []*group) []gap {
	var known []*group
	for _, g := range groups {
		if g.efficiency.N() > 0 {
			known = append(known, g)
		}
	}
	known = sortedBy(known, func(g *group) float64 { return descending(g.efficiency.Mean()) })
	var out []gap
	for i, a := range known {
		for _, b := range known[i+1:] {
			if sameOrigin(a.first, b.first) {
				out = append(out, gap{a, b})
			}
		}
	}
	return out
}

// gain is a configuration and the same with another scenario.
type gain struct{ from, to *group }

func (g gain) run() *record.Run { return g.from.first }

// gains compares scenarios of one runtime, model and options: each with the
// first of them by name.
func (v *view) gains() table.Table {
	t := table.Table{
		ID: "tr116_scenario_gain", Title: "Scenario against scenario (as the study has it)", Section: table.SectionMulti,
		Definition: defFormula + " " + defTTFT + " Gain: mean efficiency of the second scenario − of the first.",
		Terms:      termsMulti,
		N:          nCell, Notes: failures(v.multi.failed()),
	}
	columns := config[gain](v)
	columns = append(columns,
		column[gain]{table.Column{Name: "to", Text: true}, func(g gain) table.Value { return table.Text(g.to.first.Cell.Scenario()) }},
		num("efficiency", "from", "%", 3, func(g gain) *float64 { return g.from.efficiency.Mean() }),
		num("efficiency", "to", "%", 3, func(g gain) *float64 { return g.to.efficiency.Mean() }),
		num("efficiency", "gain", "pp", 3, func(g gain) *float64 { return stats.Minus(g.to.efficiency.Mean(), g.from.efficiency.Mean()) }),
		num("TTFT Δ", "from", "ms", 1, func(g gain) *float64 { return g.from.ttft.Mean() }),
		num("TTFT Δ", "to", "ms", 1, func(g gain) *float64 { return g.to.ttft.Mean() }),
	)
	return fill(v, t, scenarioPairs(v.multi.configs), columns)
}

func scenarioPairs(configs []*group) []gain {
	type key struct {
		*group
		gpu, ctx int
		temp     float64
	}
	first := map[key]*group{}
	var out []gain
	var model *group
	for _, g := range configs {
		if model == nil || !sameModel(model.first, g.first) {
			model = g
		}
		c := g.first.Cell
		k := key{model, c.GPU(), c.Ctx(), c.Temp()}
		if from := first[k]; from != nil {
			out = append(out, gain{from, g})
		} else {
			first[k] = g
		}
	}
	return out
}
