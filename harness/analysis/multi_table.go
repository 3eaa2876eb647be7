package analysis

import (
	"slices"

	"github.com/chimeraforge/duet/harness/metrics"
)

const (
	defEfficiency = "Efficiency = speedup / N × 100, N = 2 agents. Measured: aggregate rate together (Σ tokens / wall) over the rate one after the other (Σ solo tokens / Σ solo wall), both from the same session; 100 % is as good as two machines, 50 % is what taking turns gives. Server: Σ (prompt_eval + eval duration) / wall, the study's Python formula. Client: Σ agent wall / wall, the study's Rust formula; it shows only how evenly the agents' times overlap and cannot see contention."
	defStats      = "Median with its 95 % order-statistic interval (n/a below 6 runs); mean; sd = sample standard deviation (n − 1)."
)

// efficiencies is the three definitions side by side, the headline first and in
// full, the study's two by the statistics of legacy.
func efficiencies(legacy []statistic, headline ...statistic) []groupColumn {
	return slices.Concat(
		statColumns("efficiency measured", "%", 1, effMeasured, headline...),
		statColumns("eff. server", "%", 1, effServer, legacy...),
		statColumns("eff. client", "%", 1, effClient, legacy...),
	)
}

var (
	meanOnly  = []statistic{statMean}
	meanAndSD = []statistic{statMean, statSD}
)

// RuntimeSummary is efficiency by client runtime.
func (s *Set) RuntimeSummary() Table {
	t := Table{
		ID: "runtime", Title: "Runtime summary (multi-agent)", Definition: defEfficiency + " " + defStats,
		N: "One value per run; averaged over models, scenarios and repetitions. Failed runs are counted, never averaged.",
	}
	return s.fill(t, s.Groups(metrics.SuiteMulti, ByRuntime),
		[]groupColumn{colRuntime, colRuns, colFailed},
		statColumns("speedup measured", "", 3, speedup, statMean, statSD),
		efficiencies(meanAndSD, statMedian, statLo, statHi, statMean, statSD))
}

// ModelSummary is efficiency by model and runtime.
func (s *Set) ModelSummary() Table {
	t := Table{
		ID: "model_runtime", Title: "Model × runtime summary (multi-agent)", Definition: defEfficiency + " " + defStats,
		N: "One value per run; averaged over scenarios and repetitions. Failed runs are counted, never averaged.",
	}
	return s.fill(t, s.Groups(metrics.SuiteMulti, ByModel),
		[]groupColumn{colModel, colRuntime, colRuns, colFailed},
		statColumns("speedup measured", "", 3, speedup, statMean, statSD),
		efficiencies(meanAndSD, statMedian, statLo, statHi, statMean, statSD))
}

// ConfigSummary is the study's configuration table with the headline first.
func (s *Set) ConfigSummary() Table {
	t := Table{
		ID: "config", Title: "Configuration summary (multi-agent)",
		Definition: defEfficiency + " " + defStats + " Deltas are insight − collector: decode rate (server), and mean TTFT of the agent's calls. Contention: measured = together slower than taking turns (speedup measured < 1); TR116 = client speedup below 0.75 N, the study's rule.",
		N:          "One value per run; averaged over the repetitions of a cell. Failed runs are counted, never averaged.",
	}
	return s.fill(t, s.Groups(metrics.SuiteMulti, ByCell),
		cellColumns(metrics.SuiteMulti), []groupColumn{colRuns, colFailed},
		efficiencies(meanOnly, statMedian, statLo, statHi, statMean, statSD, statMin, statMax),
		statColumns("Δ rate", "tok/s", 1, tputDelta, statMean),
		statColumns("Δ TTFT", "ms", 1, ttftDelta, statMean),
		[]groupColumn{share("contention", "measured", flagMeasured), share("contention", "TR116", flagTR116)})
}

// RateSummary is what the machine gave, and what each agent felt.
func (s *Set) RateSummary() Table {
	t := Table{
		ID: "rates", Title: "Rates: the pair against one agent at a time",
		Definition: "Pair: Σ tokens / wall of the concurrent pass. Solo: Σ tokens / Σ wall of the agents one after the other. η: an agent's rate in the pair over its own rate alone; 1 means that it did not feel the other. Balance: shorter over longer agent time. Jain: (Σ r)² / (N Σ r²) over the agents' rates, 1 when served alike. " + defStats,
		N:          "One value per run; over the repetitions of a cell.",
	}
	return s.fill(t, s.Groups(metrics.SuiteMulti, ByCell),
		cellColumns(metrics.SuiteMulti), []groupColumn{colRuns},
		statColumns("pair", "tok/s", 1, pairRate, statMedian, statLo, statHi),
		statColumns("solo", "tok/s", 1, soloRates, statMedian, statLo, statHi),
		statColumns("speedup measured", "", 3, speedup, statMedian, statLo, statHi),
		statColumns("η collector", "", 3, eta(Collector), statMedian),
		statColumns("η insight", "", 3, eta(Insight), statMedian),
		statColumns("balance", "", 3, evenness, statMean),
		statColumns("Jain", "", 3, fairness, statMean))
}
