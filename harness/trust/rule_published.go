package trust

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// stated is a value that a file states beside what its raw data give.
type stated struct {
	name            string
	says, recompute *float64
}

// publishedDiffers computes again what files state of themselves: the study's
// results under the study's own formulas, the derived block of duet's runs
// under duet's.
//
// Nothing found is worth as much here: it says that the study's numbers are truly
// computed, and that what the other rules find is about the formulas and not about
// arithmetic. Each value is held to the formula of whoever stated it. Under one formula for all
// every file of the other would differ, which is what mixed-definitions is for.
func publishedDiffers(a *Auditor) record.Finding {
	c := comparison{tolerance: a.Tolerance, differing: map[string]int{}}
	for _, r := range a.Set.Rows {
		if r.Run.OK() {
			c.see(r.Run, statements(r))
		}
	}
	for _, g := range a.Cells[record.SuiteSingle] {
		if len(g.Rows) > 0 {
			c.see(g.First(), aggregates(g))
		}
	}
	if c.values == 0 {
		return Skip("No file states a result of its own.")
	}
	figures := []record.Figure{
		Count("", "values stated and computed again", "values", c.values, 0),
		{Name: "largest relative difference", Value: stats.Finite(c.largest), N: c.values, Decimals: 9},
	}
	if len(c.runs) == 0 {
		return Nothing(fmt.Sprintf("%d values that the files state come out of their raw data within a relative %.0e.", c.values, a.Tolerance), figures...)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c.differing)) {
		figures = append(figures, Count(name, "stated values that differ", "values", c.differing[name], 0))
		parts = append(parts, fmt.Sprintf("%s in %s", name, Things(c.differing[name], "place")))
	}
	return a.Found("Values stated in the files are not what their raw data give: "+strings.Join(parts, ", ")+". Tables compute and do not use them.", figures, c.runs)
}

// comparison counts what was compared. The largest difference is kept although it
// passes: it shows how far below the tolerance rounding stays.
type comparison struct {
	tolerance float64
	values    int
	largest   float64
	differing map[string]int
	runs      []*record.Run
}

// see compares what one file states. A value that neither side has is no comparison,
// and counting it would make the number of values that agree look better.
func (c *comparison) see(r *record.Run, values []stated) {
	differs := false
	for _, v := range values {
		if v.says == nil && v.recompute == nil {
			continue
		}
		c.values++
		off := distance(v.says, v.recompute)
		c.largest = max(c.largest, off)
		if off > c.tolerance {
			c.differing[v.name]++
			differs = true
		}
	}
	if differs {
		c.runs = append(c.runs, r)
	}
}

// distance is the relative difference; 1 where only one of two is there: a result
// that the raw data cannot give is as wrong as one that they give otherwise. It
// divides by the larger of the two, so a zero on one side divides nothing.
func distance(x, y *float64) float64 {
	if x == nil || y == nil {
		return 1
	}
	if *x == *y {
		return 0
	}
	return math.Abs(*x-*y) / max(math.Abs(*x), math.Abs(*y))
}

// statements are what a run's file states of its own results, each beside what its raw
// data give under the formula of whoever stated it. It is nil where it states nothing.
func statements(r *metric.Row) []stated {
	im := r.Run.Imported
	if im == nil {
		return derived(r)
	}
	p := im.Published
	if p == nil {
		return nil
	}
	if r.Run.Suite == record.SuiteMulti {
		ttft := r.S.TTFTDeltaMS
		if r.S.LostZero { // the study's files have the zero that its tables drop, so here it is no difference
			ttft = stats.Finite(0)
		}
		out := []stated{
			{"speedup", p.Speedup, r.S.Speedup},
			{"efficiency", p.Efficiency, r.S.Efficiency},
			{"throughput delta", p.ThroughputDelta, r.S.ThroughputDelta},
			{"TTFT delta", p.TTFTDeltaMS, ttft},
		}
		if p.Contention != nil { // that the study's Python states no flag is what contention-rule says
			out = append(out, stated{"contention", metric.YesNo(p.Contention), metric.YesNo(r.S.Contention)})
		}
		return out
	}
	if im.Layout != record.LayoutPythonSingle {
		return nil // one statement for the whole cell: aggregates
	}
	return []stated{
		{"throughput improvement", p.ThroughputImprovement, change(r.S.TunedRate, r.S.BaselineRate)},
		{"TTFT reduction", p.TTFTReduction, reduction(r.S.TunedTTFTMS, r.S.BaselineTTFTMS)},
	}
}

// aggregates are a cell's: the study's Rust states one for all its runs.
func aggregates(g Group) []stated {
	im := g.First().Imported
	if im == nil || im.Layout != record.LayoutRustSingle || im.Published == nil {
		return nil
	}
	mean := func(of func(*metric.Row) *float64) *float64 { return g.Sample(of).Mean() }
	b, t := mean(func(r *metric.Row) *float64 { return r.S.BaselineTTFTMS }), mean(func(r *metric.Row) *float64 { return r.S.TunedTTFTMS })
	return []stated{
		{"throughput improvement", im.Published.ThroughputImprovement, gained(g)},
		{"TTFT reduction", im.Published.TTFTReduction, reduction(t, b)},
	}
}

// change is tuned over baseline − 1, in percent.
func change(tuned, baseline *float64) *float64 {
	return stats.Scaled(stats.Minus(stats.Over(tuned, baseline), new(1.0)), 100)
}

// reduction is 1 − tuned over baseline, in percent.
func reduction(tuned, baseline *float64) *float64 { return stats.Scaled(change(tuned, baseline), -1) }

// derived compares the derived block of a run of duet's with its raw calls. Tables
// derive everything again and would not show an error in it, but bench.txt is made of
// it, and scripts read it.
func derived(r *metric.Row) []stated {
	s := r.Run.Derived
	if s == nil {
		return nil
	}
	var out []stated
	for _, name := range []string{
		"speedup_measured", "efficiency_measured", "speedup_client", "speedup_server", "aggregate_rate", "solo_rate", "balance", "jain",
		"throughput_delta", "ttft_delta_ns", "tuned_over_baseline",
	} {
		out = append(out, stated{name, s.Get(name), r.D.Get(name)})
	}
	for _, name := range []string{"contention_tr116", "contention_measured"} {
		out = append(out, stated{name, metric.YesNo(s.Flag(name)), metric.YesNo(r.D.Flag(name))})
	}
	return out
}
