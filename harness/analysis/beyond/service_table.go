package beyond

import (
	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/analysis/inference"
	"github.com/chimeraforge/duet/harness/metrics"
)

// served is a cell and what its runs gave when added up.
type served struct {
	*group
	n, missing int
	pooled     *float64 // (Σ k / Σ wall) / (Σ k' / Σ s), each sum over the runs
	inference.Interval
}

// pooledSums is what a run adds to the four sums; absent without a solo pass.
func pooledSums(r *analysis.Row) (inference.Sums, bool) {
	if r.D.SpeedupMeasured == nil || r.D.Tokens == nil || r.D.WallNS == nil {
		return inference.Sums{}, false
	}
	s := inference.Sums{float64(*r.D.Tokens), float64(*r.D.WallNS)}
	for i := range r.D.Agents {
		if a := &r.D.Agents[i]; a.Pass == metrics.PassSolo && a.Tokens != nil && a.WallNS != nil {
			s[2], s[3] = s[2]+float64(*a.Tokens), s[3]+float64(*a.WallNS)
		}
	}
	return s, true
}

func pooledSpeedup(s inference.Sums) *float64 {
	if s[1] <= 0 || s[2] <= 0 || s[3] <= 0 {
		return nil
	}
	return analysis.Finite(s[0] / s[1] / (s[2] / s[3]))
}

func (v *view) serve(g *group) served {
	out := served{group: g}
	var all []inference.Sums
	for _, r := range g.rows {
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
func (v *view) service() analysis.Table {
	t := analysis.Table{
		ID: "service_config", Title: "Speedup over all runs of a cell, η, balance and fairness", Section: analysis.SectionImbalance,
		Definition: "Pooled speedup: (Σ tokens together / Σ wall) ÷ (Σ solo tokens / Σ solo wall), sums over the runs of a cell, so that long runs count for more; low, high: 95 % bootstrap interval, n/a below 5 runs. η, balance, Jain: " + defCenter,
		N:          nCell,
		Terms:      []analysis.Term{termService, termBootstrap, termInterval},
	}
	var items []served
	for _, g := range v.multi.cells {
		items = append(items, v.serve(g))
	}
	pooled := column[served]{analysis.Column{Group: "pooled speedup", Name: "ratio", Decimals: 3}, func(s served) analysis.Value {
		return analysis.Num(s.pooled).WithMissing(s.missing)
	}}
	return fill(v, t, items, cell[served](), []column[served]{count("", "runs", "", func(s served) int { return len(s.rows) }), pooled,
		num("pooled speedup", "low", "", 3, func(s served) *float64 { return s.Lo }),
		num("pooled speedup", "high", "", 3, func(s served) *float64 { return s.Hi })},
		center("η collector", eta(analysis.Collector)), center("η insight", eta(analysis.Insight)),
		center("balance", func(r *analysis.Row) *float64 { return r.D.Balance }),
		center("Jain", func(r *analysis.Row) *float64 { return r.D.Jain }))
}

func center(heading string, of quantity) []column[served] {
	s := func(s served) analysis.Sample { return s.sample(of) }
	out := stats(heading, "", 3, s, statMedian, statLo, statHi)
	rank(2, out[1:]...)
	return append(out, rank(1, stats(heading, "", 3, s, statMean, statSD)...)...)
}
