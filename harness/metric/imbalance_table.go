package metric

import (
	"math"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// served is a cell and what its runs gave when added up. A mean of ratios counts
// every run alike, however short; the ratio of sums is what one gets for waiting
// through all of them. A run is drawn as a whole by the bootstrap, since its two
// passes belong together; a ratio of sums has no interval as simple as a median's.
type served struct {
	Group
	n, missing int
	pooled     *float64 // (Σ k / Σ wall) / (Σ k' / Σ s), each sum over the runs
	stats.Interval
}

// pooledSums is what a run adds to the four sums; absent without a solo pass.
func pooledSums(r *Row) (stats.Sums, bool) {
	if r.D.Get("speedup_measured") == nil || r.D.Whole("tokens") == nil || r.D.Whole("wall_ns") == nil {
		return stats.Sums{}, false
	}
	s := stats.Sums{float64(*r.D.Whole("tokens")), float64(*r.D.Whole("wall_ns"))}
	for i := range r.D.Agents {
		if a := &r.D.Agents[i]; a.Pass == record.PassSolo && a.Whole("tokens") != nil && a.Whole("wall_ns") != nil {
			s[2], s[3] = s[2]+float64(*a.Whole("tokens")), s[3]+float64(*a.Whole("wall_ns"))
		}
	}
	return s, true
}

// pooledSpeedup is made of sums as pooledSums has them: tokens and wall together,
// tokens and walls alone.
func pooledSpeedup(s stats.Sums) *float64 {
	if s[1] <= 0 || s[2] <= 0 || s[3] <= 0 {
		return nil
	}
	return stats.Finite(s[0] / s[1] / (s[2] / s[3]))
}

// serve adds up a cell's runs. Those without a solo pass are counted as missing.
func (v *view) serve(g Group) served {
	out := served{Group: g}
	var all []stats.Sums
	for _, r := range g.Rows {
		if s, ok := pooledSums(r); ok {
			all = append(all, s)
		} else {
			out.missing++
		}
	}
	out.n = len(all)
	out.pooled, out.Interval = v.bootstrap.OfSums(all, pooledSpeedup)
	return out
}

// service is how the agents of a pair were served, and the speedup of a cell's
// runs added up.
func (v *view) service() table.Table {
	t := table.Table{
		ID: "service_config", Title: "Speedup over all runs of a cell, η, balance and fairness", Section: table.SectionImbalance,
		Definition: "Pooled speedup: (Σ tokens together / Σ wall) ÷ (Σ solo tokens / Σ solo wall), sums over the runs of a cell, so that long runs count for more; low, high: 95 % bootstrap interval, n/a below 5 runs. η, balance, Jain: " + defCenter,
		N:          nRepetitions,
		Terms:      []table.Term{termService, termBootstrap, termInterval},
	}
	var etas []Column[served]
	for _, a := range v.set.etas() {
		etas = append(etas, center("η "+a.name, a.of)...)
	}
	var items []served
	for _, g := range v.multi.cells {
		items = append(items, v.serve(g))
	}
	pooled := Column[served]{table.Column{Group: "pooled speedup", Name: "ratio", Decimals: 3}, func(s served) table.Value {
		return table.Num(s.pooled).WithMissing(s.missing)
	}}
	return Fill(v.set, t, items, cell[served](), []Column[served]{Count("", "runs", "", func(s served) int { return len(s.Rows) }), pooled,
		Num("pooled speedup", "low", "", 3, func(s served) *float64 { return s.Lo }),
		Num("pooled speedup", "high", "", 3, func(s served) *float64 { return s.Hi })},
		etas,
		center("balance", Pick("balance")),
		center("Jain", Pick("jain")))
}

// center is the median with its interval, and mean and sd where there is room.
func center(heading string, of pick) []Column[served] {
	s := func(s served) stats.Sample { return s.Sample(of) }
	out := statistics(heading, "", 3, s, statMedian, statLo, statHi)
	rank(2, out[1:]...)
	return append(out, rank(1, statistics(heading, "", 3, s, statMean, statSD)...)...)
}

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
		[]Column[correlated]{Flag("", "sign turns", correlated.turns)})
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
