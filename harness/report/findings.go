package report

import (
	"fmt"
	"strconv"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

// findings is the answer in sentences, each made from the numbers. A set that
// mixes sessions or backends has no one answer.
func findings(set *analysis.Set) []string {
	if set.Mixed {
		return []string{"These runs come from several sessions or backends. They are kept apart in every table, and no sentence is made across them."}
	}
	var out []string
	all := func(*metrics.Run) metrics.Cell { return metrics.Cell{} }
	for _, g := range set.Groups(metrics.SuiteMulti, all) {
		out = append(out, turns(g)...)
		out = append(out, headline(g)...)
		out = append(out, extremes(set)...)
		out = append(out, firstTokens(set)...)
	}
	for _, g := range set.Groups(metrics.SuiteSingle, all) {
		out = append(out, tuning(g)...)
	}
	return append(out, doubts(set)...)
}

// turns says how often the pair was slower than one agent after the other.
func turns(g analysis.Group) []string {
	var slower, n int
	for _, r := range g.Rows {
		if c := r.D.ContentionMeasured; c != nil {
			n++
			if *c {
				slower++
			}
		}
	}
	switch {
	case n == 0:
		return []string{"No run has both passes, so nothing can be said about two agents against one."}
	case slower == 0:
		return []string{fmt.Sprintf("In all %d runs two agents together were at least as fast as taking turns.", n)}
	}
	return []string{fmt.Sprintf("In %d of %d runs two agents together were slower than taking turns.", slower, n)}
}

func headline(g analysis.Group) []string {
	s := g.Sample(analysis.EfficiencyMeasured)
	if s.N() == 0 {
		return nil
	}
	out := []string{fmt.Sprintf("Measured efficiency is %s in the median%s: 50 %% is what taking turns gives, 100 %% what two separate machines would.", pct(s.Center().Median), interval(s))}
	if m := g.Sample(analysis.EfficiencyClient).Mean(); m != nil {
		out = append(out, fmt.Sprintf("The study's client-side formula gives the same runs %s: it sees that the agents' times overlap and cannot see that they slow each other down.", pct(m)))
	}
	return out
}

// extremes names the best and the worst cell.
func extremes(set *analysis.Set) []string {
	var best, worst string
	var hi, lo *float64
	for _, g := range set.Groups(metrics.SuiteMulti, analysis.ByCell) {
		m := g.Sample(analysis.EfficiencyMeasured).Center().Median
		if m == nil {
			continue
		}
		if hi == nil || *m > *hi {
			hi, best = m, cellName(g.First())
		}
		if lo == nil || *m < *lo {
			lo, worst = m, cellName(g.First())
		}
	}
	if best == worst {
		return nil
	}
	return []string{fmt.Sprintf("Best cell: %s, %s. Worst: %s, %s (medians of measured efficiency).", best, pct(hi), worst, pct(lo))}
}

func firstTokens(set *analysis.Set) []string {
	medians := map[string][]*float64{}
	for _, c := range set.CallsByModel(metrics.SuiteMulti) {
		for _, v := range c.TTFT.Values {
			medians[c.Pass] = append(medians[c.Pass], &v)
		}
	}
	solo := analysis.NewSample(medians[metrics.PassSolo]).Center().Median
	pair := analysis.NewSample(medians[metrics.PassConcurrent]).Center().Median
	if solo == nil || pair == nil {
		return nil
	}
	return []string{fmt.Sprintf("The first token comes after %.1f ms alone and %.1f ms together (medians over all calls).", *solo, *pair)}
}

func tuning(g analysis.Group) []string {
	s := g.Sample(analysis.TunedOverBaseline)
	if s.N() == 0 {
		return nil
	}
	return []string{fmt.Sprintf("One agent: tuned options decode at %.3f times the baseline rate in the median of %d runs (from %.3f to %.3f).", *s.Center().Median, s.N(), *s.Min(), *s.Max())}
}

func doubts(set *analysis.Set) []string {
	failed, warned := len(set.Failed()), 0
	for _, r := range set.Rows {
		if len(r.Warnings) > 0 {
			warned++
		}
	}
	out := fmt.Sprintf("%d runs, %d failed, %d with warnings.", len(set.Rows), failed, warned)
	if failed > 0 {
		out += " Failed runs are listed below and are in no mean."
	}
	return []string{out}
}

func pct(f *float64) string {
	if f == nil {
		return "n/a"
	}
	return strconv.FormatFloat(*f, 'f', 1, 64) + " %"
}

func interval(s analysis.Sample) string {
	c := s.Center()
	if c.Lo == nil {
		return fmt.Sprintf(" (n = %d, too few for an interval)", s.N())
	}
	return fmt.Sprintf(" (95 %% interval %.1f to %.1f %%, n = %d)", *c.Lo, *c.Hi, s.N())
}

func cellName(r *metrics.Run) string {
	return r.Cell.Model + " · " + r.Cell.Runtime + " · " + config(r)
}

func config(r *metrics.Run) string {
	c := r.Cell
	s := fmt.Sprintf("gpu %d · ctx %d", c.GPU, c.Ctx)
	if r.Suite == metrics.SuiteMulti {
		s = c.Scenario + " · " + s
	}
	return s
}
