package study

import (
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

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
