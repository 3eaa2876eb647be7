package tr116

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

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
