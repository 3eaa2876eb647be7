package study

import "fmt"

// What every definition says of the formulas: the study's differ by runtime.
const (
	defFormula    = "The study's formulas. Speedup: Python, Σ server (prompt_eval + eval) duration / wall; Rust and every other runtime, Σ agent wall / wall. Efficiency: speedup / N × 100, N = 2 agents. The two formulas cannot be compared, and neither sees contention."
	defTput       = "Throughput Δ: insight − collector, of the mean of the calls' decode rates (server)."
	defTTFT       = "TTFT Δ: Python, insight − collector, of prompt_eval_duration; Rust, collector − insight, of the client's time to first text; other runtimes, insight − collector, of the same. A Δ of exactly zero is absent, because the study lost it."
	defContention = "Contention: speedup < 1.5; for Python the study never computed it and printed no."
	defSpread     = "sd: sample standard deviation (n − 1)."
	defSingle     = "Rates: mean of the calls' decode rates (server). TTFT: Python, prompt_eval_duration; Rust and every other runtime, the client's time to first text, model load included."
	defChange     = "Improvement: (tuned − baseline) / baseline × 100; reduction: (baseline − tuned) / baseline × 100."
	defCellChange = "Of a cell, both are the mean of its runs' changes in Python, and the change of its means in Rust and every other runtime: the study did so, and the two differ."

	nCell = "One value per run, averaged over the repetitions of a configuration."
	nRun  = "One row per measured run; nothing is averaged over runs, an agent's TTFT and decode rate are means over its calls."
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

func number(f float64) *float64 { return &f }

// minus is a − b, absent when either is.
func minus(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return number(*a - *b)
}

// percent is a × 100.
func percent(a *float64) *float64 {
	if a == nil {
		return nil
	}
	return number(*a * 100)
}

// change is (to − from) / from × 100, absent where from is not positive.
func change(from, to *float64) *float64 {
	if from == nil || to == nil || *from <= 0 {
		return nil
	}
	return number((*to - *from) / *from * 100)
}

// reduction is change with the sign of the study's TTFT.
func reduction(from, to *float64) *float64 {
	c := change(from, to)
	if c == nil {
		return nil
	}
	return number(-*c)
}
