package tr116

import (
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

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
