package tr116

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// makers are the tables, in the study's order.
var makers = []func(*view) table.Table{
	(*view).runtimes, (*view).models, (*view).configurations,
	(*view).gaps, (*view).gains, (*view).notes,
	(*view).singles,
	(*view).flat,
	(*view).runs, (*view).statistics, (*view).correlations, (*view).variances, (*view).distributions,
	(*view).cells,
	(*view).cards,
	(*view).manifest,
	(*view).runNotes,
	(*view).rawRuns, (*view).aggregates,
	(*view).validation,
	(*view).samples,
}

// Tables returns every table of the study that has something to say about s,
// whoever measured it. Their ids begin with "tr116_".
func Tables(s *metric.Set) []table.Table {
	v := newView(&metric.Set{Rows: studied(s.Rows), Mixed: s.Mixed})
	var out []table.Table
	for _, f := range makers {
		if t := f(v); len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return s.Mark(out)
}

// studied are rows under the study's formulas.
func studied(rows []*metric.Row) []*metric.Row {
	out := make([]*metric.Row, len(rows))
	for i, r := range rows {
		row := *r
		row.S = AsStudied(r.Run, &row.D)
		out[i] = &row
	}
	return out
}

// What tables say of their columns: a short form beside every table, which
// formula a runtime has and which sign, and the same in full once per report.
const (
	defFormula    = "Efficiency: speedup / 2. Speedup: Python, Σ server prompt_eval + eval / wall; Rust and others, Σ agent wall / wall. The two cannot be compared, and neither sees contention."
	defTput       = "Throughput Δ: insight − collector."
	defTTFT       = "TTFT Δ: Python, insight − collector, server; Rust, collector − insight, client; others, insight − collector, client. An exact zero is absent."
	defContention = "Contention: speedup < 1.5; never for Python."
	defSpread     = "sd: n − 1."
	defSingle     = "Throughput: mean of the calls' decode rates. TTFT: Python, server; Rust and others, client."
	defChange     = "Improvement: (tuned − baseline) / baseline; reduction: (baseline − tuned) / baseline."
	defCellChange = "Of a cell, both are the mean of its runs' changes in Python, and the change of its means in Rust and others."

	nCell = "One value per run, averaged over the repetitions of a configuration."
	nRun  = "One row per measured run; nothing is averaged over runs."
)

var (
	termFormula    = table.Term{Name: "the study's efficiency", Text: "Speedup / N × 100, N = 2 agents. The study has two formulas for speedup. Python: Σ (prompt_eval_duration + eval_duration) of both agents / wall. Rust, and here every other runtime: Σ of the agents' client wall times / wall. The two cannot be compared, and neither sees contention: use the measured efficiency where there is one."}
	termDeltas     = table.Term{Name: "the study's throughput Δ and TTFT Δ", Text: "Throughput: insight − collector, each the mean of its calls' decode rates (server). TTFT: Python, insight − collector, of prompt_eval_duration; Rust, collector − insight, of the client's time to first text, model load included; every other runtime, insight − collector, of the same. A TTFT Δ of exactly zero is absent, because the study lost it to a test for truth; means say how many values they left out."}
	termContention = table.Term{Name: "the study's contention", Text: "Speedup below 1.5, by the runtime's own formula. The study never computed it for Python and printed no."}
	termSingle     = table.Term{Name: "the study's single-agent figures", Text: "Throughput is the mean of the calls' decode rates (server). TTFT is prompt_eval_duration in Python, and the client's time to first text, model load included, in Rust and every other runtime. A cell's improvement and reduction are the mean of its runs' in Python and the change of its means in Rust and every other runtime: the study took the former from the list of runs in Python's files and the latter from the aggregates in Rust's, and the two differ."}
	termSpread     = table.Term{Name: "the study's statistics", Text: "sd: sample standard deviation (n − 1). CV: sd / mean × 100. Range: max − min. Percentiles: linear interpolation between order statistics (R type 7)."}

	termsMulti = []table.Term{termFormula, termDeltas, termContention, termSpread}
)

// failures says how many runs are left out.
func failures(n int) []string {
	switch n {
	case 0:
		return nil
	case 1:
		return []string{"1 failed run is left out."}
	}
	return []string{fmt.Sprintf("%d failed runs are left out.", n)}
}

// Samples of a group, for columns.
func ofSpeedup(g *group) stats.Sample    { return g.speedup }
func ofEfficiency(g *group) stats.Sample { return g.efficiency }
func ofTput(g *group) stats.Sample       { return g.tput }
func ofTTFT(g *group) stats.Sample       { return g.ttft }
func ofFlags(g *group) stats.Sample      { return g.flags }

var (
	average = stats.Sample.Mean
	sd      = stats.Sample.SD
	low     = stats.Sample.Min
	high    = stats.Sample.Max
)

func effColumns(decimals int) []column[*group] {
	return []column[*group]{
		statOf("efficiency", "mean", "%", decimals, ofEfficiency, average),
		statOf("efficiency", "sd", "pp", decimals, ofEfficiency, sd),
	}
}

func speedColumns() []column[*group] {
	return []column[*group]{
		statOf("speedup", "mean", "", 3, ofSpeedup, average),
		statOf("speedup", "sd", "", 3, ofSpeedup, sd),
	}
}

func (v *view) runtimes() table.Table {
	t := table.Table{
		ID: "tr116_runtime", Title: "Runtime summary (as the study has it)", Section: table.SectionScope,
		Definition: defFormula + " " + defSpread,
		Terms:      termsMulti,
		N:          "One value per run, averaged over models, scenarios and repetitions.",
		Notes:      failures(v.multi.failed()),
	}
	return fill(v, t, v.multi.runtime, []column[*group]{colRuntime[*group]()},
		counts(v.multi.failed()), effColumns(3), speedColumns())
}

func (v *view) models() table.Table {
	t := table.Table{
		ID: "tr116_model_runtime", Title: "Model × runtime summary (as the study has it)", Section: table.SectionScope,
		Definition: defFormula + " " + defSpread,
		Terms:      termsMulti,
		N:          "One value per run, averaged over scenarios and repetitions.",
		Notes:      failures(v.multi.failed()),
	}
	return fill(v, t, sorted(v.multi.models, byModel), []column[*group]{colModel[*group](v), colRuntime[*group]()},
		effColumns(3), speedColumns())
}

func (v *view) configurations() table.Table {
	t := table.Table{
		ID: "tr116_config", Title: "Configuration summary (as the study has it)", Section: table.SectionScope,
		Definition: defFormula + " " + defTput + " " + defTTFT + " " + defContention + " Contention rate: flagged runs / runs. " + defSpread,
		Terms:      termsMulti,
		N:          nCell,
		Notes:      failures(v.multi.failed()),
	}
	return fill(v, t, v.multi.configs, config[*group](v), counts(v.multi.failed()), speedColumns(), effColumns(3),
		[]column[*group]{
			statOf("efficiency", "min", "%", 3, ofEfficiency, low),
			statOf("efficiency", "max", "%", 3, ofEfficiency, high),
			statOf("throughput Δ", "mean", "tok/s", 3, ofTput, average),
			statOf("TTFT Δ", "mean", "ms", 3, ofTTFT, average),
			statOf("contention", "rate", "", 3, ofFlags, average),
		})
}

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
