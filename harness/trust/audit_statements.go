package trust

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

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
		return []stated{
			{"speedup", p.Speedup, r.S.Speedup},
			{"efficiency", p.Efficiency, r.S.Efficiency},
			{"throughput delta", p.ThroughputDelta, r.S.ThroughputDelta},
			{"TTFT delta", p.TTFTDeltaMS, withZero(r)},
			{"contention", flag(p.Contention), like(p.Contention, r.S.Contention)},
		}
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
	v := stats.Over(tuned, baseline)
	if v == nil {
		return nil
	}
	return stats.Finite((*v - 1) * 100)
}

// reduction is 1 − tuned over baseline, in percent.
func reduction(tuned, baseline *float64) *float64 {
	v := change(tuned, baseline)
	if v == nil {
		return nil
	}
	return stats.Finite(-*v)
}

// withZero is the study's Δ TTFT with the exact zeros that it lost. Its files have the
// zero; only its tables drop it, so here it is no difference.
func withZero(r *metric.Row) *float64 {
	if r.S.LostZero {
		return stats.Finite(0)
	}
	return r.S.TTFTDeltaMS
}

// flag is yes or no as 1 or 0, and absent as absent, to be compared like any value.
func flag(b *bool) *float64 {
	switch {
	case b == nil:
		return nil
	case *b:
		return stats.Finite(1)
	}
	return stats.Finite(0)
}

// like is b where a is there: what was never stated cannot differ. That the study's
// Python states no flag is what contention-rule says.
func like(a, b *bool) *float64 {
	if a == nil {
		return nil
	}
	return flag(b)
}

// derived compares the derived block of a run of duet's with its raw calls. Tables
// derive everything again and would not show an error in it, but bench.txt is made of
// it, and scripts read it.
func derived(r *metric.Row) []stated {
	s := r.Run.Derived
	if s == nil {
		return nil
	}
	d := &r.D
	return []stated{
		{"speedup_measured", s.Get("speedup_measured"), d.Get("speedup_measured")},
		{"efficiency_measured", s.Get("efficiency_measured"), d.Get("efficiency_measured")},
		{"speedup_client", s.Get("speedup_client"), d.Get("speedup_client")},
		{"speedup_server", s.Get("speedup_server"), d.Get("speedup_server")},
		{"aggregate_rate", s.Get("aggregate_rate"), d.Get("aggregate_rate")},
		{"solo_rate", s.Get("solo_rate"), d.Get("solo_rate")},
		{"balance", s.Get("balance"), d.Get("balance")},
		{"jain", s.Get("jain"), d.Get("jain")},
		{"throughput_delta", s.Get("throughput_delta"), d.Get("throughput_delta")},
		{"ttft_delta_ns", s.Get("ttft_delta_ns"), d.Get("ttft_delta_ns")},
		{"tuned_over_baseline", s.Get("tuned_over_baseline"), d.Get("tuned_over_baseline")},
		{"contention_tr116", flag(s.Flag("contention_tr116")), flag(d.Flag("contention_tr116"))},
		{"contention_measured", flag(s.Flag("contention_measured")), flag(d.Flag("contention_measured"))},
	}
}
