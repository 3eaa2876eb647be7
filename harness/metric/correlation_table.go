package metric

import (
	"math"
	"slices"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// correlated is a model under a runtime: does imbalance go with efficiency?
//
// The study correlated the signed delta, insight − collector. Imbalance has no
// sign: a run in which the collector is far ahead is as uneven as one in which the
// insight is. With deltas of both signs the relation is a V, of which a straight
// line sees one arm or none. So both are shown, and Spearman's ρ beside the
// absolute one, which a single far run does not make.
//
// Runs of several scenarios are in one r. Scenarios that differ in both quantities
// make a correlation although within each there may be none.
type correlated struct {
	described
	missing          int
	crosses          bool // deltas of both signs: only there does the absolute value say something else
	signed, absolute stats.Correlation
	ranked           stats.Correlation // Spearman, absolute
}

// correlate makes the pairs of a group, leaving out runs that lack one of the two.
func correlate(d described) correlated {
	c := correlated{described: d}
	var signed, absolute []stats.Pair
	for _, r := range d.Rows {
		x, y := d.def.delta(r), d.def.of(r)
		if x == nil || y == nil {
			c.missing++
			continue
		}
		signed = append(signed, stats.Pair{X: *x, Y: *y})
		absolute = append(absolute, stats.Pair{X: math.Abs(*x), Y: *y})
	}
	c.crosses = crosses(signed)
	c.signed, c.absolute, c.ranked = stats.Pearson(signed), stats.Pearson(absolute), stats.Spearman(absolute)
	return c
}

// crosses reports deltas of both signs.
func crosses(pairs []stats.Pair) bool {
	below := func(p stats.Pair) bool { return p.X < 0 }
	above := func(p stats.Pair) bool { return p.X > 0 }
	return slices.ContainsFunc(pairs, below) && slices.ContainsFunc(pairs, above)
}

// turns reports whether the absolute value changes the sign of r. Where all deltas
// are negative, |x| = −x and it does so for certain, which says nothing: see
// crosses.
func (c correlated) turns() *bool {
	if c.signed.R == nil || c.absolute.R == nil {
		return nil
	}
	b := *c.signed.R**c.absolute.R < 0
	return &b
}

// correlated are the models under every definition.
func (v *view) correlated() (out []correlated, notes []string) {
	items, notes := v.described(v.multi.models)
	if !v.any(Pick("throughput_delta")) && !v.any(studiedDelta) {
		return nil, nil // agents without an order have no delta with a sign
	}
	for _, d := range items {
		out = append(out, correlate(d))
	}
	return out, notes
}

// correlations shows throughput delta against efficiency, with and without the
// delta's sign.
func (v *view) correlations() table.Table {
	items, notes := v.correlated()
	t := table.Table{
		ID: "correlation_signs", Title: "Throughput delta against efficiency, signed and absolute", Section: table.SectionImbalance,
		Definition: "r: Pearson, Δ rate (insight − collector, tok/s, decode rate) against efficiency; absolute: |Δ rate|. Published goes with the study's delta, of mean rates; the others with duet's, of sums. low, high: Fisher's 95 % interval. ρ: Spearman, absolute.",
		N:          "One pair per run, over the scenarios and repetitions of a model: differences between scenarios are in r too. Intervals are of one r each, not of all of them.",
		Notes:      notes, Terms: []table.Term{termDefinitions, termCorrelation},
	}
	n := Column[correlated]{table.Column{Name: "n", Unit: "runs"}, func(c correlated) table.Value {
		return table.Count(c.signed.N).WithMissing(c.missing)
	}}
	return Fill(v.set, t, items, []Column[correlated]{colDefinition[correlated](), colModel[correlated](), colRuntime[correlated](), n},
		coefficient("signed", func(c correlated) stats.Correlation { return c.signed }),
		coefficient("absolute", func(c correlated) stats.Correlation { return c.absolute }),
		rank(1, Num("absolute", "ρ", "", 3, func(c correlated) *float64 { return c.ranked.R })),
		[]Column[correlated]{flag("", "sign turns", correlated.turns)})
}

// coefficient is a correlation with its interval. Many intervals stand in one
// table, and one in twenty misses.
func coefficient(heading string, of func(correlated) stats.Correlation) []Column[correlated] {
	return []Column[correlated]{
		Num(heading, "r", "", 3, func(c correlated) *float64 { return of(c).R }),
		Num(heading, "low", "", 3, func(c correlated) *float64 { return of(c).Lo }),
		Num(heading, "high", "", 3, func(c correlated) *float64 { return of(c).Hi }),
	}
}
