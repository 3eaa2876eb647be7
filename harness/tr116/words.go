package tr116

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/table"
)

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
