package metric

import (
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
