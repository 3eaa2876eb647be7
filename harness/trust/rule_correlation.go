package trust

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Three decimals, as the study prints its coefficients.
var (
	signed   = Quantity{Name: "r, signed delta", Decimals: 3}
	absolute = Quantity{Name: "r, absolute delta", Decimals: 3}
)

// correlationSign holds the correlation of the throughput delta with efficiency
// to its own hypothesis. That imbalance costs efficiency is a claim about the
// absolute delta; over signed deltas two opposite imbalances cancel.
//
// The study states the hypothesis about the absolute delta, computes r over the
// signed one, and finds "weak/no correlation" or a positive one for all its Rust
// models. Over the absolute delta of the same runs all three are negative, one of
// them nearly -1: the conclusion is the opposite one.
//
// Each runtime and model is asked by itself. Over several models the delta and the
// efficiency may both follow the model's size, and r would be about that; over several
// runtimes of the study one axis would have two formulas.
func correlationSign(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var said []string
	for _, g := range a.Models[record.SuiteMulti] {
		s, abs, n := a.correlations(g)
		if s == nil || abs == nil {
			continue
		}
		figures = append(figures, signed.One(g.Name, s, n), absolute.One(g.Name, abs, n))
		if math.Abs(*s-*abs) > a.CorrelationShift {
			said = append(said, fmt.Sprintf("%s r = %s signed, %s absolute", g.Name, record.Say(s, 3), record.Say(abs, 3)))
			runs = append(runs, runsOf(g.Rows)...)
		}
	}
	switch {
	case len(figures) == 0:
		return Skip(fmt.Sprintf("No runtime and model has %d runs with a throughput delta that varies.", a.CorrelationRuns))
	case len(said) == 0:
		return Nothing("Throughput delta against efficiency: r is the same with the sign and without.", figures...)
	}
	f := a.Found("Pearson's r of throughput delta against efficiency changes when the absolute delta is taken, which is what a hypothesis about imbalance means: "+strings.Join(said, "; ")+".", figures, runs)
	if !slices.ContainsFunc(a.Set.Rows, (*metric.Row).Imported) {
		f.Severity = record.SeverityNote // duet prints both r, so none can be taken for the other
	}
	return f
}

// correlations are Pearson's r over the runs that have both quantities, once by the
// signed delta and once by the absolute one. Both are of the same runs, so nothing
// but the sign can move r. It is absent where one of the two never varies.
func (a *Auditor) correlations(g Group) (signed, absolute *float64, n int) {
	var as, without []stats.Pair
	for _, r := range g.Rows {
		d, e := delta(r), publishedEfficiency(r)
		if d == nil || e == nil {
			continue
		}
		as, without = append(as, stats.Pair{X: *d, Y: *e}), append(without, stats.Pair{X: math.Abs(*d), Y: *e})
	}
	if len(as) < a.CorrelationRuns {
		return nil, nil, 0
	}
	return stats.Pearson(as).R, stats.Pearson(without).R, len(as)
}

// delta is insight − collector; of the study's runs as it computed it, because the
// coefficient in question is the study's.
func delta(r *metric.Row) *float64 {
	if r.Run.Imported != nil {
		return r.S.ThroughputDelta
	}
	return r.D.Get("throughput_delta")
}
