package tr116

import (
	"cmp"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// pair is a group against another of its origin, by their means.
type pair struct{ group, other group }

func (p pair) First() *record.Run { return p.group.First() }

// versus are the means of a quantity on both sides.
func versus(heading, first, second, unit string, decimals int, of pick) []metric.Column[pair] {
	return []metric.Column[pair]{
		metric.Num(heading, first, unit, decimals, func(p pair) *float64 { return p.group.Sample(of).Mean() }),
		metric.Num(heading, second, unit, decimals, func(p pair) *float64 { return p.other.Sample(of).Mean() }),
	}
}

// above is by how much one mean is above the other.
func above(a, b group, of pick) *float64 {
	return stats.Minus(a.Sample(of).Mean(), b.Sample(of).Mean())
}

// gaps compares runtimes in pairs, as the study's headline does: the more efficient
// against each that is less.
func (v *view) gaps() table.Table {
	t := v.multiTable("gap", "Runtime against runtime", table.SectionMulti,
		defFormula+" Gap: difference of the two means, which the study took for the runtimes' own.", nPool)
	t.Notes = nil
	var items []pair
	ranked := sorted(v.multi.runtimes, byEfficiency)
	for i, a := range ranked {
		for _, b := range ranked[i+1:] {
			if sameOrigin(a, b) && b.Sample(efficiency).N() > 0 { // those without any come last
				items = append(items, pair{a, b})
			}
		}
	}
	against := metric.Word("", "against", func(p pair) string { return p.other.First().Cell.Runtime() })
	gap := func(heading, unit string, decimals int, of pick) []metric.Column[pair] {
		return []metric.Column[pair]{metric.Num(heading, "gap", unit, decimals, func(p pair) *float64 { return above(p.group, p.other, of) })}
	}
	return metric.Fill(v.set, t, items, []metric.Column[pair]{colRuntime[pair](), against},
		versus("efficiency", "runtime", "against", "%", 2, efficiency), gap("efficiency", "pp", 2, efficiency),
		versus("speedup", "runtime", "against", "", 3, speedup), gap("speedup", "", 3, speedup))
}

// gains compares scenarios of one runtime, model and options: each with the
// first of them by name.
func (v *view) gains() table.Table {
	t := v.multiTable("scenario_gain", "Scenario against scenario", table.SectionMulti,
		defFormula+" "+defTTFT+" Gain: mean efficiency of the second scenario − of the first.", nCell)
	first := map[string]group{}
	var items []pair
	for _, g := range v.multi.configs {
		key := g.First().Pool(record.CoordScenario)
		if from, ok := first[key]; ok {
			items = append(items, pair{from, g})
		} else {
			first[key] = g
		}
	}
	to := metric.Word("", "to", func(p pair) string { return p.other.First().Cell.Scenario() })
	gain := metric.Num("efficiency", "gain", "pp", 3, func(p pair) *float64 { return above(p.other, p.group, efficiency) })
	return metric.Fill(v.set, t, items, config[pair](v), []metric.Column[pair]{to},
		versus("efficiency", "from", "to", "%", 3, efficiency), []metric.Column[pair]{gain},
		versus("TTFT Δ", "from", "to", "ms", 1, ttftDelta))
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

// correlate is over the runs of a group that have both values.
func correlate(g group) (n int, r *float64) {
	var x, y []float64
	for _, row := range g.Rows {
		if d, e := tputDelta(row), efficiency(row); d != nil && e != nil {
			x, y = append(x, *d), append(y, *e)
		}
	}
	if len(x) < 2 {
		return len(x), nil
	}
	return len(x), stats.Finite(stat.Correlation(x, y, nil)) // NaN of a sample without spread
}

// correlations is r of throughput delta and efficiency by model and runtime.
func (v *view) correlations() table.Table {
	t := v.multiTable("correlation", "Correlation of throughput Δ and efficiency", table.AppendixRuns,
		"Pearson r of the signed throughput Δ and efficiency, over runs; the study announced the absolute Δ and used the signed one. Strength: |r| > 0.7 strong, > 0.4 moderate, else weak. "+defFormula+" "+defTput,
		"n is runs of all scenarios; nothing is averaged. Two runs of one session are no independent sample.")
	r := func(g group) *float64 { _, r := correlate(g); return r }
	byModelThenRuntime := func(a, b group) int { return cmp.Or(byModelOrder(a, b), byRuntimeOrder(a, b)) }
	return metric.Fill(v.set, t, sorted(v.multi.models, byModelThenRuntime), []column{
		colModel[group](v), colRuntime[group](),
		metric.Count("", "n", "runs", func(g group) int { n, _ := correlate(g); return n }),
		metric.Num("", "r", "", 3, r),
		{Column: table.Column{Name: "strength", Text: true}, Of: func(g group) table.Value { return strength(r(g)) }},
	})
}

// decomposed is a runtime with the variances of its models' efficiencies.
type decomposed struct {
	group
	models                 int
	between, within, total *float64 // pp²
	share                  *float64 // percent
}

// decompose follows the study: between is the sample variance of the models'
// means, within the mean of the models' sample variances. A model with fewer
// than two runs has no variance, and makes both absent.
func decompose(runtime group, models []group) decomposed {
	d := decomposed{group: runtime}
	var means, variances []*float64
	for _, m := range models {
		if metric.ByRuntime(runtime.First()) == metric.ByRuntime(m.First()) && len(m.Rows) > 0 {
			d.models++
			s := m.Sample(efficiency)
			means, variances = append(means, s.Mean()), append(variances, square(s.SD()))
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

// square is a², the variance of a standard deviation.
func square(a *float64) *float64 {
	if a == nil {
		return nil
	}
	return stats.Finite(*a * *a)
}

// variances is the study's variance decomposition; it printed Rust's alone.
func (v *view) variances() table.Table {
	t := v.multiTable("variance", "Variance of efficiency between and within models", table.AppendixRuns,
		"Between: sample variance of the models' mean efficiencies. Within: mean of the models' sample variances, over scenarios and repetitions. Share: between / (between + within). "+defFormula,
		"One value per run; scenarios count as spread within a model.")
	var items []decomposed
	for _, g := range sorted(v.multi.runtimes, byRuntimeOrder) {
		items = append(items, decompose(g, v.multi.models))
	}
	return metric.Fill(v.set, t, items, []metric.Column[decomposed]{
		colRuntime[decomposed](),
		metric.Count("", "models", "", func(d decomposed) int { return d.models }),
		metric.Num("", "between", "pp²", 2, func(d decomposed) *float64 { return d.between }),
		metric.Num("", "within", "pp²", 2, func(d decomposed) *float64 { return d.within }),
		metric.Num("", "total", "pp²", 2, func(d decomposed) *float64 { return d.total }),
		metric.Num("", "share between", "%", 1, func(d decomposed) *float64 { return d.share }),
	})
}
