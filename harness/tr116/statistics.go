package tr116

import (
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

func spanOf(s stats.Sample) *float64 { return s.Range() }
func cv(s stats.Sample) *float64     { return percent(s.CV()) }

func percentile(p float64) func(stats.Sample) *float64 {
	return func(s stats.Sample) *float64 { return s.Percentile(p) }
}

// statistics is appendix B's block of statistics below each configuration.
func (v *view) statistics() table.Table {
	t := table.Table{
		ID: "tr116_run_statistics", Title: "Efficiency statistics by configuration (as the study has it)", Section: table.AppendixRuns,
		Definition: defFormula + " " + defSpread + " Range: max − min. CV: sd / mean.",
		Terms:      termsMulti,
		N:          nCell, Notes: failures(v.multi.failed()),
	}
	e := func(name, unit string, stat func(stats.Sample) *float64) column[*group] {
		return statOf("efficiency", name, unit, 2, ofEfficiency, stat)
	}
	return fill(v, t, sorted(v.multi.configs, byAppendixB), config[*group](v), counts(v.multi.failed()), []column[*group]{
		e("mean", "%", average), e("sd", "pp", sd), e("min", "%", low), e("max", "%", high), e("range", "pp", spanOf), e("CV", "%", cv),
	})
}

// distributions is the efficiency distribution by runtime.
func (v *view) distributions() table.Table {
	t := table.Table{
		ID: "tr116_distribution", Title: "Efficiency distribution by runtime (as the study has it)", Section: table.AppendixRuns,
		Definition: defFormula + " Percentiles: linear interpolation between order statistics (R type 7). Range: max − min. " + defSpread,
		Terms:      termsMulti,
		N:          "One value per run, over models, scenarios and repetitions.", Notes: failures(v.multi.failed()),
	}
	e := func(name, unit string, stat func(stats.Sample) *float64) column[*group] {
		return statOf("efficiency", name, unit, 2, ofEfficiency, stat)
	}
	return fill(v, t, sorted(v.multi.runtime, byAppendixB), []column[*group]{colRuntime[*group]()}, counts(v.multi.failed()), []column[*group]{
		e("mean", "%", average), e("P50", "%", percentile(50)), e("P5", "%", percentile(5)), e("P95", "%", percentile(95)),
		e("min", "%", low), e("max", "%", high), e("range", "pp", spanOf), e("sd", "pp", sd),
	})
}

// rate is flagged runs in percent.
func flagRate() column[*group] {
	return statOf("contention", "rate", "%", 1, ofFlags, func(s stats.Sample) *float64 { return percent(s.Mean()) })
}

func deltaColumns() []column[*group] {
	return []column[*group]{
		statOf("throughput Δ", "mean", "tok/s", 3, ofTput, average),
		statOf("TTFT Δ", "mean", "ms", 1, ofTTFT, average),
		flagRate(),
	}
}

// notes are the figures of the study's notes on each configuration.
func (v *view) notes() table.Table {
	t := table.Table{
		ID: "tr116_config_notes", Title: "Notes by configuration (as the study has it)", Section: table.SectionMulti,
		Definition: defRun + " " + defContention + " " + defSpread, Terms: termsMulti, N: nCell, Notes: failures(v.multi.failed()),
	}
	return fill(v, t, v.multi.configs, config[*group](v), counts(v.multi.failed()), speedColumns(), effColumns(2), []column[*group]{
		statOf("efficiency", "min", "%", 2, ofEfficiency, low), statOf("efficiency", "max", "%", 2, ofEfficiency, high),
	}, deltaColumns())
}

// cards is appendix D, the largest speedup first.
func (v *view) cards() table.Table {
	t := table.Table{
		ID: "tr116_cards", Title: "Configuration cards (as the study has it)", Section: table.AppendixCards,
		Definition: defRun + " " + defContention + " Best, worst: largest and smallest efficiency of a run. Rows: largest mean efficiency first. " + defSpread,
		Terms:      termsMulti,
		N:          nCell, Notes: failures(v.multi.failed()),
	}
	rows := sortedBy(v.multi.configs, func(g *group) float64 { return descending(g.efficiency.Mean()) })
	return fill(v, t, rows, config[*group](v), counts(v.multi.failed()), speedColumns(), effColumns(2), []column[*group]{
		statOf("efficiency", "best", "%", 2, ofEfficiency, high), statOf("efficiency", "worst", "%", 2, ofEfficiency, low),
	}, deltaColumns())
}
