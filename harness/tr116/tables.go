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
	asStudied = " (as the study has it)"

	defFormula    = "Efficiency: speedup / 2. Speedup: Python, Σ server prompt_eval + eval / wall; Rust and others, Σ agent wall / wall. The two cannot be compared, and neither sees contention."
	defTput       = "Throughput Δ: insight − collector."
	defTTFT       = "TTFT Δ: Python, insight − collector, server; Rust, collector − insight, client; others, insight − collector, client. An exact zero is absent."
	defContention = "Contention: speedup < 1.5; never for Python."
	defSpread     = "sd: n − 1."
	defSingle     = "Throughput: mean of the calls' decode rates. TTFT: Python, server; Rust and others, client."
	defChange     = "Improvement: (tuned − baseline) / baseline; reduction: (baseline − tuned) / baseline."
	defRun        = defFormula + " " + defTput + " " + defTTFT
	defCellChange = "Of a cell, both are the mean of its runs' changes in Python, and the change of its means in Rust and others."

	nCell = "One value per run, averaged over the repetitions of a configuration."
	nPool = "One value per run, averaged over models, scenarios and repetitions."
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

// multiTable is the head of a table of dual-agent runs.
func (v *view) multiTable(id, title, section, definition, n string) table.Table {
	return table.Table{
		ID: "tr116_" + id, Title: title + asStudied, Section: section,
		Definition: definition, Terms: termsMulti, N: n, Notes: failures(v.multi.failed()),
	}
}

// singleTable is the head of a table of single-agent runs.
func (v *view) singleTable(id, title, section, definition, n string) table.Table {
	return table.Table{
		ID: "tr116_" + id, Title: title + asStudied, Section: section,
		Definition: defSingle + " " + definition, Terms: []table.Term{termSingle}, N: n, Notes: failures(v.single.failed()),
	}
}

func eff(name, unit string, decimals int, statistic func(stats.Sample) *float64) column {
	return statOf("efficiency", name, unit, decimals, efficiency, statistic)
}

func effColumns(decimals int) []column {
	return []column{meanOf("efficiency", "mean", "%", decimals, efficiency), eff("sd", "pp", decimals, stats.Sample.SD)}
}

func speedColumns() []column {
	return []column{meanOf("speedup", "mean", "", 3, speedup), statOf("speedup", "sd", "", 3, speedup, stats.Sample.SD)}
}

func deltaColumns() []column {
	flagged := func(r *metric.Row) *float64 { return stats.Scaled(flag(r), 100) }
	return []column{
		meanOf("throughput Δ", "mean", "tok/s", 3, tputDelta), meanOf("TTFT Δ", "mean", "ms", 1, ttftDelta), meanOf("contention", "rate", "%", 1, flagged),
	}
}

func (v *view) runtimes() table.Table {
	t := v.multiTable("runtime", "Runtime summary", table.SectionScope, defFormula+" "+defSpread, nPool)
	return metric.Fill(v.set, t, v.multi.runtimes, []column{colRuntime[group]()}, v.multi.counts(), effColumns(3), speedColumns())
}

func (v *view) models() table.Table {
	t := v.multiTable("model_runtime", "Model × runtime summary", table.SectionScope, defFormula+" "+defSpread,
		"One value per run, averaged over scenarios and repetitions.")
	return metric.Fill(v.set, t, sorted(v.multi.models, byModel), []column{colModel[group](v), colRuntime[group]()}, effColumns(3), speedColumns())
}

func (v *view) configurations() table.Table {
	t := v.multiTable("config", "Configuration summary", table.SectionScope,
		defRun+" "+defContention+" Contention rate: flagged runs / runs. "+defSpread, nCell)
	return metric.Fill(v.set, t, v.multi.configs, config[group](v), v.multi.counts(), speedColumns(), effColumns(3), []column{
		eff("min", "%", 3, stats.Sample.Min), eff("max", "%", 3, stats.Sample.Max),
		meanOf("throughput Δ", "mean", "tok/s", 3, tputDelta), meanOf("TTFT Δ", "mean", "ms", 3, ttftDelta), meanOf("contention", "rate", "", 3, flag),
	})
}

// statistics is appendix B's block of statistics below each configuration.
func (v *view) statistics() table.Table {
	t := v.multiTable("run_statistics", "Efficiency statistics by configuration", table.AppendixRuns,
		defFormula+" "+defSpread+" Range: max − min. CV: sd / mean.", nCell)
	return metric.Fill(v.set, t, sorted(v.multi.configs, byAppendixB), config[group](v), v.multi.counts(), effColumns(2), []column{
		eff("min", "%", 2, stats.Sample.Min), eff("max", "%", 2, stats.Sample.Max), eff("range", "pp", 2, stats.Sample.Range), eff("CV", "%", 2, cv),
	})
}

// distributions is the efficiency distribution by runtime.
func (v *view) distributions() table.Table {
	t := v.multiTable("distribution", "Efficiency distribution by runtime", table.AppendixRuns,
		defFormula+" Percentiles: linear interpolation between order statistics (R type 7). Range: max − min. "+defSpread,
		"One value per run, over models, scenarios and repetitions.")
	return metric.Fill(v.set, t, sorted(v.multi.runtimes, byRuntimeOrder), []column{colRuntime[group]()}, v.multi.counts(), []column{
		meanOf("efficiency", "mean", "%", 2, efficiency), eff("P50", "%", 2, percentile(50)), eff("P5", "%", 2, percentile(5)), eff("P95", "%", 2, percentile(95)),
		eff("min", "%", 2, stats.Sample.Min), eff("max", "%", 2, stats.Sample.Max), eff("range", "pp", 2, stats.Sample.Range), eff("sd", "pp", 2, stats.Sample.SD),
	})
}

// notes are the figures of the study's notes on each configuration.
func (v *view) notes() table.Table {
	t := v.multiTable("config_notes", "Notes by configuration", table.SectionMulti, defRun+" "+defContention+" "+defSpread, nCell)
	return metric.Fill(v.set, t, v.multi.configs, config[group](v), v.multi.counts(), speedColumns(), effColumns(2),
		[]column{eff("min", "%", 2, stats.Sample.Min), eff("max", "%", 2, stats.Sample.Max)}, deltaColumns())
}

// cards is appendix D, the largest speedup first.
func (v *view) cards() table.Table {
	t := v.multiTable("cards", "Configuration cards", table.AppendixCards,
		defRun+" "+defContention+" Best, worst: largest and smallest efficiency of a run. Rows: largest mean efficiency first. "+defSpread, nCell)
	return metric.Fill(v.set, t, sorted(v.multi.configs, byEfficiency), config[group](v), v.multi.counts(), speedColumns(), effColumns(2),
		[]column{eff("best", "%", 2, stats.Sample.Max), eff("worst", "%", 2, stats.Sample.Min)}, deltaColumns())
}
