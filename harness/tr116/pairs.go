package tr116

import (
	"math"

	"gonum.org/v1/gonum/stat"

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

// The study's words for a correlation. Its figures leave the first between 0.391
// (weak) and 0.439 (moderate), and the second above 0.654 (moderate): no |r| of
// it is larger, so 0.7 is the usual one, not seen in the study.
const (
	moderate = 0.4
	strong   = 0.7
)

// strength is |r| in the study's words.
func strength(r *float64) table.Value {
	if r == nil {
		return table.Value{}
	}
	sign := "positive"
	if *r < 0 {
		sign = "negative"
	}
	switch a := math.Abs(*r); {
	case a > strong:
		return table.Text("Strong " + sign + " correlation")
	case a > moderate:
		return table.Text("Moderate " + sign + " correlation")
	}
	return table.Text("Weak/no correlation")
}

// correlated is a group with the pairs of values that its correlation is over.
type correlated struct {
	*group
	x, y []float64
	r    *float64
}

func correlate(g *group) correlated {
	c := correlated{group: g}
	for _, row := range g.rows {
		if x, y := tputDelta(row), efficiency(row); x != nil && y != nil {
			c.x, c.y = append(c.x, *x), append(c.y, *y)
		}
	}
	if len(c.x) < 2 {
		return c
	}
	// A sample without spread has no correlation: gonum says NaN.
	if r := stat.Correlation(c.x, c.y, nil); !math.IsNaN(r) && !math.IsInf(r, 0) {
		c.r = &r
	}
	return c
}

// correlations is r of throughput delta and efficiency by model and runtime.
func (v *view) correlations() table.Table {
	t := table.Table{
		ID: "tr116_correlation", Title: "Correlation of throughput Δ and efficiency (as the study has it)", Section: table.AppendixRuns,
		Definition: "Pearson r of the signed throughput Δ and efficiency, over runs; the study announced the absolute Δ and used the signed one. Strength: |r| > 0.7 strong, > 0.4 moderate, else weak. " + defFormula + " " + defTput,
		Terms:      termsMulti,
		N:          "n is runs of all scenarios; nothing is averaged. Two runs of one session are no independent sample.", Notes: failures(v.multi.failed()),
	}
	var items []correlated
	for _, g := range sorted(v.multi.models, byCorrelation) {
		items = append(items, correlate(g))
	}
	return fill(v, t, items, []column[correlated]{
		colModel[correlated](v), colRuntime[correlated](),
		count("n", "runs", func(c correlated) int { return len(c.x) }),
		num("", "r", "", 3, func(c correlated) *float64 { return c.r }),
		{table.Column{Name: "strength", Text: true}, func(c correlated) table.Value { return strength(c.r) }},
	})
}

// decomposed is a runtime with the variances of its models' efficiencies.
type decomposed struct {
	*group
	models                 int
	between, within, total *float64 // pp²
	share                  *float64 // percent
}

// decompose follows the study: between is the sample variance of the models'
// means, within the mean of the models' sample variances. A model with fewer
// than two runs has no variance, and makes both absent.
func decompose(runtime *group, models []*group) decomposed {
	d := decomposed{group: runtime}
	var means, variances []*float64
	for _, m := range models {
		if sameRuntime(runtime.first, m.first) && len(m.rows) > 0 {
			d.models++
			means, variances = append(means, m.efficiency.Mean()), append(variances, square(m.efficiency.SD()))
		}
	}
	m, w := stats.NewSample(means), stats.NewSample(variances)
	if m.Absent+w.Absent > 0 {
		return d
	}
	d.between, d.within = square(m.SD()), w.Mean()
	if d.between == nil || d.within == nil {
		return d
	}
	d.total = stats.Finite(*d.between + *d.within)
	if *d.total > 0 {
		d.share = stats.Finite(*d.between / *d.total * 100)
	}
	return d
}

// variances is the study's variance decomposition; it printed Rust's alone.
func (v *view) variances() table.Table {
	t := table.Table{
		ID: "tr116_variance", Title: "Variance of efficiency between and within models (as the study has it)", Section: table.AppendixRuns,
		Definition: "Between: sample variance of the models' mean efficiencies. Within: mean of the models' sample variances, over scenarios and repetitions. Share: between / (between + within). " + defFormula,
		Terms:      termsMulti,
		N:          "One value per run; scenarios count as spread within a model.", Notes: failures(v.multi.failed()),
	}
	var items []decomposed
	for _, g := range sorted(v.multi.runtime, byAppendixB) {
		items = append(items, decompose(g, v.multi.models))
	}
	n := func(name, unit string, decimals int, of func(decomposed) *float64) column[decomposed] {
		return num("", name, unit, decimals, of)
	}
	return fill(v, t, items, []column[decomposed]{
		colRuntime[decomposed](),
		count("models", "", func(d decomposed) int { return d.models }),
		n("between", "pp²", 2, func(d decomposed) *float64 { return d.between }),
		n("within", "pp²", 2, func(d decomposed) *float64 { return d.within }),
		n("total", "pp²", 2, func(d decomposed) *float64 { return d.total }),
		n("share between", "%", 1, func(d decomposed) *float64 { return d.share }),
	})
}
